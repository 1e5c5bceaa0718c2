/**
 * Two connections to Redis, one for commands and one for signals, that come back by themselves. Nothing is queued while
 * Redis is away: callers hear {@link StoreUnavailable} at once and decide for themselves.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { log } from '../../log.ts';
import { PROTOCOL_VERSION } from '../../protocol/constants.ts';
import type { ServerTrouble } from '../../report.ts';
import { StoreUnavailable } from '../port.ts';
import { clientOptions, type RedisAddress, RETRY_MS } from './address.ts';
import { keysOf, type Keys } from './keys.ts';
import { isTelling, redisTrouble, SILENT } from './trouble.ts';
import { DATA_VERSION, newerData } from './versions.ts';

/** What is counted: see `metrics/names.ts`. */
export interface ConnectionObserver {
  /** Seconds that one question took. */
  answered(seconds: number): void;
  reconnected(): void;
  /** The data is not for a program of this version: trying again is of no use. */
  refused(words: string): void;
}

const PROBE_EVERY_MS = 1000;
const PROBE_TIMEOUT_MS = 1000;
/** A connection that answers nothing for so many probes is dropped and made anew. */
const SILENT_PROBES = 5;

/**
 * Data of a server that does not flush each write may be older than what it acknowledged: then positions mean nothing.
 * Data of a newer version is left as it is.
 */
const GREET = `
local before = redis.call('HMGET', KEYS[1], 'run', 'generation', 'data')
local data = before[3] or ARGV[4]
if tonumber(data) > tonumber(ARGV[4]) then return {'', data} end
local generation = before[2]
if not generation or (before[1] ~= ARGV[1] and ARGV[2] == 'may-forget') then generation = ARGV[3] end
redis.call('HSET', KEYS[1], 'run', ARGV[1], 'generation', generation, 'data', data, 'protocol', ARGV[5])
return {generation, data}
`;

export class Connection {
  readonly commands: Redis;
  readonly signals: Redis;
  readonly keys: Keys;
  readonly #address: RedisAddress;
  readonly #observer: ConnectionObserver;
  readonly #recovered: (() => void)[] = [];
  #closed = false;
  /** Cuts the wait for the next probe short. */
  #pause = new AbortController();
  #generation: string | undefined;
  #greetedBefore = false;
  #silent = 0;
  /** The stream that is written to in this tick. */
  #corked: Redis['stream'] | undefined;
  /** Why there is no greeting, since there was none. */
  #trouble: ServerTrouble | undefined;
  readonly #said = new Set<string>();

