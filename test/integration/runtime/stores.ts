/** The two versions of the store, for tests that hold for both. */
import assert from 'node:assert/strict';
import { after, before } from 'mocha';
import type { RedisAddress } from '../../../runtime/store/redis/address.ts';
import { redisStore } from '../../../runtime/store/redis/store.ts';
import { memoryStore } from '../../../runtime/store/memory/store.ts';
import type { Store } from '../../../runtime/store/port.ts';
import type { RedisServer } from '../../testbed/redis.ts';
import { startRedis } from '../../testbed/redis.ts';
import { until } from '../../testbed/wait.ts';

interface StoreUnderTest {
  readonly store: Store;
  end(): Promise<void>;
}

export async function connectedStore(redis: RedisServer): Promise<Store> {
  const address: RedisAddress = { servers: [{ host: '127.0.0.1', port: redis.port }], memory: 'keeps' };
  const password = redis.password === undefined ? {} : { password: redis.password };
  const observer = {
    answered: () => undefined,
    reconnected: () => undefined,
    refused: (words: string) => assert.fail(words),
  };
  const store = redisStore({ ...address, ...password }, observer);
  await until('the store is connected', () => store.connected(), { timeout: 10_000, every: 10 });
  return store;
}

export const STORES: readonly { readonly name: string; readonly start: () => Promise<StoreUnderTest> }[] = [
  {
    name: 'in memory',
    start: () => {
      const store = memoryStore();
      return Promise.resolve({ store, end: () => store.close() });
    },
  },
  {
    name: 'in Redis',
    start: async () => {
      const redis = await startRedis({ password: 'a secret' });
      const store = await connectedStore(redis);
      return {
        store,
        async end() {
          await store.close();
          await redis.stop();
        },
      };
    },
  },
];

/** Starts a version of the store before the tests of a `describe`, and ends it after them. */
export function useStore(start: () => Promise<StoreUnderTest>, use: (store: Store) => void): void {
  let test: StoreUnderTest;
  before(async function () {
    this.timeout(60_000);
    test = await start();
    use(test.store);
  });
  after(() => test.end());
}
