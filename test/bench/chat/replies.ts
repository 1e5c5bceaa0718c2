/** S4, S5, S7, S11: replies of a real model, by three backends. */
import { setTimeout as delay } from 'node:timers/promises';
import type { RuntimeConfig } from '../../../runtime/config.ts';
import { ChatClient } from '../../integration/runtime/chat-client.ts';
import { metric, startCluster, type Cluster } from '../../integration/runtime/cluster.ts';
import { Tap } from '../../integration/runtime/tap.ts';
import { startOllama } from '../../testbed/ollama.ts';
import { until } from '../../testbed/wait.ts';
import { percentile, percentiles, type Figure } from '../figure.ts';
import { BUNDLE } from './systems.ts';

const SOON = { timeout: 60_000, every: 1 };
const LONG = '@Assistant Write a very long story about the sea, with many chapters.';
const FIRST_TOKENS = 15;
const STOPS = 12;
const ASKING = 12;

interface World {
  readonly cluster: Cluster;
  readonly tap: Tap;
  readonly people: readonly ChatClient[];
}

function withAssistant(url: string): (config: RuntimeConfig) => RuntimeConfig {
  return (config) => ({
    ...config,
    rooms: config.rooms.map((room) => ({ ...room, replies: 'Mention' as const })),
    assistant: { ...config.assistant, maxTokens: 200, contextMessages: 1 },
    queue: { ...config.queue, maxWaiting: ASKING },
    ollama: { ...config.ollama, urls: [url] },
  });
}

const asks = async (person: ChatClient): Promise<string> => person.started(await person.say(LONG));
const stop = (person: ChatClient, run: string) => person.request({ type: 'stop', room: 'general', run });

/** From the first bytes of the model's answer to the first text at a client of another backend, in milliseconds. */
async function relayTimes({ tap, people }: World): Promise<number[]> {
  const [ann, bob] = people as [ChatClient, ChatClient];
  const times: number[] = [];
  for (let n = 0; n < FIRST_TOKENS; n += 1) {
    let cameAt = 0;
    const hear = (data: Buffer): void => {
      if (cameAt === 0 && data.toString().startsWith('{"type":"delta"')) cameAt = performance.now();
    };
    bob.ws.on('message', hear);
    const before = tap.chats.length;
    const run = await asks(ann);
    await until('its first text', () => cameAt > 0, SOON);
    bob.ws.off('message', hear);
    times.push(cameAt - tap.chats[before]!.answeredAt!);
    await stop(ann, run);
    await bob.end(run, SOON.timeout);
  }
  return times;
}

/** From asking to stop, at each backend in turn, until the request to the model is closed, in milliseconds. */
async function stopTimes({ tap, people }: World, when: 'early' | 'late'): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < STOPS; n += 1) {
    const before = tap.chats.length;
    if (when === 'early') tap.hold();
    const run = await asks(people[0]!);
    const chat = await until('the model is asked', () => tap.chats[before], SOON);
    if (when === 'late') await until('some text', () => people[0]!.streamed(run).length > 10, SOON);
    const asked = performance.now();
    await stop(people[n % people.length]!, run);
    times.push((await until('its request is closed', () => chat.closedAt, SOON)) - asked);
    tap.release();
    await people[0]!.end(run, SOON.timeout);
  }
  return times;
}

/** Everybody asks at once: what each run came to. */
async function* queueFigures({ people }: World): AsyncGenerator<Figure> {
  const [watcher] = people as [ChatClient];
  const asked = Array.from({ length: ASKING }, (_unused, n) =>
    people[n % people.length]!.say(`@Assistant count to ${n}`),
  );
  const questions = await Promise.all(asked);
  const runs = await Promise.all(questions.map((question) => watcher.started(question)));
  const placed = (run: string) => watcher.frames.some((frame) => frame.type === 'queue' && frame.run === run);
  await Promise.all(runs.map((run) => watcher.end(run, 5 * SOON.timeout)));
  const ends = runs.map(
    (run) => watcher.entries().filter((entry) => entry.kind === 'run-end' && entry.run === run).length,
  );
  const value = ends.filter((count) => count !== 1).length;
  yield {
    id: 'S11',
    what: `of ${ASKING} replies asked for at once: without exactly one end`,
    value,
    unit: 'replies',
    target: 0,
  };
  const shown = runs.filter(placed).length;
  yield { id: 'S11-places', what: 'of them: had a place in the queue shown', value: shown, unit: 'replies' };
}

/** The owner of a reply is killed: seconds until the others have ended it, and how much of its text is kept. */
async function* ownerLost({ cluster, people }: World): AsyncGenerator<Figure> {
  const [ann] = people as [ChatClient];
  const run = await asks(ann);
  await until('some text', () => ann.streamed(run).length > 20, SOON);
  const active = await Promise.all(cluster.backends.map((each) => metric(each, 'chatapp_ai_runs_active')));
  const owner = cluster.backends[active.indexOf(1)]!;
  const witness = people.find((_person, n) => cluster.backends[n] !== owner)!;
  const began = performance.now();
  await owner.child.stop('SIGKILL');
  const end = await witness.end(run, SOON.timeout);
  const value = (performance.now() - began) / 1_000;
  yield { id: 'S7', what: `owner killed in mid-reply -> ended as ${end.outcome}`, value, unit: 's', target: 10 };
  const lost = Number(!end.text.startsWith(witness.streamed(run)));
  yield {
    id: 'S7-lost',
    what: 'of it: replies that lost text which people saw',
    value: lost,
    unit: 'replies',
    target: 0,
  };
}

export async function* replyFigures(): AsyncGenerator<Figure> {
  const ollama = await startOllama({ parallel: 1 });
  const tap = await Tap.start(ollama.url);
  const cluster = await startCluster({ program: BUNDLE, config: withAssistant(tap.url) });
  try {
    const people = await Promise.all(cluster.backends.map(({ url }, n) => ChatClient.join(url, `Person ${n}`)));
    const world = { cluster, tap, people };
    const seen = (): Promise<number[]> =>
      Promise.all(cluster.backends.map((each) => metric(each, 'chatapp_ollama_up', `server="${tap.url}"`)));
    await until('all see the model', async () => (await seen()).every((up) => up === 1), SOON);
    await people[0]!.end(await asks(people[0]!), SOON.timeout); // loads the model
    const relay = await relayTimes(world);
    const what = `first bytes of the model's answer -> text at a client of another backend, p50 of ${relay.length}`;
    yield { id: 'S4', what, value: percentile(relay, 0.5), unit: 'ms', target: 5 };
    yield* percentiles(
      'S5',
      'stop of a reply -> its request to the model is closed',
      await stopTimes(world, 'late'),
      [200, 200],
    );
    yield* percentiles('S5-early', 'the same before its first token', await stopTimes(world, 'early'), [200, 200]);
    await cluster.redis.restart('SIGKILL');
    const isReady = async ({ url }: { url: string }) => (await fetch(`${url}/api/ready`)).ok;
    await until('all are ready', async () => (await Promise.all(cluster.backends.map(isReady))).every(Boolean), SOON);
    await delay(1_000);
    yield* percentiles('S5-redis', 'the same after a restart of Redis', await stopTimes(world, 'late'), [200, 200]);
    yield* queueFigures(world);
    yield* ownerLost(world);
  } finally {
    await cluster.stop();
    tap.stop();
    await ollama.stop();
  }
}
