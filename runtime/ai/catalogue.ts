/** What each Ollama server has, looked up every few seconds. */
import { setTimeout as delay } from 'node:timers/promises';
import type { RuntimeConfig } from '../config.ts';
import { log, wordsOf } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Offer } from '../store/runs.ts';
import { ModelMemory } from './model-memory.ts';
import { withTag } from './models.ts';
import type { ServerState } from '../report.ts';
import { ollamaAt } from './ollama.ts';
import { ollamaTrouble } from './server-trouble.ts';

const LOOK_EVERY_MS = 3000;
const ANSWER_WITHIN_MS = 3000;
/** One look may be lost on a busy machine: a server that is silent counts as away after so many, one that refuses at once. */
const LOST_LOOKS = 2;

export type Availability = 'ready' | 'missing' | 'away' | 'too-large';

interface Seen {
  models: ReadonlySet<string>;
  /** Not among `models`: there, but too large to be loaded. */
  tooLarge: ReadonlySet<string>;
  /** Until when each model stays loaded if nobody asks; milliseconds since 1970. */
  loaded: ReadonlyMap<string, number>;
  lost: number;
  /** What the looks came to; nothing before the first. */
  state: ServerState | undefined;
}

/** One server as it was seen last. */
export interface ServerView extends Pick<Seen, 'models' | 'loaded'> {
  readonly url: string;
  readonly isUp: boolean;
}

export class Catalogue {
  readonly #servers: ReadonlyMap<string, Seen>;
  readonly #capacity: number;
  readonly #metrics: Metrics;
  readonly #memory: ModelMemory;
  readonly #stopped = new AbortController();

  constructor(config: RuntimeConfig['ollama'], metrics: Metrics) {
    const none = { models: new Set<string>(), tooLarge: new Set<string>(), loaded: new Map<string, number>() };
    const unseen = (): Seen => ({ ...none, lost: LOST_LOOKS, state: undefined });
    this.#servers = new Map(config.urls.map((url) => [url, unseen()]));
    this.#capacity = config.numParallel;
    this.#metrics = metrics;
    this.#memory = new ModelMemory(config);
  }

  /** Looks until stopped. */
  async watch(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      await this.look();
      await delay(LOOK_EVERY_MS, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
    }
  }

  stop(): void {
    this.#stopped.abort();
  }

  async look(): Promise<void> {
    await Promise.all([...this.#servers].map(([url, seen]) => this.#lookAt(url, seen)));
  }

  servers(): ServerView[] {
    return [...this.#servers].map(([url, seen]) => ({ url, isUp: isUp(seen), ...seen }));
  }

  /** Whether any server answers. */
  anyUp(): boolean {
    return [...this.#servers.values()].some(isUp);
  }

  /** How the servers answer: well if one does, else as the first of them; nothing before they were asked. */
  state(): ServerState | undefined {
    const seen = [...this.#servers.values()];
    return (seen.find(isUp) ?? seen[0])?.state;
  }

  availability(model: string): Availability {
    if (!this.anyUp()) return 'away';
    const up = [...this.#servers.values()].filter(isUp);
    if (up.some(({ models }) => models.has(withTag(model)))) return 'ready';
    return up.some(({ tooLarge }) => tooLarge.has(withTag(model))) ? 'too-large' : 'missing';
  }

  /** What can be run now, for the models that the chat uses. */
  offer(models: Iterable<string>): Offer {
    const servers = [...this.#servers].filter(([, seen]) => isUp(seen));
    const having = (model: string): { url: string; loaded: boolean }[] =>
      servers
        .filter(([, seen]) => seen.models.has(model))
        .map(([url, seen]) => ({ url, loaded: seen.loaded.has(model) }));
    const offered = [...models].map((model) => [model, having(withTag(model))] as const);
    return { capacity: this.#capacity, models: new Map(offered.filter(([, list]) => list.length > 0)) };
  }

  async #lookAt(url: string, seen: Seen): Promise<void> {
    const client = ollamaAt(url, AbortSignal.timeout(ANSWER_WITHIN_MS));
    try {
      const [tags, running] = await Promise.all([client.list(), client.ps()]);
      if (!isUp(seen)) log.info('ollama answers', { server: url, models: tags.models.length });
      const digests = new Map(tags.models.map(({ name, digest }) => [withTag(name), digest]));
      const tooLarge = await this.#memory.tooLarge(url, tags.models);
      seen.tooLarge = tooLarge;
      seen.models = new Set([...digests.keys()].filter((name) => !tooLarge.has(name)));
      // One that was replaced by a newer one may still be in memory: it answers nobody any more.
      const current = running.models.filter(({ name, digest }) => digests.get(withTag(name)) === digest);
      seen.loaded = new Map(current.map(({ name, expires_at: at }) => [withTag(name), new Date(at).getTime()]));
      seen.lost = 0;
      seen.state = { ok: true };
    } catch (error) {
      seen.lost = isRefused(error) ? LOST_LOOKS : seen.lost + 1;
      if (!isUp(seen)) this.#gone(url, seen, error);
    }
    this.#metrics.ollamaUp.set({ server: url }, isUp(seen) ? 1 : 0);
    this.#metrics.ollamaLoaded.set({ server: url }, isUp(seen) ? seen.loaded.size : 0);
  }

  /** Said once for each reason. */
  #gone(server: string, seen: Seen, error: unknown): void {
    const trouble = ollamaTrouble(error) ?? { reason: 'Unreachable', message: 'The Ollama server fails' };
    const isKnown = seen.state?.ok === false && seen.state.message === trouble.message;
    seen.state = { ok: false, ...trouble };
    if (isKnown) return;
    log.warn('ollama does not answer', { server, reason: trouble.message, error: wordsOf(error) });
  }
}

const isUp = ({ lost }: Seen): boolean => lost < LOST_LOOKS;

/** Nobody listens there, or nobody has the name: a pod that went has neither. */
function isRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && (cause.code === 'ECONNREFUSED' || cause.code === 'ENOTFOUND');
}
