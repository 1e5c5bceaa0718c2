/** What every store must do: the same tests for the one in memory and the one in Redis. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { MessageEntry } from '../../../runtime/protocol/entries.ts';
import { compareOffsets, START } from '../../../runtime/protocol/offset.ts';
import { entryJson } from '../../../runtime/rooms/entry-json.ts';
import { contentOf } from '../../../runtime/store/content.ts';
import type { ControlSignal, Found, NewEntry, RoomSignal, Store } from '../../../runtime/store/port.ts';
import { until } from '../../testbed/wait.ts';
import { STORES, useStore } from './stores.ts';

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
    let store: Store;
    useStore(start, (started) => (store = started));

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

      it('let a message into the log where each has a token for it, else nothing happens', async () => {
        const room = freshRoom();
        const [own, shared] = [
          { name: 'post-own', perMinute: 2 },
          { name: 'post-shared', perMinute: 4 },
        ];
        const post = (key: string) => store.log.post(room, key, message(key), KEEP, [shared, own]);
        const first = await post('a');
        assert.deepEqual(await post('a'), { ...first, duplicate: true });
        const refused = await post('b');
        assert.ok('empty' in refused && refused.empty === 'post-own', JSON.stringify(refused));
        assert.ok(refused.retryAfterMs > 25_000 && refused.retryAfterMs <= 30_000, `${refused.retryAfterMs} ms`);
        assert.deepEqual((await store.log.after(room, START, 10)).entries.map(textOf), ['a']);
        const taken = await Promise.all([1, 2, 3].map(() => store.limits.take('post-shared', 4)));
        const left = taken.filter(({ allowed }) => allowed).length;
        assert.equal(left, 2, 'the resend took one too, the refused one nothing');
        const free = await store.log.post(room, 'b', message('b'), KEEP, []);
        assert.ok('offset' in free && !free.duplicate);
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

    it('answers each of many leases that are asked for at once, in the order of the asking', async () => {
      const { leases } = store;
      const many = Array.from({ length: 250 }, (_unused, n) => ({ set: `many-${n % 3}`, member: `m${n}` }));
      const held = await Promise.all(many.map(({ set, member }) => leases.hold(set, member, 60, 50)));
      const wanted = many.map((_unused, n) => n < 150);
      assert.deepEqual(held, wanted, 'the first fifty of each set');
      const [again] = await Promise.all([leases.hold('many-0', 'm0', 60, 50), leases.drop('many-0', 'm0')]);
      assert.equal(again, true);
      assert.equal((await leases.members('many-0')).includes('m0'), false, 'dropped after it was held');
      const [, members] = await Promise.all([leases.hold('many-0', 'new', 60, 50), leases.members('many-0')]);
      assert.ok(members.includes('new'));
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
      const left = await leases.left('set');
      assert.deepEqual([...left.keys()].sort(), ['a', 'b']);
      assert.ok(left.get('a')! > 50_000 && left.get('a')! <= 60_000 && left.get('b')! <= 1000, 'in milliseconds');
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
      assert.deepEqual([...(await leases.left('set')).keys()], ['a']);
      assert.equal(await leases.hold('set', 'c', 60, 2), true);
      await leases.drop('set', 'a');
      assert.deepEqual(await leases.members('set'), ['c']);
    });
  });
}
