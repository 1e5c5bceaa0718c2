/** Looks after one Ollama server from within its pod: tells the operator what it has, and tidies up behind broken pulls. */
import { setTimeout as delay } from 'node:timers/promises';
import { log, wordsOf } from '../log.ts';
import type { HeldModel, ServerReport } from '../report.ts';
import type { Inventory } from './inventory.ts';
import { isNoticeable } from './noticeable.ts';
import type { Rooms } from './room.ts';

export interface AgentOptions {
  readonly rooms: Rooms;
  readonly inventory: Inventory;
  /** Takes a report; it may fail. */
  readonly publish: (text: string) => Promise<void>;
  readonly lookEveryMs: number;
}

/**
 * The same report is written again after so long: that changes nothing and wakes nobody, unless the ConfigMap was lost and
 * made anew without it.
 */
const AGAIN_MS = 10 * 60_000;
const TIDY_EVERY_MS = 10 * 60_000;
/** One ConfigMap holds the reports of all servers, and at most 1 MiB: 20 servers with 150 models of 300 bytes. */
const MOST_MODELS = 150;

export class Agent {
  readonly #options: AgentOptions;
  readonly #stopped = new AbortController();
  #told: ServerReport | undefined;
  #toldAt = 0;
  #tidiedAt = 0;
  #trouble = '';

  constructor(options: AgentOptions) {
    this.#options = options;
  }

  /** Works until stopped. */
  async watch(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await this.look();
      await delay(this.#options.lookEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Never rejects: what went wrong is tried again at the next look, and said once. */
  async look(): Promise<void> {
    try {
      await this.#tidy();
      await this.#tell(await this.report());
      this.#trouble = '';
    } catch (error) {
      const words = wordsOf(error);
      if (words !== this.#trouble) log.warn('the server could not be reported', { error: words });
      this.#trouble = words;
    }
  }

  /** @throws Error when the Ollama server does not answer: it may have any models then */
  async report(): Promise<ServerReport> {
    const [volume, models] = await Promise.all([this.#options.rooms.volume(), this.#options.inventory.look()]);
    const told: HeldModel[] = models.slice(0, MOST_MODELS);
    return { volume, models: told, moreModels: models.length - told.length, time: new Date().toISOString() };
  }

  async #tell(report: ServerReport): Promise<void> {
    const isNew = isNoticeable(this.#told, report);
    if (!isNew && performance.now() - this.#toldAt < AGAIN_MS) return;
    const next = isNew ? report : this.#told;
    await this.#options.publish(JSON.stringify(next));
    this.#told = next;
    this.#toldAt = performance.now();
  }

  async #tidy(): Promise<void> {
    if (this.#tidiedAt > 0 && performance.now() - this.#tidiedAt < TIDY_EVERY_MS) return;
    this.#tidiedAt = performance.now();
    await this.#options.rooms.tidy();
  }
}