  constructor(address: RedisAddress, observer: ConnectionObserver) {
    this.#address = address;
    this.keys = keysOf(address.prefix);
    const options = clientOptions(address);
    this.#observer = observer;
    this.commands = new Redis(options);
    this.signals = new Redis(options);
    for (const [name, redis] of [
      ['commands', this.commands],
      ['signals', this.signals],
    ] as const) {
      let wasTold = false;
      redis.on('sentinelError', (error: Error) => {
        wasTold ||= isTelling(error);
        if (isTelling(error)) this.#failed(name, error);
      });
      redis.on('error', (error: Error) => {
        // Says of all sentinels what each one may have said better.
        if (!wasTold || !error.message.startsWith('All sentinels')) this.#failed(name, error);
        wasTold = false;
      });
      redis.on('close', () => this.#lost(name));
    }
    void this.#watch();
  }

  /** Changes when the data may have lost acknowledged writes. */
  get generation(): string {
    if (this.#generation === undefined) throw new StoreUnavailable('Redis does not answer');
    return this.#generation;
  }

  connected(): boolean {
    return this.#generation !== undefined && this.#silent < 2;
  }

  /** Why it is not connected, in words without addresses. */
  trouble(): ServerTrouble | undefined {
    return this.connected() ? undefined : (this.#trouble ?? SILENT);
  }

  onRecovered(listener: () => void): void {
    this.#recovered.push(listener);
  }

  /** @throws StoreUnavailable with the step that failed */
  async ask<T>(step: string, question: (redis: Redis) => Promise<T>): Promise<T> {
    if (this.#generation === undefined) throw new StoreUnavailable('Redis does not answer');
    const start = performance.now();
    try {
      this.#gather();
      return await question(this.commands);
    } catch (error) {
      throw unavailable(step, error);
    } finally {
      this.#observer.answered((performance.now() - start) / 1000);
    }
  }

  /**
   * What is asked in one tick goes to the kernel as one write. The pipelines of the client do that too, for twice the CPU
   * time a command and only after everything else that came in.
   */
  #gather(): void {
    const { stream } = this.commands;
    if (stream === this.#corked) return;
    this.#corked = stream;
    stream.cork();
    process.nextTick(() => {
      this.#corked = undefined;
      stream.uncork();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#pause.abort();
    this.commands.disconnect();
    this.signals.disconnect();
    await Promise.resolve();
  }

  #failed(name: string, error: unknown): void {
    const words = error instanceof Error ? error.message : String(error);
    log.debug('redis connection', { connection: name, error: words });
    if (this.#generation !== undefined || this.#closed) return;
    const trouble = redisTrouble(error);
    this.#trouble = trouble;
    // Reasons may take turns: each is said once until Redis answers.
    if (this.#said.has(trouble.message)) return;
    this.#said.add(trouble.message);
    log.warn('redis cannot be used', { reason: trouble.message, error: words });
  }

  #lost(name: string): void {
    if (this.#generation === undefined || this.#closed) return;
    log.warn('redis went away', { connection: name });
    this.#generation = undefined;
    this.#pause.abort();
  }

  /** Greets a fresh pair of connections, and drops connections that are open but dead. */
  async #watch(): Promise<void> {
    while (!this.#closed) {
      this.#pause = new AbortController();
      this.#revive();
      const ready = this.commands.status === 'ready' && this.signals.status === 'ready';
      if (ready) await this.#probe();
      const pause = this.#generation === undefined ? RETRY_MS.first : PROBE_EVERY_MS;
      await delay(pause, undefined, { signal: this.#pause.signal, ref: false }).catch(() => undefined);
    }
  }

  /** The client gives up when its sentinels announce a new master just while it asks them who that is. */
  #revive(): void {
    for (const redis of [this.commands, this.signals]) {
      if (redis.status === 'end') redis.connect().catch(() => undefined);
    }
  }

  async #probe(): Promise<void> {
    try {
      if (this.#generation === undefined) await this.#greet();
      else await within(PROBE_TIMEOUT_MS, [this.commands.ping(), this.signals.ping()]);
      if (this.#silent >= 2) this.#tellRecovered();
      this.#silent = 0;
    } catch (error) {
      this.#failed('greeting', error);
      this.#silent += 1;
      if (this.#silent === 2) log.warn('redis does not answer', { error: String(error) });
      if (this.#silent % SILENT_PROBES === 0) for (const redis of [this.commands, this.signals]) redis.disconnect(true);
    }
  }

  async #greet(): Promise<void> {
    const { database, memory: promised } = this.#address;
    // The client goes on with another database when it cannot have this one.
    if (database !== undefined) await this.commands.select(database);
    const [info] = await Promise.all([this.commands.info('server'), this.signals.ping()]);
    const run = /run_id:(\w+)/.exec(info)?.[1] ?? 'unknown';
    const memory = promised === 'keeps' && (await this.#flushesEachWrite()) ? 'keeps' : 'may-forget';
    const fresh = randomBytes(6).toString('base64url');
    const args = [run, memory, fresh, DATA_VERSION, PROTOCOL_VERSION];
    const [generation, data] = (await this.commands.eval(GREET, 1, this.keys.server, ...args)) as [string, string];
    const problem = newerData(Number(data));
    if (problem !== undefined) {
      this.#observer.refused(problem);
      throw new StoreUnavailable(problem);
    }
    this.#generation = generation;
    this.#trouble = undefined;
    this.#said.clear();
    log.info('redis answers', { run, memory });
    if (this.#greetedBefore) {
      this.#observer.reconnected();
      this.#silent = 0;
      this.#tellRecovered();
    }
    this.#greetedBefore = true;
  }

  async #flushesEachWrite(): Promise<boolean> {
    try {
      const settings = await this.commands.config('GET', 'append*');
      const flat = (settings as unknown[]).map(String);
      const value = (name: string): string | undefined => flat[flat.indexOf(name) + 1];
      return value('appendonly') === 'yes' && value('appendfsync') === 'always';
    } catch {
      // Hosted servers forbid CONFIG: assume the worse.
      return false;
    }
  }

  #tellRecovered(): void {
    for (const listener of this.#recovered) listener();
  }
}

async function within(ms: number, questions: readonly Promise<unknown>[]): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${ms} ms`)), ms);
  await Promise.race([Promise.all(questions), late.promise]).finally(() => clearTimeout(timer));
}

function unavailable(step: string, error: unknown): StoreUnavailable {
  const message = error instanceof Error ? error.message : String(error);
  const words = message.startsWith('OOM') ? 'Redis is full (maxMemory): nothing more can be stored' : message;
  return new StoreUnavailable(`${step}: ${words}`, { cause: error });
}
