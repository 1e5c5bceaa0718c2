/** Many people who together do more than one address or room may, over three backends, through a frontend. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { ChatClient, enter } from './chat-client.ts';
import type { Cluster, RoleProcess } from './cluster.ts';
import { metric, startCluster } from './cluster.ts';

const ADDRESS = { messagesPerMinute: 6, aiRepliesPerMinute: 2 };
const ROOM = { messagesPerMinute: 9, aiRepliesPerMinute: 3 };

describe('limits of many people together', function () {
  this.timeout(30_000);
  let cluster: Cluster;
  let frontends: RoleProcess[];

  before(async function () {
    this.timeout(120_000);
    cluster = await startCluster({
      config: (config) => ({
        ...config,
        rooms: ['flooded', 'second', 'crowded', 'asked', 'answering'].map((name, at) => {
          return { ...config.rooms[0]!, name, replies: at < 3 ? ('Never' as const) : ('Mention' as const) };
        }),
        limits: { ...config.limits, connectionsPerAddress: 200, perAddress: ADDRESS, perRoom: ROOM },
      }),
    });
    frontends = await Promise.all([0, 1, 2].map((backend) => cluster.addFrontend(cluster.url(backend))));
  });
  after(() => cluster.stop());

  let people = 0;
  /** A new person at a backend, from an address as a frontend tells it. */
  const from = async (address: string, backend: number, room: string): Promise<ChatClient> => {
    const headers = { 'x-forwarded-for': address };
    const cookie = await enter(cluster.url(backend), `Person ${(people += 1)}`);
    const client = await ChatClient.connect(cluster.url(backend), cookie, headers);
    await client.request({ type: 'join', room });
    return client;
  };
  const send = async (client: ChatClient, room: string, text = 'x'): Promise<string> => {
    const answer = await client.request({ type: 'send', room, key: crypto.randomUUID(), text });
    if (answer.type !== 'error') return answer.type;
    const isTimed = answer.retryAfterMs !== undefined && answer.retryAfterMs > 0 && answer.retryAfterMs <= 60_000;
    return isTimed ? answer.code : `${answer.code} without a time to wait`;
  };
  const refused = (kind: string): Promise<number> =>
    Promise.all(
      cluster.backends.map((backend) => metric(backend, 'chatapp_rate_limited_total', `kind="${kind}"`)),
    ).then((counts) => counts.reduce((sum, count) => sum + count, 0));

  it('count an address as one, whatever people claim it to be, on WebSocket and REST and every backend', async () => {
    const writers = [];
    for (const frontend of [0, 1, 2, 0, 1, 2, 0, 1]) {
      const cookie = await enter(frontends[frontend]!.url, `Flood ${(people += 1)}`);
      // Each pretends to be elsewhere: the frontend has no proxy before it.
      const claims = {
        'x-forwarded-for': `203.0.113.${people}`,
        'x-real-ip': `203.0.113.${people}`,
        forwarded: 'for=x',
      };
      const client = await ChatClient.connect(frontends[frontend]!.url, cookie, claims);
      await client.request({ type: 'join', room: 'flooded' });
      writers.push(client);
    }
    const answers = await Promise.all(writers.map((writer) => send(writer, 'flooded')));
    assert.equal(answers.filter((answer) => answer === 'ok').length, ADDRESS.messagesPerMinute, answers.join());
    assert.equal(answers.filter((answer) => answer === 'RateLimited').length, 2, answers.join());
    const rest = await fetch(`${frontends[2]!.url}/api/rooms/second/messages`, {
      method: 'POST',
      headers: { cookie: writers[0]!.cookie, 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.99' },
      body: '{"text":"by another way"}',
    });
    assert.equal(rest.status, 429, 'in any room');
    assert.ok(Number(rest.headers.get('retry-after')) > 0);
    assert.equal(await send(await from('198.51.100.7', 0, 'flooded'), 'flooded'), 'ok', 'others write on');
    assert.equal(await refused('message-address'), 3);
    for (const writer of writers) writer.cut();
  });

  it('count a room as one, whoever writes', async () => {
    const writers = await Promise.all(
      Array.from({ length: 11 }, (_, at) => from(`198.51.100.${at + 20}`, at, 'crowded')),
    );
    const answers = await Promise.all(writers.map((writer) => send(writer, 'crowded')));
    assert.equal(answers.filter((answer) => answer === 'ok').length, ROOM.messagesPerMinute, answers.join());
    assert.equal(await refused('message-room'), 2);
    const [writer] = writers;
    await writer!.request({ type: 'join', room: 'second' });
    assert.equal(await send(writer!, 'second'), 'ok', 'other rooms go on');
  });

  it('count what is asked of the assistant, by address and by room', async () => {
    const asked = async (client: ChatClient, room: string): Promise<void> =>
      assert.equal(await send(client, room, '@Assistant hello'), 'ok', 'the message stands');
    const neighbours = await Promise.all([0, 1, 2].map((backend) => from('198.51.100.50', backend, 'asked')));
    for (const client of neighbours) await asked(client, 'asked');
    const words = (await neighbours[2]!.next('error')).message;
    assert.match(words, /^People from your network asked Assistant very often: it answers you again in \d+ s/);
    const crowd = await Promise.all([60, 61, 62, 63].map((end, at) => from(`198.51.100.${end}`, at, 'answering')));
    for (const client of crowd) await asked(client, 'answering');
    const error = await crowd[3]!.next('error');
    assert.match(error.message, /^People in this room asked Assistant/);
    assert.ok(error.retryAfterMs! > 0);
    assert.deepEqual([await refused('assistant-address'), await refused('assistant-room')], [1, 1]);
  });

  it('cap the sockets of an address over all backends', async () => {
    const address = { 'x-forwarded-for': '198.51.100.90' };
    const cookies = await Promise.all(Array.from({ length: 25 }, () => enter(cluster.url(0), `Tab ${(people += 1)}`)));
    const opened: ChatClient[] = [];
    const codes: string[] = [];
    // Ten for each person, 200 for the address: the 201st is one too many, whoever it is.
    await Promise.all(
      cookies.flatMap((cookie, at) =>
        Array.from({ length: at < 20 ? 10 : 1 }, async (_, tab) => {
          const connecting = ChatClient.connect(cluster.url(at + tab), cookie, address);
          await connecting.then((client) => opened.push(client)).catch((error: unknown) => codes.push(String(error)));
        }),
      ),
    );
    assert.equal(opened.length, 200);
    assert.equal(codes.filter((code) => code.includes('closed with 3502')).length, 5, codes.join());
    for (const client of opened) client.cut();
  });
});
