/** Clients that break the rules. */
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, describe, it } from 'mocha';
import { WebSocket } from 'ws';
import type { ErrorBody } from '../../../runtime/protocol/rest.ts';
import { until } from '../../testbed/wait.ts';
import { ChatClient, enter } from './chat-client.ts';
import type { Cluster } from './cluster.ts';
import { metric, startCluster } from './cluster.ts';

describe('a backend among strangers', function () {
  this.timeout(30_000);
  let cluster: Cluster;
  before(async function () {
    this.timeout(120_000);
    cluster = await startCluster({
      backends: 2,
      config: (config) => ({
        ...config,
        limits: { ...config.limits, messagesPerMinute: 6, connectionsPerUser: 3, connectionsPerAddress: 60 },
      }),
    });
  });
  after(() => cluster.stop());

  /** The HTTP status that a handshake is refused with. */
  const refused = (headers: Record<string, string>, path = '/ws'): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const ws = new WebSocket(cluster.url(0).replace('http', 'ws') + path, { headers });
      ws.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      ws.on('open', () => reject(new Error('it was let in')));
    });

  it('refuses pages of other sites, and lets in its own and the allowed', async () => {
    const cookie = await enter(cluster.url(0), 'Ann');
    assert.equal(await refused({ cookie, origin: 'https://evil.example' }), 403);
    assert.equal(await refused({ cookie, origin: 'null' }), 403);
    assert.equal(await refused({ cookie }, '/other'), 404);
    for (const origin of [cluster.url(0), 'https://allowed.example']) {
      (await ChatClient.connect(cluster.url(0), cookie, { origin })).cut();
    }
    const headers = { cookie, origin: 'https://evil.example', 'content-type': 'application/json' };
    for (const method of ['POST', 'DELETE']) {
      const answer = await fetch(`${cluster.url(0)}/api/session`, {
        method,
        headers,
        ...(method === 'POST' && { body: '{"name":"x"}' }),
      });
      assert.equal(answer.status, 401);
    }
    const posted = await fetch(`${cluster.url(0)}/api/messages`, {
      method: 'POST',
      headers,
      body: '{"text":"forged"}',
    });
    assert.equal(posted.status, 401);
  });

  it('closes with "unauthorized" who has no session', async () => {
    for (const cookie of ['', 'chatapp=', `chatapp=${'x'.repeat(43)}`]) {
      const client = new ChatClient(
        new WebSocket(`${cluster.url(0).replace('http', 'ws')}/ws`, { headers: { cookie } }),
        '',
      );
      assert.equal((await client.ended()).code, 3500);
    }
  });

  it('answers bad frames with words, and closes after many', async () => {
    const client = await ChatClient.join(cluster.url(0), 'Bad frames');
    const bad = [
      '',
      '{',
      '[]',
      '{"type":"fly"}',
      '{"type":"join","id":1,"room":"No Such Name"}',
      '{"type":"send","id":-1}',
    ];
    for (const frame of bad) client.send(frame);
    client.ws.send(Buffer.from('{"type":"ping","id":1}'), { binary: true });
    await until('all are answered', () => client.frames.filter(({ type }) => type === 'error').length === 7, {
      timeout: 5000,
    });
    assert.equal((await client.request({ type: 'join', room: 'nowhere' })).type, 'error');
    assert.equal((await client.request({ type: 'ping' })).type, 'pong', 'it may go on');
    for (let i = 0; i < 3; i++) client.send('{}');
    assert.equal((await client.ended()).code, 3501);
  });

  it('takes no frame over 64 KiB, and no message over its limit', async () => {
    const client = await ChatClient.join(cluster.url(0), 'Too big');
    const answer = await client.request({ type: 'send', room: 'general', key: 'too-large', text: 'ü'.repeat(2100) });
    assert.ok(answer.type === 'error' && answer.code === 'TooLarge');
    assert.equal(answer.limit, 4096);
    client.send('x'.repeat(70_000));
    assert.equal((await client.ended()).code, 1009);
  });

  it('takes no message in endless small pieces', async () => {
    const client = await ChatClient.join(cluster.url(0), 'In pieces');
    for (let i = 0; i < 100; i++) client.ws.send(' ', { fin: false });
    assert.equal((await client.ended()).code, 1008);
  });

  it('says by a code of its own that a name cannot be had', async () => {
    await enter(cluster.url(0), 'Taken');
    for (const name of ['Taken', ' tAKEN ', 'Assistant', 'Аdmin']) {
      const answer = await fetch(`${cluster.url(1)}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name }),
      });
      assert.equal(answer.status, 409);
      assert.equal(((await answer.json()) as ErrorBody).error.code, 'NameRefused');
      assert.deepEqual(answer.headers.getSetCookie(), []);
    }
  });

  it('takes nothing of what a form of another site could send', async () => {
    const cookie = await enter(cluster.url(0), 'Form');
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const headers = { cookie, 'content-type': type };
      const answer = await fetch(`${cluster.url(0)}/api/messages`, { method: 'POST', headers, body: '{"text":"x"}' });
      assert.equal(answer.status, 400, type);
    }
  });

  it('knows a session no more once its person left, on every backend, and closes its sockets there', async () => {
    const one = await ChatClient.join(cluster.url(0), 'Leaver');
    const thief = await ChatClient.connect(cluster.url(1), one.cookie);
    const left = await fetch(`${cluster.url(0)}/api/session`, { method: 'DELETE', headers: { cookie: one.cookie } });
    assert.equal(left.status, 204);
    assert.match(left.headers.getSetCookie()[0]!, /^chatapp=; .*Max-Age=0$/);
    for (const client of [one, thief]) assert.equal((await client.ended()).code, 3500);
    for (const url of [cluster.url(0), cluster.url(1)]) {
      assert.equal((await fetch(`${url}/api/session`, { headers: { cookie: one.cookie } })).status, 401);
      await assert.rejects(ChatClient.connect(url, one.cookie), /closed with 3500/);
    }
  });

  it('slows down who writes too much, over all backends and REST, and says when to go on', async () => {
    const one = await ChatClient.join(cluster.url(0), 'Flood');
    const two = await ChatClient.connect(cluster.url(1), one.cookie);
    await two.rejoin('general');
    for (let i = 0; i < 3; i++) {
      await one.say(`one ${i}`);
      await two.say(`two ${i}`);
    }
    const answer = await two.request({ type: 'send', room: 'general', key: 'limited-1', text: 'more' });
    assert.ok(answer.type === 'error' && answer.code === 'RateLimited');
    assert.ok(answer.retryAfterMs! > 5000 && answer.retryAfterMs! <= 10_000, `${answer.retryAfterMs} ms`);
    const headers = { cookie: one.cookie, 'content-type': 'application/json' };
    const rest = await fetch(`${cluster.url(1)}/api/messages`, { method: 'POST', headers, body: '{"text":"more"}' });
    assert.equal(rest.status, 429);
    assert.ok(Number(rest.headers.get('retry-after')) <= 10);
  });

  it('cuts off who floods it with frames', async () => {
    const client = await ChatClient.join(cluster.url(0), 'Frames');
    for (let i = 0; i < 1000; i++) client.send({ type: 'ping', id: i });
    assert.equal((await client.ended()).code, 3501);
    assert.ok(client.frames.some((frame) => frame.type === 'error' && frame.code === 'RateLimited'));
  });

  it('caps the connections of one person over all backends', async () => {
    const cookie = await enter(cluster.url(0), 'Many tabs');
    const three = await Promise.all([0, 1, 0].map((backend) => ChatClient.connect(cluster.url(backend), cookie)));
    await assert.rejects(ChatClient.connect(cluster.url(1), cookie), /closed with 3502/);
    three[0]!.cut();
    await until('the place is free', () => ChatClient.connect(cluster.url(1), cookie), { timeout: 5000, every: 100 });
  });

  it('drops who does not read, with at most a bounded buffer, and nobody else notices', async () => {
    const cookie = await enter(cluster.url(0), 'Slow reader');
    const slow = await ChatClient.connect(cluster.url(0), cookie);
    await slow.rejoin('second');
    (slow.ws as unknown as { _socket: net.Socket })._socket.pause();
    const big = 'x'.repeat(4000);
    const backend = cluster.backends[0]!;
    await until(
      'it is dropped',
      async () => {
        // History is asked for by others of the room too; here by the slow one, which is the cheapest way to fill its buffer.
        for (let i = 0; i < 10; i++) slow.send({ type: 'history', id: i, room: 'second', before: '9999999999999-0' });
        const writer = await ChatClient.join(cluster.url(1), `Writer ${Math.random()}`, 'second');
        for (let i = 0; i < 6; i++) await writer.say(big, undefined, 'second');
        writer.cut();
        return (await metric(backend, 'chatapp_ws_slow_consumers_total', 'action="closed"')) > 0;
      },
      { timeout: 25_000, every: 200 },
    );
    const other = await ChatClient.join(cluster.url(0), 'Other reader', 'second');
    assert.equal((await other.request({ type: 'ping' })).type, 'pong');
  });

  it('logs neither texts nor tokens', async () => {
    const client = await ChatClient.join(cluster.url(0), 'Secretive');
    await client.say('a very private text');
    client.cut();
    const logs = cluster.logs();
    assert.ok(logs.includes('"message":"listening"'));
    for (const secret of ['a very private text', client.cookie.split('=')[1]!, 'secret"']) {
      assert.ok(!logs.includes(secret));
    }
  });
});

describe('a session that gets old', function () {
  this.timeout(120_000);
  let cluster: Cluster;
  before(async () => {
    cluster = await startCluster({ backends: 1, config: (config) => ({ ...config, session: { maxAgeSeconds: 2 } }) });
  });
  after(() => cluster.stop());

  it('ends, also for a connection that stays open', async () => {
    const client = await ChatClient.join(cluster.url(0), 'Old');
    assert.equal((await client.ended(90_000)).code, 3500);
    const answer = await fetch(`${cluster.url(0)}/api/session`, { headers: { cookie: client.cookie } });
    assert.equal(answer.status, 401);
  });
});
