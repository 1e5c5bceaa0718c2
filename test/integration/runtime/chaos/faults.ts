/** What goes wrong in a chaos run. Each fault heals by itself, and several are under way at a time. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster, RoleProcess } from '../cluster.ts';
import type { Service } from '../service.ts';
import type { Person } from './person.ts';
import type { Dice } from './seed.ts';

export interface World {
  readonly cluster: Cluster;
  readonly service: Service;
  readonly people: readonly [Person, ...Person[]];
}

export const living = ({ backends }: Cluster): RoleProcess[] =>
  backends.filter(({ child }) => child.ended() === undefined);

const FAULTS = [
  'wires',
  'drop',
  'drop',
  'reload',
  'backend killed',
  'backend killed',
  'backend stopped',
  'backend frozen',
  'Redis killed',
  'Redis paused',
] as const;
type Fault = (typeof FAULTS)[number];

export class Faults {
  /** How often each happened. */
  readonly counts = new Map<Fault, number>();
  readonly #world: World;
  readonly #dice: Dice;
  readonly #underWay = new Set<Promise<void>>();
  /** Redis has one fault at a time; so has each backend. */
  #redis: Promise<void> | undefined;
  readonly #hit = new Set<RoleProcess>();

  constructor(world: World, dice: Dice) {
    this.#world = world;
    this.#dice = dice;
  }

  /** Lets things go wrong for a time, and resolves when all is whole again. */
  async happen(seconds: number): Promise<void> {
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) {
      const fault = this.#dice.of(FAULTS);
      const work = this.#begin(fault).finally(() => this.#underWay.delete(work));
      this.#underWay.add(work);
      this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1);
      await Promise.race([delay(this.#dice.between(200, 2000)), failureOf(work)]);
    }
    await Promise.all(this.#underWay);
  }

  async #begin(fault: Fault): Promise<void> {
    const { service, people } = this.#world;
    const dice = this.#dice;
    const ms = dice.between(300, 4000);
    switch (fault) {
      case 'wires':
        service.cut(() => dice.next() < 0.4);
        return;
      case 'drop':
        dice.of(people).drop();
        return;
      case 'reload':
        dice.of(people).reload();
        return;
      case 'backend killed':
        return this.#replace('SIGKILL', ms);
      case 'backend stopped':
        return this.#replace('SIGTERM', ms);
      case 'backend frozen':
        return this.#freeze(ms * 2);
      case 'Redis killed':
      case 'Redis paused':
        this.#redis ??= this.#redisFails(fault, ms).finally(() => (this.#redis = undefined));
        return this.#redis;
    }
  }

  /** One that nothing happens to now. */
  #backend(): RoleProcess | undefined {
    const [first, ...others] = living(this.#world.cluster).filter((each) => !this.#hit.has(each));
    if (first === undefined) return undefined;
    const chosen = this.#dice.of([first, ...others]);
    this.#hit.add(chosen);
    return chosen;
  }

  async #replace(signal: 'SIGKILL' | 'SIGTERM', awayMs: number): Promise<void> {
    const backend = this.#backend();
    if (backend === undefined) return;
    await backend.child.stop(signal);
    await delay(awayMs);
    await this.#redis;
    await this.#world.cluster.addBackend();
  }

  async #freeze(ms: number): Promise<void> {
    const backend = this.#backend();
    if (backend === undefined) return;
    process.kill(backend.child.pid, 'SIGSTOP');
    await delay(ms);
    process.kill(backend.child.pid, 'SIGCONT');
    this.#hit.delete(backend);
  }

  async #redisFails(fault: 'Redis killed' | 'Redis paused', ms: number): Promise<void> {
    const { redis } = this.#world.cluster;
    if (fault === 'Redis killed') {
      await redis.down('SIGKILL');
      await delay(ms);
      await redis.start();
    } else {
      redis.pause();
      await delay(ms * 1.5);
      redis.resume();
    }
  }
}

/** Rejects when the work does, and never resolves: a fault that cannot be made ends the run. */
function failureOf(work: Promise<void>): Promise<never> {
  return new Promise((_resolve, reject) => void work.catch(reject));
}
