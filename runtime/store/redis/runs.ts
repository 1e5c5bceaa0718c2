/** The assistant's queue in Redis; each step is one script of `run-scripts.ts`. */
import * as z from 'zod';
import type { ActiveRun, Wait } from '../../protocol/frames.ts';
import { waitSchema } from '../../protocol/frames.ts';
import type {
  Claim,
  Enqueued,
  Heartbeat,
  Offer,
  OpenRun,
  Part,
  QueueLimits,
  Run,
  RunQueue,
  RunState,
  WaitingRun,
} from '../runs.ts';
import { ENDED_RUN_SECONDS, LEASE_MS } from '../runs.ts';
import type { Connection } from './connection.ts';
import * as scripts from './run-scripts.ts';
import type { Script } from './script.ts';

/** Without `askedAt` of a newer or older version the wait is unknown, not an error. */
const runSchema = z.object({
  id: z.string(),
  room: z.string(),
  model: z.string(),
  replyTo: z.string(),
  askedBy: z.string(),
  askedAt: z.number(),
  continues: z.string().optional(),
  only: z.literal('question').optional(),
});
const stateSchema = z.enum(['waiting', 'running', 'ended']);
const claimSchema = z.tuple([z.string(), z.number(), z.string(), z.number()]);
const waitingSchema = z.array(z.tuple([z.string(), z.string(), z.string()]));
const activeSchema = z.array(z.tuple([z.string(), z.number(), z.string(), z.string(), z.string()]));

const leftOpenSchema = z.array(z.tuple([z.number(), z.string()]));

/** Redis does nothing else meanwhile: some tenths of a millisecond. */
const ROOMS_AT_A_TIME = 200;

const parseRun = (json: string): Run => runSchema.parse(JSON.parse(json));

/** A note of a newer version, which may be of a kind unknown here, counts as none. */
function parseNote(json: string): { waitsFor?: Wait } {
  const parsed = json === '' ? undefined : waitSchema.safeParse(JSON.parse(json));
  return parsed?.success === true ? { waitsFor: parsed.data } : {};
}

export class RedisRuns implements RunQueue {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async enqueue(run: Run, limits: QueueLimits): Promise<Enqueued> {
    const answer = await this.#run(scripts.enqueue, [
      run.id,
      JSON.stringify(run),
      run.askedBy,
      run.room,
      run.model,
      limits.maxWaiting,
      limits.waitingPerRoom,
      this.#connection.keys.controlChannel,
    ]);
    const [state, number] = z.tuple([z.enum(['waiting', 'known', 'full']), z.number()]).parse(answer);
    if (state === 'waiting') return { state, place: number };
    if (state === 'full') return { state, waiting: number };
    return { state };
  }

  async claim(offer: Offer): Promise<Claim | undefined> {
    const models = Object.fromEntries(offer.models);
    return this.#claim(scripts.claim, [LEASE_MS, JSON.stringify({ capacity: offer.capacity, models })]);
  }

  async take(run: string): Promise<Claim | undefined> {
    return this.#claim(scripts.take, [LEASE_MS, run]);
  }

  async takeExpired(): Promise<Claim | undefined> {
    return this.#claim(scripts.takeExpired, [LEASE_MS]);
  }

  async heartbeat(run: string, fence: number): Promise<Heartbeat> {
    return z.enum(['held', 'stop', 'lost']).parse(await this.#run(scripts.heartbeat, [run, fence, LEASE_MS]));
  }

  async requestStop(run: string): Promise<RunState> {
    const answer = await this.#run(scripts.requestStop, [run, this.#connection.keys.controlChannel]);
    return stateSchema.parse(answer);
  }

  async release(run: string, fence: number): Promise<void> {
    await this.#run(scripts.release, [run, fence, ENDED_RUN_SECONDS, this.#connection.keys.controlChannel]);
  }

  async waiting(): Promise<WaitingRun[]> {
    return waitingSchema.parse(await this.#run(scripts.waiting, [])).map(([json, note, noted]) => ({
      ...parseRun(json),
      ...parseNote(note),
      ...(noted === '' ? {} : { excusedAt: Number(noted) }),
    }));
  }

  async note(run: string, wait: Wait | undefined, at: number): Promise<boolean> {
    return (await this.#run(scripts.note, [run, wait === undefined ? '' : JSON.stringify(wait), at])) === 1;
  }

  async running(): Promise<number> {
    return this.#connection.ask('running', (redis) => redis.zcard(`${this.#connection.keys.queue}running`));
  }

  async addText(
    room: string,
    run: string,
    at: number,
    text: string,
    frame: string,
    part: Part = 'text',
  ): Promise<boolean> {
    const answer = await scripts.addText.run(
      this.#connection,
      [this.#connection.keys.openRuns(room), this.#keyOf(room, run, part)],
      [run, at, text, this.#connection.keys.roomChannel(room), `d${frame}`],
    );
    return answer === 1;
  }

  async text(room: string, run: string, part: Part = 'text'): Promise<string> {
    return (await this.#connection.ask('text', (redis) => redis.get(this.#keyOf(room, run, part)))) ?? '';
  }

  async active(room: string): Promise<ActiveRun[]> {
    const { keys } = this.#connection;
    const answer = await scripts.active.run(
      this.#connection,
      [keys.queue, keys.openRuns(room), keys.runText(room, ''), keys.runThinking(room, '')],
      [],
    );
    return activeSchema.parse(answer).map(([run, place, text, note, thinking]) => {
      if (place > 0) return { run, state: 'waiting', place, ...parseNote(note), text };
      return { run, state: 'running', text, ...(thinking !== '' && { thinking }) };
    });
  }

  async leftOpen(rooms: readonly string[]): Promise<OpenRun[]> {
    const { keys } = this.#connection;
    const found: OpenRun[] = [];
    for (let from = 0; from < rooms.length; from += ROOMS_AT_A_TIME) {
      const some = rooms.slice(from, from + ROOMS_AT_A_TIME);
      const answer = await scripts.leftOpen.run(this.#connection, [keys.queue, ...some.map(keys.openRuns)], []);
      for (const [index, run] of leftOpenSchema.parse(answer)) found.push({ room: some[index - 1] ?? '', run });
    }
    return found;
  }

  #keyOf(room: string, run: string, part: Part): string {
    const { keys } = this.#connection;
    return part === 'text' ? keys.runText(room, run) : keys.runThinking(room, run);
  }

  async #claim(script: Script, args: (string | number)[]): Promise<Claim | undefined> {
    const answer = await this.#run(script, args);
    if (answer === null) return undefined;
    const [json, fence, server, stop] = claimSchema.parse(answer);
    return { run: parseRun(json), fence, server, stop: stop === 1 };
  }

  #run(script: Script, args: (string | number)[]): Promise<unknown> {
    return script.run(this.#connection, [this.#connection.keys.queue], args);
  }
}
