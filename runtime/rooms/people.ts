/**
 * Who is in a room, over all processes: each process holds a lease for each of its people and renews it; whoever's lease
 * runs out is gone. Processes tell each other that something changed, and look now and then.
 */
import * as z from 'zod';
import type { Author } from '../protocol/entries.ts';
import { authorSchema } from '../protocol/entries.ts';
import type { Store } from '../store/port.ts';
import { log, wordsOf } from '../log.ts';

/** A lease outlives two missed renewals. */
export const PRESENCE_TTL_SECONDS = 60;
export const PRESENCE_RENEWAL_MS = 20_000;
/** People named in a frame, at most: the cost of a change grows with the square of a room. */
const MOST_NAMED = 200;
/** Changes are gathered so long, the longer the more members have to be told. */
const GATHER_MS = { least: 100, perMember: 2, most: 3000 };

const leaseSchema = z.tuple([z.string(), authorSchema]);

export class People {
  readonly #store: Store;
  readonly #process: string;
  readonly #room: string;
  readonly #tell: (people: readonly Author[]) => void;
  /** Connections of each person in this process. */
  readonly #here = new Map<string, { user: Author; connections: number }>();
  #known: readonly Author[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** @param process name of this process among those of the chat */
  constructor(store: Store, process: string, room: string, tell: (people: readonly Author[]) => void) {
    this.#store = store;
    this.#process = process;
    this.#room = room;
    this.#tell = tell;
  }

  /** As last heard, with the given person, who has just come. */
  with(user: Author): readonly Author[] {
    return byName([...this.#known.filter(({ id }) => id !== user.id), user]);
  }

  async enter(user: Author): Promise<void> {
    const here = this.#here.get(user.id) ?? { user, connections: 0 };
    here.connections += 1;
    this.#here.set(user.id, here);
    if (here.connections > 1) return;
    await this.#hold(user);
    await this.#store.rooms.publish(this.#room, { kind: 'people' });
  }

  async leave(user: Author): Promise<void> {
    const here = this.#here.get(user.id);
    if (here === undefined) return;
    here.connections -= 1;
    if (here.connections > 0) return;
    this.#here.delete(user.id);
    await this.#store.leases.drop(this.#set(), this.#member(user));
    await this.#store.rooms.publish(this.#room, { kind: 'people' });
  }

  async renew(): Promise<void> {
    await Promise.all([...this.#here.values()].map(({ user }) => this.#hold(user)));
    await this.refresh();
  }

  /** Reads who is there, and tells when that is new. */
  async refresh(): Promise<void> {
    const people = (await peopleIn(this.#store, this.#room)).slice(0, MOST_NAMED);
    if (JSON.stringify(people) === JSON.stringify(this.#known)) return;
    this.#known = people;
    this.#tell(people);
  }

  /** Something changed somewhere: refreshes soon, once for many changes. */
  changed(members: number): void {
    if (this.#timer !== undefined) return;
    const wait = Math.min(GATHER_MS.least + members * GATHER_MS.perMember, GATHER_MS.most);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.refresh().catch((error: unknown) => log.debug('people could not be read', { error: wordsOf(error) }));
    }, wait);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #hold(user: Author): Promise<boolean> {
    return this.#store.leases.hold(this.#set(), this.#member(user), PRESENCE_TTL_SECONDS, Number.MAX_SAFE_INTEGER);
  }

  #set(): string {
    return setOf(this.#room);
  }

  #member(user: Author): string {
    return leaseOf(this.#process, user);
  }
}

/** Everybody in a room, on any backend, by name. @throws StoreUnavailable */
export async function peopleIn(store: Pick<Store, 'leases'>, room: string): Promise<Author[]> {
  return byName(await holders(store, setOf(room)));
}

/** The person of each lease in a set, as {@link leaseOf} names them. @throws StoreUnavailable */
export async function holders(store: Pick<Store, 'leases'>, set: string): Promise<Author[]> {
  const members = await store.leases.members(set);
  return members.map((member) => leaseSchema.parse(JSON.parse(member))[1]);
}

/** What a lease of a person is called. @param of the process or connection that holds it */
export const leaseOf = (of: string, user: Author): string => JSON.stringify([of, user]);

/** Each once, by name. */
export function byName(people: readonly Author[]): Author[] {
  const once = [...new Map(people.map((person) => [person.id, person])).values()];
  return once.sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
}

const setOf = (room: string): string => `people:${room}`;
