/** A chat with many rooms, and what they cost Redis. */
import { Redis } from 'ioredis';
import type { Store } from '../../../runtime/store/port.ts';
import type { StoredRoom } from '../../../runtime/store/rooms.ts';
import type { RedisServer } from '../../testbed/redis.ts';

/** Rooms that nobody who is here can see. */
export async function makeRooms({ directory }: Store, count: number): Promise<void> {
  const gone = { id: 'u-gone', name: 'Gone' };
  const room: Omit<StoredRoom, 'name'> = {
    ...({ revision: 0, kind: 'private', origin: 'people', title: 'One of many', lock: 'open' } as const),
    ...{ owner: '', members: [gone], banned: [] },
  };
  await Promise.all(
    Array.from({ length: count }, async (_unused, at) => {
      const name = `one-of-many-${at}`;
      const stored = { ...room, name } as StoredRoom;
      await directory.create(stored, { each: count, all: count }, { kind: 'room-changed', room: name });
    }),
  );
}

export interface Calls {
  /** Scripts that Redis ran since it started. */
  scripts(): Promise<number>;
  close(): void;
}

export function countCalls({ port, password }: RedisServer): Calls {
  const redis = new Redis({ port, ...(password !== undefined && { password }) });
  redis.on('error', () => undefined);
  return {
    async scripts() {
      return Number(/^cmdstat_evalsha:calls=(\d+)/m.exec(await redis.info('commandstats'))?.[1] ?? 0);
    },
    close: () => redis.disconnect(),
  };
}
