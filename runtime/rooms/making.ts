/** Making rooms. */
import type { RuntimeConfig } from '../config.ts';
import { withTag } from '../ai/models.ts';
import type { Author } from '../protocol/entries.ts';
import type { NewRoom } from '../protocol/rest.ts';
import type { Store } from '../store/port.ts';
import type { StoredRoom } from '../store/rooms.ts';
import type { Room } from './access.ts';
import { personNamed } from './acquaintances.ts';
import type { Directory } from './directory.ts';
import { Refusal } from './refusal.ts';
import { hiddenName, nameFrom } from './room-name.ts';
import { checkCreator, userRoomsOf } from './user-rooms.ts';

const ROOMS_PER_MINUTE = 10;
/** A hidden name that is in use is a matter of chance. */
const TRIES = 5;

/** @throws Refusal with `BadFrame` for a model that the chat does not have */
export function checkModel({ ollama, rooms }: RuntimeConfig, model: string | undefined): void {
  if (model === undefined) return;
  const known = [...ollama.models.map(({ name }) => name), ...rooms.map((room) => room.model)];
  if (known.some((name) => withTag(name) === withTag(model))) return;
  throw new Refusal('BadFrame', `This chat has no model "${model}".`);
}

export class Making {
  readonly #config: RuntimeConfig;
  readonly #store: Store;
  readonly #directory: Directory;

  constructor(config: RuntimeConfig, store: Store, directory: Directory) {
    this.#config = config;
    this.#store = store;
    this.#directory = directory;
  }

  /** @throws Refusal, StoreUnavailable */
  async make(user: Author, asked: NewRoom): Promise<Room> {
    checkCreator(userRoomsOf(this.#config), user);
    await this.#checkPace(user);
    const { kind, title, model, systemPrompt, replies, members: invited = [] } = asked;
    checkModel(this.#config, model);
    const others = kind === 'private' ? await Promise.all(invited.map((each) => personNamed(this.#store, each))) : [];
    const wanted = asked.name ?? nameFrom(title);
    const self = { id: user.id, name: user.name };
    const members = kind === 'private' ? [self, ...others.filter(({ id }) => id !== user.id)] : [];
    const settings = {
      ...{ title, kind, owner: user.id, members: [...new Map(members.map((each) => [each.id, each])).values()] },
      ...(model !== undefined && { model }),
      ...(systemPrompt !== undefined && { systemPrompt }),
      ...(replies !== undefined && { replies }),
    };
    if (kind === 'private') return this.#hidden(wanted, settings);
    if (this.#config.rooms.some(({ name }) => name === wanted)) throw taken(wanted);
    const made = await this.#create({ ...settings, name: wanted });
    if (made === undefined) throw taken(wanted);
    return made;
  }

  /** The room of two people. @throws Refusal, StoreUnavailable */
  async direct(user: Author, whom: string): Promise<Room> {
    const other = await personNamed(this.#store, whom);
    if (other.id === user.id) throw new Refusal('BadFrame', 'You cannot write to yourself.');
    const present = await this.#directRoom(user, other.id);
    if (present !== undefined) return present;
    await this.#checkPace(user);
    const members = [{ id: user.id, name: user.name }, other];
    return this.#hidden('direct', { kind: 'direct', title: 'Direct', owner: '', members }, () =>
      this.#directRoom(user, other.id),
    );
  }

  async #directRoom({ id }: Author, other: string): Promise<Room | undefined> {
    const name = await this.#store.directory.direct(id, other);
    return name === undefined ? undefined : this.#directory.find(name);
  }

  async #hidden(
    name: string,
    settings: Pick<StoredRoom, 'title' | 'kind' | 'owner' | 'members'>,
    present?: () => Promise<Room | undefined>,
  ): Promise<Room> {
    for (let tries = 0; tries < TRIES; tries++) {
      const made = (await this.#create({ ...settings, name: hiddenName(name) })) ?? (await present?.());
      if (made !== undefined) return made;
    }
    throw new Refusal('Unavailable', 'The room could not be made: please try again.', 1000);
  }

  /** @returns nothing when the name, or the room of these two, is there already */
  async #create(
    settings: Pick<StoredRoom, 'name' | 'title' | 'kind' | 'owner' | 'members'>,
  ): Promise<Room | undefined> {
    const room: StoredRoom = { revision: 0, origin: 'people', lock: 'open', banned: [], ...settings };
    const tell = room.kind === 'public' ? undefined : room.members.map(({ id }) => id);
    const signal = { kind: 'room-changed', room: room.name, tell } as const;
    const { maxPerPerson, maxRooms } = userRoomsOf(this.#config);
    const answer = await this.#store.directory.create(room, { each: maxPerPerson, all: maxRooms }, signal);
    this.#directory.forget(room.name);
    if (answer === 'too-many') {
      throw new Refusal('Conflict', `You have ${maxPerPerson} rooms already: remove one that nobody needs.`);
    }
    if (answer === 'full') throw new Refusal('Conflict', 'This chat has as many rooms as it can have.');
    return answer === 'done' ? this.#directory.merge(room.name, room) : undefined;
  }

  async #checkPace({ id }: Author): Promise<void> {
    const { allowed, retryAfterMs } = await this.#store.limits.take(`room:${id}`, ROOMS_PER_MINUTE);
    if (!allowed) throw new Refusal('RateLimited', 'You are making very many rooms: please wait.', retryAfterMs);
  }
}

const taken = (name: string): Refusal => new Refusal('Conflict', `There is a room "${name}" already.`);
