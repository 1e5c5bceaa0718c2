/** What each Ollama server has, looked up every few seconds. */
import { setTimeout as delay } from 'node:timers/promises';
import { log, wordsOf } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Offer } from '../store/runs.ts';
import { withTag } from './models.ts';
import { ollamaAt } from './ollama.ts';

const LOOK_EVERY_MS = 3000;
const ANSWER_WITHIN_MS = 3000;
/** One look may be lost on a busy machine: a server that is silent counts as away after so many, one that refuses at once. */
const LOST_LOOKS = 2;

export type Availability = 'ready' | 'missing' | 'away';

interface Seen {
  models: ReadonlySet<string>;
  /** Until when each model stays loaded if nobody asks; milliseconds since 1970. */
  loaded: ReadonlyMap<string, number>;
  lost: number;
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
  readonly #stopped = new AbortController();

  /** @param capacity runs that one server works on at a time */
  constructor(urls: readonly string[], capacity: number, metrics: Metrics) {
    const unseen = (): Seen => ({ models: new Set(), loaded: new Map(), lost: LOST_LOOKS });
    this.#servers = new Map(urls.map((url) => [url, unseen()]));
    this.#capacity = capacity;
    this.#metrics = metrics;
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

  availability(model: string): Availability {
    if (!this.anyUp()) return 'away';
    const has = [...this.#servers.values()].some((seen) => isUp(seen) && seen.models.has(withTag(model)));
    return has ? 'ready' : 'missing';
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
      seen.models = new Set(digests.keys());
      // One that was replaced by a newer one may still be in memory: it answers nobody any more.
      const current = running.models.filter(({ name, digest }) => digests.get(withTag(name)) === digest);
      seen.loaded = new Map(current.map(({ name, expires_at: at }) => [withTag(name), new Date(at).getTime()]));
      seen.lost = 0;
    } catch (error) {
      const wasUp = isUp(seen);
      seen.lost = isRefused(error) ? LOST_LOOKS : seen.lost + 1;
      if (wasUp && !isUp(seen)) log.warn('ollama does not answer', { server: url, error: wordsOf(error) });
    }
    this.#metrics.ollamaUp.set({ server: url }, isUp(seen) ? 1 : 0);
    this.#metrics.ollamaLoaded.set({ server: url }, isUp(seen) ? seen.loaded.size : 0);
  }
}

const isUp = ({ lost }: Seen): boolean => lost < LOST_LOOKS;

function isRefused(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.cause instanceof Error &&
    'code' in error.cause &&
    error.cause.code === 'ECONNREFUSED'
  );
}
