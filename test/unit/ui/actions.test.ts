import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Author } from '../../../runtime/protocol/entries.ts';
import type { Item, MessageItem, ReplyItem } from '../../../runtime/protocol/room-log.ts';
import type { Rights } from '../../../ui/state/actions.ts';
import { actionsFor, asksWhenEdited, hasReacted, lastOwnMessage, rightsIn } from '../../../ui/state/actions.ts';
import { indexAfter, indexOf } from '../../../ui/state/items.ts';

const me = { id: 'u-me', name: 'Me', role: 'guest' } as const;
const bob = { id: 'u-bob', name: 'Bob', role: 'guest' } as const;
const admin = { ...me, role: 'admin' } as const;

const message = (offset: string, more: Partial<MessageItem> = {}): MessageItem => ({
  ...{ kind: 'message', key: `m-${offset}`, offset, time: 0, author: me, text: 'text' },
  ...more,
});
const reply = (offset: string, more: Partial<ReplyItem> = {}): ReplyItem => ({
  ...{ kind: 'reply', key: `r-${offset}`, offset, time: 0, model: 'm', state: 'ended', text: 'text' },
  ...more,
});

describe('what may be done with an item', () => {
  const rows: readonly (readonly [what: string, item: Item, actions: string, read: string])[] = [
    ['own message', message('1-0'), 'react reply copy edit delete', 'copy delete'],
    ['somebody’s message', message('1-0', { author: bob }), 'react reply copy', 'copy'],
    ['deleted message', message('1-0', { deleted: 'author', text: '' }), '', ''],
    ['message on its way', message(''), '', ''],
    ['reply under way', reply('1-0', { state: 'running' }), '', ''],
    [
      'reply that one asked for',
      reply('1-0', { endOffset: '2-0', askedBy: me.id }),
      'react reply copy again delete',
      'copy delete',
    ],
    ['reply without a word', reply('1-0', { endOffset: '2-0', text: '', askedBy: bob.id }), 'react reply again', ''],
  ];
  for (const [what, item, actions, read] of rows) {
    it(`${what}: ${actions || 'nothing'}, in a locked room ${read || 'nothing'}`, () => {
      assert.equal(actionsFor(item, me, 'write').join(' '), actions);
      assert.equal(actionsFor(item, me, 'read').join(' '), read);
    });
  }

  it('who moderates a locked room does in it what they do in an open one', () => {
    const rights = (['open', 'locked'] as const).flatMap((lock) =>
      (['no', 'yes'] as const).map((moderator) => rightsIn({ lock, moderator })),
    );
    assert.deepEqual(rights, ['write', 'moderate', 'read', 'moderate']);
    assert.equal(actionsFor(message('1-0'), me, 'moderate').join(' '), 'react reply copy edit delete');
  });

  it('who moderates the room deletes anything; an administrator who does not, as in a room of two, does not', () => {
    const actions = (who: Author, rights: Rights): readonly string[] =>
      actionsFor(message('1-0', { author: bob }), who, rights);
    assert.ok(actions(me, 'moderate').includes('delete'));
    assert.ok(!actions(admin, 'write').includes('delete'));
    assert.deepEqual(actionsFor(message('1-0', { author: bob, deleted: 'author', text: '' }), me, 'moderate'), []);
  });

  it('the last own message is the last that can be edited', () => {
    const items = [
      message('1-0'),
      message('2-0', { deleted: 'author' }),
      message('3-0', { author: bob }),
      reply('4-0'),
    ];
    assert.equal(lastOwnMessage(items, me), items[0]);
  });

  it('an edited message can be asked again where the assistant answers everything, answered it, or is named in it', () => {
    const question = message('1-0');
    const answered = [question, reply('2-0', { replyTo: '1-0' })];
    const another = [question, message('2-0'), reply('3-0', { replyTo: '2-0' })];
    assert.equal(asksWhenEdited(question, [question], 'Always'), 'always');
    assert.equal(asksWhenEdited(question, answered, 'Mention'), 'always');
    assert.equal(asksWhenEdited(question, another, 'Mention'), 'named');
    assert.equal(asksWhenEdited(question, answered, 'Never'), 'never');
  });

  it('a reaction is one’s own only with one’s own id', () => {
    const item = message('1-0', { reactions: [{ emoji: '👍', people: [{ id: bob.id, name: 'Bob' }] }] });
    assert.equal(hasReacted(item, '👍', bob), true);
    assert.equal(hasReacted(item, '👍', me), false);
    assert.equal(hasReacted(item, '🎉', bob), false);
  });
});

describe('finding an item', () => {
  it('by its offset, or a reply by its end', () => {
    const items = [message('1-0'), reply('2-0', { endOffset: '5-0' }), message('3-0'), message('4-0')];
    assert.deepEqual(
      ['1-0', '3-0', '4-0', '5-0'].map((offset) => indexOf(items, offset)),
      [0, 2, 3, 1],
    );
    assert.deepEqual(
      ['0-5', '2-0', '2-5', '9-0'].map((offset) => indexOf(items, offset)),
      [-1, -1, -1, -1],
    );
    assert.equal(indexOf([], '1-0'), -1);
  });

  it('after an offset: everything before it is at or below, everything from it on above', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 99 })), fc.integer({ min: 0, max: 99 }), (times, at) => {
        const sorted = times.toSorted((a, b) => a - b);
        const index = indexAfter(
          sorted.map((time) => message(`${time}-0`)),
          `${at}-0`,
        );
        assert.equal(index, sorted.filter((time) => time <= at).length);
      }),
    );
  });
});
