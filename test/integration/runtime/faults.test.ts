/** What happens to a chat when its parts go away. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { Redis } from 'ioredis';
import type { RunEndEntry } from '../../../runtime/protocol/entries.ts';
import { until } from '../../testbed/wait.ts';
import { ChatClient, enter, positionOf } from './chat-client.ts';
import type { Cluster, RoleProcess } from './cluster.ts';
import { metric, startCluster } from './cluster.ts';
import { countCalls, makeRooms } from './many-rooms.ts';
import { connectedStore } from './stores.ts';

const SOON = { timeout: 15_000, every: 10 };

describe('a chat whose parts fail', function () {
  this.timeout(60_000);
  let cluster: Cluster;
  before(async function () {
    this.timeout(120_000);
    cluster = await startCluster({ graceSeconds: 6 });
  });
  after(() => cluster.stop());

  let people = 0;
  const enterAnew = (backend: number): Promise<ChatClient> =>
    ChatClient.join(backends()[backend]!.url, `Person ${(people += 1)}`);
  const backends = (): RoleProcess[] => cluster.backends.filter(({ child }) => child.ended() === undefined);

  const ready = async (index: number): Promise<number> => (await fetch(`${cluster.url(index)}/api/ready`)).status;

  it('ends a reply whose backend died between the two entries of a refusal, and looks for such in 1,000 rooms for next to nothing', async () => {
    const person = await enterAnew(0);
    await person.rejoin('second');
    const replyTo = await person.say('a question', undefined, 'second');
    const run = `${replyTo}-1-leftover`;
    const ends = (): RunEndEntry[] =>
      person.entries('second').filter((entry): entry is RunEndEntry => entry.kind === 'run-end' && entry.run === run);
    const store = await connectedStore(cluster.redis);
    const calls = countCalls(cluster.redis);
    try {
      await makeRooms(store, 1000);
      const before = await calls.scripts();
      // What the backend wrote before it died: the beginning, and nothing in the queue.
      const begun = { kind: 'run-start', run, model: 'm', replyTo, askedBy: 'u-gone' } as const;
      await store.log.append('second', `${run}:start`, begun, { maxMessages: 1000, maxAgeSeconds: 3600 });
      await until('an end', () => ends().length > 0, SOON);
      assert.deepEqual(await store.runs.active('second'), []);
      const scripts = (await calls.scripts()) - before;
      assert.ok(scripts < 1000, `${scripts} scripts, of three backends that look for a few seconds`);
    } finally {
      calls.close();
      await store.close();
    }
    assert.deepEqual(
      ends().map(({ outcome, reason }) => [outcome, reason]),
      [['interrupted', 'OwnerLost']],
    );
    person.cut();
  });

  it('sends clients of a backend that stops to others, and loses nothing under load', async () => {
    const leaving = await cluster.addBackend();
    const readers = await Promise.all(
      Array.from({ length: 10 }, (_unused, n) => ChatClient.join(leaving.url, `Reader ${n}`)),
    );
    const writer = await ChatClient.join(cluster.url(1), 'Writer');
    let written = 0;
    let writing = true;
    const load = (async () => {
      while (writing) {
        await writer.say(`m${written}`);
        written += 1;
      }
    })();
    await until('the load runs', () => written > 50, SOON);
    const stopped = leaving.child.stop('SIGTERM');
    const returned = await Promise.all(
      readers.map(async (reader) => {
        const told = await reader.next('restarting');
        assert.ok(told.delayMs <= 2000);
        assert.equal((await reader.ended()).code, 3000);
        const back = await ChatClient.connect(cluster.url(2), reader.cookie);
        const joined = await back.rejoin('general', positionOf(reader));
        assert.equal(joined.recovered, true);
        return { reader, back };
      }),
    );
    await stopped;
    assert.match(leaving.child.ended() ?? '', /ended with 0/);
    writing = false;
    await load;
    const expected = Array.from({ length: written }, (_unused, n) => `m${n}`);
    for (const { reader, back } of returned) {
      await until('all came', () => back.texts().at(-1) === expected.at(-1), SOON);
      assert.deepEqual([...reader.texts(), ...back.texts()], expected);
    }
  });

  it('takes no message while Redis is away, says so, and goes on by itself with everybody connected', async () => {
    const [ann, bob] = await Promise.all([0, 1].map((n) => enterAnew(n)));
    await ann!.say('before');
    await cluster.redis.down('SIGKILL');
    await until('they say so', async () => (await ready(0)) === 503 && (await ready(1)) === 503, SOON);
    const answer = await ann!.request({ type: 'send', room: 'general', key: 'during-it', text: 'during' });
    assert.ok(answer.type === 'error' && answer.code === 'Unavailable' && answer.retryAfterMs! > 0);
    assert.equal((await ann!.request({ type: 'ping' })).type, 'pong', 'the socket stays');
    assert.equal((await fetch(`${cluster.url(0)}/api/health`)).status, 200, 'it lives');
    const refused = await fetch(`${cluster.url(0)}/api/session`, { headers: { cookie: ann!.cookie } });
    assert.equal(refused.status, 503);
    await cluster.redis.start();
    await until('they are ready', async () => (await ready(0)) === 200 && (await ready(1)) === 200, SOON);
    await ann!.say('during', 'during-it');
    await ann!.say('after');
    await until('Bob has it', () => bob!.texts().includes('after'), SOON);
    assert.deepEqual(bob!.texts().slice(-3), ['before', 'during', 'after']);
    assert.equal(bob!.closed, undefined);
    assert.ok((await metric(cluster.backends[0]!, 'chatapp_redis_reconnects_total')) > 0);
  });

  it('appends a message once that was sent while Redis was silent', async () => {
    const [ann, bob] = await Promise.all([0, 1].map((n) => enterAnew(n)));
    cluster.redis.pause();
    const answer = await ann!.request({ type: 'send', room: 'general', key: 'silent-key', text: 'silent' });
    assert.ok(answer.type === 'error' && answer.code === 'Unavailable');
    await until('not ready', async () => (await ready(0)) === 503, SOON);
    cluster.redis.resume();
    await until('ready again', async () => (await ready(0)) === 200 && (await ready(1)) === 200, SOON);
    await ann!.say('silent', 'silent-key');
    await ann!.say('after the silence');
    await until('Bob has it', () => bob!.texts().includes('after the silence'), SOON);
    assert.deepEqual(bob!.texts().slice(-2), ['silent', 'after the silence']);
  });

  it('closes the gap when signals were lost', async () => {
    const [ann, bob] = await Promise.all([0, 1].map((n) => enterAnew(n)));
    const admin = new Redis(cluster.redis.url);
    let written = 0;
    for (let cut = 0; cut < 5; cut++) {
      await admin.client('KILL', 'TYPE', 'PUBSUB');
      for (let n = 0; n < 20; n++) {
        await until('it is taken', () => ann!.say(`m${written}`, `key-of-${written}`).catch(() => undefined), SOON);
        written += 1;
      }
    }
    admin.disconnect();
    const expected = Array.from({ length: written }, (_unused, n) => `m${n}`);
    for (const person of [ann!, bob!]) {
      await until('all came', () => person.texts().at(-1) === expected.at(-1), SOON);
    }
    assert.deepEqual(bob!.texts().slice(-written), expected);
    assert.deepEqual(ann!.texts().slice(-written), expected);
  });

  it('lets everybody start over when the data were emptied', async () => {
    const ann = await ChatClient.join(cluster.url(0), 'Ann');
    await ann.say('lost');
    const since = positionOf(ann);
    const admin = new Redis(cluster.redis.url);
    await admin.flushall();
    admin.disconnect();
    await ChatClient.join(cluster.url(0), 'Bob').then((bob) => bob.say('the first one'));
    assert.equal((await ann.ended(20_000)).code, 3000, 'her backend noticed');
    const again = await ChatClient.connect(cluster.url(0), await enter(cluster.url(0), 'Ann'));
    const joined = await again.rejoin('general', since);
    assert.equal(joined.recovered, false);
    assert.deepEqual(again.texts(), ['the first one']);
  });

  it('starts before Redis does, and stops without it', async () => {
    await cluster.redis.down('SIGKILL');
    const started = cluster.addBackend();
    await until('it lives', () => cluster.logs().includes('"for":"backend"'), SOON);
    await cluster.redis.start();
    const late = await started;
    await ChatClient.join(late.url, 'Late');
    await cluster.redis.down('SIGKILL');
    await late.child.stop('SIGTERM');
    assert.match(late.child.ended() ?? '', /ended with 0/);
  });
});
