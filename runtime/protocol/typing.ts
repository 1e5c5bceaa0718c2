/** Who writes in which room: everybody who said so lately and sent nothing since. */
import type { Author } from './entries.ts';
import type { Clock } from './socket.ts';

/** Longer than the interval at which writers say that they go on. */
export const TYPING_LASTS_MS = 6000;

export class Typing {
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #rooms = new Map<string, Map<string, { readonly user: Author; readonly cancel: () => void }>>();

  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  in(room: string): readonly Author[] {
    return [...(this.#rooms.get(room)?.values() ?? [])].map(({ user }) => user);
  }

  began(room: string, user: Author): void {
    const writers = this.#rooms.get(room) ?? new Map<string, { user: Author; cancel: () => void }>();
    this.#rooms.set(room, writers);
    writers.get(user.id)?.cancel();
    const cancel = this.#clock.after(TYPING_LASTS_MS, () => {
      this.ended(room, user.id);
      this.#changed();
    });
    writers.set(user.id, { user, cancel });
  }

  ended(room: string, userId: string): void {
    this.#rooms.get(room)?.get(userId)?.cancel();
    this.#rooms.get(room)?.delete(userId);
  }
}
