import type { ContextCost } from '../report.ts';

/** Numbers of the cache have 16 bits unless Ollama is told otherwise. */
const BYTES_PER_NUMBER = 2;

/**
 * What a token of context costs in memory: for each layer a key and a value for each key-value head,
 * `block_count * head_count_kv * (key_length + value_length)` numbers, as Ollama itself reckons (`GraphSize` in its
 * fs/ggml/ggml.go, v0.17.4: the case without special rules). Ollama cuts a context that is longer than the model was trained
 * for (`NewLlamaServer` in its llm/server.go).
 *
 * It is a lower bound, so that nobody is refused a model that works: what is not known counts as nothing, a model with a
 * sliding window as if each layer looked back only so far, and layers without attention (`ssm`, `full_attention_interval`,
 * compressed caches) as nothing.
 * @param info `model_info` of `/api/show`
 */
export function contextCost(info: Readonly<Record<string, unknown>>): ContextCost {
  const number = (name: string): number | undefined => {
    const value = info[`${String(info['general.architecture'])}.${name}`];
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
  };
  const isUnusual = Object.keys(info).some((key) => /\.ssm\.|\.full_attention_interval$|\.kv_lora_rank$/.test(key));
  const [layers, heads, width] = [number('block_count'), number('attention.head_count'), number('embedding_length')];
  const cacheHeads = number('attention.head_count_kv');
  const headLength = heads === undefined || heads === 0 || width === undefined ? undefined : width / heads;
  const key = number('attention.key_length') ?? headLength;
  const value = number('attention.value_length') ?? headLength;
  const isKnown = layers !== undefined && cacheHeads !== undefined && key !== undefined && value !== undefined;
  const maxTokens = Math.min(number('context_length') ?? 0, number('attention.sliding_window') || Infinity);
  const bytesPerToken = isUnusual || !isKnown ? 0 : layers * cacheHeads * (key + value) * BYTES_PER_NUMBER;
  return { bytesPerToken: Math.floor(bytesPerToken), maxTokens };
}
