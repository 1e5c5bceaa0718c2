/** Makes one Ollama server have one model: looks first, pulls with patience, and believes nothing but a model that loads. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ModelResponse } from 'ollama';
import { withTag } from '../ai/models.ts';
import { ollamaAt } from '../ai/ollama.ts';
import { log, wordsOf } from '../log.ts';
import type { PullProgress, PullResult } from '../report.ts';
import { attemptPull } from './attempt.ts';
import type { Remedy } from './classify.ts';
import { PullError, pullError } from './failure.ts';
import { Progress } from './progress.ts';

export interface PullOptions {
  readonly url: string;
  /** The name that the model has in the end. */
  readonly model: string;
  /** Another name to pull it by. */
  readonly source: string | undefined;
  readonly insecure: boolean;
  readonly digest: string | undefined;
  readonly stallSeconds: number;
  readonly timeoutSeconds: number;
  /** Attempts after the first that brought nothing further. */
  readonly retries: number;
  /** Ends it from outside. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: PullProgress) => void;
}

const BACKOFF_MS = { first: 1000, most: 30_000 };
const SERVER_POLL_MS = 500;
const QUESTION_TIMEOUT_MS = 30_000;
const SAY_EVERY_MS = 5000;

export class Puller {
  readonly #options: PullOptions;
  readonly #signal: AbortSignal;
  readonly #progress: Progress;
  #saidAt = 0;

  constructor(options: PullOptions) {
    this.#options = options;
    const { timeoutSeconds } = options;
    const late = new AbortController();
    const words = `The pull was not done after ${timeoutSeconds} s.`;
    setTimeout(() => late.abort(new PullError('Timeout', 'none', words)), timeoutSeconds * 1000).unref();
    this.#signal = AbortSignal.any([options.signal, late.signal]);
    this.#progress = new Progress(options.model);
  }

  /** Never rejects: a failure is a result. */
  async run(): Promise<PullResult> {
    try {
      await this.#waitForServer();
      const present = await this.#usable(this.#options.model);
      if (present !== undefined && this.#isPinned(present)) return resultOf(present);
      await this.#pullPatiently();
      return resultOf(await this.#adopt());
    } catch (error) {
      const cause: unknown = this.#signal.aborted ? this.#signal.reason : error;
      const { reason, message } = pullError(cause, this.#options.url);
      return { ok: false, reason, message };
    }
  }

  async #waitForServer(): Promise<void> {
    let said = false;
    for (;;) {
      try {
        await this.#client().version();
        return;
      } catch (error) {
        this.#signal.throwIfAborted();
        if (!said) log.info('waiting for the Ollama server', { url: this.#options.url, error: wordsOf(error) });
        said = true;
        await delay(SERVER_POLL_MS, undefined, { signal: this.#signal });
      }
    }
  }

  /** Pulls until it worked, or so often failed without getting further. */
  async #pullPatiently(): Promise<void> {
    const { source, model, retries, url } = this.#options;
    const name = source ?? model;
    let failures = 0;
    let wait = BACKOFF_MS.first;
    for (;;) {
      const before = this.#progress.completedBytes;
      const error = await this.#pullOnce(name).then(
        () => undefined,
        (thrown: unknown) => pullError(thrown, url),
      );
      this.#signal.throwIfAborted();
      if (error === undefined) return;
      const further = this.#progress.completedBytes > before && error.remedy === 'again';
      failures = further ? 1 : failures + 1;
      if (further) wait = BACKOFF_MS.first;
      if (error.remedy === 'none' || failures > retries) throw error;
      log.warn('the pull failed and is begun again', {
        model: name,
        reason: error.reason,
        error: error.message,
        waitMs: wait,
      });
      if (error.remedy === 'delete-first') await this.#delete(name);
      await delay(wait, undefined, { signal: this.#signal });
      wait = Math.min(wait * 2, BACKOFF_MS.most);
    }
  }

  /** @throws PullError also when Ollama said `success` but the model cannot be used */
  async #pullOnce(name: string): Promise<void> {
    const { url, insecure, stallSeconds } = this.#options;
    await attemptPull({
      ...{ url, model: name, insecure, stallSeconds, signal: this.#signal, progress: this.#progress },
      onProgress: () => this.#tell(),
    });
    if ((await this.#usable(name)) !== undefined) return;
    const remedy: Remedy = 'delete-first';
    throw new PullError('DigestMismatch', remedy, `Ollama pulled "${name}" but cannot read it: its files are damaged.`);
  }

  /** Gives the pulled model its declared name and checks its digest. */
  async #adopt(): Promise<ModelResponse> {
    const { source, model, digest } = this.#options;
    if (source !== undefined && withTag(source) !== withTag(model)) {
      await this.#client().copy({ source, destination: model });
      // Its files belong to the declared name too, and stay.
      await this.#delete(source);
    }
    const adopted = await this.#usable(model);
    if (adopted === undefined) throw new PullError('ServerError', 'none', `"${model}" is not there after its pull.`);
    if (this.#isPinned(adopted)) return adopted;
    const words = `"${model}" has the digest ${adopted.digest}, but ${digest ?? ''} is asked for.`;
    throw new PullError('DigestMismatch', 'none', words);
  }

  /** The model, if it is listed and Ollama can read it; "success" alone is no proof. */
  async #usable(name: string): Promise<ModelResponse | undefined> {
    const { models } = await this.#client().list();
    const listed = models.find((each) => withTag(each.name) === withTag(name));
    if (listed === undefined) return undefined;
    try {
      await this.#client().show({ model: name });
      return listed;
    } catch (error) {
      this.#signal.throwIfAborted();
      if (error instanceof TypeError) throw error;
      log.warn('a listed model cannot be read', { model: name, error: wordsOf(error) });
      await this.#delete(name);
      return undefined;
    }
  }

  async #delete(name: string): Promise<void> {
    try {
      await this.#client().delete({ model: name });
    } catch (error) {
      log.debug('nothing to delete', { model: name, error: wordsOf(error) });
    }
  }

  #isPinned({ digest }: ModelResponse): boolean {
    const wanted = this.#options.digest?.replace(/^sha256:/, '');
    return wanted === undefined || digest.replace(/^sha256:/, '') === wanted;
  }

  #tell(): void {
    const now = Date.now();
    const progress = this.#progress.snapshot(now);
    this.#options.onProgress(progress);
    if (progress.totalBytes === 0 || now - this.#saidAt < SAY_EVERY_MS) return;
    this.#saidAt = now;
    const { model, completedBytes, totalBytes, speedBytesPerSecond, remainingSeconds } = progress;
    log.info('pulling', { model, completedBytes, totalBytes, speedBytesPerSecond, remainingSeconds });
  }

  #client(): ReturnType<typeof ollamaAt> {
    return ollamaAt(this.#options.url, AbortSignal.any([this.#signal, AbortSignal.timeout(QUESTION_TIMEOUT_MS)]));
  }
}

function resultOf({ digest, size }: ModelResponse): PullResult {
  return { ok: true, digest, sizeBytes: size };
}
