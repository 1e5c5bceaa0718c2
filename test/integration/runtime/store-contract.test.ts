/** What every store must do: the same tests for the one in memory and the one in Redis. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { MessageEntry } from '../../../runtime/protocol/entries.ts';
import { compareOffsets, START } from '../../../runtime/protocol/offset.ts';
import { entryJson } from '../../../runtime/rooms/entry-json.ts';
import { contentOf } from '../../../runtime/store/content.ts';
import type { ControlSignal, Found, NewEntry, RoomSignal, Store } from '../../../runtime/store/port.ts';
import type { Offer, Run } from '../../../runtime/store/runs.ts';
import { until } from '../../testbed/wait.ts';
import type { StoreUnderTest } from './stores.ts';
import { STORES } from './stores.ts';

const ANN = { id: 'u-ann', name: 'Ann', role: 'guest' } as const;
const KEEP = { maxMessages: 1000, maxAgeSeconds: 3600 };
const message = (text: string): NewEntry => ({ kind: 'message', id: `id-${text}-00`, author: ANN, text });
const textOf = (entry: { offset: string; body: string }): string => (JSON.parse(entryJson(entry)) as MessageEntry).text;

let counter = 0;
const SOON = { timeout: 5000, every: 20 };
/** A room that no other test uses. */
const freshRoom = (): string => `room-${(counter += 1)}`;

