import { systemClock, type Clock } from './clock.ts';
import type { Logger } from './log.ts';
import { compareResourceVersions, keyOf, resourceNameOf, type KubeObject, type ResourceType } from './object.ts';

/** What a cache has seen: as much of a reflector and its store as is needed here. */
export interface Cache {
  /** Everything up to here has been seen; empty before the first list, undefined when the kind is not watched any more. */
  readonly resourceVersion: string | undefined;
  /** The object the cache has under this key. */
  get(key: string): KubeObject | undefined;
  relist(): Promise<void>;
}

export interface ExpectationsOptions {
  /** The cache that should see writes to this object; undefined when none watches it. */
  cacheOf: (type: ResourceType, object: KubeObject) => Cache | undefined;
  /** Called when a key that had to wait may go on. */
  release: (key: string) => void;
  log: Logger;
  clock?: Clock;
  /** How long to wait for a cache before it lists anew, in milliseconds; default 30 s. */
  timeoutMs?: number;
}

interface Expectation {
  resource: string;
  cache: Cache;
  isSeen: () => boolean;
}

interface Waiting {
  /** The last write to each object counts. */
  writes: Map<string, Expectation>;
  cancelTimer: () => void;
  /** Somebody asked meanwhile: tell them when it is over. */
  blocked: boolean;
}

/**
 * Keeps a key from being reconciled on caches that have not yet seen what its last reconcile wrote: it would write the same
 * again, or take its own change for somebody else's.
 */
export class Expectations {
  readonly #options: ExpectationsOptions;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiting>();

  constructor(options: ExpectationsOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** A reconcile of `key` wrote `object`, and this is what the server answered. */
  wrote(key: string, type: ResourceType, object: KubeObject): void {
    const cache = this.#options.cacheOf(type, object);
    const version = object.metadata.resourceVersion ?? '';
    if (cache === undefined) return;
    const isSeen = (): boolean => {
      const { resourceVersion: seen } = cache;
      return seen === undefined || compareResourceVersions(seen, version) >= 0;
    };
    this.#expect(key, type, object, cache, isSeen);
  }

  /** A reconcile of `key` deleted `live`. Seen when it is gone, marked as going, or replaced. */
  removed(key: string, type: ResourceType, live: KubeObject): void {
    const cache = this.#options.cacheOf(type, live);
    if (cache === undefined) return;
    this.#expect(key, type, live, cache, () => {
      const seen = cache.get(keyOf(live));
      return seen?.metadata.uid !== live.metadata.uid || seen?.metadata.deletionTimestamp !== undefined;
    });
  }

  /** Whether the caches have seen all writes of this key. If not, the key is released once they have. */
  isSatisfied(key: string): boolean {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return true;
    waiting.blocked = true;
    return false;
  }

  /** A cache has moved on: see who waited for it. */
  progressed(cache: Cache): void {
    for (const [key, waiting] of this.#waiting) this.#look(key, waiting, cache);
  }

  /** Gives up all waiting, without releasing anybody. */
  clear(): void {
    for (const { cancelTimer } of this.#waiting.values()) cancelTimer();
    this.#waiting.clear();
  }

  #expect(key: string, type: ResourceType, object: KubeObject, cache: Cache, isSeen: () => boolean): void {
    const resource = resourceNameOf(type);
    // Often the news is here before the answer.
    if (isSeen()) return;
    let waiting = this.#waiting.get(key);
    if (waiting === undefined) {
      const cancelTimer = this.#clock.after(this.#options.timeoutMs ?? 30_000, () => void this.#giveUp(key));
      waiting = { writes: new Map(), cancelTimer, blocked: false };
      this.#waiting.set(key, waiting);
    }
    waiting.writes.set(`${resource} ${keyOf(object)}`, { resource, cache, isSeen });
  }

  #look(key: string, waiting: Waiting, cache: Cache): void {
    for (const [id, write] of waiting.writes) {
      if (write.cache === cache && write.isSeen()) waiting.writes.delete(id);
    }
    if (waiting.writes.size > 0) return;
    waiting.cancelTimer();
    this.#waiting.delete(key);
    if (waiting.blocked) this.#options.release(key);
  }

  /** An event may have been lost, or the object does not match what the cache selects: a fresh list is right in any case. */
  async #giveUp(key: string): Promise<void> {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    const unseen = [...waiting.writes.keys()];
    this.#options.log.warn('own writes were not seen: listing anew', { key, unseen });
    await Promise.all([...new Set([...waiting.writes.values()].map(({ cache }) => cache.relist()))]);
    if (this.#waiting.get(key) !== waiting) return;
    this.#waiting.delete(key);
    if (waiting.blocked) this.#options.release(key);
  }
}
