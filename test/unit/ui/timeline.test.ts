import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Item } from '../../../runtime/protocol/room-log.ts';
import { newestActiveReply } from '../../../ui/state/replies.ts';
import { timeline } from '../../../ui/state/timeline.ts';

const me = { id: 'u-me', name: 'Me', role: 'guest' } as const;
const bob = { id: 'u-bob', name: 'Bob', role: 'guest' } as const;
const minute = 60_000;
const day = 24 * 60 * minute;
const say = (key: string, author: typeof me | typeof bob, time: number): Item => ({
  ...{ kind: 'message', key, offset: `${time}-0`, time, author, text: key },
});
const reply = (key: string, time: number, state: 'waiting' | 'running' | 'ended'): Item => ({
  ...{ kind: 'reply', key, offset: `${time}-0`, time, model: 'm', state, text: '' },
});
const dayOf = (time: number): number => Math.floor(time / day);

describe('timeline', () => {
  it('opens each day, and groups what one author says within five minutes', () => {
    const items = [
      say('a', bob, 0),
      say('b', bob, 4 * minute),
      say('c', bob, 10 * minute),
      say('d', me, 11 * minute),
      say('e', me, day),
    ];
    const rows = timeline({ items, unsent: [], me, dayOf });
    const shown = rows.map((row) => (row.kind === 'message' ? `${row.key}${row.follows ? '+' : ''}` : row.kind));
    assert.deepEqual(shown, ['day', 'a', 'b+', 'c', 'd', 'day', 'e']);
  });

  it('starts a new group after a reply', () => {
    const items = [say('a', bob, 0), reply('r', 1, 'ended'), say('b', bob, 2)];
    const rows = timeline({ items, unsent: [], me, dayOf });
    assert.deepEqual(
      rows.filter((row) => row.kind === 'message').map(({ follows }) => follows),
      [false, false],
    );
  });

  it('puts unsent messages last, as one’s own, whatever the clocks say', () => {
    const unsent = [{ key: 'u', room: 'general', text: 'hi', time: 1, delivery: 'waiting' as const }];
    const rows = timeline({ items: [say('a', bob, 3 * day)], unsent, me, dayOf });
    const last = rows.at(-1);
    assert.ok(last?.kind === 'message' && last.own && last.unsent === unsent[0]);
    assert.equal(rows.filter(({ kind }) => kind === 'day').length, 1);
  });

  it('marks what is new, above the first of somebody else after the read mark', () => {
    const items = [say('a', bob, 1), say('b', me, 2), say('c', bob, 3), say('d', bob, 4)];
    const kinds = (unreadAfter: string): string =>
      timeline({ items, unsent: [], me, dayOf, unreadAfter })
        .map(({ kind, key }) => (kind === 'message' ? key : kind))
        .join(' ');
    assert.equal(kinds('1-0'), 'day a b unread c d');
    assert.equal(kinds('4-0'), 'day a b c d');
  });

  it('quotes what is answered, unless the question stands directly above; knows who is named', () => {
    const known = [say('a', bob, 1), say('b', me, 2)];
    const answer = { ...say('c', bob, 3), replyTo: '1-0', text: 'so, @me' } as Item;
    const far = { ...say('d', bob, 4), replyTo: '0-1' } as Item;
    const near = { ...reply('r', 5, 'ended'), replyTo: '4-0' } as Item;
    const rows = timeline({ items: [answer, far, near], known: [...known, answer, far], unsent: [], me, dayOf });
    const quoted = rows.map((row) => ('quoted' in row ? [row.quoted.offset, row.quoted.item?.key] : []));
    assert.deepEqual(quoted, [[], ['1-0', 'a'], ['0-1', undefined], []]);
    assert.deepEqual(
      rows.filter((row) => row.kind === 'message').map(({ mentioned, follows }) => [mentioned, follows]),
      [
        [true, false],
        [false, false],
      ],
    );
  });

  it('has a key of its own for every row', () => {
    const items = [say('a', bob, 0), say('b', me, day), reply('c', 2 * day, 'running')];
    const keys = timeline({ items, unsent: [], me, dayOf }).map(({ key }) => key);
    assert.equal(new Set(keys).size, keys.length);
  });
});

describe('newestActiveReply', () => {
  it('is the last that writes, else the last that waits, else none', () => {
    const [ended, waiting, running] = [reply('e', 1, 'ended'), reply('w', 2, 'waiting'), reply('r', 3, 'running')];
    assert.equal(newestActiveReply([running, waiting])?.key, 'r');
    assert.equal(newestActiveReply([waiting, ended])?.key, 'w');
    assert.equal(newestActiveReply([ended, say('a', bob, 4)]), undefined);
  });
});
