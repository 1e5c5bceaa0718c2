/** Connections of one backend by their people, and what they are told of rooms wherever they look. */
import type { ServerFrame } from '../protocol/frames.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { RoomChanged } from '../store/port.ts';
import type { Connection } from './connection.ts';

export class Audience {
  readonly #rooms: Rooms;
  readonly #byUser = new Map<string, Set<Connection>>();

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  add(connection: Connection): void {
    const others = this.#byUser.get(connection.user.id);
    if (others === undefined) this.#byUser.set(connection.user.id, new Set([connection]));
    else others.add(connection);
  }

  remove(connection: Connection): void {
    const own = this.#byUser.get(connection.user.id);
    own?.delete(connection);
    if (own?.size === 0) this.#byUser.delete(connection.user.id);
  }

  /** Takes people out of a room, and tells everybody whom it concerns that the room changed. */
  roomChanged({ room, tell, out }: RoomChanged): void {
    const leaving = out === undefined ? [] : this.#of(out.user === 'everybody' ? undefined : [out.user]);
    for (const connection of leaving) {
      if (out !== undefined && connection.rooms.has(room)) this.takeOut(connection, room, out.reason);
    }
    const frame: ServerFrame = { type: 'rooms-changed', room };
    for (const connection of this.#of(tell)) connection.send(frame);
  }

  takeOut(connection: Connection, room: string, reason: NonNullable<RoomChanged['out']>['reason']): void {
    connection.rooms.delete(room);
    this.#rooms.leave(connection, room);
    connection.send({ type: 'left', room, reason });
  }

  /** @param users ids; everybody if not set */
  #of(users: readonly string[] | undefined): Connection[] {
    const some = users === undefined ? [...this.#byUser.values()] : users.map((user) => this.#byUser.get(user) ?? []);
    return some.flatMap((connections) => [...connections]);
  }
}
