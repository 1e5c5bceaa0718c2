/** How much may be written and asked in a minute: by a person, from an address, in a room. The same on WebSocket and REST. */
import type { RuntimeConfig } from '../config.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Author } from '../protocol/entries.ts';
import type { Bucket, Store } from '../store/port.ts';
import { Refusal } from './refusal.ts';

/** Limits that are not set count nothing. */
type MayBeBucket = Omit<Bucket, 'perMinute'> & { readonly perMinute: number | undefined };

/** Who writes, and from where. */
export interface Sender {
  readonly user: Author;
  /** As limits count it, see `placeOf` of `auth/request-origin.ts`. */
  readonly address: string;
}

export class Pace {
  readonly #config: RuntimeConfig;
  readonly #store: Store;
  readonly #metrics: Metrics;

  constructor(config: RuntimeConfig, store: Store, metrics: Metrics) {
    this.#config = config;
    this.#store = store;
    this.#metrics = metrics;
  }

  /** Counts a message. @throws Refusal with `RateLimited` and the time to wait, StoreUnavailable */
  async message({ user, address }: Sender, room: string): Promise<void> {
    const { messagesPerMinute, perAddress, perRoom } = this.#config.limits;
    await this.#take('message', [
      { name: `message:${user.id}`, perMinute: messagesPerMinute },
      { name: `message-address:${address}`, perMinute: perAddress?.messagesPerMinute },
      { name: `message-room:${room}`, perMinute: perRoom?.messagesPerMinute },
    ]);
  }

  /** Counts a reply that somebody asks for. @throws Refusal with `RateLimited` and the time to wait, StoreUnavailable */
  async reply({ user, address }: Sender, room: string): Promise<void> {
    const { aiRepliesPerMinute, perAddress, perRoom } = this.#config.limits;
    await this.#take('assistant', [
      { name: `assistant:${user.id}`, perMinute: aiRepliesPerMinute },
      { name: `assistant-address:${address}`, perMinute: perAddress?.aiRepliesPerMinute },
      { name: `assistant-room:${room}`, perMinute: perRoom?.aiRepliesPerMinute },
    ]);
  }

  async #take(kind: 'message' | 'assistant', wanted: readonly MayBeBucket[]): Promise<void> {
    const buckets = wanted.filter((bucket): bucket is Bucket => bucket.perMinute !== undefined);
    const { retryAfterMs, empty } = await this.#store.limits.takeAll(buckets);
    if (empty === undefined) return;
    const short = /^\w+(-address|-room)?:/.exec(empty)?.[1] ?? '';
    this.#metrics.rateLimited.inc({ kind: `${kind}${short}` });
    throw new Refusal('RateLimited', this.#words(kind, short, retryAfterMs), retryAfterMs);
  }

  #words(kind: 'message' | 'assistant', short: string, retryAfterMs: number): string {
    const { name } = this.#config.assistant;
    const seconds = Math.ceil(retryAfterMs / 1000);
    const where = { '-address': 'from your network', '-room': 'in this room' }[short];
    if (kind === 'assistant') {
      const who = where === undefined ? 'You' : `People ${where}`;
      return `${who} asked ${name} very often: it answers you again in ${seconds} s.`;
    }
    if (where === undefined) return 'You are writing very fast: please wait a moment.';
    return `Very much is being written ${where}: please wait ${seconds} s.`;
  }
}
