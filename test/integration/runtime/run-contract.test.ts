/** What both versions of the store promise of the queue of runs. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ControlSignal, NewEntry, Store } from '../../../runtime/store/port.ts';
import type { Offer, Run } from '../../../runtime/store/runs.ts';
import { until } from '../../testbed/wait.ts';
import { STORES, useStore } from './stores.ts';

const ANN = { id: 'u-ann', name: 'Ann', role: 'guest' } as const;
const KEEP = { maxMessages: 1000, maxAgeSeconds: 3600 };

let counter = 0;
/** A room that no other test uses. */
const freshRoom = (): string => `room-${(counter += 1)}`;

for (const { name, start } of STORES) {
  describe(`a store ${name}, of runs`, () => {
    let store: Store;
    useStore(start, (started) => (store = started));
    const servers = [{ url: 'http://one', loaded: false }];
    const offer: Offer = { capacity: 1, models: new Map([['m', servers]]) };
    const limits = { maxWaiting: 10, waitingPerRoom: 'any' } as const;
    const run = (id: string, askedBy: string = ANN.id, room = 'queue', model = 'm'): Run => ({
      ...{ id, room, model, askedBy },
      replyTo: '1-1',
      askedAt: 5,
    });
    /** Takes and ends everything, in the order it is given out. */
    const serveAll = async (): Promise<string[]> => {
      const served = [];
      for (let claim = await store.runs.claim(offer); claim; claim = await store.runs.claim(offer)) {
        served.push(claim.run.id);
        await store.runs.release(claim.run.id, claim.fence);
      }
      return served;
    };

    it('lets people take turns, whatever one of them has waiting', async () => {
      for (const id of ['a1', 'a2', 'a3']) await store.runs.enqueue(run(id, 'ann'), limits);
      for (const id of ['b1', 'b2']) await store.runs.enqueue(run(id, 'bob'), limits);
      const { place } = (await store.runs.enqueue(run('c1', 'cid'), limits)) as { place: number };
      assert.equal(place, 3);
      assert.deepEqual(
        (await store.runs.waiting()).map(({ id }) => id),
        ['a1', 'b1', 'c1', 'a2', 'b2', 'a3'],
      );
      assert.deepEqual(await serveAll(), ['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
    });

    it('does not let newcomers overtake for ever', async () => {
      for (const id of ['d1', 'd2', 'd3']) await store.runs.enqueue(run(id, 'dan'), limits);
      const served = [];
      for (let i = 0; i < 5; i++) {
        await store.runs.enqueue(run(`new${i}`, `newcomer-${i}`), limits);
        const claim = await store.runs.claim(offer);
        served.push(claim!.run.id);
        await store.runs.release(claim!.run.id, claim!.fence);
      }
      assert.ok(served.includes('d2'), served.join(' '));
      await serveAll();
    });

    it('takes no more than the servers can, and only what they have; loaded first, then least busy', async () => {
      const two = [
        { url: 'http://cold', loaded: false },
        { url: 'http://warm', loaded: true },
      ];
      const both: Offer = { capacity: 2, models: new Map([['m', two]]) };
      for (let i = 0; i < 5; i++) await store.runs.enqueue(run(`cap${i}`), limits);
      await store.runs.enqueue(run('other', ANN.id, 'queue', 'unknown'), limits);
      const claims = [];
      for (let i = 0; i < 5; i++) claims.push(await store.runs.claim(both));
      const expected = ['http://warm', 'http://warm', 'http://cold', 'http://cold', undefined];
      assert.deepEqual(
        claims.map((claim) => claim?.server),
        expected,
      );
      assert.equal(await store.runs.running(), 4);
      for (const claim of claims) if (claim) await store.runs.release(claim.run.id, claim.fence);
      assert.deepEqual(await serveAll(), ['cap4']);
      const left = await store.runs.take('other');
      await store.runs.release('other', left!.fence);
    });

    it('knows a run that it had, refuses when full, and takes one a room where that is asked', async () => {
      const few = { maxWaiting: 2, waitingPerRoom: 'any' } as const;
      assert.equal((await store.runs.enqueue(run('f1'), few)).state, 'waiting');
      assert.equal((await store.runs.enqueue(run('f1'), few)).state, 'known');
      assert.equal((await store.runs.enqueue(run('f2'), few)).state, 'waiting');
      assert.deepEqual(await store.runs.enqueue(run('f3'), few), { state: 'full', waiting: 2 });
      await serveAll();
      assert.equal((await store.runs.enqueue(run('f1'), few)).state, 'known', 'also after it ended');
      const one = { maxWaiting: 10, waitingPerRoom: 'one' } as const;
      assert.equal((await store.runs.enqueue(run('o1', 'ann', 'always'), one)).state, 'waiting');
      assert.equal((await store.runs.enqueue(run('o2', 'bob', 'always'), one)).state, 'known');
      assert.equal((await store.runs.enqueue(run('o3', 'bob', 'elsewhere'), one)).state, 'waiting');
      const claim = await store.runs.claim({ ...offer, capacity: 10 });
      assert.equal(claim?.run.id, 'o1');
      assert.equal((await store.runs.enqueue(run('o4', 'bob', 'always'), one)).state, 'waiting');
      await store.runs.release('o1', claim.fence);
      await serveAll();
    });

    it('tells the holder of a stop, and a former holder that it lost the run', async () => {
      await store.runs.enqueue(run('s1'), limits);
      assert.equal(await store.runs.requestStop('s1'), 'waiting');
      const claim = (await store.runs.claim(offer))!;
      assert.equal(claim.stop, false);
      assert.equal(await store.runs.take('s1'), undefined, 'it does not wait any more');
      assert.equal(await store.runs.heartbeat('s1', claim.fence), 'held');
      const heard: ControlSignal[] = [];
      const stop = await store.control.subscribe((signal) => heard.push(signal));
      assert.equal(await store.runs.requestStop('s1'), 'running');
      await until('the signal', () => heard.some((signal) => signal.kind === 'stop'), { timeout: 5000, every: 5 });
      stop();
      assert.equal(await store.runs.heartbeat('s1', claim.fence), 'stop');
      assert.equal(await store.runs.heartbeat('s1', claim.fence - 1), 'lost');
      await store.runs.release('s1', claim.fence - 1);
      assert.equal(await store.runs.running(), 1, 'an older number frees nothing');
      await store.runs.release('s1', claim.fence);
      assert.equal(await store.runs.running(), 0);
      assert.equal(await store.runs.heartbeat('s1', claim.fence), 'lost');
      assert.equal(await store.runs.requestStop('s1'), 'ended');
    });

    it('keeps streamed text by position while the log says that the run is open', async () => {
      const room = freshRoom();
      const id = `run-${room}`;
      assert.equal(await store.runs.addText(room, id, 0, 'no', '{}'), false);
      const start: NewEntry = { kind: 'run-start', run: id, model: 'm', replyTo: '1-1', askedBy: ANN.id };
      await store.log.append(room, 'start', start, KEEP);
      const frames: string[] = [];
      const stop = await store.rooms.subscribe(room, (signal) => {
        if (signal.kind === 'delta') frames.push(signal.json);
      });
      assert.equal(await store.runs.addText(room, id, 0, 'Grüße', '{"n":1}'), true);
      assert.equal(await store.runs.addText(room, id, 7, ' an alle', '{"n":2}'), true);
      assert.equal(await store.runs.addText(room, id, 7, ' an alle', '{"n":2}'), true);
      assert.equal(await store.runs.text(room, id), 'Grüße an alle');
      assert.deepEqual(await store.runs.active(room), [{ run: id, state: 'running', text: 'Grüße an alle' }]);
      assert.equal(await store.runs.addText(room, id, 0, 'Hm', '{"n":0}', 'thinking'), true);
      assert.equal(await store.runs.text(room, id, 'thinking'), 'Hm');
      const whole = { run: id, state: 'running', text: 'Grüße an alle', thinking: 'Hm' };
      assert.deepEqual(await store.runs.active(room), [whole]);
      await until('the frames', () => frames.length === 4, { timeout: 5000, every: 5 });
      stop();
      const end: NewEntry = { kind: 'run-end', run: id, model: 'm', outcome: 'done', text: 'Grüße an alle' };
      await store.log.append(room, 'end', end, KEEP);
      assert.deepEqual(await store.runs.active(room), []);
      assert.equal(await store.runs.addText(room, id, 15, 'late', '{}'), false);
      for (const part of ['text', 'thinking'] as const) assert.equal(await store.runs.text(room, id, part), '');
    });

    it('tells of all rooms which open runs nobody works on', async () => {
      const rooms = Array.from({ length: 450 }, freshRoom);
      const ids = rooms.map((room) => `run-${room}`);
      const open = async (at: number): Promise<void> => {
        const start = { kind: 'run-start', run: ids[at]!, model: 'm', replyTo: '1-1', askedBy: ANN.id } as const;
        await store.log.append(rooms[at]!, 'start', start, KEEP);
      };
      assert.deepEqual(await store.runs.leftOpen(rooms), []);
      for (const at of [0, 201, 449]) await open(at);
      await store.runs.enqueue(run(ids[201]!, 'ann', rooms[201]), limits);
      const [first, , last] = [0, 201, 449].map((at) => ({ room: rooms[at], run: ids[at] }));
      assert.deepEqual(await store.runs.leftOpen(rooms), [first, last], 'not one that waits');
      const claim = (await store.runs.claim(offer))!;
      assert.deepEqual(await store.runs.leftOpen(rooms), [first, last], 'not one that is worked on');
      await store.runs.release(ids[201]!, claim.fence);
      assert.equal((await store.runs.leftOpen(rooms)).length, 3, 'it ended in the queue only');
      const end: NewEntry = { kind: 'run-end', run: ids[0]!, model: 'm', outcome: 'done', text: '' };
      await store.log.append(rooms[0]!, 'end', end, KEEP);
      assert.deepEqual(
        (await store.runs.leftOpen(rooms)).map(({ room }) => room),
        [rooms[201], rooms[449]],
      );
      assert.deepEqual(await store.runs.leftOpen([]), []);
    });

    it('shows a waiting run with its place', async () => {
      const room = freshRoom();
      const id = `run-${room}`;
      await store.runs.enqueue(run('before', 'bob'), limits);
      await store.runs.enqueue(run(id, 'ann', room), limits);
      const start: NewEntry = { kind: 'run-start', run: id, model: 'm', replyTo: '1-1', askedBy: ANN.id };
      await store.log.append(room, 'start', start, KEEP);
      assert.deepEqual(await store.runs.active(room), [{ run: id, state: 'waiting', place: 2, text: '' }]);
      await serveAll();
    });

    it('keeps what a run waits for beside its turn, and until when it did', async () => {
      const room = freshRoom();
      const id = `run-${room}`;
      const wait = { for: 'pull', percent: 43, remainingSeconds: 120 } as const;
      const noted = async () => (await store.runs.waiting()).map(({ waitsFor, excusedAt }) => [waitsFor, excusedAt]);
      await store.runs.enqueue(run(id, 'ann', room), limits);
      const start: NewEntry = { kind: 'run-start', run: id, model: 'm', replyTo: '1-1', askedBy: ANN.id };
      await store.log.append(room, 'start', start, KEEP);
      assert.deepEqual(await noted(), [[undefined, undefined]]);
      assert.equal(await store.runs.note(id, undefined, 1_000), false, 'it waited for nothing before');
      assert.equal(await store.runs.note(id, wait, 2_000), true);
      assert.equal(await store.runs.note(id, { ...wait }, 3_000), false, 'nothing new, but it still waits');
      assert.deepEqual(await noted(), [[wait, 3_000]]);
      const [active] = await store.runs.active(room);
      assert.deepEqual(active, { run: id, state: 'waiting', place: 1, waitsFor: wait, text: '' });
      assert.equal(await store.runs.note(id, undefined, 4_000), true);
      assert.deepEqual(await noted(), [[undefined, 3_000]], 'until when is kept');
      await serveAll();
      assert.equal(await store.runs.note(id, wait, 5_000), false, 'a run that does not wait has no note');
    });
  });
}
