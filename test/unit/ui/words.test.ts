import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { runReasonSchema } from '../../../runtime/protocol/entries.ts';
import { roomNameSchema } from '../../../runtime/protocol/entries.ts';
import { en } from '../../../ui/locales/en.ts';
import { ar } from '../../../ui/locales/ar.ts';
import { fr } from '../../../ui/locales/fr.ts';
import { formatDay, formatPercent, formatSpan } from '../../../ui/locales/words.ts';
import { initials } from '../../../ui/state/initials.ts';
import { pathOfRoom, roomOfPath } from '../../../ui/state/route.ts';

describe('words', () => {
  it('has words for every reason of a run', () => {
    for (const reason of runReasonSchema.options) assert.match(en.reply.reasons[reason], /\w+.*\.$/);
  });

  it('counts places and people', () => {
    assert.deepEqual([1, 2, 3, 4, 11, 22].map(en.reply.place), [
      ...['Next in line', '2nd in line', '3rd in line', '4th in line', '11th in line', '22nd in line'],
    ]);
    assert.equal(en.people.count(1), '1 person here');
    assert.equal(en.transcript.typing(['Ann', 'Bob']), 'Ann and Bob are writing…');
  });

  it('names days as people do', () => {
    const now = new Date(2026, 10, 23, 0, 10).getTime();
    assert.equal(formatDay(new Date(2026, 10, 23, 0, 5).getTime(), now), 'Today');
    assert.equal(formatDay(new Date(2026, 10, 22, 23, 59).getTime(), now), 'Yesterday');
    assert.match(formatDay(new Date(2026, 10, 20).getTime(), now), /Friday/);
    assert.match(formatDay(new Date(2025, 10, 20).getTime(), now), /2025/);
  });

  it('says roughly how long something will take, and what a reply waits for, in every language', () => {
    assert.deepEqual([0, 12, 89, 90, 5_399, 5_400, 36_000].map(formatSpan), [
      ...['about 5 s', 'about 10 s', 'about 90 s', 'about 2 min', 'about 90 min', 'about 2 hours', 'about 10 hours'],
    ]);
    const { reply } = en;
    assert.equal(
      reply.pulled('tinyllama', formatPercent(43), formatSpan(120)),
      'tinyllama is being pulled: 43%, about 2 min',
    );
    assert.equal(reply.waking(undefined), 'Waking the model…');
    assert.equal(reply.waking(formatSpan(20)), 'Waking the model… usually about 20 s');
    for (const { reply: words } of [fr, ar]) {
      assert.match(words.pulled('tinyllama', '43', undefined), /tinyllama.*43$/);
      assert.match(words.waking('20'), /20$/);
    }
  });

  it('makes initials of any name', () => {
    assert.deepEqual(['Ann', 'ann lee', 'Ann B. Lee', '🦊 fox', ''].map(initials), ['A', 'AL', 'AL', '🦊F', '']);
  });
});

describe('room addresses', () => {
  it('lead to the room and back, for every name a room may have', () => {
    for (const room of ['general', 'a', 'team-42']) {
      assert.ok(roomNameSchema.safeParse(room).success);
      for (const base of ['', '/chat', '/a/b.c']) assert.equal(roomOfPath(pathOfRoom(room, base), base), room);
    }
    assert.equal(roomOfPath('/', ''), undefined);
    assert.equal(roomOfPath('/r/a/b', ''), undefined);
    assert.equal(roomOfPath('/r/a', '/chat'), undefined);
    assert.equal(roomOfPath('/chats/r/a', '/chat'), undefined);
  });
});
