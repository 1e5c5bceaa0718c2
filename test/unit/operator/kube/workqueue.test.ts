import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { Workqueue } from '../../../../operator/kube/workqueue.ts';
import { ManualClock, settle } from './manual-clock.ts';

describe('workqueue', () => {
  let clock: ManualClock;
  let queue: Workqueue;

  beforeEach(() => {
    clock = new ManualClock();
    queue = new Workqueue({ clock, backoff: { initialMs: 5, maxMs: 1_000_000, random: () => 0 } });
  });

  /** The key that is handed out now, if one is. */
  async function taken(): Promise<string | undefined> {
    let key: string | undefined;
    void queue.take().then((each) => (key = each));
    await settle();
    return key;
  }

  it('holds a key once, first come first served', async () => {
    for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key);
    assert.equal(queue.length, 3);
    assert.deepEqual([await taken(), await taken(), await taken()], ['a', 'b', 'c']);
  });

  it('never hands out a key twice at the same time; what is added meanwhile is handed out once afterwards', async () => {
    queue.add('a');
    assert.equal(await taken(), 'a');
    queue.add('a');
    queue.add('a', 'low');
    const next = queue.take();
    await settle();
    assert.equal(queue.length, 0);
    queue.done('a');
    assert.equal(await next, 'a');
    queue.done('a');
    assert.equal(queue.length, 0);
  });

  it('takes changes before what the first list brought, and moves a key forward when it changes', async () => {
    queue.add('old-1', 'low');
    queue.add('old-2', 'low');
    queue.add('news');
    queue.add('old-2');
    queue.add('news', 'low');
    assert.deepEqual([await taken(), await taken(), await taken()], ['news', 'old-2', 'old-1']);
  });

  it('adds after a delay; the earliest counts, and an add at once ends it', async () => {
    queue.addAfter('a', 100);
    queue.addAfter('a', 50);
    queue.addAfter('a', 70);
    await clock.advance(49);
    assert.equal(queue.length, 0);
    await clock.advance(1);
    assert.equal(await taken(), 'a');
    queue.done('a');
    queue.addAfter('b', 10);
    queue.add('b');
    assert.equal(clock.pending, 0);
    assert.equal(await taken(), 'b');
  });

  it('waits longer with every failure, from 5 ms to 1000 s, and forgets', () => {
    const waits = Array.from({ length: 20 }, () => queue.retry('a'));
    assert.deepEqual(waits.slice(0, 4), [5, 10, 20, 40]);
    assert.equal(waits.at(-1), 1_000_000);
    queue.forget('a');
    assert.equal(queue.retry('a'), 5);
    assert.equal(queue.retry('b', 3_000), 3_000, 'at least as long as the server asks');
  });

  it('does not start a delayed key while it is worked on', async () => {
    queue.add('a');
    assert.equal(await taken(), 'a');
    queue.addAfter('a', 10);
    await clock.advance(10);
    assert.equal(queue.length, 0);
    queue.done('a');
    assert.equal(queue.length, 1);
  });

  it('says for how long keys have waited without one being taken', async () => {
    queue.add('a');
    await clock.advance(100);
    assert.equal(queue.stalledMs, 100);
    queue.add('b');
    assert.equal(await taken(), 'a');
    await clock.advance(30);
    assert.equal(queue.stalledMs, 30);
    assert.equal(await taken(), 'b');
    assert.equal(queue.stalledMs, 0);
  });

  it('hands out nothing after it is shut down, and keeps no timer', async () => {
    queue.add('a');
    assert.equal(await taken(), 'a');
    queue.add('a');
    queue.add('b');
    queue.addAfter('c', 10);
    const waiting = queue.take();
    queue.shutDown();
    queue.add('d');
    queue.done('a');
    assert.equal(await waiting, 'b', 'it was there before');
    assert.equal(await queue.take(), undefined);
    assert.equal(queue.length, 0);
    assert.equal(clock.pending, 0);
  });

  it('tells its observer', async () => {
    const told: string[] = [];
    const observed = new Workqueue({
      clock,
      observer: {
        added: () => told.push('added'),
        depth: (ready) => told.push(`depth ${ready}`),
        started: (waited) => told.push(`started ${waited}`),
        finished: (worked) => told.push(`finished ${worked}`),
        retried: () => told.push('retried'),
      },
    });
    observed.add('a');
    await clock.advance(2_000);
    await observed.take();
    await clock.advance(3_000);
    observed.done('a');
    assert.deepEqual(told, ['added', 'depth 1', 'depth 0', 'started 2', 'finished 3']);
  });
});
