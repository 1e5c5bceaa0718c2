/** What only Redis can do to a store: restart, forget, fall silent, fill up. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import type { NewEntry, RoomSignal, Store } from '../../../runtime/store/port.ts';
import { StoreUnavailable } from '../../../runtime/store/port.ts';
import { START } from '../../../runtime/protocol/offset.ts';
import { contentOf } from '../../../runtime/store/content.ts';
import type { RedisOptions, RedisServer } from '../../testbed/redis.ts';
import { startRedis } from '../../testbed/redis.ts';
import { until } from '../../testbed/wait.ts';
import { connectedStore } from './stores.ts';

const KEEP = { maxMessages: 1000, maxAgeSeconds: 3600 };
const author = { id: 'u-ann', name: 'Ann', role: 'guest' } as const;
const message = (text: string): NewEntry => ({ kind: 'message', id: 'message-1', author, text });

describe('a store in Redis', function () {
  this.timeout(60_000);
  let redis: RedisServer;
  let store: Store;
  const begin = async (options?: RedisOptions): Promise<void> => {
    redis = await startRedis(options);
    store = await connectedStore(redis);
  };
  afterEach(async () => {
    await store.close();
    await redis.stop();
  });
  const back = (): Promise<true> => until('the store is back', () => store.connected(), { timeout: 15_000, every: 20 });

  it('keeps epoch, entries and subscriptions over a kill, where every write is flushed', async () => {
    await begin();
    await store.log.append('r', 'one', message('one'), KEEP);
    const { epoch } = await store.log.position('r');
    const heard: RoomSignal[] = [];
    await store.rooms.subscribe('r', (signal) => heard.push(signal));
    let recovered = 0;
    store.onRecovered(() => (recovered += 1));
    await redis.restart('SIGKILL');
    await back();
    assert.equal((await store.log.position('r')).epoch, epoch);
    assert.equal((await store.log.append('r', 'one', message('one'), KEEP)).duplicate, true);
    await store.log.append('r', 'two', message('two'), KEEP);
    await until('the signal', () => heard.length === 1, { timeout: 5000, every: 5 });
    assert.equal(recovered, 1);
  });

  it('begins a new epoch after a restart, where acknowledged writes may be lost', async () => {
    await begin({ appendfsync: 'everysec' });
    await store.log.append('r', 'one', message('one'), KEEP);
    const { epoch } = await store.log.position('r');
    await redis.restart();
    await back();
    assert.notEqual((await store.log.position('r')).epoch, epoch);
  });

  it('holds nothing of a text that was deleted', async () => {
    await begin();
    const { Redis } = await import('ioredis');
    const direct = new Redis(redis.url);
    const everything = async (): Promise<string> => {
      const [log, ...others] = ['chatapp:{room:r}:log', 'chatapp:{room:r}:meta', 'chatapp:{room:r}:contents'] as const;
      const hashes = await Promise.all(others.map((key) => direct.hgetall(key)));
      assert.equal((await direct.keys('*{room:r}*')).length, 4, 'these three and the idempotency key');
      return JSON.stringify([await direct.xrange(log, '-', '+'), hashes]);
    };
    const { offset: target } = await store.log.append('r', 'one', message('secret-1'), KEEP);
    const first = await store.log.find('r', target);
    const edit = { kind: 'edit', target, text: 'secret-2' } as const;
    await store.log.change('r', edit, first!, contentOf({ text: 'secret-2' }), KEEP);
    assert.match(await everything(), /secret-2/);
    assert.doesNotMatch(await everything(), /secret-1/, 'an edit leaves no earlier text');
    const second = await store.log.find('r', target);
    const content = contentOf({ text: '', deleted: 'author' });
    await store.log.change('r', { kind: 'delete', target, by: 'author' }, second!, content, KEEP);
    assert.doesNotMatch(await everything(), /secret/);
    direct.disconnect();
  });

  it('begins a new epoch when the data were emptied', async () => {
    await begin();
    await store.log.append('r', 'one', message('one'), KEEP);
    const { epoch } = await store.log.position('r');
    const { Redis } = await import('ioredis');
    const client = new Redis(redis.url);
    await client.flushall();
    client.disconnect();
    const position = await store.log.position('r');
    assert.notEqual(position.epoch, epoch);
    assert.equal(position.top, START);
  });

  it('says so in time when Redis is gone, and comes back by itself', async () => {
    await begin();
    await redis.down('SIGKILL');
    const start = Date.now();
    await assert.rejects(store.log.append('r', 'one', message('one'), KEEP), StoreUnavailable);
    assert.ok(Date.now() - start < 2_000, 'not after a time-out');
    await until('it is noticed', () => !store.connected(), { timeout: 2_000, every: 5 });
    await redis.start();
    await back();
    assert.equal((await store.log.append('r', 'one', message('one'), KEEP)).duplicate, false);
  });

  it('says in words that it is full, and loses nothing', async () => {
    await begin({ settings: ['--maxmemory', '3mb', '--maxmemory-policy', 'noeviction'] });
    let stored = 0;
    const fill = async (): Promise<void> => {
      for (let i = 0; i < 2000; i++) {
        await store.log.append('r', `key-${i}`, message('x'.repeat(4000)), KEEP);
        stored += 1;
      }
    };
    await assert.rejects(
      fill(),
      (error: Error) => error instanceof StoreUnavailable && /Redis is full/.test(error.message),
    );
    let read = 0;
    for (let from = START; ;) {
      const { entries } = await store.log.after('r', from, 100);
      if (entries.length === 0) break;
      read += entries.length;
      from = entries.at(-1)!.offset;
    }
    assert.ok(read >= stored && stored > 10, `${read} of ${stored}`);
  });
});
