/** Posting a message: the one way in, for WebSocket and REST. */
import type { RuntimeConfig } from '../config.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Appended, Store } from '../store/port.ts';
import { Pace, type Sender } from './pace.ts';
import { checkWriting } from './access.ts';
import type { Directory } from './directory.ts';
import { mayName, mentionsIn } from './mentions.ts';
import { Refusal, tooLarge } from './refusal.ts';

export interface NewMessage {
  readonly room: string;
  /** Chosen by the client, the same for each resend. */
  readonly key: string;
  readonly text: string;
  /** Offset of what it answers. */
  readonly replyTo?: string | undefined;
}

/** @throws Refusal with `BadFrame` or `TooLarge` for a text that no message may have */
export function checkText(text: string, maxBytes: number): void {
  if (text.trim() === '') throw new Refusal('BadFrame', 'The message is empty.');
  if (Buffer.byteLength(text) > maxBytes) throw tooLarge(`A message has at most ${maxBytes} bytes.`, maxBytes);
}

export class Post {
  readonly #config: RuntimeConfig;
  readonly #store: Store;
  readonly #directory: Directory;
  readonly #metrics: Metrics;
  readonly #pace: Pace;

  constructor(config: RuntimeConfig, store: Store, directory: Directory, metrics: Metrics) {
    this.#config = config;
    this.#store = store;
    this.#directory = directory;
    this.#metrics = metrics;
    this.#pace = new Pace(config, store, metrics);
  }

  /**
   * Appends a message once.
   * @throws Refusal with `NotFound`, `Forbidden`, `Locked`, `BadFrame`, `TooLarge` or `RateLimited`
   * @throws StoreUnavailable; the message may be in the log all the same: a resend with the same key tells
   */
  async message(sender: Sender, { room, key, text, replyTo }: NewMessage): Promise<Appended> {
    const { limits, history } = this.#config;
    const { user } = sender;
    const found = await this.#directory.open(user, room);
    checkWriting(found, user);
    checkText(text, limits.maxMessageBytes);
    // To look who is named costs more than to append: that is paid before.
    const looks = mayName(text);
    if (looks) await this.#pace.message(sender, room);
    const answers = replyTo === undefined ? {} : { replyTo };
    const named = await mentionsIn(this.#store, found, user, text);
    const mentions = named.length > 0 ? { mentions: named } : {};
    const entry = { kind: 'message', id: key, author: user, text, ...mentions, ...answers } as const;
    const buckets = looks ? [] : this.#pace.ofMessage(sender, room);
    const posted = await this.#store.log.post(room, `${user.id}:${key}`, entry, history, buckets);
    if ('empty' in posted) throw this.#pace.refusalOf('message', posted);
    if (!posted.duplicate) this.#metrics.messages.inc({ type: 'user' });
    return posted;
  }
}
