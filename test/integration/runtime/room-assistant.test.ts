/** A room that people made has a model, a prompt and a mode of replies of its own: with a real model. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { Ollama } from 'ollama';
import type { RunEndEntry } from '../../../runtime/protocol/entries.ts';
import { modelsSchema } from '../../../runtime/protocol/rest.ts';
import type { OllamaServer } from '../../testbed/ollama.ts';
import { startOllama, testModel } from '../../testbed/ollama.ts';
import { until } from '../../testbed/wait.ts';
import type { Cluster } from './cluster.ts';
import { startCluster } from './cluster.ts';
import type { Guest } from './guests.ts';
import { Guests } from './guests.ts';

const OTHER = 'other:1b';
const SOON = { timeout: 60_000, every: 50 };

describe('the assistant in a room that people made', function () {
  this.timeout(180_000);
  let ollama: OllamaServer;
  let cluster: Cluster;
  let ann: Guest;
  before(async function () {
    this.timeout(20 * 60_000);
    ollama = await startOllama({ parallel: 1 });
    await new Ollama({ host: ollama.url }).copy({ source: testModel, destination: OTHER });
    cluster = await startCluster({
      backends: 2,
      config: (config) => ({
        ...config,
        assistant: { ...config.assistant, maxTokens: 8, contextMessages: 1 },
        ollama: {
          ...config.ollama,
          urls: [ollama.url],
          models: [...config.ollama.models, { name: OTHER }, { name: 'not-there:1b' }],
        },
      }),
    });
    ann = await new Guests(cluster).come('Ann', 0);
  });
  after(async () => {
    await cluster.stop();
    await ollama.stop();
  });
  const ends = async (room: string): Promise<RunEndEntry[]> =>
    (await ann.rest.messages(room)).entries.filter((entry) => entry.kind === 'run-end');
  /** Says something, and waits for the reply. */
  const answerTo = async (room: string, text: string): Promise<RunEndEntry> => {
    const before = (await ends(room)).length;
    await ann.rest.post(room, { text });
    return until('a reply', async () => (await ends(room))[before], SOON);
  };

  it('answers with its model and its prompt when the room wants it, and as the room is changed', async () => {
    const ready = async (): Promise<boolean> =>
      (await ann.rest.models()).models.some(({ name, state }) => name === OTHER && state === 'ready');
    await until('the model is there', ready, SOON);
    const { models } = modelsSchema.parse(await ann.rest.models());
    assert.equal(models.find(({ name }) => name === 'not-there:1b')?.state, 'missing');
    const systemPrompt = 'Count all the sheep that you can see. '.repeat(30);
    const settings = { model: OTHER, systemPrompt, replies: 'Always' } as const;
    const { name } = await ann.rest.makeRoom({ title: 'Sheep', kind: 'private', ...settings });
    const first = await answerTo(name, 'Hello');
    assert.deepEqual([first.outcome, first.model], ['done', OTHER]);
    assert.ok((first.stats?.promptTokens ?? 0) > 200, `the prompt was told: ${first.stats?.promptTokens} tokens`);

    await ann.rest.changeRoom(name, { systemPrompt: 'Be short.', replies: 'Mention', model: 'smollm2:135m' });
    await ann.rest.post(name, { text: 'Nobody is asked here.' });
    const second = await answerTo(name, '@Assistant, hello');
    assert.equal(second.model, 'smollm2:135m');
    assert.ok(
      (second.stats?.promptTokens ?? 1000) < 100,
      `the new prompt was told: ${second.stats?.promptTokens} tokens`,
    );
    assert.equal((await ends(name)).length, 2, 'only what named the assistant was answered');

    await ann.rest.changeRoom(name, { replies: 'Never' });
    await ann.rest.post(name, { text: '@Assistant, are you there?' });
    const { entries } = await ann.rest.messages(name);
    assert.equal(entries.filter(({ kind }) => kind === 'run-start').length, 2);
  });
});
