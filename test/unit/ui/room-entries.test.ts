import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ServerFrame } from '../../../runtime/protocol/frames.ts';
import type { RoomEntry } from '../../../ui/state/room-entries.ts';
import { heard, listed, MANY_UNREAD, opened } from '../../../ui/state/room-entries.ts';

const room = (name: string, unread: number): RoomEntry => ({
  ...{ name, title: name, kind: 'public', lock: 'open', replies: 'Always', moderator: 'no', unread, top: '5-0' },
});
const READER = { me: 'me', open: 'a' };
const unread = (rooms: readonly RoomEntry[]): readonly number[] => rooms.map((each) => each.unread);

/** A batch of messages, from one offset to another. */
function told(...batches: { name: string; from: number; to: number }[]): ServerFrame {
  const rooms = batches.map(({ name, from, to }) => {
    const offsets = Array.from({ length: to - from + 1 }, (_, index) => `${from + index}-0`);
    return { room: name, top: `${to}-0`, messages: offsets.length, offsets: offsets.slice(-100) };
  });
  return { type: 'activity', rooms };
}

describe('the list of rooms', () => {
  const rooms = [room('a', 0), room('b', 3), room('c', 95)];

  it('counts what is heard of other rooms, up to many', () => {
    const frame = told(...['a', 'b', 'c', 'd'].map((name) => ({ name, from: 6, to: 12 })));
    assert.deepEqual(unread(heard(rooms, frame, READER)), [0, 10, MANY_UNREAD]);
    const lively = told({ name: 'b', from: 13, to: 200 });
    assert.deepEqual(unread(heard(heard(rooms, frame, READER), lively, READER)), [0, MANY_UNREAD, MANY_UNREAD]);
  });

  it('counts nothing twice that the server has listed already, all of a batch or only its beginning', () => {
    assert.deepEqual(unread(heard(rooms, told({ name: 'b', from: 1, to: 5 }), READER)), [0, 3, 95]);
    assert.deepEqual(unread(heard(rooms, told({ name: 'b', from: 3, to: 7 }), READER)), [0, 5, 95]);
  });

  it('counts every message once, in whichever order batches of several servers come', () => {
    const [late, early] = [told({ name: 'b', from: 8, to: 9 }), told({ name: 'b', from: 6, to: 7 })];
    const after = [late, early, late].reduce<readonly RoomEntry[]>((all, frame) => heard(all, frame, READER), rooms);
    assert.deepEqual(unread(after), [0, 7, 95]);
  });

  it('counts one message for what a server of an older version tells', () => {
    const old = { type: 'activity' as const, rooms: [{ room: 'b', top: '9-0', messages: 1 }] };
    assert.deepEqual(unread(heard(rooms, old, READER)), [0, 4, 95]);
  });

  it('counts nothing that was on screen as it came, though it is told later', () => {
    const entry = { offset: '9-0', time: 9, kind: 'clear', by: 'me' } as unknown as Extract<
      ServerFrame,
      { type: 'entry' }
    >['entry'];
    const seen = heard(rooms, { type: 'entry', room: 'a', prev: '5-0', entry }, READER);
    const away = { me: 'me', open: 'b' };
    assert.deepEqual(unread(heard(seen, told({ name: 'a', from: 8, to: 9 }), away)), [0, 3, 95]);
    assert.deepEqual(unread(heard(seen, told({ name: 'a', from: 8, to: 11 }), away)), [2, 3, 95], 'and its end');
  });

  it('keeps what was heard while the server made its list', () => {
    const known = heard(rooms, told({ name: 'b', from: 6, to: 12 }), READER);
    assert.deepEqual(unread(listed([room('b', 3), room('c', 0), room('d', 2)], known)), [10, 0, 2]);
    const newer = { ...room('b', 6), top: '8-0' };
    assert.deepEqual(unread(listed([newer], known)), [10], 'three of the seven are listed');
    const unlisted = known.map((each) => ({ ...each, top: undefined }));
    assert.deepEqual(unread(listed([newer], unlisted)), [10], 'nothing was listed before');
  });

  it('has nothing unread in a room that was read to its end, elsewhere or by being opened', () => {
    const read = (offset: string) => ({ type: 'read', room: 'b', user: 'me', offset }) as const;
    assert.deepEqual(unread(heard(rooms, read('4-0'), READER)), [0, 3, 95]);
    assert.deepEqual(unread(heard(rooms, read('5-0'), READER)), [0, 0, 95]);
    const theirs = { ...read('5-0'), user: 'somebody' };
    assert.deepEqual(unread(heard(rooms, theirs, READER)), [0, 3, 95], 'what the other one of two has read');
    assert.deepEqual(unread(opened(rooms, 'c')), [0, 3, 0]);
    const news = told({ name: 'b', from: 6, to: 9 });
    const known = heard(rooms, news, READER);
    assert.deepEqual(unread(heard(known, read('7-0'), READER)), [0, 2, 95], 'what is newer stays');
    assert.deepEqual(unread(heard(opened(known, 'b'), news, READER)), [0, 0, 95], 'told again of what was opened');
  });
});
