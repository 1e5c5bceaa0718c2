/** Connections of one backend by their people, and what they are told of rooms wherever they look. */
import type { ServerFrame } from '../protocol/frames.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { News, RoomChanged } from '../store/port.ts';
import { Activity } from './activity.ts';
import type { Connection } from './connection.ts';

export class Audience {
  readonly #rooms: Rooms;
  readonly #byUser = new Map<string, Set<Connection>>();
  readonly #activity = new Activity(() => this.#of(undefined));

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
    const leaving = out === undefined ? [] : this.#of(out.user === undefined ? undefined : [out.user]);
    for (const connection of leaving) {
      if (out !== undefined && connection.rooms.has(room)) this.takeOut(connection, room, out.reason);
    }
    const frame: ServerFrame = { type: 'rooms-changed', room };
    for (const connection of this.#of(tell)) connection.send(frame);
  }

  /** Tells what was read on other devices, who was named, and which rooms have new messages. */
  news({ reads, mentions, activity }: News): void {
    for (const { room, user, offset, tell, except } of reads) {
      const frame: ServerFrame = { type: 'read', room, user, offset };
      for (const connection of this.#of(tell)) if (connection.id !== except) connection.send(frame);
    }
    for (const { users, ...named } of mentions) {
      for (const connection of this.#of(users)) {
        if (!connection.rooms.has(named.room)) connection.send({ type: 'mention', ...named });
      }
    }
    this.#activity.add(activity);
  }

  close(): void {
    this.#activity.close();
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
