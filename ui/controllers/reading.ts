import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { ChatStore } from '../state/chat-store.ts';

/** A read mark is moved at most this often, in milliseconds: a lively room is read in one go. */
const MARK_EVERY_MS = 1000;

/**
 * What was read: the mark moves while the newest message is in view of somebody who looks, and what came since the last
 * look is marked as new until the room is left.
 */
export class ReadingController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #store: ChatStore;
  readonly #atNewest: () => boolean;
  #room = '';
  #after: string | undefined;
  #known = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param atNewest whether the newest message is in view */
  constructor(host: ReactiveControllerHost, store: ChatStore, atNewest: () => boolean) {
    this.#host = host;
    this.#store = store;
    this.#atNewest = atNewest;
    host.addController(this);
  }

  /** Offset after which messages are new to this person; `undefined` where nothing is marked. */
  get unreadAfter(): string | undefined {
    return this.#after;
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.#looks);
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.#looks);
    clearTimeout(this.#timer);
  }

  /** Where the last visit ended is said once, when the room opens: from then on reading moves it. */
  hostUpdate(): void {
    const { room, client } = this.#store;
    if (room !== this.#room) {
      this.#room = room;
      this.#after = undefined;
      this.#known = false;
    }
    const { phase, read } = client.room(room);
    if (this.#known || phase !== 'ready') return;
    this.#known = true;
    this.#after = read;
  }

  /** The newest message is in view. */
  readsNewest(): void {
    if (document.visibilityState !== 'visible' || !this.#known || this.#timer !== undefined) return;
    const { room, client } = this.#store;
    const { position, read } = client.room(room);
    if (position === undefined || position.offset === read) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const { offset } = client.room(room).position ?? {};
      if (offset !== undefined && room === this.#store.room && document.visibilityState === 'visible') {
        client.markRead(room, offset);
      }
    }, MARK_EVERY_MS);
  }

  /** Who writes has seen what is there. */
  wrote(): void {
    this.#after = undefined;
    this.#host.requestUpdate();
  }

  readonly #looks = (): void => {
    if (document.visibilityState !== 'visible') {
      this.#after = this.#store.client.room(this.#room).read ?? this.#after;
    } else if (this.#atNewest()) {
      this.readsNewest();
    }
    this.#host.requestUpdate();
  };
}
