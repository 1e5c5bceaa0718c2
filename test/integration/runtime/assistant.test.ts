/** Replies of a real model: streamed, queued, stopped, and ended once whatever dies. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { Ollama } from 'ollama';
import type { RuntimeConfig } from '../../../runtime/config.ts';
import { LEASE_MS } from '../../../runtime/store/runs.ts';
import type { OllamaServer } from '../../testbed/ollama.ts';
import { startOllama, testModel } from '../../testbed/ollama.ts';
import { until } from '../../testbed/wait.ts';
import { ChatClient, enter } from './chat-client.ts';
import type { Cluster, RoleProcess } from './cluster.ts';
import { metric, startCluster } from './cluster.ts';
import { Tap } from './tap.ts';

const SOON = { timeout: 15_000, every: 10 };
/** Far from the end of a reply; how fast it is on a machine that does nothing else says the bench (S5). */
const AT_ONCE_MS = 2_000;
/** The test model with a context for which there is no memory. */
const LARGE = 'large:1b';
const LONG = '@Assistant Write a very long story about the sea, with many chapters.';

describe('the assistant over three backends', function () {
  this.timeout(60_000);
  let ollama: OllamaServer;
  let tap: Tap;
  let cluster: Cluster;
  let clients: ChatClient[] = [];
  before(async function () {
    this.timeout(20 * 60_000);
    ollama = await startOllama({ parallel: 1 });
    await new Ollama({ host: ollama.url }).copy({ source: testModel, destination: LARGE });
    tap = await Tap.start(ollama.url);
    cluster = await startCluster({ config: withAssistant, graceSeconds: 8 });
    await until('all see the model', modelSeen, SOON);
  });
  after(async () => {
    await cluster.stop();
    tap.stop();
    await ollama.stop();
  });
  afterEach(() => {
    for (const client of clients) client.cut();
    clients = [];
  });

  function withAssistant(config: RuntimeConfig): RuntimeConfig {
    const room = { ...config.rooms[0]!, replies: 'Mention' as const };
    return {
      ...config,
      rooms: [
        { ...room, name: 'general' },
        { ...room, name: 'always', replies: 'Always' },
        { ...room, name: 'never', replies: 'Never' },
        { ...room, name: 'missing', model: 'no-such-model' },
        { ...room, name: 'large', model: LARGE },
      ],
      // Only the question: the same one then has the same (long) answer each time.
      assistant: { ...config.assistant, maxTokens: 400, contextMessages: 1 },
      limits: { ...config.limits, aiRepliesPerMinute: 8 },
      queue: { ...config.queue, maxWaiting: 3 },
      ollama: {
        ...config.ollama,
        urls: [tap.url],
        memory: { limitBytes: 300_000_000, cacheScale: 1 },
        models: [...config.ollama.models, { name: LARGE, numCtx: 8192 }],
      },
    };
  }
  const living = (): RoleProcess[] => cluster.backends.filter(({ child }) => child.ended() === undefined);
  const modelSeen = async (): Promise<boolean> => {
    const ups = await Promise.all(living().map((each) => metric(each, 'chatapp_ollama_up', `server="${tap.url}"`)));
    return ups.every((up) => up === 1);
  };
  const allReady = async (): Promise<boolean> => {
    const answers = await Promise.all(living().map(({ url }) => fetch(`${url}/api/ready`)));
    return answers.every(({ ok }) => ok);
  };
  const join = async (backend: number, name: string, room?: string): Promise<ChatClient> => {
    const client = await ChatClient.join(living()[backend]!.url, name, room);
    clients.push(client);
    return client;
  };
  const ownerOf = async (): Promise<RoleProcess> =>
    until(
      'somebody writes',
      async () => {
        const all = living();
        const active = await Promise.all(all.map((each) => metric(each, 'chatapp_ai_runs_active')));
        return all[active.indexOf(1)];
      },
      SOON,
    );
  const asksLong = async (client: ChatClient): Promise<string> => client.started(await client.say(LONG));
  const idle = (): Promise<true> =>
    until(
      'nobody writes',
      async () => {
        const active = await Promise.all(living().map((each) => metric(each, 'chatapp_ai_runs_active')));
        return active.every((count) => count === 0);
      },
      SOON,
    );

  it('answers when it is named: tokens as they come, then the whole reply with its figures', async () => {
    const [ann, bob] = await Promise.all([join(0, 'Ann asks'), join(1, 'Bob listens')]);
    await ann.say('Nobody asked the Assistant here.');
    const question = await ann.say('@assistant, say hello to Bob in one short sentence.');
    const run = await bob.started(question);
    const end = await bob.end(run);
    assert.equal(end.outcome, 'done');
    assert.ok(end.text.length > 0);
    assert.ok(end.text.startsWith(bob.streamed(run)) && bob.streamed(run).length > 0, 'streamed text is its beginning');
    const { firstTokenMs, waitMs, tokensPerSecond, promptTokens, replyTokens } = end.stats!;
    assert.ok([firstTokenMs, tokensPerSecond, promptTokens, replyTokens].every((figure) => figure! > 0));
    assert.ok(waitMs! >= 0);
    assert.equal(ann.entries().filter(({ kind }) => kind === 'run-start').length, 1, 'one reply for one mention');
    const never = await join(2, 'Cid in never', 'never');
    await never.say('@Assistant hello?', undefined, 'never');
    assert.equal((await never.request({ type: 'ping' })).type, 'pong');
    assert.ok(!never.entries('never').some(({ kind }) => kind === 'run-start'));
  });

  it('lets who comes late see the reply from its beginning and follow it', async () => {
    const ann = await join(0, 'Ann long');
    tap.pace(25);
    const run = await asksLong(ann);
    await until('some text', () => ann.streamed(run).length > 60, SOON);
    const late = await ChatClient.connect(living()[2]!.url, await enter(living()[2]!.url, 'Late'));
    clients.push(late);
    const joined = await late.rejoin('general');
    const active = joined.runs.find((each) => each.run === run);
    assert.ok(active && active.text.length > 20 && active.state === 'running');
    await until('more text', () => late.streamed(run).length > active.text.length + 40, SOON);
    await ann.request({ type: 'stop', room: 'general', run });
    const end = await late.end(run);
    tap.pace(0);
    const deltas = late.frames.filter((frame) => frame.type === 'delta');
    let text = active.text;
    for (const { at, text: part } of deltas) {
      assert.ok(at <= text.length, 'no hole');
      text = text.slice(0, at) + part;
    }
    assert.ok(end.text.startsWith(text));
  });

  it('stops in mid-reply from any backend, and the model stops at once', async () => {
    const [ann, bob] = await Promise.all([join(0, 'Ann starts'), join(1, 'Bob stops')]);
    const cid = await join(2, 'Cid too');
    tap.pace(25);
    for (const stopper of [ann, bob, cid]) {
      const run = await asksLong(ann);
      await until('some text', () => ann.streamed(run).length > 20, SOON);
      const chat = tap.chats.at(-1)!;
      const asked = performance.now();
      assert.equal((await stopper.request({ type: 'stop', room: 'general', run })).type, 'ok');
      const end = await stopper.end(run);
      assert.equal(end.outcome, 'stopped');
      assert.ok(end.text.startsWith(ann.streamed(run)));
      const took = (await until('the model stops', () => chat.closedAt, SOON)) - asked;
      assert.ok(took <= AT_ONCE_MS, `${took} ms`);
    }
    tap.pace(0);
  });

  it('stops before the first token', async () => {
    const [ann, bob] = await Promise.all([join(0, 'Ann early'), join(1, 'Bob early')]);
    for (const stopper of [ann, bob]) {
      tap.hold();
      const before = tap.chats.length;
      const run = await asksLong(ann);
      const chat = await until('the model is asked', () => tap.chats[before], SOON);
      const asked = performance.now();
      await stopper.request({ type: 'stop', room: 'general', run });
      const end = await stopper.end(run);
      assert.deepEqual([end.outcome, end.text], ['stopped', '']);
      const took = (await until('the request ends', () => chat.closedAt, SOON)) - asked;
      assert.ok(took <= AT_ONCE_MS, `${took} ms`);
      tap.release();
    }
  });

  it('shows the place in the queue, takes turns, stops who waits, and refuses when full', async () => {
    const people = await Promise.all([0, 1, 2, 0, 1].map((backend, n) => join(backend, `Queue ${n}`)));
    const [first, second, third, fourth, fifth] = people as [
      ChatClient,
      ChatClient,
      ChatClient,
      ChatClient,
      ChatClient,
    ];
    const running = await asksLong(first);
    await ownerOf();
    const own = await first.started(await first.say('@Assistant and then?'));
    const waiting = await second.started(await second.say('@Assistant say yes.'));
    const placeOf = (run: string): number | undefined => {
      const frame = third.frames.findLast((each) => each.type === 'queue' && each.run === run);
      return frame?.type === 'queue' ? frame.place : undefined;
    };
    await until('both have a place', () => placeOf(own) === 1 && placeOf(waiting) === 2, SOON);
    const last = await third.started(await third.say('@Assistant say no.'));
    const refused = await fourth.end(await fourth.started(await fourth.say('@Assistant one too many.')));
    assert.deepEqual([refused.outcome, refused.reason], ['refused', 'QueueFull']);
    const joined = await fifth.rejoin('general');
    assert.deepEqual(joined.runs.map(({ run }) => run).toSorted(), [running, own, waiting, last].toSorted());
    await fifth.request({ type: 'stop', room: 'general', run: own });
    assert.deepEqual(await fifth.end(own).then(({ outcome, text }) => [outcome, text]), ['stopped', '']);
    await until('the others move up', () => placeOf(waiting) === 1 && placeOf(last) === 2, SOON);
    await fifth.request({ type: 'stop', room: 'general', run: running });
    for (const run of [waiting, last]) assert.ok((await fifth.end(run)).outcome === 'done');
  });

  it('answers everything since in a room where it always answers, with one reply that waits', async () => {
    const [ann, bob] = await Promise.all([join(0, 'Ann always', 'always'), join(1, 'Bob always', 'always')]);
    tap.hold();
    await ann.say('My number is 4.', undefined, 'always');
    await ownerOf();
    for (const text of ['one', 'two', 'three']) {
      await bob.say(text, undefined, 'always');
      await ann.say(text, undefined, 'always');
    }
    const starts = (): unknown[] => ann.entries('always').filter(({ kind }) => kind === 'run-start');
    const ends = (): unknown[] => ann.entries('always').filter(({ kind }) => kind === 'run-end');
    await until('one waits', () => starts().length === 2, SOON);
    tap.release();
    await until('both ended', () => ends().length === 2, { timeout: 40_000, every: 50 });
    assert.equal(starts().length, 2, 'it does not answer itself');
  });

  it('says in words that a model is not there, and limits how often one person asks', async () => {
    const ann = await join(0, 'Ann of missing', 'missing');
    for (let n = 0; n < 8; n++) {
      const offset = await ann.say('@Assistant hello', undefined, 'missing');
      const find = () => ann.entries('missing').findLast((entry) => entry.kind === 'run-end' && entry.offset > offset);
      const end = await until('its end', find, SOON);
      assert.ok(end.kind === 'run-end' && end.outcome === 'failed' && end.reason === 'ModelNotReady');
      assert.match(end.message!, /"no-such-model" is not ready/);
    }
    await ann.say('@Assistant once more', undefined, 'missing');
    const error = await ann.next('error');
    assert.equal(error.code, 'RateLimited');
    assert.ok(error.retryAfterMs! > 0 && error.id === undefined, 'the message itself was taken');
  });

  it('says in words that a model is too large for its server, which is not asked for it', async () => {
    const ann = await join(0, 'Ann of large', 'large');
    await ann.say('@Assistant hello', undefined, 'large');
    const find = () => ann.entries('large').findLast(({ kind }) => kind === 'run-end');
    const end = await until('its end', find, SOON);
    assert.ok(end.kind === 'run-end' && end.outcome === 'failed' && end.reason === 'ModelTooLarge');
    assert.match(end.message!, /"large:1b" needs more memory than its server has/);
    const { models } = await new Ollama({ host: ollama.url }).ps();
    assert.ok(!models.some(({ name }) => name === LARGE));
  });

  it('ends a reply as interrupted, with its text, within 10 s when its backend is killed; a retry answers', async () => {
    await cluster.addBackend();
    await until('all see the model', modelSeen, SOON);
    const ann = await join(0, 'Ann robust');
    const asked = await asksLong(ann);
    const owner = await ownerOf();
    const elsewhere = living().filter((each) => each !== owner);
    const [bob, cid] = await Promise.all([0, 1].map((n) => ChatClient.join(elsewhere[n]!.url, `Witness ${n}`)));
    clients.push(bob!, cid!);
    await until('some text', () => bob!.streamed(asked).length > 40, SOON);
    const seen = bob!.streamed(asked);
    const killed = performance.now();
    await owner.child.stop('SIGKILL');
    const end = await bob!.end(asked);
    const took = performance.now() - killed;
    assert.deepEqual([end.outcome, end.reason], ['interrupted', 'OwnerLost']);
    assert.ok(took <= 10_000, `${took} ms`);
    assert.ok(end.text.length >= seen.length - 10 && end.text.length > 40, 'its text is kept');
    const count = (client: ChatClient, kind: string): number =>
      client.entries().filter((entry) => entry.kind === kind).length;
    const before = count(bob!, 'run-start');
    const answers = await Promise.all(
      [bob!, cid!].map((each) => each.request({ type: 'retry', room: 'general', run: asked })),
    );
    assert.deepEqual(
      answers.map(({ type }) => type),
      ['ok', 'ok'],
    );
    await until('it begins', () => count(cid!, 'run-start') > 0, SOON);
    const next = cid!.entries().findLast((entry) => entry.kind === 'run-start')!;
    await cid!.request({ type: 'stop', room: 'general', run: next.run });
    assert.equal((await cid!.end(next.run)).outcome, 'stopped');
    assert.equal(count(bob!, 'run-start'), before + 1, 'two retries are one');
    const unknown = await cid!.request({ type: 'retry', room: 'general', run: next.run.replace(/^\d/, '9') });
    assert.equal(unknown.type === 'error' && unknown.code, 'NotFound');
  });

  it('does not give up a reply because Redis was silent for longer than a lease', async () => {
    const ann = await join(0, 'Ann patient');
    tap.hold();
    const run = await asksLong(ann);
    await ownerOf();
    cluster.redis.pause();
    const since = Date.now();
    await until('longer than a lease', () => Date.now() - since > LEASE_MS + 2000, { timeout: 20_000, every: 100 });
    cluster.redis.resume();
    tap.release();
    const end = await ann.end(run);
    assert.deepEqual([end.outcome, end.text.length > 100], ['done', true], `${end.reason}: ${end.message}`);
  });

  it('stops a reply at once also after Redis was restarted under it', async () => {
    // The test before this one had Redis silent: each backend finds its way back in its own time.
    await until('all are ready', allReady, SOON);
    const [ann, bob] = await Promise.all([join(0, 'Ann restarts'), join(1, 'Bob restarts')]);
    // However long Redis takes, the reply is not over by then.
    tap.pace(25);
    const run = await asksLong(ann);
    await until('some text', () => ann.streamed(run).length > 20, SOON);
    await cluster.redis.restart('SIGKILL');
    const { length } = bob.streamed(run);
    await until('it goes on', () => bob.streamed(run).length > length + 20, SOON);
    const chat = tap.chats.at(-1)!;
    const asked = performance.now();
    await bob.request({ type: 'stop', room: 'general', run });
    assert.equal((await ann.end(run)).outcome, 'stopped');
    tap.pace(0);
    const took = (await until('the model stops', () => chat.closedAt, SOON)) - asked;
    assert.ok(took <= AT_ONCE_MS, `${took} ms`);
  });

  it('lets a reply end, or keeps its text, when its backend is told to stop', async () => {
    await cluster.addBackend();
    await until('all see the model', modelSeen, SOON);
    const ann = await join(0, 'Ann drains');
    const run = await asksLong(ann);
    const owner = await ownerOf();
    const witness = await ChatClient.join(living().find((each) => each !== owner)!.url, 'Witness of the end');
    clients.push(witness);
    await until('some text', () => witness.streamed(run).length > 40, SOON);
    await owner.child.stop('SIGTERM');
    assert.match(owner.child.ended() ?? '', /ended with 0/);
    const end = await witness.end(run, 1000);
    assert.ok(end.outcome === 'done' || end.outcome === 'interrupted', end.outcome);
    assert.ok(end.text.length > 40);
  });

  it('keeps what it wrote when Ollama dies, says that it is away, and comes back by itself', async () => {
    await idle();
    const [ann, bob] = await Promise.all([join(0, 'Ann and Ollama'), join(1, 'Bob and Ollama')]);
    const run = await asksLong(ann);
    await until('some text', () => ann.streamed(run).length > 40, SOON);
    process.kill(ollama.pid, 'SIGKILL');
    const end = await bob.end(run);
    assert.deepEqual([end.outcome, end.text.length > 40], ['failed', true]);
    await until(
      'all know',
      async () => {
        const ready = (await (await fetch(`${living()[1]!.url}/api/ready`)).json()) as {
          ready: boolean;
          ollama: boolean;
        };
        return ready.ready && !ready.ollama;
      },
      SOON,
    );
    const away = await bob.end(await bob.started(await bob.say('@Assistant are you there?')));
    assert.deepEqual([away.outcome, away.reason], ['failed', 'ModelUnavailable']);
    assert.match(away.message!, /away/);
    await bob.say('We can still talk.');
    await until('Ann hears it', () => ann.texts().includes('We can still talk.'), SOON);
    await ollama.restart();
    const again = await bob.end(await bob.started(await bob.say('@Assistant say yes.')));
    assert.equal(again.outcome, 'done');
  });
});
