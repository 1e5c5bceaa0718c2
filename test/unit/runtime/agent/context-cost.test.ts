import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { contextCost } from '../../../../runtime/agent/context-cost.ts';

/** As `/api/show` gives them. */
const llama = (fields: Record<string, unknown>): Record<string, unknown> => {
  const named: [string, unknown][] = Object.entries(fields).map(([key, value]) => [`llama.${key}`, value]);
  return Object.fromEntries<unknown>([['general.architecture', 'llama'], ...named]);
};

const tinyllama = {
  block_count: 22,
  context_length: 2048,
  embedding_length: 2048,
  'attention.head_count': 32,
  'attention.head_count_kv': 4,
};

describe('the cost of a context', () => {
  for (const [what, info, cost] of [
    ['TinyLlama', llama(tinyllama), { bytesPerToken: 22_528, maxTokens: 2_048 }],
    [
      'a model whose keys have a length of their own',
      llama({ ...tinyllama, 'attention.key_length': 128, 'attention.value_length': 64 }),
      { bytesPerToken: 22 * 4 * 192 * 2, maxTokens: 2_048 },
    ],
    [
      'a model that looks back only so far',
      llama({ ...tinyllama, 'attention.sliding_window': 512 }),
      { bytesPerToken: 22_528, maxTokens: 512 },
    ],
    [
      'a window of none',
      llama({ ...tinyllama, 'attention.sliding_window': 0 }),
      { bytesPerToken: 22_528, maxTokens: 2_048 },
    ],
    [
      'heads that differ by layer',
      llama({ ...tinyllama, 'attention.head_count_kv': null }),
      { bytesPerToken: 0, maxTokens: 2_048 },
    ],
    ['layers without attention', llama({ ...tinyllama, 'ssm.state_size': 16 }), { bytesPerToken: 0, maxTokens: 2_048 }],
    [
      'a compressed cache',
      llama({ ...tinyllama, 'attention.kv_lora_rank': 512 }),
      { bytesPerToken: 0, maxTokens: 2_048 },
    ],
    ['nothing known', {}, { bytesPerToken: 0, maxTokens: 0 }],
    ['nonsense', llama({ ...tinyllama, block_count: 'many', context_length: -1 }), { bytesPerToken: 0, maxTokens: 0 }],
  ] as const) {
    it(`of ${what}`, () => assert.deepEqual(contextCost(info), cost));
  }
});
