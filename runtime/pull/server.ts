/** The models of one Ollama server. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ModelResponse } from 'ollama';
import { withTag } from '../ai/models.ts';
import { ollamaAt } from '../ai/ollama.ts';
import { ollamaTrouble } from '../ai/server-trouble.ts';
import { log, wordsOf } from '../log.ts';

const POLL_MS = 500;
const ANSWER_WITHIN_MS = 30_000;

export class ModelServer {
  readonly url: string;
  readonly #signal: AbortSignal;

  /** @param signal ends every request */
  constructor(url: string, signal: AbortSignal) {
    this.url = url;
    this.#signal = signal;
  }

  /**
   * Resolves once the server answers.
   * @param withinSeconds not waited for longer than this; without, until the signal
   * @throws what the last request threw; at once where waiting does not help: a wrong token, a certificate
   */
  async answers(withinSeconds = Infinity): Promise<void> {
    const until = Date.now() + withinSeconds * 1000;
    let said = false;
    for (;;) {
      try {
        await this.#client().version();
        return;
      } catch (error) {
        this.#signal.throwIfAborted();
        const { reason = 'Unreachable' } = ollamaTrouble(error) ?? {};
        if (reason !== 'Unreachable' || Date.now() >= until) throw error;
        if (!said) log.info('waiting for the Ollama server', { url: this.url, error: wordsOf(error) });
        said = true;
        await delay(POLL_MS, undefined, { signal: this.#signal });
      }
    }
  }

  async find(name: string): Promise<ModelResponse | undefined> {
    const { models } = await this.#client().list();
    return models.find((each) => withTag(each.name) === withTag(name));
  }

  /** The model, if it is listed and Ollama can read it; "success" of a pull alone is no proof. One that is damaged is removed. */
  async usable(name: string): Promise<ModelResponse | undefined> {
    const listed = await this.find(name);
    if (listed === undefined) return undefined;
    try {
      await this.#client().show({ model: name });
      return listed;
    } catch (error) {
      this.#signal.throwIfAborted();
      // The server, or what is in front of it: nothing is known of the model.
      if (ollamaTrouble(error) !== undefined) throw error;
      log.warn('a listed model cannot be read', { model: name, error: wordsOf(error) });
      await this.delete(name);
      return undefined;
    }
  }

  /** Gives a model another name too; its files are shared. */
  async copy(source: string, destination: string): Promise<void> {
    await this.#client().copy({ source, destination });
  }

  /** Removes a name, and the files that no other name has. One that is not there is no failure. */
  async delete(name: string): Promise<void> {
    try {
      await this.#client().delete({ model: name });
    } catch (error) {
      this.#signal.throwIfAborted();
      log.debug('nothing to delete', { model: name, error: wordsOf(error) });
    }
  }

  #client(): ReturnType<typeof ollamaAt> {
    return ollamaAt(this.url, AbortSignal.any([this.#signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]));
  }
}
