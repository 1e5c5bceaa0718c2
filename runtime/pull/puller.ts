/** Makes one Ollama server have one model: looks first, pulls with patience, and believes nothing but a model that loads. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ModelResponse } from 'ollama';
import { withTag } from '../ai/models.ts';
import { log } from '../log.ts';
import type { PullProgress, PullResult } from '../report.ts';
import { attemptPull } from './attempt.ts';
import type { Remedy } from './classify.ts';
import { PullError, pullError } from './failure.ts';
import { Progress } from './progress.ts';
import { RoomCheck } from './room.ts';
import { ModelServer } from './server.ts';

export interface PullOptions {
  readonly url: string;
  /** How long the server may take to answer at all; as long as the whole pull if not set. */
  readonly serverWaitSeconds: number | undefined;
  /** The name that the model has in the end. */
  readonly model: string;
  /** Another name to pull it by. */
  readonly source: string | undefined;
  /** What becomes of that name when the model has its own. */
  readonly sourceAfterwards: 'goes' | 'stays';
  readonly insecure: boolean;
  readonly digest: string | undefined;
  /** What a model means that is there already: that is `enough`, or the registry may have a newer one. */
  readonly presence: 'enough' | 'look-again';
  /** Base URL of the agent beside the server, and what the pull is called there. */
  readonly agentURL: string | undefined;
  readonly pull: string;
  /** What the server may use, if that is known. */
  readonly memoryLimitBytes: number | undefined;
  readonly stallSeconds: number;
  readonly timeoutSeconds: number;
  /** Attempts after the first that brought nothing further. */
  readonly retries: number;
  /** Ends it from outside. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: PullProgress) => void;
}

const BACKOFF_MS = { first: 1000, most: 30_000 };
const SAY_EVERY_MS = 5000;

export class Puller {
  readonly #options: PullOptions;
  readonly #signal: AbortSignal;
  readonly #server: ModelServer;
  readonly #progress: Progress;
  /** The name to pull by. */
  readonly #name: string;
  /** A second name that keeps the model of before until a newer one has proved good under the first. */
  readonly #spare: string;
  #saidAt = 0;

  constructor(options: PullOptions) {
    this.#options = options;
    const { timeoutSeconds, source, model, url } = options;
    const late = new AbortController();
    const words = `The pull was not done after ${timeoutSeconds} s: raise the time for it, or mend what is slow.`;
    setTimeout(() => late.abort(new PullError('Timeout', 'none', words)), timeoutSeconds * 1000).unref();
    this.#signal = AbortSignal.any([options.signal, late.signal]);
    this.#server = new ModelServer(url, this.#signal);
    this.#progress = new Progress(model);
    this.#name = source === undefined || withTag(source) === withTag(model) ? model : source;
    this.#spare = `kept-by-chatapp/${withTag(model).replace(/[^A-Za-z0-9]+/g, '-')}:latest`;
  }

  /** Never rejects: a failure is a result. */
  async run(): Promise<PullResult> {
    try {
      await this.#server.answers(this.#options.serverWaitSeconds);
      return resultOf(await this.#provide());
    } catch (error) {
      const cause: unknown = this.#signal.aborted ? this.#signal.reason : error;
      const { reason, message, neededBytes } = pullError(cause, this.#options.url);
      return { ok: false, reason, message, ...(neededBytes === undefined ? {} : { neededBytes }) };
    }
  }

  async #provide(): Promise<ModelResponse> {
    const { model, presence } = this.#options;
    // A puller that was killed may have left it.
    await this.#restore();
    const present = await this.#server.usable(model);
    if (present !== undefined && presence === 'enough' && this.#isPinned(present)) {
      await this.#forgetSource();
      return present;
    }
    const isAtStake = present !== undefined && presence === 'look-again' && this.#name === model;
    if (isAtStake) await this.#server.copy(model, this.#spare);
    try {
      await this.#pullPatiently();
      return await this.#adopt();
    } finally {
      if (isAtStake && !this.#signal.aborted) await this.#restore();
    }
  }

  /** Pulls until it worked, or so often failed without getting further. */
  async #pullPatiently(): Promise<void> {
    const { retries, url } = this.#options;
    let failures = 0;
    let wait = BACKOFF_MS.first;
    for (;;) {
      const before = this.#progress.completedBytes;
      const error = await this.#pullOnce().then(
        () => undefined,
        (thrown: unknown) => pullError(thrown, url),
      );
      this.#signal.throwIfAborted();
      if (error === undefined) return;
      const further = this.#progress.completedBytes > before && error.remedy === 'again';
      failures = further ? 1 : failures + 1;
      if (further) wait = BACKOFF_MS.first;
      if (error.remedy === 'delete-first') await this.#discard();
      if (error.remedy === 'none' || failures > retries) throw error;
      log.warn('the pull failed and is begun again', {
        model: this.#name,
        reason: error.reason,
        error: error.message,
        waitMs: wait,
      });
      await delay(wait, undefined, { signal: this.#signal });
      wait = Math.min(wait * 2, BACKOFF_MS.most);
    }
  }

  /** @throws PullError also when Ollama said `success` but the model cannot be used */
  async #pullOnce(): Promise<void> {
    const { url, insecure, stallSeconds, agentURL, pull, memoryLimitBytes } = this.#options;
    const model = this.#name;
    const room = new RoomCheck({ model: this.#options.model, pull, agentURL, memoryLimitBytes });
    try {
      await attemptPull({
        ...{ url, model, insecure, stallSeconds, progress: this.#progress },
        signal: AbortSignal.any([this.#signal, room.signal]),
        onProgress: () => {
          room.look(this.#progress.layers);
          this.#tell();
        },
      });
    } catch (error) {
      throw room.signal.aborted ? room.signal.reason : error;
    } finally {
      room.close();
    }
    if ((await this.#server.usable(model)) !== undefined) return this.#rename();
    const remedy: Remedy = 'delete-first';
    throw new PullError(
      'DigestMismatch',
      remedy,
      `Ollama pulled "${model}" but cannot read it: its files are damaged.`,
    );
  }

  /** Gives the pulled model its declared name. */
  async #rename(): Promise<void> {
    if (this.#name === this.#options.model) return;
    try {
      await this.#server.copy(this.#name, this.#options.model);
    } catch (error) {
      if ((await this.#server.find(this.#name)) !== undefined) throw error;
      // Another pull of the same source was done with it: its files are still there.
      throw new PullError('ServerError', 'again', `"${this.#name}" went before it was given its name.`);
    }
  }

  /** Checks the digest of what was pulled; one that is not what was asked for is removed. */
  async #adopt(): Promise<ModelResponse> {
    const { model, digest } = this.#options;
    await this.#forgetSource();
    const adopted = await this.#server.usable(model);
    if (adopted === undefined) throw new PullError('ServerError', 'none', `"${model}" is not there after its pull.`);
    if (this.#isPinned(adopted)) return adopted;
    await this.#server.delete(model);
    const words = `The registry has "${model}" with the digest sha256:${adopted.digest}, but ${digest ?? ''} is asked for`;
    throw new PullError('DigestMismatch', 'none', `${words}: it was removed. Change the digest, or the source.`);
  }

  /** Its files belong to the declared name too, and stay. */
  async #forgetSource(): Promise<void> {
    if (this.#name === this.#options.model || this.#options.sourceAfterwards === 'stays') return;
    if ((await this.#server.find(this.#name)) !== undefined) await this.#server.delete(this.#name);
  }

  /** Removes what was pulled and is damaged. */
  async #discard(): Promise<void> {
    await this.#server.delete(this.#name);
    if ((await this.#server.find(this.#spare)) !== undefined) await this.#server.copy(this.#spare, this.#options.model);
  }

  /** Ends the keeping of the model of before: it gets its name back if nothing good has it. */
  async #restore(): Promise<void> {
    if ((await this.#server.find(this.#spare)) === undefined) return;
    const { model } = this.#options;
    if ((await this.#server.usable(model)) === undefined) await this.#server.copy(this.#spare, model);
    await this.#server.delete(this.#spare);
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
}

function resultOf({ digest, size }: ModelResponse): PullResult {
  return { ok: true, digest, sizeBytes: size };
}
