/** What people learn of rooms that they do not look at, over three backends: messages, mentions, and their other devices. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ServerFrame } from '../../../runtime/protocol/frames.ts';
import type { RoomInfo } from '../../../runtime/protocol/rest.ts';
import { until } from '../../testbed/wait.ts';
import type { ChatClient } from './chat-client.ts';
import type { Guest, Guests } from './guests.ts';
import { useGuests } from './guests.ts';

const SOON = { timeout: 15_000, every: 10 };

describe('people who look elsewhere, over three backends', function () {
  this.timeout(60_000);
  let guests: Guests;
  useGuests((_, started) => (guests = started));
  const infoOf = async ({ rest }: Guest, name: string): Promise<RoomInfo> => {
    const found = (await rest.rooms()).rooms.find((room) => room.name === name);
    assert.ok(found !== undefined, `${name} is among the rooms`);
    return found;
  };
  const activityIn = (
    client: ChatClient,
    room: string,
  ): { top: string; messages: number; offsets?: string[] | undefined }[] =>
    client.frames.flatMap((frame) =>
      frame.type === 'activity' ? frame.rooms.filter((each) => each.room === room) : [],
    );
  const mentionsTo = (client: ChatClient): ServerFrame[] => client.frames.filter(({ type }) => type === 'mention');

  it('learn of new messages in rooms that they can see and have not joined', async () => {
    const [ann, bob, cid] = [await guests.come('Ann', 0), await guests.come('Bob', 1), await guests.come('Cid', 2)];
    const [writer, member, stranger] = [
      await guests.connect(ann, 0),
      await guests.connect(bob, 1),
      await guests.connect(cid, 2),
    ];
    const { name } = await ann.rest.makeRoom({ title: 'Hidden', kind: 'private', members: [bob.id] });
    await writer.rejoin(name);
    await writer.rejoin('second');
    await stranger.rejoin('general');
    const offsets: string[] = [];
    for (const text of ['one', 'two', 'three']) offsets.push(await writer.say(text, undefined, name));
    const public_ = await writer.say('for all', undefined, 'second');
    const told = (client: ChatClient, room: string): number =>
      activityIn(client, room).reduce((sum, { messages }) => sum + messages, 0);
    await until('Bob hears of all', () => told(member, name) === 3 && told(member, 'second') >= 1, SOON);
    await until('Cid hears of the public one', () => told(stranger, 'second') >= 1, SOON);
    assert.equal(activityIn(member, name).at(-1)?.top, offsets[2]);
    const toldOf = activityIn(member, name).flatMap((each) => each.offsets);
    assert.deepEqual(toldOf.toSorted(), offsets.toSorted(), 'of each of them, once');
    assert.equal(activityIn(stranger, 'second').at(-1)?.top, public_);
    assert.deepEqual(activityIn(stranger, name), [], 'nothing of a room that does not exist for them');
    assert.deepEqual(activityIn(writer, name), [], 'nothing of a room that they are in');
  });

  it('have right counts of what they have not read as soon as another device read it, and that device is told', async () => {
    const [ann, bob] = [await guests.come('Ann', 0), await guests.come('Bob', 1)];
    const { name } = await ann.rest.makeRoom({ title: `Reading of ${ann.name}`, kind: 'public' });
    const writer = await guests.connect(ann, 0);
    await writer.rejoin(name);
    const offsets: string[] = [];
    for (const text of ['one', 'two', 'three', 'four']) offsets.push(await writer.say(text, undefined, name));
    assert.equal((await infoOf(bob, name)).unread, 4);
    const [phone, desk] = [await guests.connect(bob, 1), await guests.connect(bob, 2)];
    await phone.rejoin(name);
    phone.send({ type: 'read', room: name, offset: offsets[2] });
    const isRead = (frame: ServerFrame): boolean => frame.type === 'read' && frame.room === name;
    const read = await desk.until('the mark', isRead);
    assert.deepEqual(read, { type: 'read', room: name, user: bob.id, offset: offsets[2] });
    const info = await infoOf(bob, name);
    assert.deepEqual([info.unread, info.read, info.top], [1, offsets[2], offsets[3]]);
    assert.ok(!phone.frames.some(isRead), 'the device that said so knows');
    assert.ok(!writer.frames.some(isRead), 'nobody else is told');
    await writer.request({ type: 'delete', room: name, target: offsets[3]! });
    assert.equal((await infoOf(bob, name)).unread, 0, 'what is deleted is nothing to read');
  });

  it('see in a room of two how far the other one has read', async () => {
    const [ann, bob] = [await guests.come('Ann', 0), await guests.come('Bob', 1)];
    const [writer, reader] = [await guests.connect(ann, 0), await guests.connect(bob, 1)];
    const { name } = await ann.rest.direct(bob.id);
    await Promise.all([writer.rejoin(name), reader.rejoin(name)]);
    const offset = await writer.say('read this', undefined, name);
    await until('it came', () => reader.texts(name).length === 1, SOON);
    reader.send({ type: 'read', room: name, offset });
    const frame = await writer.until('the mark', ({ type }) => type === 'read');
    assert.deepEqual(frame, { type: 'read', room: name, user: bob.id, offset });
  });

  it('are told when they are named, if they can see the room and are not in it', async () => {
    const [ann, bob, cid] = [await guests.come('Ann', 0), await guests.come('Bob', 1), await guests.come('Cid', 2)];
    const [writer, member, stranger] = [
      await guests.connect(ann, 0),
      await guests.connect(bob, 1),
      await guests.connect(cid, 2),
    ];
    const { name } = await ann.rest.makeRoom({ title: 'Named', kind: 'private', members: [bob.id] });
    await writer.rejoin(name);
    const text = `@${bob.name}, did you and @${cid.name} hear that, @${ann.name}?`;
    const offset = await writer.say(text, undefined, name);
    const mention = await member.until('a mention', ({ type }) => type === 'mention');
    assert.deepEqual(mention, {
      ...{ type: 'mention', room: name, offset, text },
      author: { id: ann.id, name: ann.name, role: 'guest' },
    });
    const [entry] = writer.entries(name).filter(({ kind }) => kind === 'message');
    assert.deepEqual(entry?.kind === 'message' && entry.mentions, [bob.id], 'only who can see it');
    await writer.rejoin('general');
    await member.rejoin('general');
    const open = await writer.say(`both @${bob.name} and @${cid.name.toLowerCase()}!`);
    const later = await stranger.until('a mention', ({ type }) => type === 'mention');
    assert.ok(later.type === 'mention' && later.offset === open, 'the first word of it is of the public room');
    assert.equal(mentionsTo(member).length, 1, 'who is in the room sees it there');
    assert.deepEqual(mentionsTo(writer), []);
  });
});
