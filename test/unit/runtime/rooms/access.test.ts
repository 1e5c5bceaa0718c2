import assert from 'node:assert/strict';
import type { Room } from '../../../../runtime/rooms/access.ts';
import { checkWriting, isBanned, maySee, mayModerate } from '../../../../runtime/rooms/access.ts';
import { hiddenName, nameFrom } from '../../../../runtime/rooms/room-name.ts';
import { roomNameSchema } from '../../../../runtime/protocol/entries.ts';

const owner = { id: 'owner', role: 'member' } as const;
const member = { id: 'member', role: 'guest' } as const;
const other = { id: 'other', role: 'guest' } as const;
const admin = { id: 'admin', role: 'admin' } as const;
const named = (...ids: string[]): Room['members'] => ids.map((id) => ({ id, name: id }));

function room(more: Partial<Room>): Room {
  return {
    ...({ name: 'a', title: 'A', model: 'm', systemPrompt: '', replies: 'Never', origin: 'people' } as const),
    ...({ kind: 'public', lock: 'open', owner: owner.id, members: [], banned: [], ...more } as const),
  };
}

describe('who may do what in a room', () => {
  const open = room({});
  const hidden = room({ kind: 'private', members: named('owner', 'member') });
  const direct = room({ kind: 'direct', owner: '', members: named('owner', 'admin') });

  it('sees public ones, and others as a member only, administrators too', () => {
    const seen = [open, hidden, direct].map((each) => [owner, member, other, admin].map((who) => maySee(each, who)));
    assert.deepEqual(seen, [
      [true, true, true, true],
      [true, true, false, false],
      [true, false, false, true],
    ]);
  });

  it('moderates what it made, as an administrator what it sees, and never a room of two', () => {
    const all = [open, hidden, direct].map((each) =>
      [owner, member, other, admin].map((who) => mayModerate(each, who)),
    );
    assert.deepEqual(all, [
      [true, false, false, true],
      [true, false, false, false],
      [false, false, false, false],
    ]);
  });

  it('writes in a locked one as a moderator only', () => {
    const locked = room({ lock: 'locked' });
    for (const who of [owner, admin]) checkWriting(locked, who);
    assert.throws(() => checkWriting(locked, member), { code: 'Locked' });
    checkWriting(open, member);
  });

  it('is banned by id', () => {
    assert.deepEqual(
      [member, other].map((who) => isBanned(room({ banned: named('other') }), who)),
      [false, true],
    );
  });
});

describe('a name made of a title', () => {
  const cases = [
    ['Our Plans', 'our-plans'],
    ['  Café — Ümlaut! ', 'cafe-umlaut'],
    ['日本', 'room'],
    ['x'.repeat(80), 'x'.repeat(40)],
    [`${'y'.repeat(39)} z`, 'y'.repeat(39)],
  ] as const;
  for (const [title, name] of cases) {
    it(`of "${title}" is "${name}", and can be one of a room, with an ending too`, () => {
      assert.equal(nameFrom(title), name);
      for (const each of [name, hiddenName(name)]) assert.equal(roomNameSchema.safeParse(each).success, true, each);
      assert.notEqual(hiddenName(name), hiddenName(name));
    });
  }
});
