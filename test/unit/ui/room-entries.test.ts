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

describe('the list of rooms', () => {
  const rooms = [room('a', 0), room('b', 3), room('c', 95)];

  it('counts what is heard of other rooms, up to many', () => {
    const news = ['a', 'b', 'c', 'd'].map((name) => ({ room: name, top: '9-0', messages: 7 }));
    assert.deepEqual(unread(heard(rooms, { type: 'activity', rooms: news }, READER)), [0, 10, MANY_UNREAD]);
  });

  it('counts nothing twice that the server has listed already', () => {
    const known = [{ room: 'b', top: '5-0', messages: 7 }];
    assert.deepEqual(unread(heard(rooms, { type: 'activity', rooms: known }, READER)), [0, 3, 95]);
  });

  it('counts nothing that was on screen as it came, though it is told later', () => {
    const entry = { offset: '9-0', time: 9, kind: 'clear', by: 'me' } as unknown as Extract<
      ServerFrame,
      { type: 'entry' }
    >['entry'];
    const seen = heard(rooms, { type: 'entry', room: 'a', prev: '5-0', entry }, READER);
    const late = { type: 'activity' as const, rooms: [{ room: 'a', top: '9-0', messages: 1 }] };
    assert.deepEqual(unread(heard(seen, late, { me: 'me', open: 'b' })), [0, 3, 95]);
  });

  it('keeps what was heard while the server made its list', () => {
    const news = [{ room: 'b', top: '9-0', messages: 7 }];
    const known = heard(rooms, { type: 'activity', rooms: news }, READER);
    assert.deepEqual(unread(listed([room('b', 3), room('c', 0), room('d', 2)], known)), [10, 0, 2]);
  });

  it('has nothing unread in a room that was read to its end, elsewhere or by being opened', () => {
    const read = (offset: string) => ({ type: 'read', room: 'b', user: 'me', offset }) as const;
    assert.deepEqual(unread(heard(rooms, read('4-0'), READER)), [0, 3, 95]);
    assert.deepEqual(unread(heard(rooms, read('5-0'), READER)), [0, 0, 95]);
    const theirs = { ...read('5-0'), user: 'somebody' };
    assert.deepEqual(unread(heard(rooms, theirs, READER)), [0, 3, 95], 'what the other one of two has read');
    assert.deepEqual(unread(opened(rooms, 'c')), [0, 3, 0]);
  });
});
