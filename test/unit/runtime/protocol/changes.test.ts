import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { emojiSchema } from '../../../../runtime/protocol/entries.ts';
import type { Entry } from '../../../../runtime/protocol/entries.ts';
import type { RoomState } from '../../../../runtime/protocol/room-log.ts';
import { applyDelta, applyEntry, applyJoined, applyRead, emptyRoom } from '../../../../runtime/protocol/room-log.ts';
import { bob, message } from './scripted.ts';

const run = 'run-00001';
const empty = { recovered: false, entries: [], hasMore: false, runs: [], people: [] };
const start = { kind: 'run-start', offset: '2-0', time: 1, run, model: 'm', replyTo: '1-0', askedBy: 'u-bob' } as const;
const end = { kind: 'run-end', offset: '3-0', time: 2, run, model: 'm', outcome: 'done', text: 'yes' } as const;
const react = (offset: string, id: string, action: 'add' | 'remove', emoji = '👍'): Entry => ({
  ...{ kind: 'react', offset, time: 5, target: '3-0', emoji, action },
  person: { id, name: id },
});

/** A room after a message, a reply to it, and the given entries. */
function after(...entries: Entry[]): RoomState {
  const first = { ...empty, type: 'joined', id: 1, room: 'r', epoch: 'e', offset: '3-0' } as const;
  const joined = applyJoined(emptyRoom, {
    ...first,
    entries: [message('1-0', 'hello'), start, { ...end, thinking: 'hm' }],
  });
  return entries.reduce((state, entry) => {
    const { state: next, gap } = applyEntry(state, { type: 'entry', room: 'r', prev: state.position!.offset, entry });
    assert.equal(gap, false);
    return next;
  }, joined);
}

describe('changes of a message', () => {
  it('show its new text, and when it was edited', () => {
    const edited: Entry = {
      kind: 'edit',
      offset: '4-0',
      time: 7,
      target: '1-0',
      text: 'hello you',
      mentions: ['u-ann'],
    };
    const [item] = after(edited, { ...edited, offset: '5-0' }).items;
    assert.deepEqual(item, {
      ...{ kind: 'message', key: 'message-1-0', offset: '1-0', time: 1000, author: bob },
      ...{ text: 'hello you', edited: 7, mentions: ['u-ann'] },
    });
  });

  it('erase text, thinking and reactions, and nothing brings them back', () => {
    const gone: Entry = { kind: 'delete', offset: '5-0', time: 7, target: '3-0', by: 'moderator' };
    const late: Entry = { kind: 'edit', offset: '6-0', time: 8, target: '3-0', text: 'again' };
    const reply = after(react('4-0', 'u-ann', 'add'), gone, late, react('7-0', 'u-ann', 'add')).items[1]!;
    assert.ok(reply.kind === 'reply');
    assert.deepEqual([reply.text, reply.thinking, reply.reactions, reply.deleted], ['', '', [], 'moderator']);
  });

  it('count a person once for each emoji, and drop an emoji that nobody uses', () => {
    const entries = [
      react('4-0', 'u-ann', 'add'),
      react('5-0', 'u-ann', 'add'),
      react('6-0', 'u-bob', 'add'),
      react('7-0', 'u-bob', 'add', '🎉'),
      react('8-0', 'u-bob', 'remove', '🎉'),
      react('9-0', 'u-cid', 'remove', '🎉'),
    ];
    const people = ['u-ann', 'u-bob'].map((id) => ({ id, name: id }));
    assert.deepEqual(after(...entries).items[1]!.reactions, [{ emoji: '👍', people }]);
  });

  it('empty the room when it is cleared, and go on', () => {
    const clear: Entry = { kind: 'clear', offset: '4-0', time: 7 };
    assert.deepEqual(after(clear).items, []);
    assert.deepEqual(
      after(clear, message('5-0', 'anew')).items.map(({ text }) => text),
      ['anew'],
    );
  });

  it('leave alone what is not known', () => {
    const state = after();
    const newer = { kind: 'poll', offset: '4-0', time: 7 } as unknown as Entry;
    assert.deepEqual(after(newer).items, state.items);
    const elsewhere: Entry = { kind: 'edit', offset: '4-0', time: 7, target: '0-9', text: 'x' };
    assert.deepEqual(after(elsewhere).items, state.items);
  });
});

describe('a reply', () => {
  it('keeps what asked for it, and where it ended', () => {
    const reply = after().items[1]!;
    assert.ok(reply.kind === 'reply');
    assert.deepEqual([reply.offset, reply.endOffset, reply.replyTo, reply.askedBy], ['2-0', '3-0', '1-0', 'u-bob']);
  });

  it('streams its thinking apart from its text', () => {
    const first = { ...empty, type: 'joined', id: 1, room: 'r', epoch: 'e', offset: '2-0', entries: [start] } as const;
    let state = applyJoined(emptyRoom, { ...first, entries: [start] });
    const delta = { type: 'delta', room: 'r', run } as const;
    state = applyDelta(state, { ...delta, at: 0, text: 'let me', part: 'thinking' }).state;
    state = applyDelta(state, { ...delta, at: 6, text: ' see', part: 'thinking' }).state;
    state = applyDelta(state, { ...delta, at: 0, text: 'Yes' }).state;
    const [reply] = state.items;
    assert.ok(reply?.kind === 'reply');
    assert.deepEqual([reply.thinking, reply.text, reply.state], ['let me see', 'Yes', 'running']);
    assert.equal(applyDelta(state, { ...delta, at: 99, text: 'x', part: 'thinking' }).gap, true);
  });
});

it('a read mark only moves forward', () => {
  const state = applyRead(applyRead(emptyRoom, '10-0'), '9-5');
  assert.equal(state.read, '10-0');
});

it('emojis are one, and no text', () => {
  for (const emoji of ['👍', '❤️', '❤', '👨‍👩‍👧', '🇫🇷', '👍🏽']) assert.ok(emojiSchema.safeParse(emoji).success, emoji);
  for (const text of ['', 'a', '1', '👍👍', '👍 ', '<b>']) assert.ok(!emojiSchema.safeParse(text).success, text);
});
