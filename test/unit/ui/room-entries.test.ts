import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RoomEntry } from '../../../ui/state/room-entries.ts';
import { heard, MANY_UNREAD, opened } from '../../../ui/state/room-entries.ts';

const room = (name: string, unread: number): RoomEntry => ({
  ...{ name, title: name, kind: 'public', replies: 'Always', moderator: 'no', unread, top: '5-0' },
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

  it('has nothing unread in a room that was read to its end, elsewhere or by being opened', () => {
    const read = (offset: string) => ({ type: 'read', room: 'b', user: 'me', offset }) as const;
    assert.deepEqual(unread(heard(rooms, read('4-0'), READER)), [0, 3, 95]);
    assert.deepEqual(unread(heard(rooms, read('5-0'), READER)), [0, 0, 95]);
    const theirs = { ...read('5-0'), user: 'somebody' };
    assert.deepEqual(unread(heard(rooms, theirs, READER)), [0, 3, 95], 'what the other one of two has read');
    assert.deepEqual(unread(opened(rooms, 'c')), [0, 3, 0]);
  });
});
