/** Whether a pull has room where it goes to: on the volume, by the word of the agent there, and in the server's memory. */
import * as z from 'zod';
import type { Layer } from '../agent/pulls.ts';
import { ask } from '../http.ts';
import { log, wordsOf } from '../log.ts';
import { bytesInWords, memoryNeeded, volumeReportSchema } from '../report.ts';
import { PullError } from './failure.ts';

export interface RoomOptions {
  readonly model: string;
  /** What this pull is called among others onto the same server. */
  readonly pull: string;
  /** Base URL of the agent beside the server; without one a full disk is found out when it is full. */
  readonly agentURL: string | undefined;
  /** What the server may use; not known of every server. */
  readonly memoryLimitBytes: number | undefined;
}

/** So that the agent knows that this pull goes on, and leaves its room to it. */
const TELL_EVERY_MS = 60_000;

const answerSchema = z.object({
  fits: z.boolean(),
  neededBytes: z.number().int().nonnegative(),
  volume: volumeReportSchema,
});

export class RoomCheck {
  readonly #options: RoomOptions;
  readonly #refused = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #layers: readonly Layer[] = [];
  #asking: Promise<void> | undefined;

  constructor(options: RoomOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#ask(), TELL_EVERY_MS);
    this.#timer.unref();
    this.#ask();
  }

  /** Aborted with a PullError when there is no room. */
  get signal(): AbortSignal {
    return this.#refused.signal;
  }

  /** Takes what the pull is known to consist of by now. */
  look(layers: readonly Layer[]): void {
    const isMore = layers.length > this.#layers.length;
    this.#layers = layers;
    if (!isMore) return;
    this.#checkMemory();
    this.#ask();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #checkMemory(): void {
    const { model, memoryLimitBytes: limit } = this.#options;
    const size = this.#layers.reduce((sum, { totalBytes }) => sum + totalBytes, 0);
    // Its context comes on top; how much that is stands in the files, which are not there yet.
    const files = { sizeBytes: size, context: { bytesPerToken: 0, maxTokens: 0 } };
    const needed = memoryNeeded(files, { numCtx: 0, numParallel: 1, cacheScale: 1 });
    if (limit === undefined || needed <= limit) return;
    const words = `"${model}" needs at least ${bytesInWords(needed)} of memory, and its server may use ${bytesInWords(limit)}`;
    const advice = 'raise ollama.resources.limits.memory, or choose a smaller model';
    this.#refused.abort(new PullError('OutOfMemory', 'none', `${words}: ${advice}.`));
  }

  /** One question at a time; the next one has all that was learnt meanwhile. */
  #ask(): void {
    const { agentURL } = this.#options;
    if (agentURL === undefined || this.#asking !== undefined) return;
    const asked = this.#layers.length;
    this.#asking = this.#checkVolume(agentURL)
      .catch((error: unknown) => log.debug('the agent of the server does not answer', { error: wordsOf(error) }))
      .finally(() => {
        this.#asking = undefined;
        if (this.#layers.length > asked) this.#ask();
      });
  }

  async #checkVolume(agentURL: string): Promise<void> {
    const { model, pull } = this.#options;
    const body = JSON.stringify({ pull, layers: this.#layers });
    const { fits, neededBytes, volume } = answerSchema.parse(
      JSON.parse(await ask(`${agentURL}/pulls`, { method: 'POST', body })),
    );
    if (fits) return;
    const [needed, free] = [neededBytes, volume.freeBytes].map(bytesInWords);
    const words = `"${model}" needs ${needed} more, and ${free} of ${bytesInWords(volume.capacityBytes)} are free`;
    const advice = 'raise ollama.storage.size, or remove models from it';
    const message = `${words} on the volume of its server: ${advice}.`;
    this.#refused.abort(new PullError('OutOfSpace', 'none', message, neededBytes));
  }
}
