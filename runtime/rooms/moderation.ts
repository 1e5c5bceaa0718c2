/** What moderators do with their rooms, and members of private ones with theirs. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Assistant } from '../ai/assistant.ts';
import type { RuntimeConfig } from '../config.ts';
import type { Author, NameOnly } from '../protocol/entries.ts';
import type { LeftReason } from '../protocol/frames.ts';
import type { RoomChange } from '../protocol/rest.ts';
import type { RoomChanged, Store } from '../store/port.ts';
import type { StoredRoom } from '../store/rooms.ts';
import type { Room } from './access.ts';
import { mayModerate } from './access.ts';
import { personNamed } from './acquaintances.ts';
import type { Directory } from './directory.ts';
import { checkModel } from './making.ts';
import { Refusal, tooLarge } from './refusal.ts';

const MOST_MEMBERS = 200;
const MOST_BANNED = 500;
/** Another change of the same room came first: the next try sees it. */
const TRIES = 20;
/** Enough for a declared room, of which nothing was stored. */
const ALL = { each: Number.MAX_SAFE_INTEGER, all: 10_000 };
/** Replies under way get so long to end before what they wrote is erased. */
const REPLIES_END_MS = 5000;

type Step = (room: StoredRoom) => StoredRoom | undefined;

export interface ModerationContext {
  readonly config: RuntimeConfig;
  readonly store: Store;
  readonly directory: Directory;
  readonly assistant: Pick<Assistant, 'stop'>;
}

export class Moderation {
  readonly #context: ModerationContext;

  constructor(context: ModerationContext) {
    this.#context = context;
  }

