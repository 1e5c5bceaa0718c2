import type { ChatApp } from '../api/chatapp.ts';
import type { Model } from '../api/spec.ts';
import { bytesInWords, memoryNeeded, type HeldModel } from '../../runtime/report.ts';
import { modelMemory } from '../resources/memory.ts';

/** Words about a model that cannot be loaded within the memory limit of its server; nothing when it can. */
export function memoryTrouble(chat: ChatApp, model: Model, held: HeldModel | undefined): string | undefined {
  const memory = modelMemory(chat);
  if (memory === undefined || held === undefined) return undefined;
  const { contextLength, numParallel } = chat.spec.ollama;
  const numCtx = model.parameters.numCtx ?? contextLength;
  const needed = memoryNeeded(held, { numCtx, numParallel, cacheScale: memory.cacheScale });
  if (needed <= memory.limitBytes) return undefined;
  const replies = numParallel === 1 ? '' : `, ${numParallel} replies at a time`;
  const size = `${bytesInWords(needed)} of memory (its files ${bytesInWords(held.sizeBytes)}, context ${numCtx}${replies})`;
  const advice = 'raise ollama.resources.limits.memory, ask for a shorter context, or choose a smaller model';
  return `it needs about ${size}, and its server may use ${bytesInWords(memory.limitBytes)}: ${advice}`;
}
