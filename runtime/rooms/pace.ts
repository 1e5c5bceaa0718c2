/** How much may be written and asked in a minute: by a person, from an address, in a room. The same on WebSocket and REST. */
import type { RuntimeConfig } from '../config.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Author } from '../protocol/entries.ts';
import type { Bucket, Store, TooSoon } from '../store/port.ts';
import { Refusal } from './refusal.ts';

/** Limits that are not set count nothing. */
type MayBeBucket = Omit<Bucket, 'perMinute'> & { readonly perMinute: number | undefined };

const bucketsOf = (wanted: readonly MayBeBucket[]): Bucket[] =>
  wanted.filter((bucket): bucket is Bucket => bucket.perMinute !== undefined);

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

  /** What a message takes a token of. */
  ofMessage({ user, address }: Sender, room: string): Bucket[] {
    const { messagesPerMinute, perAddress, perRoom } = this.#config.limits;
    return bucketsOf([
      { name: `message:${user.id}`, perMinute: messagesPerMinute },
      { name: `message-address:${address}`, perMinute: perAddress?.messagesPerMinute },
      { name: `message-room:${room}`, perMinute: perRoom?.messagesPerMinute },
    ]);
  }

  /** What a message is refused with that comes too soon. Counts it. */
  refusalOf(kind: 'message' | 'assistant', { empty, retryAfterMs }: TooSoon): Refusal {
    const short = /^\w+(-address|-room)?:/.exec(empty)?.[1] ?? '';
    this.#metrics.rateLimited.inc({ kind: `${kind}${short}` });
    return new Refusal('RateLimited', this.#words(kind, short, retryAfterMs), retryAfterMs);
  }

  /** Counts a message. @throws Refusal with `RateLimited` and the time to wait, StoreUnavailable */
  async message(sender: Sender, room: string): Promise<void> {
    await this.#take('message', this.ofMessage(sender, room));
  }

  /** Counts a reply that somebody asks for. @throws Refusal with `RateLimited` and the time to wait, StoreUnavailable */
  async reply({ user, address }: Sender, room: string): Promise<void> {
    const { aiRepliesPerMinute, perAddress, perRoom } = this.#config.limits;
    const buckets = bucketsOf([
      { name: `assistant:${user.id}`, perMinute: aiRepliesPerMinute },
      { name: `assistant-address:${address}`, perMinute: perAddress?.aiRepliesPerMinute },
      { name: `assistant-room:${room}`, perMinute: perRoom?.aiRepliesPerMinute },
    ]);
    await this.#take('assistant', buckets);
  }

  async #take(kind: 'message' | 'assistant', buckets: readonly Bucket[]): Promise<void> {
    const { retryAfterMs, empty } = await this.#store.limits.takeAll(buckets);
    if (empty !== undefined) throw this.refusalOf(kind, { empty, retryAfterMs });
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
