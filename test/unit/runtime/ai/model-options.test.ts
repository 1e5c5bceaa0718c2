import assert from 'node:assert/strict';
import type { RuntimeConfig } from '../../../../runtime/config.ts';
import { contextLengthOf, keepAliveOf, loadOptions, samplingOptions } from '../../../../runtime/ai/model-options.ts';

const config = {
  assistant: { temperature: 0.5 },
  ollama: {
    numThread: 2,
    contextLength: 4096,
    keepAlive: '1800s',
    models: [
      { name: 'plain' },
      { name: 'own', keepAlive: '60s', numCtx: 512, numThread: 1, temperature: 0, topK: 3, topP: 0.5, seed: 0 },
    ],
  },
} as unknown as RuntimeConfig;

describe('options of a model', () => {
  it('are those of the chat where it has none of its own', () => {
    assert.deepEqual(loadOptions(config, 'plain:latest'), { num_ctx: 4096, num_thread: 2 });
    assert.deepEqual(samplingOptions(config, 'plain'), { temperature: 0.5 });
    assert.equal(keepAliveOf(config, 'plain'), '1800s');
    assert.equal(contextLengthOf(config, 'unknown'), 4096);
  });

  it('are its own where it has some, zeros too', () => {
    assert.deepEqual(loadOptions(config, 'own'), { num_ctx: 512, num_thread: 1 });
    assert.deepEqual(samplingOptions(config, 'own'), { temperature: 0, top_k: 3, top_p: 0.5, seed: 0 });
    assert.equal(keepAliveOf(config, 'own:latest'), '60s');
  });
});
