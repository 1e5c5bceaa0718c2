/**
 * Loads models before anybody asks: each model with `preload` once for each start of a server that has it, with the options
 * that chats use. One that was unused for its time and went is let go; one that is gone before its time was lost in a restart.
 */
import { randomUUID } from 'node:crypto';
import type { RuntimeConfig } from '../config.ts';
import { log, wordsOf } from '../log.ts';
import type { LeaseSets } from '../store/leases.ts';
import type { Catalogue, ServerView } from './catalogue.ts';
import { keepAliveOf, loadOptions } from './model-options.ts';
import { withTag } from './models.ts';
import { ollamaAt } from './ollama.ts';

const LOOK_EVERY_MS = 1000;
/** Of all backends one loads. */
const LEASE = { set: 'preload', seconds: 10 };
/** After a load that failed. */
const REST_MS = 15_000;
/** Clocks of servers differ: one that is gone so shortly before its time went in time. */
const CLOCKS_MS = 10_000;

export class Preloader {
  readonly #config: RuntimeConfig;
  readonly #leases: LeaseSets;
  readonly #catalogue: Catalogue;
  readonly #models: readonly string[];
  readonly #id = randomUUID();
  /** Until when each model that was loaded in the present life of a server should stay, by URL and model; milliseconds since 1970. */
  readonly #known = new Map<string, Map<string, number>>();
  /** Servers that are loading, or at rest after it, until then. */
  readonly #busy = new Map<string, number>();
  readonly #stopped = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(config: RuntimeConfig, leases: LeaseSets, catalogue: Catalogue) {
    this.#config = config;
    this.#leases = leases;
    this.#catalogue = catalogue;
    this.#models = config.ollama.models.filter(({ preload }) => preload === true).map(({ name }) => name);
  }

  /** Looks until stopped. */
  watch(): void {
    if (this.#models.length === 0) return;
    this.#timer ??= setInterval(() => {
      this.#look().catch((error: unknown) => log.debug('nobody could preload', { error: wordsOf(error) }));
    }, LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#stopped.abort();
  }

  async #look(): Promise<void> {
    const due = this.#catalogue.servers().flatMap((server) => this.#dueOn(server));
    if (due.length === 0 && this.#busy.size === 0) return;
    if (!(await this.#leases.hold(LEASE.set, this.#id, LEASE.seconds, 1))) return;
    for (const { url, model } of due) void this.#load(url, model);
  }

  /** The next model to load on a server; what was loaded is noted by every backend, so that another one can go on. */
  #dueOn({ url, isUp, models, loaded }: ServerView): { url: string; model: string }[] {
    const known = this.#known.get(url) ?? new Map<string, number>();
    this.#known.set(url, known);
    if (!isUp) known.clear();
    for (const [model, until] of loaded) known.set(model, until);
    const now = Date.now();
    if ((this.#busy.get(url) ?? 0) > now) return [];
    this.#busy.delete(url);
    const model = this.#models.find((name) => {
      const tagged = withTag(name);
      if (!isUp || !models.has(tagged) || loaded.has(tagged)) return false;
      const until = known.get(tagged);
      // Others that are loaded now have pushed it out.
      return until === undefined || (now < until - CLOCKS_MS && loaded.size === 0);
    });
    return model === undefined ? [] : [{ url, model }];
  }

  async #load(url: string, model: string): Promise<void> {
    this.#busy.set(url, Infinity);
    const began = performance.now();
    try {
      await ollamaAt(url, this.#stopped.signal).generate({
        model,
        prompt: '',
        stream: false,
        keep_alive: keepAliveOf(this.#config, model),
        options: loadOptions(this.#config, model),
      });
      this.#known.get(url)?.set(withTag(model), Date.now());
      log.info('a model is loaded', { server: url, model, ms: Math.round(performance.now() - began) });
      await this.#catalogue.look();
      this.#busy.delete(url);
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      log.warn('a model could not be loaded', { server: url, model, error: wordsOf(error) });
      this.#busy.set(url, Date.now() + REST_MS);
    }
  }
}
