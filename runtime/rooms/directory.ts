/**
 * Which rooms there are: those declared with the chat and those that people made, as moderators changed them. Each process
 * remembers the rooms that it was asked for until it is told that they changed.
 */
import type { RuntimeConfig } from '../config.ts';
import { log } from '../log.ts';
import type { Author } from '../protocol/entries.ts';
import type { Store } from '../store/port.ts';
import type { StoredRoom } from '../store/rooms.ts';
import type { Room } from './access.ts';
import { isBanned, maySee, noRoom } from './access.ts';
import { Refusal } from './refusal.ts';

/** For the case that the word of a change was lost. */
const REMEMBERED_MS = 10_000;
const MOST_REMEMBERED = 2000;

interface Remembered {
  readonly room: Room | undefined;
  /** By `performance.now()`. */
  readonly until: number;
}

export class Directory {
  readonly #config: RuntimeConfig;
  readonly #store: Store;
  readonly #known = new Map<string, Remembered>();
  /** Counts the words of changes: what was read before the last one may be old. */
  #changes = 0;

  constructor(config: RuntimeConfig, store: Store) {
    this.#config = config;
    this.#store = store;
    store.onRecovered(() => this.#forgetAll());
  }

  /** Begins to hear of changes. @throws StoreUnavailable */
  async listen(): Promise<void> {
    await this.#store.control.subscribe((signal) => {
      if (signal.kind === 'room-changed') this.forget(signal.room);
    });
    this.#forgetAll();
  }

  /** A room is another one now. Whoever changed it says so too: the word to all comes back a moment later. */
  forget(name: string): void {
    this.#changes += 1;
    this.#known.delete(name);
  }

  /** @throws StoreUnavailable */
  async find(name: string): Promise<Room | undefined> {
    const known = this.#known.get(name);
    if (known !== undefined && known.until > performance.now()) return known.room;
    for (;;) {
      const changes = this.#changes;
      const room = this.merge(name, await this.#store.directory.find(name));
      if (changes !== this.#changes) continue;
      this.#remember(name, room);
      return room;
    }
  }

  /**
   * The room for a person who asks for it.
   * @throws Refusal with `NotFound` when there is none for them, the same whether it exists or not; with `Forbidden` when
   * they are banned from a public one; StoreUnavailable
   */
  async open(user: Author, name: string): Promise<Room> {
    const room = await this.find(name);
    if (room === undefined || !maySee(room, user)) throw noRoom(name);
    if (isBanned(room, user)) throw new Refusal('Forbidden', 'You were banned from this room.');
    return room;
  }

  /** Whether a person may be in a room. @throws StoreUnavailable */
  async admits(user: Author, name: string): Promise<boolean> {
    const room = await this.find(name);
    return room !== undefined && maySee(room, user) && !isBanned(room, user);
  }

  /** Rooms that a person can open: declared ones in their order, then the others by title. @throws StoreUnavailable */
  async of(user: Author): Promise<Room[]> {
    const [stored, declared] = await Promise.all([
      this.#store.directory.of(user.id),
      Promise.all(this.#config.rooms.map(({ name }) => this.find(name))),
    ]);
    const others = stored
      .filter(({ name }) => !declared.some((room) => room?.name === name))
      .map((room) => this.merge(room.name, room))
      .filter((room) => room !== undefined)
      .sort((a, b) => a.title.localeCompare(b.title) || a.name.localeCompare(b.name));
    const all = [...declared.filter((room) => room !== undefined), ...others];
    return all.filter((room) => maySee(room, user) && !isBanned(room, user));
  }

  /** Of all rooms, whoever can see them. @throws StoreUnavailable */
  async names(): Promise<string[]> {
    const stored = await this.#store.directory.names();
    return [...new Set([...this.#config.rooms.map(({ name }) => name), ...stored])];
  }

  /**
   * What was declared and what the store has of a room, as one. Where both have it by accident, a private room stays
   * private: nobody may read it because somebody declared its name later.
   */
  merge(name: string, stored: StoredRoom | undefined): Room | undefined {
    const declared = this.#config.rooms.find((each) => each.name === name);
    if (declared !== undefined && stored !== undefined && stored.kind !== 'public') {
      log.warn('a declared room has the name of a private one, which goes before it', { room: name });
    } else if (declared !== undefined) {
      const { lock = 'open', banned = [] } = stored ?? {};
      return { ...declared, kind: 'public', origin: 'chat', owner: '', members: [], lock, banned };
    }
    if (stored === undefined || stored.origin === 'chat') return undefined;
    const [first] = this.#config.rooms;
    const { title, kind, origin, lock, owner, members, banned, replies = 'Mention' } = stored;
    const model = stored.model ?? first?.model ?? '';
    const systemPrompt = stored.systemPrompt ?? first?.systemPrompt ?? '';
    return { name, title, model, systemPrompt, replies, kind, origin, lock, owner, members, banned };
  }

  #remember(name: string, room: Room | undefined): void {
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MOST_REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
    this.#known.delete(name);
    this.#known.set(name, { room, until: performance.now() + REMEMBERED_MS });
  }

  #forgetAll(): void {
    this.#changes += 1;
    this.#known.clear();
  }
}