for (const { name, start } of STORES) {
  describe(`a store ${name}`, () => {
    let test: StoreUnderTest;
    let store: Store;
    before(async function () {
      this.timeout(60_000);
      test = await start();
      store = test.store;
    });
    after(() => test.end());

    describe('room log', () => {
      it('gives each entry a later offset and tells every subscriber in order, each with its predecessor', async () => {
        const room = freshRoom();
        const heard: RoomSignal[] = [];
        const stop = await store.rooms.subscribe(room, (signal) => heard.push(signal));
        const offsets = [];
        for (const text of ['one', 'two', 'three']) {
          offsets.push((await store.log.append(room, text, message(text), KEEP)).offset);
        }
        await until('three signals', () => heard.length === 3, { timeout: 5000, every: 5 });
        stop();
        const entries = heard.map((signal) => {
          assert.equal(signal.kind, 'entry');
          return { prev: signal.prev, offset: signal.entry.offset, text: textOf(signal.entry) };
        });
        assert.deepEqual(entries, [
          { prev: START, offset: offsets[0], text: 'one' },
          { prev: offsets[0], offset: offsets[1], text: 'two' },
          { prev: offsets[1], offset: offsets[2], text: 'three' },
        ]);
        assert.ok(compareOffsets(offsets[0]!, offsets[1]!) < 0 && compareOffsets(offsets[1]!, offsets[2]!) < 0);
      });

      it('appends once for a key, in each room, also when asked at the same time', async () => {
        const room = freshRoom();
        const results = await Promise.all(
          Array.from({ length: 5 }, () => store.log.append(room, 'same', message('x'), KEEP)),
        );
        assert.equal(results.filter(({ duplicate }) => !duplicate).length, 1);
        assert.equal(new Set(results.map(({ offset }) => offset)).size, 1);
        assert.equal((await store.log.after(room, START, 10)).entries.length, 1);
        assert.equal((await store.log.append(freshRoom(), 'same', message('x'), KEEP)).duplicate, false);
      });

      it('reads pages in both directions, in time order', async () => {
        const room = freshRoom();
        const offsets: string[] = [];
        for (let i = 0; i < 10; i++) {
          offsets.push((await store.log.append(room, `k${i}`, message(`m${i}`), KEEP)).offset);
        }
        const forward = await store.log.after(room, offsets[3]!, 4);
        assert.deepEqual(forward.entries.map(textOf), ['m4', 'm5', 'm6', 'm7']);
        assert.equal(forward.top, offsets[9]);
        const newest = await store.log.before(room, undefined, 3);
        assert.deepEqual(newest.entries.map(textOf), ['m7', 'm8', 'm9']);
        const backward = await store.log.before(room, offsets[2], 100);
        assert.deepEqual(backward.entries.map(textOf), ['m0', 'm1']);
      });

      it('keeps the newest messages, counts replies but not their starts, and says up to where it dropped', async () => {
        const room = freshRoom();
        const keep = { maxMessages: 3, maxAgeSeconds: 3600 };
        const { offset: first } = await store.log.append(room, 'a', message('a'), keep);
        const start: NewEntry = { kind: 'run-start', run: 'run-00001', model: 'm', replyTo: first, askedBy: ANN.id };
        const { offset: second } = await store.log.append(room, 's', start, keep);
        const end: NewEntry = { kind: 'run-end', run: 'run-00001', model: 'm', outcome: 'done', text: 'reply' };
        await store.log.append(room, 'e', end, keep);
        await store.log.append(room, 'b', message('b'), keep);
        assert.equal((await store.log.position(room)).floor, START);
        await store.log.append(room, 'c', message('c'), keep);
        const { entries, floor } = await store.log.after(room, START, 10);
        assert.deepEqual(
          entries.map((entry) => textOf(entry)),
          [undefined, 'reply', 'b', 'c'],
        );
        assert.equal(floor, first);
        await store.log.trim(room, { maxMessages: 1, maxAgeSeconds: 3600 });
        assert.deepEqual((await store.log.after(room, second, 10)).entries.map(textOf), ['c']);
      });

      it('has an epoch that stays, another one for each room', async () => {
        const room = freshRoom();
        const { epoch, top, floor } = await store.log.position(room);
        assert.deepEqual([top, floor], [START, START]);
        await store.log.append(room, 'a', message('a'), KEEP);
        assert.equal((await store.log.position(room)).epoch, epoch);
        assert.notEqual((await store.log.position(freshRoom())).epoch, epoch);
      });
    });

    describe('what can change of an entry', () => {
      const said = async (room: string, text: string): Promise<Found> => {
        const { offset } = await store.log.append(room, text, message(text), KEEP);
        const found = await store.log.find(room, offset);
        assert.ok(found !== undefined);
        return found;
      };
      const entriesOf = async (room: string): Promise<Record<string, unknown>[]> =>
        (await store.log.after(room, START, 100)).entries.map(
          (entry) => JSON.parse(entryJson(entry)) as Record<string, unknown>,
        );
      const edit = (room: string, target: Found, text: string): Promise<string | undefined> =>
        store.log.change(
          room,
          { kind: 'edit', target: target.offset, text },
          target,
          contentOf({ text, mentions: ['u-1'] }),
          KEEP,
        );

      it('is found at its offset, of messages and replies only', async () => {
        const room = freshRoom();
        const target = await said(room, 'a "word", {"text":"x"}');
        assert.equal(textOf(target), 'a "word", {"text":"x"}');
        const start: NewEntry = { kind: 'run-start', run: 'run-00001', model: 'm', replyTo: START, askedBy: ANN.id };
        const { offset } = await store.log.append(room, 's', start, KEEP);
        assert.equal(await store.log.find(room, offset), undefined);
        assert.equal(await store.log.find(room, '1-1'), undefined);
        assert.equal(await store.log.find(freshRoom(), target.offset), undefined);
      });

      it('is changed once, and told and read with what it was changed to', async () => {
        const room = freshRoom();
        const target = await said(room, 'first');
        const heard: RoomSignal[] = [];
        const stop = await store.rooms.subscribe(room, (signal) => heard.push(signal));
        const offset = await edit(room, target, 'second');
        assert.ok(offset !== undefined);
        assert.equal(await edit(room, target, 'of somebody slower'), undefined);
        await until('the signal', () => heard.length === 1, SOON);
        stop();
        const [signal] = heard;
        assert.ok(signal?.kind === 'entry' && signal.prev === target.offset && signal.entry.offset === offset);
        assert.equal(textOf(signal.entry), 'second');
        const [changed, change, ...others] = await entriesOf(room);
        assert.deepEqual(
          [changed?.['text'], changed?.['mentions'], changed?.['edited']],
          ['second', ['u-1'], Number(offset.slice(0, offset.indexOf('-')))],
        );
        assert.deepEqual(
          [change?.['kind'], change?.['target'], change?.['text'], change?.['mentions']],
          ['edit', target.offset, 'second', ['u-1']],
        );
        assert.deepEqual(others, []);
        assert.equal((await store.log.position(room)).top, offset);
      });

      it('outlives no deletion, in the entry and in its earlier edits', async () => {
        const room = freshRoom();
        const target = await said(room, 'secret-1');
        await edit(room, target, 'secret-2');
        const now = await store.log.find(room, target.offset);
        const change = { kind: 'delete', target: target.offset, by: 'author' } as const;
        const content = contentOf({ text: '', deleted: 'author' });
        assert.ok((await store.log.change(room, change, now!, content, KEEP)) !== undefined);
        const entries = await entriesOf(room);
        assert.deepEqual(
          entries.map(({ kind, text }) => [kind, text]),
          [
            ['message', ''],
            ['edit', ''],
            ['delete', undefined],
          ],
        );
        assert.doesNotMatch(JSON.stringify(entries), /secret-2|"text":"secret/);
      });

      it('goes with the entry when the log drops it', async () => {
        const room = freshRoom();
        const target = await said(room, 'old');
        await edit(room, target, 'still old');
        const found = await store.log.find(room, target.offset);
        await store.log.append(room, 'new', message('new'), { ...KEEP, maxMessages: 1 });
        assert.equal(await store.log.find(room, target.offset), undefined);
        assert.equal(await edit(room, found!, 'too late'), undefined);
        assert.doesNotMatch(JSON.stringify(await entriesOf(room)), /old/);
      });
    });

    it('has read marks that only move forward, and not past the newest entry', async () => {
      const room = freshRoom();
      assert.equal(await store.reads.of(room, 'u-1'), undefined);
      const { offset: first } = await store.log.append(room, 'a', message('a'), KEEP);
      const { offset: second } = await store.log.append(room, 'b', message('b'), KEEP);
      assert.equal(await store.reads.move(room, 'u-1', first), 'moved');
      assert.equal(await store.reads.move(room, 'u-1', '9999999999999999-0'), 'moved');
      assert.equal(await store.reads.of(room, 'u-1'), second);
      assert.equal(await store.reads.move(room, 'u-1', first), 'kept');
      assert.equal(await store.reads.of(room, 'u-1'), second);
      assert.equal(await store.reads.of(room, 'u-2'), undefined);
      assert.equal(await store.reads.of(freshRoom(), 'u-1'), undefined);
    });

    describe('signals', () => {
      it('carry frames and changes to the room that subscribed, and stop when asked', async () => {
        const [room, other] = [freshRoom(), freshRoom()];
        const heard: RoomSignal[] = [];
        const stop = await store.rooms.subscribe(room, (signal) => heard.push(signal));
        await store.rooms.publish(other, { kind: 'people' });
        await store.rooms.publish(room, { kind: 'frame', json: '{"a":1}' });
        await store.rooms.publish(room, { kind: 'delta', json: '{"b 2":" "}' });
        await store.rooms.publish(room, { kind: 'people' });
        await until('three signals', () => heard.length === 3, { timeout: 5000, every: 5 });
        assert.deepEqual(heard, [
          { kind: 'frame', json: '{"a":1}' },
          { kind: 'delta', json: '{"b 2":" "}' },
          { kind: 'people' },
        ]);
        stop();
        const control: ControlSignal[] = [];
        await store.control.subscribe((signal) => control.push(signal));
        await store.rooms.publish(room, { kind: 'people' });
        await store.control.publish({ kind: 'session-ended', session: 'abc' });
        await until('the control signal', () => control.length === 1, { timeout: 5000, every: 5 });
        assert.deepEqual(control, [{ kind: 'session-ended', session: 'abc' }]);
        assert.equal(heard.length, 3);
      });
    });

    describe('sessions', () => {
      const user = (id: string) => ({ id, name: id, role: 'guest' as const });

      it('live until they end, and hold their name meanwhile', async () => {
        const session = { user: user('u-1'), nameKey: 'one' };
        assert.equal(await store.sessions.create('hash-1', session, 60, 60), true);
        assert.equal(await store.sessions.create('hash-2', { user: user('u-2'), nameKey: 'one' }, 60, 60), false);
        assert.deepEqual(await store.sessions.resume('hash-1', 60), session);
        assert.equal(await store.sessions.resume('hash-2', 60), undefined);
        await store.sessions.remove('hash-1');
        assert.equal(await store.sessions.resume('hash-1', 60), undefined);
        assert.equal(await store.sessions.create('hash-2', { user: user('u-2'), nameKey: 'one' }, 60, 60), true);
      });
    });

    describe('limits', () => {
      it('allow a burst, then say when to come again', async () => {
        const answers = [];
        for (let i = 0; i < 4; i++) answers.push(await store.limits.take('bucket', 3));
        assert.deepEqual(
          answers.map(({ allowed }) => allowed),
          [true, true, true, false],
        );
        const { retryAfterMs } = answers[3]!;
        assert.ok(retryAfterMs > 18_000 && retryAfterMs <= 20_000, `${retryAfterMs} ms`);
        assert.equal((await store.limits.take('another bucket', 3)).allowed, true);
      });

      it('are taken from together, or not at all', async () => {
        const [own, shared] = [
          { name: 'own', perMinute: 1 },
          { name: 'shared', perMinute: 2 },
        ];
        assert.equal((await store.limits.takeAll([own, shared])).allowed, true);
        for (let i = 0; i < 3; i++) {
          const { allowed, retryAfterMs, empty } = await store.limits.takeAll([shared, own]);
          assert.deepEqual([allowed, empty], [false, 'own']);
          assert.ok(retryAfterMs > 55_000 && retryAfterMs <= 60_000, `${retryAfterMs} ms`);
        }
        assert.equal((await store.limits.take('shared', 2)).allowed, true, 'nothing was taken of it');
        const { empty } = await store.limits.takeAll([shared, { name: 'full', perMinute: 5 }]);
        assert.equal(empty, 'shared');
        assert.equal((await store.limits.takeAll([])).allowed, true);
      });

      it('fill up again evenly', async () => {
        const first = await Promise.all(Array.from({ length: 200 }, () => store.limits.take('fast', 120)));
        assert.ok(first.some(({ allowed }) => !allowed));
        await until('one more', async () => (await store.limits.take('fast', 120)).allowed, {
          timeout: 2000,
          every: 50,
        });
      });
    });

    it('lets go by time: of old entries, sessions, names and leases', async () => {
      const room = freshRoom();
      const user = (id: string) => ({ id, name: id, role: 'guest' as const });
      const { sessions, leases } = store;
      const { offset } = await store.log.append(room, 'a', message('a'), KEEP);
      await sessions.create('short', { user: user('u-s'), nameKey: 'short' }, 1, 1);
      await sessions.create('first', { user: user('u-f'), nameKey: 'wanted' }, 60, 1);
      assert.equal(await leases.hold('set', 'a', 60, 2), true);
      assert.equal(await leases.hold('set', 'b', 1, 2), true);
      assert.equal(await leases.hold('set', 'c', 60, 2), false, 'no more than the capacity');
      assert.equal(await leases.hold('set', 'a', 60, 2), true, 'a renewal needs no room');
      assert.deepEqual((await leases.members('set')).sort(), ['a', 'b']);
      const second = { user: user('u-g'), nameKey: 'wanted' };
      assert.equal(await sessions.create('second', second, 60, 60), false);
      await until('a second is over', () => Date.now() > Number(offset.split('-')[0]) + 1100, SOON);

      await store.log.append(room, 'b', message('b'), { maxMessages: 10, maxAgeSeconds: 1 });
      const { entries, floor } = await store.log.after(room, START, 10);
      assert.deepEqual([entries.map(textOf), floor], [['b'], offset]);
      assert.equal(await sessions.resume('short', 1), undefined);
      assert.equal(await sessions.create('second', second, 60, 60), true);
      assert.equal(await sessions.resume('first', 60), undefined, 'somebody else has the name now');
      assert.deepEqual(await sessions.resume('second', 60), second);
      assert.deepEqual(await leases.members('set'), ['a']);
      assert.equal(await leases.hold('set', 'c', 60, 2), true);
      await leases.drop('set', 'a');
      assert.deepEqual(await leases.members('set'), ['c']);
    });

    describe('queue of runs', () => {
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
        assert.equal(await store.runs.state('s1'), 'ended', 'unknown');
        await store.runs.enqueue(run('s1'), limits);
        assert.equal(await store.runs.state('s1'), 'waiting');
        assert.equal(await store.runs.requestStop('s1'), 'waiting');
        const claim = (await store.runs.claim(offer))!;
        assert.equal(claim.stop, false);
        assert.equal(await store.runs.state('s1'), 'running');
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
        assert.equal(await store.runs.state('s1'), 'ended');
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
  });
}
