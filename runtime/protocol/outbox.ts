/**
 * Messages on their way: kept in a store of strings until the server has them, one key for each, so that several pages of
 * one browser share the store without overwriting each other. A message keeps its id, so sending it twice is harmless.
 */
import type { Refused } from './frames.ts';
import { messageKey } from './message-key.ts';
import type { Clock, KeyStore } from './socket.ts';

/** Servers remember message ids for at least 24 hours; what waited longer could come twice, so the person is asked. */
export const ASK_AFTER_MS = 20 * 3600 * 1000;

/** `sent`: acknowledged, not yet seen in the log. `refused` and `old` wait for the person. */
export type Delivery = 'waiting' | 'sending' | 'sent' | 'refused' | 'old';

export interface Unsent {
  readonly key: string;
  readonly room: string;
  readonly text: string;
  /** Offset of what it answers. */
  readonly replyTo?: string;
  /** Milliseconds since 1970, different for every message of a page. */
  readonly time: number;
  readonly delivery: Delivery;
  /** What the server said, when it refused. */
  readonly refusal?: Refused | undefined;
}

type Stored = Pick<Unsent, 'key' | 'room' | 'text' | 'time' | 'replyTo'> & { readonly user: string };

const PREFIX = 'chatapp.unsent.';

export class Outbox {
  readonly #store: KeyStore;
  readonly #clock: Clock;
  #user: { readonly id: string; readonly name: string } | undefined;
  #all: readonly Unsent[] = [];

  constructor(store: KeyStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Oldest first. */
  of(room: string): readonly Unsent[] {
    return this.#all.filter((message) => message.room === room);
  }

  /** The next message to send. */
  next(room: string): Unsent | undefined {
    return this.of(room).find(({ delivery }) => delivery === 'waiting');
  }

  /**
   * Takes up what this person left unsent, in an earlier page or under an earlier session of that name. What was written
   * before it was known who writes comes after that, and is stored from now on.
   */
  open(user: { readonly id: string; readonly name: string }): void {
    if (this.#user?.id === user.id) return;
    const early = this.#user === undefined ? this.#all : [];
    this.#user = user;
    const now = this.#clock.now();
    this.#all = this.#stored(user.name)
      .map(({ user: owner, ...message }): Unsent => {
        const old = now - message.time > ASK_AFTER_MS || owner !== user.id;
        return { ...message, delivery: old ? 'old' : 'waiting' };
      })
      .sort((a, b) => a.time - b.time)
      .concat(early);
    for (const message of early) this.#save(message);
  }

  add(room: string, text: string, replyTo?: string): Unsent {
    const time = Math.max(this.#clock.now(), (this.#all.at(-1)?.time ?? 0) + 1);
    const answers = replyTo === undefined ? {} : { replyTo };
    const message: Unsent = { key: messageKey(), room, text, time, delivery: 'waiting', ...answers };
    this.#all = [...this.#all, message];
    this.#save(message);
    return message;
  }

  mark(key: string, delivery: Delivery, refusal?: Refused): void {
    this.#all = this.#all.map((each) => (each.key === key ? { ...each, delivery, refusal } : each));
    if (delivery === 'sent') this.#store.removeItem(this.#name(key));
  }

  /** A message that the person sends although it is old gets a new id and a new place. */
  renew(key: string): void {
    const message = this.#all.find((each) => each.key === key);
    if (message === undefined) return;
    this.remove(key);
    this.add(message.room, message.text, message.replyTo);
  }

  /** The message is in the log, or the person gave it up. */
  remove(key: string): void {
    if (!this.#all.some((each) => each.key === key)) return;
    this.#all = this.#all.filter((each) => each.key !== key);
    this.#store.removeItem(this.#name(key));
  }

  /** After a new start of a room, what was acknowledged and is not in its log will not come. */
  dropSent(room: string): void {
    this.#all = this.#all.filter((each) => each.room !== room || each.delivery !== 'sent');
  }

  #name(key: string): string {
    return `${PREFIX}${this.#user?.name ?? ''}.${key}`;
  }

  #save({ key, room, text, time, replyTo }: Unsent): void {
    if (this.#user === undefined) return;
    const answers = replyTo === undefined ? {} : { replyTo };
    const stored: Stored = { key, room, text, time, user: this.#user.id, ...answers };
    try {
      this.#store.setItem(this.#name(key), JSON.stringify(stored));
    } catch {
      // A full or forbidden store: the message lives as long as the page.
    }
  }

  #stored(name: string): Stored[] {
    const names = Array.from({ length: this.#store.length }, (_, index) => this.#store.key(index) ?? '');
    return names
      .filter((each) => each.startsWith(`${PREFIX}${name}.`))
      .flatMap((each) => parse(this.#store.getItem(each)));
  }
}

function parse(text: string | null): Stored[] {
  try {
    const value = JSON.parse(text ?? '') as Partial<Stored>;
    const { key, room, text: words, time, user, replyTo } = value;
    if (key === undefined || room === undefined || words === undefined || time === undefined) return [];
    return [{ key, room, text: words, time, user: user ?? '', ...(replyTo === undefined ? {} : { replyTo }) }];
  } catch {
    return [];
  }
}
