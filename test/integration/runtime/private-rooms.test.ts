/** Rooms that people make, over three backends: who can see them, and who is sent out. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ServerFrame } from '../../../runtime/protocol/frames.ts';
import type { RoomInfo } from '../../../runtime/protocol/rest.ts';
import { roomDetailsSchema, roomsSchema } from '../../../runtime/protocol/rest.ts';
import { until } from '../../testbed/wait.ts';
import type { ChatClient } from './chat-client.ts';
import type { Cluster } from './cluster.ts';
import type { Guest, Guests } from './guests.ts';
import { useGuests } from './guests.ts';
import { redisText } from './redis-text.ts';

const SOON = { timeout: 15_000, every: 10 };
const OFFSET = '1-1';

type Request = Parameters<ChatClient['request']>[0];

const codeOf = (frame: ServerFrame): string => (frame.type === 'error' ? frame.code : frame.type);

describe('rooms of people over three backends', function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let guests: Guests;
  useGuests((...started) => ([cluster, guests] = started));
  const come = (name: string, backend: number): Promise<Guest> => guests.come(name, backend);
  const connect = (guest: Guest, backend: number): Promise<ChatClient> => guests.connect(guest, backend);
  const secret = (owner: Guest, members: readonly Guest[] = []): Promise<RoomInfo> =>
    owner.rest.makeRoom({ title: 'Our Secret', kind: 'private', members: members.map(({ id }) => id) });
  const left = (client: ChatClient, reason: string): Promise<ServerFrame> =>
    client.until(`left, ${reason}`, (frame) => frame.type === 'left' && frame.reason === reason);
  const seesRoom = async ({ rest }: Guest, name: string): Promise<boolean> =>
    (await rest.rooms()).rooms.some((room) => room.name === name);

  it('are listed as the protocol says, private ones to their members only', async () => {
    const [ann, bob, cid] = [await come('Ann', 0), await come('Bob', 1), await come('Cid', 2)];
    await connect(bob, 1);
    const made = await secret(ann, [bob]);
    assert.match(made.name, /^our-secret-[a-z2-9]{8}$/);
    const open = await ann.rest.makeRoom({ title: 'Café Ümlaut!', kind: 'public' });
    assert.equal(open.name, 'cafe-umlaut');
    await assert.rejects(bob.rest.makeRoom({ title: 'Cafe Umlaut', kind: 'public' }), { code: 'Conflict' });
    const rooms = roomsSchema.parse(await bob.rest.rooms()).rooms;
    const known = rooms.map(({ name, kind, origin, moderator }) => [name, kind, origin, moderator].join(' '));
    assert.deepEqual(known.slice(0, 2), ['general public chat no', 'second public chat no']);
    assert.ok(known.includes(`${made.name} private people no`));
    assert.ok(known.includes('cafe-umlaut public people no'));
    assert.ok(!(await seesRoom(cid, made.name)));
    assert.ok(await seesRoom(cid, open.name));
    const details = roomDetailsSchema.parse(await ann.rest.room(made.name));
    assert.deepEqual(
      details.members,
      [ann, bob].map(({ id, name }) => ({ id, name })),
    );
    assert.equal(details.systemPrompt, 'Answer.');
    assert.equal((await bob.rest.room(made.name)).systemPrompt, undefined, 'the prompt is for moderators');
  });

  it('do not exist for a stranger, in any frame and any call', async () => {
    const [ann, eve] = [await come('Ann', 0), await come('Eve', 1)];
    const { name } = await secret(ann);
    const member = await connect(ann, 0);
    await member.rejoin(name);
    await member.say('nobody else reads this', undefined, name);
    const missing = 'no-such-room';
    const stranger = await connect(eve, 1);
    const requests = (room: string): Request[] => [
      { type: 'join', room },
      { type: 'join', room, since: { epoch: 'x', offset: OFFSET } },
      { type: 'send', room, key: 'a-key-of-eve', text: 'hello' },
      { type: 'edit', room, target: OFFSET, text: 'other', then: 'nothing' },
      { type: 'delete', room, target: OFFSET },
      { type: 'react', room, target: OFFSET, emoji: '👍', action: 'add' },
      { type: 'history', room, before: '9999999999999-0' },
      { type: 'stop', room, run: 'a-run-of-it' },
      { type: 'retry', room, run: 'a-run-of-it' },
    ];
    const same = (frame: ServerFrame, room: string): string => {
      const words = frame.type === 'error' ? frame.message.replaceAll(room, 'ROOM') : '';
      return `${codeOf(frame)} ${words}`;
    };
    const toMissing = requests(missing);
    for (const [index, request] of requests(name).entries()) {
      const answer = same(await stranger.request(request), name);
      assert.equal(answer, same(await stranger.request(toMissing[index]!), missing), request.type);
      assert.match(answer, /^(NotFound|NotJoined) /, request.type);
    }
    for (const frame of [{ type: 'read', offset: OFFSET }, { type: 'typing' }]) stranger.send({ ...frame, room: name });
    const calls: [string, string, object?][] = [
      ['GET', ''],
      ['PATCH', '', { title: 'Mine' }],
      ['DELETE', ''],
      ['POST', '/clear'],
      ['GET', '/messages'],
      ['POST', '/messages', { text: 'hello' }],
      ['GET', '/search?q=nobody'],
      ['GET', '/export?format=json'],
      ['GET', '/export?format=markdown'],
      ['PUT', `/members/${eve.id}`],
      ['DELETE', `/members/${ann.id}`],
      ['DELETE', `/members/${eve.id}`],
      ['POST', '/kick', { user: ann.id }],
      ['PUT', `/bans/${ann.id}`],
      ['DELETE', `/bans/${ann.id}`],
    ];
    const ask = async (method: string, room: string, path: string, body?: object): Promise<string> => {
      const response = await fetch(`${cluster.url(1)}/api/rooms/${room}${path}`, {
        method,
        headers: { cookie: eve.cookie, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return `${response.status} ${(await response.text()).replaceAll(room, 'ROOM')}`;
    };
    for (const [method, path, body] of calls) {
      const answer = await ask(method, name, path, body);
      assert.match(answer, /^404 .*"NotFound"/, `${method} ${path}`);
      assert.equal(answer, await ask(method, missing, path, body), `${method} ${path}`);
    }
    await member.say('and still nobody', undefined, name);
    assert.ok(!JSON.stringify(stranger.frames).includes('still nobody'));
    assert.ok(!JSON.stringify(stranger.frames).includes(ann.name));
  });

  it('open to whom a member invites, at once and on every device', async () => {
    const [ann, bob] = [await come('Ann', 0), await come('Bob', 1)];
    const { name } = await secret(ann);
    const devices = await Promise.all([connect(bob, 1), connect(bob, 2)]);
    assert.equal(codeOf(await devices[0].request({ type: 'join', room: name })), 'NotFound');
    await ann.rest.addMember(name, bob.name);
    for (const device of devices) {
      await device.until('the word', (frame) => frame.type === 'rooms-changed' && frame.room === name);
      assert.equal(codeOf(await device.request({ type: 'join', room: name })), 'joined');
    }
    await bob.rest.removeMember(name, bob.id);
    for (const device of devices) await left(device, 'removed');
    assert.equal(codeOf(await devices[1].request({ type: 'join', room: name })), 'NotFound');
    await ann.rest.removeMember(name, ann.id);
    await assert.rejects(ann.rest.room(name), { code: 'NotFound' }, 'with its last member it goes');
    assert.ok(!(await redisText(cluster.redis)).includes(`{room:${name}}:log`));
  });

  it('are one for two people, whoever of them asks, and nobody is sent out of it', async () => {
    const [ann, bob] = [await come('Ann', 0), await come('Bob', 1)];
    const [here, there] = [await connect(ann, 0), await connect(bob, 1)];
    const [one, other] = await Promise.all([ann.rest.direct(bob.id), bob.rest.direct(ann.id)]);
    assert.equal(one.name, other.name);
    assert.deepEqual([one.title, other.title, one.kind], [bob.name, ann.name, 'direct']);
    await Promise.all([here.rejoin(one.name), there.rejoin(one.name)]);
    await here.say('only for you', undefined, one.name);
    await until('it came', () => there.texts(one.name).includes('only for you'), SOON);
    await assert.rejects(ann.rest.kick(one.name, bob.id), { code: 'Forbidden' });
    await assert.rejects(ann.rest.clearRoom(one.name), { code: 'Forbidden' });
    await assert.rejects(ann.rest.direct(ann.id), { code: 'BadFrame' });
    await assert.rejects(ann.rest.direct('Nobody at all'), { code: 'NotFound' });
  });

  it('lose at once whom a moderator kicks or bans, on every backend; a ban holds when they come back', async () => {
    const [ann, bob] = [await come('Ann', 0), await come('Bob', 1)];
    const { name } = await ann.rest.makeRoom({ title: `Party of ${ann.name}`, kind: 'public' });
    const writer = await connect(ann, 0);
    await writer.rejoin(name);
    const devices = await Promise.all([connect(bob, 1), connect(bob, 2)]);
    for (const device of devices) await device.rejoin(name);
    await assert.rejects(bob.rest.kick(name, ann.id), { code: 'Forbidden' });
    await ann.rest.kick(name, bob.id);
    for (const device of devices) await left(device, 'kicked');
    await writer.say('after the kick', undefined, name);
    assert.ok(devices.every((device) => !device.texts(name).includes('after the kick')));
    const answer = await devices[0].request({ type: 'send', room: name, key: 'a-key-of-bob', text: 'still here' });
    assert.equal(codeOf(answer), 'NotJoined');
    for (const device of devices) await device.rejoin(name);
    await ann.rest.ban(name, bob.id);
    for (const device of devices) await left(device, 'banned');
    const back = await connect(bob, 0);
    assert.equal(codeOf(await back.request({ type: 'join', room: name })), 'Forbidden');
    await assert.rejects(bob.rest.messages(name), { code: 'Forbidden' });
    await assert.rejects(bob.rest.post(name, { text: 'let me in' }), { code: 'Forbidden' });
    assert.ok(!(await seesRoom(bob, name)));
    assert.deepEqual((await ann.rest.room(name)).banned, [{ id: bob.id, name: bob.name }]);
    await ann.rest.unban(name, bob.id);
    assert.equal(codeOf(await back.request({ type: 'join', room: name })), 'joined');
  });

  it('refuse in words while they are locked, but to their moderators', async () => {
    const [ann, bob] = [await come('Ann', 0), await come('Bob', 1)];
    const { name } = await ann.rest.makeRoom({ title: `Quiet of ${ann.name}`, kind: 'public' });
    const [moderator, other] = [await connect(ann, 0), await connect(bob, 2)];
    await Promise.all([moderator.rejoin(name), other.rejoin(name)]);
    const target = await other.say('before', undefined, name);
    await assert.rejects(bob.rest.changeRoom(name, { lock: 'locked' }), { code: 'Forbidden' });
    assert.equal((await ann.rest.changeRoom(name, { lock: 'locked' })).lock, 'locked');
    // Each backend hears of a change in its own time.
    const isLocked = (lock: string) => async () => (await bob.rest.room(name)).lock === lock;
    await other.until('the word', (frame) => frame.type === 'rooms-changed' && frame.room === name);
    await until('the word is there too', isLocked('locked'), SOON);
    const refused = await other.request({ type: 'send', room: name, key: 'a-key-of-bob', text: 'a word' });
    assert.ok(refused.type === 'error' && refused.code === 'Locked');
    assert.match(refused.message, /locked/);
    const edit = { type: 'edit', room: name, target, text: 'other', then: 'nothing' } as const;
    assert.equal(codeOf(await other.request(edit)), 'Locked');
    await assert.rejects(bob.rest.post(name, { text: 'a word' }), { code: 'Locked', status: 423 });
    await moderator.say('I may', undefined, name);
    await ann.rest.changeRoom(name, { lock: 'open' });
    await until('the word is there too', isLocked('open'), SOON);
    await bob.rest.post(name, { text: 'me too' });
    await assert.rejects(ann.rest.changeRoom('general', { title: 'Mine' }), { code: 'Forbidden' });
    await assert.rejects(ann.rest.changeRoom(name, { model: 'no-such-model' }), { code: 'BadFrame' });
  });

  it('are cleared for good: nothing of the text stays in Redis, and nobody gets it any more', async () => {
    const [ann, bob] = [await come('Ann', 0), await come('Bob', 1)];
    const [writer, reader] = [await connect(ann, 0), await connect(bob, 1)];
    const { name } = await secret(ann, [bob]);
    await Promise.all([writer.rejoin(name), reader.rejoin(name)]);
    await writer.say('text-to-be-cleared', undefined, name);
    await until('it came', () => reader.texts(name).length === 1, SOON);
    assert.ok((await redisText(cluster.redis)).includes('text-to-be-cleared'), 'the test can see it');
    await assert.rejects(bob.rest.clearRoom(name), { code: 'Forbidden' });
    await ann.rest.clearRoom(name);
    await until('the word', () => reader.entries(name).some(({ kind }) => kind === 'clear'), SOON);
    assert.ok(!(await redisText(cluster.redis)).includes('text-to-be-cleared'));
    assert.deepEqual(
      (await bob.rest.messages(name)).entries.map(({ kind }) => kind),
      ['clear'],
    );
    await reader.say('a new beginning', undefined, name);
    await until('it came', () => writer.texts(name).includes('a new beginning'), SOON);
    await ann.rest.removeRoom(name);
    await left(reader, 'deleted');
    await assert.rejects(ann.rest.room(name), { code: 'NotFound' });
    assert.ok(!(await redisText(cluster.redis)).includes('a new beginning'));
  });
});
