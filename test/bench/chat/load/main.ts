/** A process of load: opens clients, has them talk, and counts what each of them hears. */
import { setTimeout as delay } from 'node:timers/promises';
import { wordsOf } from '../../../../runtime/log.ts';
import { percentile } from '../../figure.ts';
import { connect, type LoadClient } from './client.ts';
import { machineMs, type Burst, type Command, type Heard, type Plan, type Report } from './plan.ts';

const OPENING_AT_ONCE = 25;
const OPEN_WITHIN_MS = 60_000;
const TICK_MS = 10;
/** What has not come so long after the last that came does not come any more. */
const GIVEN_UP_MS = 5_000;

const report = (words: Report): void => void process.send?.(words);

/** What one client heard of each person. */
class Ear {
  readonly #last = new Map<string, number>();
  duplicates = 0;
  disordered = 0;
  heard = 0;

  hear(person: string, count: number): void {
    const last = this.#last.get(person) ?? 0;
    if (count === last) this.duplicates += 1;
    else if (count < last) this.disordered += 1;
    else this.#last.set(person, count);
    this.heard += 1;
  }
}

class Load {
  readonly #plan: Plan;
  readonly #clients: LoadClient[] = [];
  readonly #ears: Ear[] = [];
  readonly #said: number[] = [];
  #times: number[] = [];
  #heardAt = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  async open(): Promise<void> {
    const { rooms, clientsPerRoom } = this.#plan;
    const left = Array.from({ length: rooms.length * clientsPerRoom }, (_unused, index) => index);
    const some = async (): Promise<void> => {
      for (let index = left.shift(); index !== undefined; index = left.shift()) await this.#openOne(index);
    };
    await Promise.all(Array.from({ length: OPENING_AT_ONCE }, some));
  }

  async #openOne(index: number): Promise<void> {
    const { kind, urls, rooms, label } = this.#plan;
    const ear = new Ear();
    this.#ears.push(ear);
    const opening = connect({
      kind,
      url: urls[index % urls.length]!,
      room: rooms[index % rooms.length]!,
      name: `${label} ${index}`,
      heard: (text) => this.#heard(ear, text),
      isBack: (awayMs) => report({ done: 'back', at: machineMs(), awayMs }),
    });
    const late = delay(OPEN_WITHIN_MS, undefined, { ref: false }).then(() => {
      throw new Error(`${label} ${index} did not get in within ${OPEN_WITHIN_MS / 1_000} s`);
    });
    this.#clients[index] = await Promise.race([opening, late]);
  }

  /** `time person count padding` */
  #heard(ear: Ear, text: string): void {
    const [time, person, count] = text.split(' ', 3);
    this.#heardAt = machineMs();
    this.#times.push(this.#heardAt - Number(time));
    ear.hear(person!, Number(count));
  }

  async talk({ perSecond, seconds, bytes }: Burst): Promise<Heard> {
    const before = this.#count();
    this.#times = [];
    const began = machineMs();
    let sent = 0;
    const unanswered: Promise<void>[] = [];
    const refused: unknown[] = [];
    while (machineMs() - began < seconds * 1_000) {
      for (const due = ((machineMs() - began) * perSecond) / 1_000; sent < due; sent += 1) {
        unanswered.push(
          this.#sayOne(sent % this.#clients.length, bytes).catch((error: unknown) => void refused.push(error)),
        );
      }
      await delay(TICK_MS);
    }
    await Promise.all(unanswered);
    if (refused.length > 0) throw new Error('a message was not taken', { cause: refused[0] });
    const expected = sent * this.#plan.clientsPerRoom;
    this.#heardAt = machineMs();
    const heard = () => this.#count().heard - before.heard;
    while (heard() < expected && machineMs() - this.#heardAt < GIVEN_UP_MS) await delay(TICK_MS);
    const after = this.#count();
    const duplicates = after.duplicates - before.duplicates;
    return {
      sent,
      expected,
      missing: Math.max(0, expected - (heard() - duplicates)),
      duplicates,
      disordered: after.disordered - before.disordered,
      p50: percentile(this.#times, 0.5),
      p99: percentile(this.#times, 0.99),
    };
  }

  async #sayOne(index: number, bytes: number): Promise<void> {
    const count = (this.#said[index] = (this.#said[index] ?? 0) + 1);
    await this.#clients[index]!.say(`${machineMs()} ${index} ${count} `.padEnd(bytes, 'x'));
  }

  #count(): { heard: number; duplicates: number; disordered: number } {
    const sum = (of: (ear: Ear) => number): number => this.#ears.reduce((all, ear) => all + of(ear), 0);
    return { heard: sum((e) => e.heard), duplicates: sum((e) => e.duplicates), disordered: sum((e) => e.disordered) };
  }
}

let load: Load | undefined;

async function obey(command: Command): Promise<Report> {
  if (command.do === 'open') {
    load = new Load(command.plan);
    await load.open();
    return { done: 'open' };
  }
  if (load === undefined) throw new Error('nothing is open yet');
  return { done: 'talk', heard: await load.talk(command.burst) };
}

process.on('disconnect', () => process.exit());
process.on('message', (command: Command) => {
  obey(command).then(report, (error: unknown) => report({ done: 'failed', words: wordsOf(error) }));
});
