/** What both versions of the store promise of rooms that people made. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { START } from '../../../runtime/protocol/offset.ts';
import type { ControlSignal, NewEntry, RoomSignal, Store } from '../../../runtime/store/port.ts';
import { contentOf } from '../../../runtime/store/content.ts';
import { MOST_UNREAD } from '../../../runtime/store/port.ts';
import type { StoredRoom } from '../../../runtime/store/rooms.ts';
import { until } from '../../testbed/wait.ts';
import { STORES, useStore } from './stores.ts';

const SOON = { timeout: 5000, every: 5 };
const KEEP = { maxMessages: 1000, maxAgeSeconds: 3600 };
const BOUNDS = { each: 3, all: 100 };
const [ANN, BOB, CID] = ['ann', 'bob', 'cid'].map((id) => ({ id, name: id.toUpperCase() })) as [Named, Named, Named];
type Named = StoredRoom['members'][number];

function room(name: string, more: Partial<StoredRoom> = {}): StoredRoom {
  return {
    ...({ revision: 0, name, title: name, kind: 'private', origin: 'people', lock: 'open' } as const),
    ...{ owner: '', members: [], banned: [], ...more },
  };
}
const changed = (name: string): ControlSignal => ({ kind: 'room-changed', room: name, tell: [ANN.id] });
const message = (id: string, text = id): NewEntry => {
  return { kind: 'message', id: `message-${id}`, author: { ...ANN, role: 'guest' }, text };
};

for (const { name, start } of STORES) {
  describe(`a store ${name}, of rooms`, function () {
    this.timeout(30_000);
    let store: Store;
    useStore(start, (started) => (store = started));
    const make = (each: StoredRoom): Promise<string> => store.directory.create(each, BOUNDS, changed(each.name));
    const namesOf = async (user: string): Promise<string[]> =>
      (await store.directory.of(user)).map((each) => each.name).sort();

    it('keeps one of each name, tells everybody, and lists it for its members only unless it is public', async () => {
      const heard: ControlSignal[] = [];
      const stop = await store.control.subscribe((signal) => heard.push(signal));
      assert.equal(await make(room('hidden', { members: [ANN, BOB] })), 'done');
      assert.equal(await make(room('hidden', { members: [CID] })), 'taken');
      assert.equal(await make(room('open', { kind: 'public' })), 'done');
      assert.equal(await make(room('declared', { kind: 'public', origin: 'chat' })), 'done');
      await until('three words', () => heard.length >= 3, SOON);
      stop();
      assert.deepEqual(heard, [changed('hidden'), changed('open'), changed('declared')]);
      assert.deepEqual(await store.directory.find('hidden'), room('hidden', { members: [ANN, BOB] }));
      assert.deepEqual(await namesOf(ANN.id), ['hidden', 'open']);
      assert.deepEqual(await namesOf(CID.id), ['open']);
      assert.deepEqual((await store.directory.names()).sort(), ['declared', 'hidden', 'open']);
    });

    it('lets only the first of two changes take effect, and follows who comes and goes', async () => {
      await make(room('changing', { members: [ANN], owner: ANN.id }));
      const before = (await store.directory.find('changing'))!;
      const withBob = { ...before, members: [ANN, BOB] };
      assert.equal(await store.directory.replace(before, withBob, changed('changing')), true);
      assert.equal(await store.directory.replace(before, { ...before, lock: 'locked' }, changed('changing')), false);
      const now = (await store.directory.find('changing'))!;
      assert.deepEqual(now, { ...withBob, revision: 1 });
      assert.ok((await namesOf(BOB.id)).includes('changing'));
      assert.equal(await store.directory.replace(now, { ...now, members: [ANN] }, changed('changing')), true);
      assert.ok(!(await namesOf(BOB.id)).includes('changing'));
      const last = (await store.directory.find('changing'))!;
      assert.equal(await store.directory.replace(last, undefined, changed('changing')), true);
      assert.equal(await store.directory.find('changing'), undefined);
      assert.ok(!(await namesOf(ANN.id)).includes('changing'));
    });

    it('knows one direct room of two people, whoever of them asked', async () => {
      const two = { kind: 'direct', members: [ANN, CID] } as const;
      const results = await Promise.all([
        make(room('direct-1', { ...two, members: [ANN, CID] })),
        make(room('direct-2', { ...two, members: [CID, ANN] })),
      ]);
      assert.deepEqual(results.sort(), ['done', 'taken']);
      const known = await store.directory.direct(CID.id, ANN.id);
      assert.equal(known, await store.directory.direct(ANN.id, CID.id));
      assert.match(known!, /^direct-/);
      assert.equal(await store.directory.direct(ANN.id, BOB.id), undefined);
    });

    it('bounds the rooms of one person, who may have another one when one is removed', async () => {
      const own = (n: number): StoredRoom => room(`own-${n}`, { kind: 'public', owner: 'dan' });
      for (const n of [1, 2, 3]) assert.equal(await make(own(n)), 'done');
      assert.equal(await make(own(4)), 'too-many');
      assert.equal(await store.directory.create(own(5), { each: 9, all: 2 }, changed('own-5')), 'full');
      const first = (await store.directory.find('own-1'))!;
      assert.equal(await store.directory.replace(first, undefined, changed('own-1')), true);
      assert.equal(await make(own(4)), 'done');
    });

    it('counts what a person has not read, up to a bound', async () => {
      const log = 'unread';
      assert.deepEqual(await store.reads.unread(log, ANN.id), { top: START, unread: 0 });
      const offsets: string[] = [];
      for (let n = 0; n < 5; n++) offsets.push((await store.log.append(log, `k${n}`, message(`${n}`), KEEP)).offset);
      const begin = {
        kind: 'run-start',
        run: 'a-run-of-it',
        model: 'm',
        replyTo: offsets[4]!,
        askedBy: ANN.id,
      } as const;
      const { offset: top } = await store.log.append(log, 'start', begin, KEEP);
      assert.deepEqual(await store.reads.unread(log, ANN.id), { top, unread: 5 });
      await store.reads.move(log, ANN.id, offsets[2]!);
      assert.deepEqual(await store.reads.unread(log, ANN.id), { top, read: offsets[2], unread: 2 });
      await store.reads.move(log, ANN.id, top);
      assert.deepEqual(await store.reads.unread(log, ANN.id), { top, read: top, unread: 0 });
      const many = Array.from({ length: MOST_UNREAD + 5 }, (_, n) => `m${n}`);
      await Promise.all(many.map((id) => store.log.append(log, id, message(id), KEEP)));
      assert.equal((await store.reads.unread(log, ANN.id)).unread, MOST_UNREAD);
    });

    it('counts nothing as unread that was deleted since, whenever that was', async () => {
      const log = 'unread-deleted';
      const offsets: string[] = [];
      for (let n = 0; n < 4; n++) offsets.push((await store.log.append(log, `k${n}`, message(`${n}`), KEEP)).offset);
      const erase = async (target: string): Promise<void> => {
        const found = (await store.log.find(log, target))!;
        const change = { kind: 'delete', target, by: 'author' } as const;
        await store.log.change(log, change, found, contentOf({ text: '', deleted: 'author' }), KEEP);
      };
      const unread = async (): Promise<number> => (await store.reads.unread(log, ANN.id)).unread;
      await erase(offsets[1]!);
      assert.equal(await unread(), 3);
      await store.reads.move(log, ANN.id, offsets[2]!);
      assert.equal(await unread(), 1);
      await erase(offsets[0]!);
      assert.equal(await unread(), 1, 'that one was read');
      await erase(offsets[3]!);
      assert.equal(await unread(), 0);
    });

    it('clears a log: what was there is gone, its end goes on, and everybody hears of it', async () => {
      const log = 'cleared';
      await store.log.append(log, 'k1', message('1'), KEEP);
      const { offset: last } = await store.log.append(log, 'k2', message('2'), KEEP);
      const { epoch } = await store.log.position(log);
      const heard: RoomSignal[] = [];
      const stop = await store.rooms.subscribe(log, (signal) => heard.push(signal));
      const offset = await store.log.clear(log);
      await until('the word', () => heard.length === 1, SOON);
      stop();
      const entry = { offset, body: '{"kind":"clear"}' };
      assert.deepEqual(heard, [{ kind: 'entry', prev: last, entry }]);
      const page = await store.log.after(log, START, 10);
      assert.deepEqual(page, { epoch, top: offset, floor: last, entries: [entry] });
      assert.equal(await store.log.find(log, last), undefined);
      assert.equal((await store.reads.unread(log, ANN.id)).unread, 0);
      await store.log.append(log, 'k3', message('3'), KEEP);
      assert.equal((await store.reads.unread(log, ANN.id)).unread, 1);
    });

    it('erases a log whole: a room of the same name begins anew', async () => {
      const log = 'erased';
      await store.log.append(log, 'k1', message('1'), KEEP);
      const { epoch } = await store.log.position(log);
      await store.log.erase(log);
      const now = await store.log.position(log);
      assert.deepEqual({ top: now.top, floor: now.floor }, { top: START, floor: START });
      assert.notEqual(now.epoch, epoch);
    });
  });
}
