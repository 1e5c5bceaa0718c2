/** People of one room on different backends: nothing lost, nothing twice, in order. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { compareOffsets } from '../../../runtime/protocol/offset.ts';
import { until } from '../../testbed/wait.ts';
import { ChatClient, enter, positionOf } from './chat-client.ts';
import type { Cluster } from './cluster.ts';
import { metric, startCluster } from './cluster.ts';

const SOON = { timeout: 10_000, every: 10 };

describe('rooms over three backends', function () {
  this.timeout(30_000);
  let cluster: Cluster;
  let clients: ChatClient[] = [];
  before(async function () {
    this.timeout(120_000);
    cluster = await startCluster({
      config: (config) => ({ ...config, history: { maxMessages: 400, maxAgeSeconds: 3600 } }),
    });
  });
  after(() => cluster.stop());
  afterEach(() => {
    for (const client of clients) client.cut();
    clients = [];
  });
  const join = async (backend: number, name: string, room?: string): Promise<ChatClient> => {
    const client = await ChatClient.join(cluster.url(backend), name, room);
    clients.push(client);
    return client;
  };
  const connect = async (backend: number, cookie: string): Promise<ChatClient> => {
    const client = await ChatClient.connect(cluster.url(backend), cookie);
    clients.push(client);
    return client;
  };

  it('show everybody the same messages, once, in one order', async () => {
    const people = await Promise.all(['Ann', 'Bob', 'Cid'].map((name, index) => join(index, name)));
    const sent = people.flatMap((_, who) => Array.from({ length: 40 }, (_unused, n) => `${who}-${n}`));
    await Promise.all(
      people.map(async (person, who) => {
        for (let n = 0; n < 40; n++) await person.say(`${who}-${n}`);
      }),
    );
    await until('all came to all', () => people.every((person) => person.texts().length >= sent.length), SOON);
    for (const person of people) {
      assert.deepEqual(person.texts(), people[0]!.texts());
      const offsets = person.entries().map(({ offset }) => offset);
      assert.deepEqual(offsets, offsets.toSorted(compareOffsets));
    }
    assert.deepEqual(people[0]!.texts().toSorted(), sent.toSorted());
    for (const who of [0, 1, 2]) {
      const own = people[0]!.texts().filter((text) => text.startsWith(`${who}-`));
      assert.deepEqual(
        own,
        Array.from({ length: 40 }, (_unused, n) => `${who}-${n}`),
        'each in the order it was sent',
      );
    }
  });

  it('take one message with one key, however often and to whichever backend it is sent', async () => {
    const ann = await join(0, 'Ann of many');
    const others = await Promise.all(
      [1, 2].map(async (backend) => {
        const other = await connect(backend, ann.cookie);
        await other.rejoin('general');
        return other;
      }),
    );
    const key = 'the-same-key';
    const offsets = await Promise.all([ann, ...others, ann, others[0]!].map((client) => client.say('only once', key)));
    assert.equal(new Set(offsets).size, 1);
    await ann.say('the next one');
    await until('it came', () => others[1]!.texts().includes('the next one'), SOON);
    assert.equal(others[1]!.texts().filter((text) => text === 'only once').length, 1);
  });

  it('show edits and reactions to everybody, and to whoever comes later their outcome', async () => {
    const [ann, bob] = [await join(0, 'Ann who edits'), await join(1, 'Bob who reacts')];
    const target = await ann.say('a frist try');
    const room = 'general';
    const edit = { type: 'edit', room, target, text: 'a first try', then: 'nothing' } as const;
    const react = { type: 'react', room, target, emoji: '👍', action: 'add' } as const;
    const edited = await ann.request(edit);
    assert.ok(edited.type === 'ok' && edited.offset !== undefined);
    assert.deepEqual(await ann.request(edit), { type: 'ok', id: edited.id + 1 }, 'a second time changes nothing');
    const refused = await bob.request({ ...edit, text: 'not mine' });
    assert.equal(refused.type === 'error' && refused.code, 'Forbidden');
    // At the same time, from different backends: none is lost.
    const answers = await Promise.all([ann.request(react), bob.request(react), bob.request({ ...react, emoji: '🎉' })]);
    assert.ok(answers.every(({ type }) => type === 'ok'));
    await until('three reactions', () => ann.entries().filter(({ kind }) => kind === 'react').length === 3, SOON);
    await bob.request({ ...react, emoji: '🎉', action: 'remove' });
    const late = await join(2, 'Cid who is late');
    const message = late.entries().find(({ offset }) => offset === target);
    assert.ok(message?.kind === 'message');
    assert.equal(message.text, 'a first try');
    assert.ok(message.edited !== undefined);
    assert.deepEqual(
      message.reactions?.map(({ emoji, people }) => [emoji, people.map(({ name }) => name).toSorted()]),
      [['👍', ['Ann who edits', 'Bob who reacts']]],
    );
  });

  it('remember how far each person has read, on any backend', async () => {
    const ann = await join(0, 'Ann who reads');
    const offset = await ann.say('read me');
    ann.send({ type: 'read', room: 'general', offset });
    const other = await connect(1, ann.cookie);
    await until('the mark is there', async () => (await other.rejoin('general')).read === offset, SOON);
    const bob = await join(2, 'Bob who reads not');
    assert.equal((await bob.next('joined')).read, undefined);
  });

  it('erase a deleted message: nobody gets its text any more, the store has it no longer', async () => {
    const [ann, bob] = [await join(0, 'Ann who deletes'), await join(1, 'Bob who may not')];
    const room = 'general';
    const target = await ann.say('erase-me-1');
    await ann.request({ type: 'edit', room, target, text: 'erase-me-2', then: 'nothing' });
    const refused = await bob.request({ type: 'delete', room, target });
    assert.equal(refused.type === 'error' && refused.code, 'Forbidden');
    assert.equal((await ann.request({ type: 'delete', room, target })).type, 'ok');
    await until(
      'Bob is told',
      () => bob.entries().some((each) => each.kind === 'delete' && each.target === target),
      SOON,
    );
    const late = await join(2, 'Cid after that');
    const message = late.entries().find(({ offset }) => offset === target);
    assert.ok(message?.kind === 'message' && message.text === '' && message.deleted === 'author');
    assert.doesNotMatch(JSON.stringify(late.frames), /erase-me/);
    const again = await ann.request({ type: 'edit', room, target, text: 'back again', then: 'nothing' });
    assert.equal(again.type === 'error' && again.code, 'Conflict');
    const missing = await ann.request({ type: 'delete', room, target: '1-1' });
    assert.equal(missing.type === 'error' && missing.code, 'NotFound');
  });

  it('give a client that was cut off all that it missed, over several pages, and then go on', async () => {
    const ann = await join(0, 'Ann cut');
    const bob = await join(1, 'Bob there', 'general');
    await bob.say('before the cut');
    await until('it came', () => ann.texts().includes('before the cut'), SOON);
    const since = positionOf(ann);
    ann.cut();
    const missed = Array.from({ length: 250 }, (_unused, n) => `missed ${n}`);
    for (const text of missed.slice(0, 200)) await bob.say(text);
    const back = await connect(2, ann.cookie);
    const during = (async () => {
      for (const text of missed.slice(200)) await bob.say(text);
    })();
    const joined = await back.rejoin('general', since);
    assert.equal(joined.recovered, true);
    await during;
    await bob.say('after');
    await until('all is there', () => back.texts().includes('after'), SOON);
    assert.deepEqual(back.texts(), [...missed, 'after']);
    const entries = back.frames.filter((frame) => frame.type === 'entry');
    let position = joined.offset;
    for (const { prev, entry } of entries) {
      assert.equal(prev, position, 'each entry names its predecessor');
      position = entry.offset;
    }
  });

  it('say "start over" to who missed more than the history holds, or comes with another epoch', async () => {
    const ann = await join(0, 'Ann long gone', 'second');
    await ann.say('first', undefined, 'second');
    await until('it came', () => ann.texts('second').includes('first'), SOON);
    const since = positionOf(ann, 'second');
    ann.cut();
    const bob = await join(1, 'Bob writes', 'second');
    for (let n = 0; n < 410; n++) await bob.say(`n${n}`, undefined, 'second');
    const back = await connect(2, ann.cookie);
    const joined = await back.rejoin('second', since);
    assert.equal(joined.recovered, false);
    assert.equal(joined.entries.length, 100);
    assert.equal(joined.hasMore, true);
    assert.equal(back.texts('second').at(-1), 'n409');
    const other = await back.rejoin('second', { epoch: 'another', offset: joined.offset });
    assert.equal(other.recovered, false);
    const ahead = await back.rejoin('second', { epoch: joined.epoch, offset: '9999999999999-0' });
    assert.equal(ahead.recovered, false, 'a position past the top is of another log');
    assert.equal(await metric(cluster.backends[2]!, 'chatapp_recoveries_total', 'result="failed"'), 3);
  });

  it('let a client page back to the beginning', async () => {
    const ann = await join(0, 'Ann reads');
    const bob = await join(1, 'Bob reads');
    const texts = Array.from({ length: 130 }, (_unused, n) => `page ${n}`);
    for (const text of texts) await bob.say(text);
    await until('all came', () => ann.texts().includes('page 129'), SOON);
    const fresh = await connect(2, ann.cookie);
    const joined = await fresh.rejoin('general');
    const all = [...joined.entries];
    let hasMore = joined.hasMore;
    while (hasMore) {
      const page = await fresh.request({ type: 'history', room: 'general', before: all[0]!.offset });
      assert.ok(page.type === 'history');
      assert.ok(page.entries.length > 0 && page.entries.length <= 100);
      all.unshift(...page.entries);
      hasMore = page.hasMore;
    }
    const offsets = all.map(({ offset }) => offset);
    assert.equal(new Set(offsets).size, offsets.length);
    assert.deepEqual(offsets, offsets.toSorted(compareOffsets));
    const found = all.filter((entry) => entry.kind === 'message' && entry.text.startsWith('page '));
    assert.deepEqual(
      found.map((entry) => entry.kind === 'message' && entry.text),
      texts,
    );
  });

  it('know who is there, on every backend, each person once', async () => {
    const ann = await join(0, 'Ann seen');
    const again = await connect(1, ann.cookie);
    await again.rejoin('general');
    const bob = await join(2, 'Bob seen');
    const names = (client: ChatClient): string[] => {
      const frame = client.frames.findLast((each) => each.type === 'people' || each.type === 'joined');
      return frame && 'people' in frame
        ? frame.people.map(({ name }) => name).filter((name) => name.endsWith(' seen'))
        : [];
    };
    for (const client of [ann, again, bob]) {
      await until('both are named', () => names(client).join() === 'Ann seen,Bob seen', SOON);
    }
    ann.cut();
    bob.cut();
    await until('Ann is still there by her other page', () => names(again).join() === 'Ann seen', SOON);
  });

  it('show who types to the others', async () => {
    const [ann, bob] = await Promise.all([join(0, 'Ann types'), join(1, 'Bob waits')]);
    ann.send({ type: 'typing', room: 'general' });
    ann.send({ type: 'typing', room: 'general' });
    const typing = await bob.next('typing');
    assert.equal(typing.user.name, 'Ann types');
    await ann.say('typed');
    await until('the message', () => bob.texts().includes('typed'), SOON);
    assert.equal(bob.frames.filter(({ type }) => type === 'typing').length, 1, 'not for every key');
  });

  it('hear nothing of other rooms, and nothing after they left', async () => {
    const [ann, bob] = await Promise.all([join(0, 'Ann leaves'), join(1, 'Bob stays')]);
    await bob.request({ type: 'join', room: 'second' });
    await bob.say('elsewhere', undefined, 'second');
    ann.send({ type: 'leave', room: 'general' });
    const refused = await ann.request({ type: 'send', room: 'general', key: 'abcdefgh', text: 'x' });
    assert.equal(refused.type === 'error' && refused.code, 'NotJoined');
    await bob.say('unheard');
    await until('Bob has it', () => bob.texts().includes('unheard'), SOON);
    await ann.rejoin('second');
    assert.ok(!ann.frames.some((frame) => frame.type === 'entry'), 'no entry came');
  });

  it('have names that are one person at a time, and none that mislead', async () => {
    const ann = await join(0, 'Zoë');
    await assert.rejects(enter(cluster.url(1), '  zoË '), /in use right now/);
    for (const name of ['Assistant', 'аssistаnt', 'A.d.m.i.n', 'R00T']) {
      await assert.rejects(enter(cluster.url(1), name), /reserved/, name);
    }
    const url = `${cluster.url(2)}/api/session`;
    const left = await fetch(url, { method: 'DELETE', headers: { cookie: ann.cookie } });
    assert.equal(left.status, 204);
    assert.equal((await ann.ended()).code, 3500, 'leaving closes the sockets of all backends');
    assert.equal((await fetch(url, { headers: { cookie: ann.cookie } })).status, 401);
    await enter(cluster.url(0), 'Zoë');
  });

  it('are the same over REST', async () => {
    const ann = await join(0, 'Ann at REST');
    const headers = { cookie: ann.cookie, 'content-type': 'application/json' };
    const post = (path: string, body: unknown): Promise<Response> =>
      fetch(cluster.url(1) + path, { method: 'POST', headers, body: JSON.stringify(body) });
    const first = await post('/api/messages', { text: 'by REST', key: 'rest-key-1' });
    assert.equal(first.status, 201);
    const second = await post('/api/rooms/general/messages', { text: 'by REST', key: 'rest-key-1' });
    assert.equal(second.status, 200);
    assert.deepEqual(await first.json(), await second.json());
    await until('it came by WebSocket', () => ann.texts().includes('by REST'), SOON);
    const page = await fetch(`${cluster.url(2)}/api/messages`, { headers });
    const { entries } = (await page.json()) as { entries: { text: string }[] };
    assert.equal(entries.at(-1)?.text, 'by REST');
    const statuses = await Promise.all([
      post('/api/rooms/nowhere/messages', { text: 'x' }),
      post('/api/messages', { text: 'x'.repeat(5000) }),
      post('/api/messages', { text: '  ' }),
      post('/api/messages', { nothing: 1 }),
      fetch(`${cluster.url(0)}/api/messages`),
      fetch(`${cluster.url(0)}/api/messages?before=x`, { headers }),
      fetch(`${cluster.url(0)}/api/nothing`, { headers }),
      fetch(`${cluster.url(0)}/api/messages`, { method: 'POST', headers, body: '{' }),
    ]);
    assert.deepEqual(
      statuses.map(({ status }) => status),
      [404, 413, 400, 400, 401, 400, 404, 400],
    );
    for (const response of statuses) {
      const { error } = (await response.json()) as { error: { code: string; message: string } };
      assert.ok(error.code !== '' && error.message !== '');
      assert.equal(response.headers.get('x-powered-by'), null);
    }
  });
});
