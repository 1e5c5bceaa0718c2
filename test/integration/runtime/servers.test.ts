/** Two real Ollama servers under two backends: who answers, what is loaded beforehand, and that no model is loaded twice. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, afterEach, before, describe, it } from 'mocha';
import { Ollama, type ModelResponse } from 'ollama';
import type { RuntimeConfig } from '../../../runtime/config.ts';
import type { OllamaServer } from '../../testbed/ollama.ts';
import { startOllama, testModel } from '../../testbed/ollama.ts';
import { addTwinModel } from '../../testbed/twin-model.ts';
import { until } from '../../testbed/wait.ts';
import { ChatClient } from './chat-client.ts';
import type { Cluster } from './cluster.ts';
import { metric, startCluster } from './cluster.ts';
import { Tap } from './tap.ts';

const SOON = { timeout: 20_000, every: 50 };
/** Of the two servers only the second has it. */
const SECOND_ONLY = 'second-only:1b';
/** Both have it. */
const COLD = 'cold:1b';

describe('chats over two model servers', function () {
  this.timeout(60_000);
  let servers: OllamaServer[];
  let taps: Tap[];
  let cluster: Cluster;
  let clients: ChatClient[] = [];
  const api = (index: number): Ollama => new Ollama({ host: servers[index]!.url });

  before(async function () {
    this.timeout(20 * 60_000);
    // The model file asks for one thread and 2048 tokens, so that other options show.
    const env = { OLLAMA_MAX_LOADED_MODELS: '3' };
    servers = await Promise.all([0, 1].map(() => startOllama({ parallel: 1, env })));
    await addTwinModel(servers[1]!, SECOND_ONLY);
    await Promise.all(servers.map((server) => addTwinModel(server, COLD)));
    taps = await Promise.all(servers.map(({ url }) => Tap.start(url)));
    cluster = await startCluster({ backends: 2, config: withModels });
  });
  after(async () => {
    await cluster.stop();
    for (const tap of taps) tap.stop();
    await Promise.all(servers.map((server) => server.stop()));
  });
  afterEach(() => {
    for (const client of clients) client.cut();
    clients = [];
  });

  function withModels(config: RuntimeConfig): RuntimeConfig {
    const room = { ...config.rooms[0]!, replies: 'Mention' as const };
    return {
      ...config,
      rooms: [
        { ...room, name: 'general' },
        { ...room, name: 'second-only', model: SECOND_ONLY },
        { ...room, name: 'cold', model: COLD },
      ],
      assistant: { ...config.assistant, temperature: 1, maxTokens: 24, contextMessages: 1 },
      ollama: {
        ...config.ollama,
        urls: taps.map(({ url }) => url),
        numParallel: 2,
        models: [
          {
            name: testModel,
            preload: true,
            keepAlive: '2h',
            numCtx: 1024,
            temperature: 0,
            seed: 7,
            topK: 40,
            topP: 0.9,
          },
          { name: SECOND_ONLY },
          { name: COLD, keepAlive: '1h' },
        ],
      },
    };
  }
  const join = async (backend: number, name: string, room?: string): Promise<ChatClient> => {
    const client = await ChatClient.join(cluster.url(backend), name, room);
    clients.push(client);
    return client;
  };
  const ask = async (client: ChatClient, room = 'general', text = 'Count to ten.'): Promise<string> => {
    const replyTo = await client.say(`@Assistant ${text}`, undefined, room);
    const ending = () => {
      const entries = client.entries(room);
      const start = entries.find((entry) => entry.kind === 'run-start' && entry.replyTo === replyTo);
      const end = entries.find(
        (entry) => entry.kind === 'run-end' && start?.kind === 'run-start' && entry.run === start.run,
      );
      return end?.kind === 'run-end' ? end : undefined;
    };
    const end = await until('the reply', ending, { timeout: 30_000, every: 10 });
    assert.equal(end.outcome, 'done', JSON.stringify(end));
    return end.text;
  };
  const loaded = async (index: number, model = testModel) => {
    const { models } = await api(index).ps();
    return (models as (ModelResponse & { context_length: number })[]).find(({ name }) => name === model);
  };
  const preloaded = (): Promise<true> =>
    until(
      'both servers have loaded it',
      async () => (await loaded(0)) !== undefined && (await loaded(1)) !== undefined,
      SOON,
    );
  /** Process ids of the runners of a server: a model that is loaded anew has another. */
  const runners = (index: number): string => {
    const { pid } = servers[index]!;
    return fs
      .readdirSync(`/proc/${pid}/task`)
      .map((thread) => fs.readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim())
      .filter((children) => children !== '')
      .join(' ');
  };
  const served = (): number[] => taps.map(({ chats }) => chats.length);
  const since = (before: readonly number[]): number[] => served().map((count, index) => count - before[index]!);

  it('loads a model before anybody asks, as chats use it: no chat loads it anew', async () => {
    await preloaded();
    assert.deepEqual(served(), [0, 0]);
    const first = await loaded(0);
    assert.equal(first?.context_length, 1024);
    const minutes = (new Date(first.expires_at).getTime() - Date.now()) / 60_000;
    assert.ok(minutes > 110 && minutes < 121, `it stays ${minutes} min`);
    const before = [runners(0), runners(1)];
    const [ann, bob] = await Promise.all([join(0, 'Ann first'), join(1, 'Bob second')]);
    const texts = [await ask(ann), await ask(bob), await ask(ann)];
    assert.equal(new Set(texts).size, 1, 'temperature 0 and a seed of the model say the same each time');
    assert.deepEqual([runners(0), runners(1)], before, 'no runner was started for a chat');
  });

  it('goes to the server that has the model', async () => {
    const before = served();
    await ask(await join(0, 'Cid second only', 'second-only'), 'second-only');
    assert.deepEqual(since(before), [0, 1]);
  });

  it('prefers the server that has it loaded, then the one that is less busy', async () => {
    await api(1).generate({ model: COLD, prompt: '', keep_alive: '1h', options: { num_ctx: 2048, num_thread: 1 } });
    const label = `server="${taps[1]!.url}"`;
    const counts = () =>
      Promise.all(cluster.backends.map((each) => metric(each, 'chatapp_ollama_loaded_models', label)));
    const isSeen = async () => (await counts()).every((count) => count >= 3);
    await until('the backends have seen it', isSeen, SOON);
    let before = served();
    await ask(await join(0, 'Dan cold', 'cold'), 'cold');
    assert.deepEqual(since(before), [0, 1], 'the loaded one');
    before = served();
    const people = await Promise.all(['Eve', 'Fay'].map((name, index) => join(index, name)));
    await Promise.all(people.map((person) => ask(person, 'general', 'Tell a story.')));
    assert.deepEqual(since(before), [1, 1], 'one each');
  });

  it('loads it again after a restart of a server, once, and one backend does it', async () => {
    await servers[1]!.restart('SIGKILL');
    await until('it is loaded again', async () => (await loaded(1)) !== undefined, SOON);
    assert.equal((await loaded(1))?.context_length, 1024);
    const loads = () =>
      cluster
        .logs()
        .split('\n')
        .filter((line) => line.includes('a model is loaded'));
    // The server has it before the backend that asked for it hears so.
    await until('it is said', () => loads().length >= 3, SOON);
    assert.equal(loads().length, 3, `of two backends one loads, once for each start:\n${loads().join('\n')}`);
  });
});
