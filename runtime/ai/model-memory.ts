/** Which models are too large for the memory of their server: one of those would only end it, again and again. */
import type { ModelResponse } from 'ollama';
import { contextCost } from '../agent/context-cost.ts';
import type { RuntimeConfig } from '../config.ts';
import { log, wordsOf } from '../log.ts';
import { memoryNeeded, type ContextCost } from '../report.ts';
import { withTag } from './models.ts';
import { ollamaAt } from './ollama.ts';

type Listed = Pick<ModelResponse, 'name' | 'digest' | 'size'>;

const ANSWER_WITHIN_MS = 10_000;

export class ModelMemory {
  readonly #config: RuntimeConfig['ollama'];
  /** By digest: a model is looked into once. */
  readonly #costs = new Map<string, ContextCost>();

  constructor(config: RuntimeConfig['ollama']) {
    this.#config = config;
  }

  /** Names, with their tags, of the chat's models that a server has and cannot load. Never rejects. */
  async tooLarge(url: string, listed: readonly Listed[]): Promise<ReadonlySet<string>> {
    const { memory, models, contextLength, numParallel } = this.#config;
    const names = new Set<string>();
    if (memory === undefined) return names;
    for (const { name, numCtx = contextLength } of models) {
      const there = listed.find((each) => withTag(each.name) === withTag(name));
      const context = there && (await this.#costOf(url, there));
      if (there === undefined || context === undefined) continue;
      const settings = { numCtx, numParallel, cacheScale: memory.cacheScale };
      if (memoryNeeded({ sizeBytes: there.size, context }, settings) > memory.limitBytes) names.add(withTag(name));
    }
    return names;
  }

  /** Nothing while it cannot be read: then it counts as one that fits. */
  async #costOf(url: string, { name, digest }: Listed): Promise<ContextCost | undefined> {
    const known = this.#costs.get(digest);
    if (known !== undefined) return known;
    try {
      const { model_info: info } = await ollamaAt(url, AbortSignal.timeout(ANSWER_WITHIN_MS)).show({ model: name });
      // Its type says Map; what comes is plain JSON.
      const cost = contextCost(info as unknown as Record<string, unknown>);
      this.#costs.set(digest, cost);
      return cost;
    } catch (error) {
      log.debug('a model could not be looked into', { model: name, error: wordsOf(error) });
      return undefined;
    }
  }
}
