/** What models an Ollama server has, in its own words. */
import { log, wordsOf } from '../log.ts';
import type { ContextCost, HeldModel } from '../report.ts';
import { contextCost } from './context-cost.ts';
import { AnswerError, ask } from '../http.ts';

interface Listed {
  readonly name: string;
  readonly digest: string;
  readonly size: number;
}

const UNKNOWN: ContextCost = { bytesPerToken: 0, maxTokens: 0 };

export class Inventory {
  readonly #url: string;
  /** By digest: a model is looked into once. */
  #costs = new Map<string, ContextCost>();

  /** @param url base URL of the Ollama server */
  constructor(url: string) {
    this.#url = url;
  }

  /** @throws Error when the server does not answer */
  async look(): Promise<HeldModel[]> {
    const { models } = JSON.parse(await ask(`${this.#url}/api/tags`, { method: 'GET' })) as { models: Listed[] };
    const costs = new Map<string, ContextCost>();
    for (const { name, digest } of models) costs.set(digest, this.#costs.get(digest) ?? (await this.#costOf(name)));
    this.#costs = costs;
    return models
      .map(({ name, digest, size }) => ({ name, digest, sizeBytes: size, context: costs.get(digest) ?? UNKNOWN }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** A model that cannot be read costs nothing: others say that it is damaged. */
  async #costOf(name: string): Promise<ContextCost> {
    try {
      const text = await ask(`${this.#url}/api/show`, { method: 'POST', body: JSON.stringify({ model: name }) });
      return contextCost((JSON.parse(text) as { model_info?: Record<string, unknown> }).model_info ?? {});
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error;
      log.warn('a model cannot be looked into', { model: name, error: wordsOf(error) });
      return UNKNOWN;
    }
  }
}