  /** Each of these: @throws Refusal, StoreUnavailable */
  async change(user: Author, name: string, change: RoomChange): Promise<Room> {
    const room = await this.#moderated(user, name);
    const isLockOnly = Object.keys(change).every((field) => field === 'lock');
    if (room.origin === 'chat' && !isLockOnly) {
      throw new Refusal('Forbidden', 'This room is declared with the chat, and changed there only; it can be locked.');
    }
    checkModel(this.#context.config, change.model);
    return this.#alter(room, undefined, (stored) => ({
      ...stored,
      ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)),
    }));
  }

  /** Erases what was written; replies under way are ended first, so that none of them is written into the empty room. */
  async clear(user: Author, name: string): Promise<void> {
    await this.#moderated(user, name);
    await this.#endReplies(name);
    await this.#context.store.log.clear(name);
  }

  async remove(user: Author, name: string): Promise<void> {
    const room = await this.#moderated(user, name);
    if (room.origin === 'chat') {
      throw new Refusal('Forbidden', 'This room is declared with the chat, and removed there.');
    }
    await this.#alter(room, { reason: 'deleted' }, () => undefined);
    await this.#endReplies(name);
    await this.#context.store.log.erase(name);
  }

  /** Members of a private room invite. */
  async addMember(user: Author, name: string, whom: string): Promise<void> {
    const { store, directory } = this.#context;
    const room = await directory.open(user, name);
    if (room.kind !== 'private') throw new Refusal('BadFrame', 'Only private rooms have members that are invited.');
    const person = await personNamed(store, whom);
    if (room.banned.some(({ id }) => id === person.id)) {
      throw new Refusal('Forbidden', `${person.name} was banned from this room.`);
    }
    await this.#alter(room, undefined, (stored) => {
      if (stored.members.some(({ id }) => id === person.id)) return stored;
      if (stored.members.length >= MOST_MEMBERS) {
        throw tooLarge(`A private room has at most ${MOST_MEMBERS} members.`, MOST_MEMBERS);
      }
      return { ...stored, members: [...stored.members, person] };
    });
  }

  /** Leaves a private room, or takes somebody out of it. With the last one the room goes. */
  async removeMember(user: Author, name: string, whom: string): Promise<void> {
    const room = await this.#context.directory.open(user, name);
    if (room.kind !== 'private') throw new Refusal('BadFrame', 'Nobody leaves a public room or one of two people.');
    const person = this.#inRoom(room, whom);
    if (person.id !== user.id) this.#checkSendingOut(user, room, person);
    await this.#sendOut(room, person, 'removed', (stored) => stored);
  }

  /** Sends somebody out; of a private room they are no member any more, into a public one they may come back. */
  async kick(user: Author, name: string, whom: string): Promise<void> {
    const room = await this.#moderated(user, name);
    const person = await this.#whom(room, whom);
    this.#checkSendingOut(user, room, person);
    await this.#sendOut(room, person, 'kicked', (stored) => stored);
  }

  async ban(user: Author, name: string, whom: string): Promise<void> {
    const room = await this.#moderated(user, name);
    const person = await this.#whom(room, whom);
    this.#checkSendingOut(user, room, person);
    await this.#sendOut(room, person, 'banned', (stored) => {
      if (stored.banned.some(({ id }) => id === person.id)) return stored;
      if (stored.banned.length >= MOST_BANNED) throw tooLarge('Too many people are banned here.', MOST_BANNED);
      return { ...stored, banned: [...stored.banned, person] };
    });
  }

  async unban(user: Author, name: string, whom: string): Promise<void> {
    const room = await this.#moderated(user, name);
    await this.#alter(room, undefined, (stored) => {
      return { ...stored, banned: stored.banned.filter(({ id, name: called }) => id !== whom && called !== whom) };
    });
  }

  async #moderated(user: Author, name: string): Promise<Room> {
    const room = await this.#context.directory.open(user, name);
    if (mayModerate(room, user)) return room;
    throw new Refusal('Forbidden', 'Only moderators of this room may do that.');
  }

  /** Somebody of the room is found by what the room knows, gone from the chat or not. */
  async #whom(room: Room, whom: string): Promise<NameOnly> {
    const known = room.members.find(({ id, name }) => id === whom || name === whom);
    return known ?? personNamed(this.#context.store, whom);
  }

  #inRoom(room: Room, whom: string): NameOnly {
    const known = room.members.find(({ id, name }) => id === whom || name === whom);
    if (known === undefined) throw new Refusal('NotFound', `Nobody called "${whom}" is in this room.`);
    return known;
  }

  #checkSendingOut(user: Author, room: Room, person: NameOnly): void {
    if (person.id === user.id) throw new Refusal('BadFrame', 'You cannot send yourself out.');
    if (!mayModerate(room, user)) throw new Refusal('Forbidden', 'Only moderators of this room may do that.');
    if (room.owner === person.id && user.role !== 'admin') {
      throw new Refusal('Forbidden', `${person.name} moderates this room.`);
    }
  }

  async #sendOut(room: Room, person: NameOnly, reason: LeftReason, also: Step): Promise<void> {
    const isLast = room.members.length === 1 && room.members[0]?.id === person.id;
    await this.#alter(room, { user: person.id, reason }, (stored) => {
      const members = stored.members.filter(({ id }) => id !== person.id);
      if (stored.kind === 'private' && members.length === 0) return undefined;
      // A room is never without a moderator while it has members: whoever came first follows.
      const owner = stored.owner === person.id && stored.kind === 'private' ? (members[0]?.id ?? '') : stored.owner;
      return also({ ...stored, members, owner });
    });
    if (!isLast) return;
    await this.#endReplies(room.name);
    await this.#context.store.log.erase(room.name);
  }

  /** Changes a room until nobody was faster. */
  async #alter({ name, title }: Room, out: RoomChanged['out'], step: Step): Promise<Room> {
    const { store, directory } = this.#context;
    for (let tries = 0; tries < TRIES; tries++) {
      const stored = (await store.directory.find(name)) ?? declared(name, title);
      const next = step(stored);
      if (next === stored && out === undefined) return roomOf(directory, name, stored);
      const people = stored.members.concat(next?.members ?? []).map(({ id }) => id);
      const tell = stored.kind === 'public' ? undefined : [...new Set(people)];
      const signal: RoomChanged = { kind: 'room-changed', room: name, tell, out };
      const isNew = stored.revision === NOT_STORED;
      const done = isNew
        ? (await store.directory.create({ ...(next ?? stored), revision: 0 }, ALL, signal)) === 'done'
        : await store.directory.replace(stored, next, signal);
      directory.forget(name);
      if (done) return roomOf(directory, name, next ?? stored);
    }
    throw new Refusal('Conflict', 'Many people change this room right now: please try again.', 1000);
  }

  async #endReplies(room: string): Promise<void> {
    const { store, assistant } = this.#context;
    const end = performance.now() + REPLIES_END_MS;
    for (;;) {
      const active = await store.runs.active(room);
      if (active.length === 0 || performance.now() > end) return;
      await Promise.all(active.map(({ run }) => assistant.stop(room, run)));
      await delay(50);
    }
  }
}

const NOT_STORED = -1;

/** What is stored of a declared room before anybody decided anything. */
function declared(name: string, title: string): StoredRoom {
  return {
    ...({ revision: NOT_STORED, name, title, kind: 'public', origin: 'chat' } as const),
    ...({ lock: 'open', owner: '', members: [], banned: [] } as const),
  };
}

function roomOf(directory: Directory, name: string, stored: StoredRoom): Room {
  const room = directory.merge(name, stored);
  if (room === undefined) throw new Refusal('NotFound', `There is no room "${name}".`);
  return room;
}
