import type { ChatApp } from '../api/chatapp.ts';
import type { RuntimeConfig } from '../../runtime/config.ts';
import { quantityValue } from './quantity.ts';

/** Size of a number in the key-value cache, against the usual 16 bits. */
const CACHE_SCALE: Readonly<Record<string, number>> = { f16: 1, q8_0: 0.5, q4_0: 0.25 };

/** How the variable of Ollama changes the size of its cache; 0 where nobody can say. */
function cacheScale({ spec: { ollama } }: ChatApp): number {
  const set = ollama.podTemplate.env.find(({ name }) => name === 'OLLAMA_KV_CACHE_TYPE');
  return set === undefined ? 1 : (CACHE_SCALE[set.value ?? ''] ?? 0);
}

/** What a server of models may use; nothing where the ChatApp sets no limit, or where GPUs hold the models. */
export function modelMemory(chat: ChatApp): RuntimeConfig['ollama']['memory'] {
  const { mode, gpu, resources } = chat.spec.ollama;
  const { memory } = resources.limits;
  if (mode !== 'Managed' || gpu !== undefined || memory === undefined) return undefined;
  return { limitBytes: Math.floor(quantityValue(memory)), cacheScale: cacheScale(chat) };
}
