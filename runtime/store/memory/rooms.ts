import type { ControlBus, ControlSignal } from '../port.ts';
import type { RoomBounds, RoomStore, StoredRoom } from '../rooms.ts';
import { pairOf } from '../rooms.ts';

export class MemoryRooms implements RoomStore {
  readonly #control: ControlBus;
  readonly #rooms = new Map<string, StoredRoom>();

  constructor(control: ControlBus) {
    this.#control = control;
  }

  async create(
    room: StoredRoom,
    bounds: RoomBounds,
    signal: ControlSignal,
  ): Promise<'done' | 'taken' | 'too-many' | 'full'> {
    const all = [...this.#rooms.values()];
    const [one, other] = room.members;
    const isPair = room.kind === 'direct' && one !== undefined && other !== undefined;
    if (this.#rooms.has(room.name) || (isPair && this.#pair(one.id, other.id))) return 'taken';
    if (room.owner !== '' && all.filter(({ owner }) => owner === room.owner).length >= bounds.each) return 'too-many';
    if (all.length >= bounds.all) return 'full';
    this.#rooms.set(room.name, room);
    await this.#control.publish(signal);
    return 'done';
  }

  async replace(before: StoredRoom, after: StoredRoom | undefined, signal: ControlSignal): Promise<boolean> {
    const { name, revision } = before;
    if (this.#rooms.get(name)?.revision !== revision) return false;
    if (after === undefined) this.#rooms.delete(name);
    else this.#rooms.set(name, { ...after, revision: revision + 1 });
    await this.#control.publish(signal);
    return true;
  }

  find(name: string): Promise<StoredRoom | undefined> {
    return Promise.resolve(this.#rooms.get(name));
  }

  of(user: string): Promise<StoredRoom[]> {
    const isFor = ({ kind, origin, members }: StoredRoom): boolean =>
      (kind === 'public' && origin === 'people') || members.some(({ id }) => id === user);
    return Promise.resolve([...this.#rooms.values()].filter(isFor));
  }

  direct(one: string, other: string): Promise<string | undefined> {
    return Promise.resolve(this.#pair(one, other)?.name);
  }

  names(): Promise<string[]> {
    return Promise.resolve([...this.#rooms.keys()]);
  }

  #pair(one: string, other: string): StoredRoom | undefined {
    const pair = pairOf(one, other);
    return [...this.#rooms.values()].find(({ kind, members: [first, second] }) => {
      return kind === 'direct' && pairOf(first?.id ?? '', second?.id ?? '') === pair;
    });
  }
}
