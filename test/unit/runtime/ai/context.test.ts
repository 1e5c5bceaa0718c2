import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { readContext } from '../../../../runtime/ai/context.ts';
import { firstRun, nextRun } from '../../../../runtime/ai/run-id.ts';
import { contentOf } from '../../../../runtime/store/content.ts';
import { memoryStore } from '../../../../runtime/store/memory/store.ts';
import type { Store } from '../../../../runtime/store/port.ts';
import type { Run } from '../../../../runtime/store/runs.ts';

const KEEP = { maxMessages: 1000, maxAgeSeconds: 3600 };
const ROOM = 'general';
const ANN = { id: 'ann', name: 'Ann', role: 'guest' } as const;

describe('the context of a reply', () => {
  let store: Store;
  let keys = 0;
  beforeEach(() => (store = memoryStore()));

  const say = async (text: string): Promise<string> => {
    const id = `message-${(keys += 1)}`;
    const entry = { kind: 'message', id, author: ANN, text } as const;
    return (await store.log.append(ROOM, id, entry, KEEP)).offset;
  };
  const erase = async (target: string): Promise<void> => {
    const found = (await store.log.find(ROOM, target))!;
    const change = { kind: 'delete', target, by: 'author' } as const;
    await store.log.change(ROOM, change, found, contentOf({ text: '', deleted: 'author' }), KEEP);
  };
  const runFor = (replyTo: string, more: Partial<Run> = {}): Run => ({
    ...{ id: firstRun(ROOM, replyTo), room: ROOM, model: 'm', replyTo, askedBy: 'ann', askedAt: 0 },
    ...more,
  });
  const textsOf = async (run: Run, later: 'include' | 'leave-out', messages = 3): Promise<string[] | undefined> => {
    const context = await readContext(store.log, run, later, messages);
    return context?.entries.flatMap((entry) => (entry.kind === 'message' ? [entry.text] : []));
  };
  const sayMany = async (count: number): Promise<string[]> => {
    const offsets: string[] = [];
    for (let n = 0; n < count; n++) offsets.push(await say(`m${n}`));
    return offsets;
  };

  it('has its question however much came since, and enough before it behind any number of reactions', async () => {
    await say('before');
    const question = await say('question');
    const person = { id: 'ann', name: 'Ann' };
    for (let n = 0; n < 120; n++) {
      const target = (await store.log.find(ROOM, question))!;
      const action = n % 2 === 0 ? ('add' as const) : ('remove' as const);
      const change = { kind: 'react', target: question, emoji: '👍', person, action } as const;
      await store.log.change(ROOM, change, target, target.content, KEEP);
    }
    const last = await say('last');
    assert.deepEqual(await textsOf(runFor(last), 'leave-out'), ['before', 'question', 'last']);
    await sayMany(120);
    assert.deepEqual((await textsOf(runFor(question), 'leave-out'))?.slice(0, 2), ['before', 'question']);
  });

  it('is the newest for a first reply to everything, and its question for one that is asked for again', async () => {
    const [first] = await sayMany(120);
    const whole = await textsOf(runFor(first!), 'include');
    assert.deepEqual([whole?.at(-1), whole?.includes('m0')], ['m119', false]);
    const again = await readContext(
      store.log,
      runFor(first!, { id: nextRun(ROOM, firstRun(ROOM, first!))! }),
      'include',
      3,
    );
    assert.deepEqual([again?.later, again?.entries[0]?.offset], ['leave-out', first]);
  });

  it('is its question alone where that was edited and is to be answered anew', async () => {
    const [first] = await sayMany(3);
    const context = await readContext(store.log, runFor(first!, { only: 'question' }), 'include', 3);
    assert.equal(context?.later, 'leave-out');
  });

  it('is none when its question was deleted or is gone, unless others wait for an answer too', async () => {
    const question = await say('question');
    await erase(question);
    for (const later of ['include', 'leave-out'] as const) {
      assert.equal(await readContext(store.log, runFor(question), later, 3), undefined, later);
    }
    await say('and mine?');
    assert.deepEqual(await textsOf(runFor(question), 'include'), ['', 'and mine?']);
    assert.equal(await readContext(store.log, runFor(question), 'leave-out', 3), undefined);
    assert.equal(await readContext(store.log, runFor('1-1'), 'leave-out', 3), undefined);
  });

  it('has all that was written of a reply in several parts', async () => {
    const question = await say('question');
    const ids = [firstRun(ROOM, question)];
    while (ids.length < 3) ids.push(nextRun(ROOM, ids.at(-1)!)!);
    for (const [index, run] of ids.entries()) {
      const continues = index === 0 ? {} : { continues: ids[index - 1]! };
      const start = { kind: 'run-start', run, model: 'm', replyTo: question, askedBy: 'ann', ...continues } as const;
      await store.log.append(ROOM, `${run}:start`, start, KEEP);
      if (index === 2) break;
      const end = { kind: 'run-end', run, model: 'm', outcome: 'stopped', text: ['Once', ' upon'][index]! } as const;
      await store.log.append(ROOM, `${run}:end`, end, KEEP);
    }
    const context = await readContext(store.log, runFor(question, { id: ids[2]!, continues: ids[1]! }), 'leave-out', 3);
    assert.equal(context?.written, 'Once upon');
  });
});
