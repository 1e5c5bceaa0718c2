import { Backoff } from './backoff.ts';
import { sleep, systemClock, type Clock } from './clock.ts';
import { ApiError, InactivityError, isApiError, retryAfterOf, type Status } from './errors.ts';
import { errorText, type Logger } from './log.ts';
import { apiVersionOf, pathOf, resourceNameOf, type KubeObject, type ResourceType } from './object.ts';
import type { Change, Listing, Store } from './store.ts';
import type { Transport } from './transport.ts';

/** Why a watch ended; a label of the metric of watch restarts. */
export type WatchEnd = 'timeout' | 'expired' | 'inactive' | 'relist' | 'error';

/** Told what a reflector does; `resource` is `plural.group`. */
export interface ReflectorObserver {
  watchEnded(resource: string, why: WatchEnd): void;
  listed(resource: string): void;
  cacheSize(resource: string, objects: number): void;
}

export interface ReflectorOptions<T extends KubeObject> {
  transport: Transport;
  type: ResourceType;
  /** Only this namespace; default all. */
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  store: Store<T>;
  /** Called for every change, in order, never after `stop`. Must not throw. */
  onEvent: (change: Change<T>) => void;
  /** Called whenever `resourceVersion` moved. */
  onProgress?: () => void;
  /** Called with whatever goes wrong, also while it is tried again. */
  onError?: (error: unknown) => void;
  log: Logger;
  metrics?: ReflectorObserver;
  clock?: Clock;
  /** Numbers in [0, 1); default Math.random. */
  random?: () => number;
  /** The longest silence of a watch, in milliseconds; default 70 s, since bookmarks come every 60 s. */
  inactivityMs?: number;
}

interface List<T> {
  metadata: { resourceVersion?: string; continue?: string };
  items: T[];
}

type WatchEvent<T> =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: T }
  | { type: 'BOOKMARK'; object: KubeObject }
  | { type: 'ERROR'; object: Status };

/** Large pages of seventeen kinds at a time would be most of the memory that a start takes. */
const pageSize = 200;
/** A watch that ends sooner than this without a word is treated as a failure, so that it is not reopened in a spin. */
const shortWatchMs = 1_000;

/**
 * Keeps a store equal to what the API server has: lists, then watches, for ever, whatever goes wrong. No error ends it;
 * only `stop` does.
 */
export class Reflector<T extends KubeObject> {
  /** Resolves once the first list is in the store. Stays pending when stopped before. */
  readonly synced: Promise<void>;
  readonly #options: ReflectorOptions<T>;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #resource: string;
  readonly #backoff: Backoff;
  readonly #stop = new AbortController();
  #turn = new AbortController();
  #markSynced: () => void = () => undefined;
  #hasSynced = false;
  #listWanted = true;
  #paged = true;
  #listedAt = 0;
  #waiters: (() => void)[] = [];
  #resourceVersion = '';
  #lastError: string | undefined;
  #running: Promise<void> | undefined;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#resource = resourceNameOf(options.type);
    this.#log = options.log.child({ resource: this.#resource });
    this.#backoff = new Backoff({ initialMs: 800, maxMs: 30_000, jitter: 1, random: options.random ?? Math.random });
    this.synced = new Promise((resolve) => (this.#markSynced = resolve));
  }

  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  /** The store holds everything that happened up to here; empty before the first list. */
  get resourceVersion(): string {
    return this.#resourceVersion;
  }

  /** What last went wrong, until something works again. */
  get lastError(): string | undefined {
    return this.#lastError;
  }

  /** Begins; does nothing when it has begun. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends it; resolves when the connection is given up. No event is delivered from now on. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#turn.abort();
    await this.#running;
  }

  /** Lists anew instead of trusting the watch. Resolves when a list that began after this call is in the store. */
  relist(): Promise<void> {
    this.#listWanted = true;
    const listed = new Promise<void>((resolve) => this.#waiters.push(resolve));
    this.#turn.abort();
    return listed;
  }

  #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped()) {
      try {
        if (this.#listWanted) await this.#list();
        await this.#watch();
      } catch (error) {
        if (!this.#isStopped()) await this.#recover(error);
      }
    }
  }

  /** Decides what to do after a failure, and waits if that is wise. */
  async #recover(error: unknown): Promise<void> {
    const { metrics } = this.#options;
    if (this.#turn.signal.aborted) {
      metrics?.watchEnded(this.#resource, 'relist');
      return;
    }
    this.#lastError = errorText(error);
    this.#options.onError?.(error);
    const expired = isApiError(error, 410);
    const why = expired ? 'expired' : error instanceof InactivityError ? 'inactive' : 'error';
    metrics?.watchEnded(this.#resource, why);
    // A silent watch may be a dead connection, or may wait for a resourceVersion that a restored etcd has yet to reach.
    if (why !== 'error') this.#listWanted = true;
    const atOnce = why === 'inactive' || (expired && this.#clock.now() - this.#listedAt > shortWatchMs);
    const waitMs = atOnce ? 0 : Math.max(this.#backoff.next(), retryAfterOf(error) ?? 0);
    const say = why === 'error' ? this.#log.warn : this.#log.info;
    say('watch interrupted', { why, error, waitMs: Math.round(waitMs), next: this.#listWanted ? 'list' : 'watch' });
    if (waitMs === 0) return;
    this.#turn = new AbortController();
    await sleep(this.#clock, waitMs, this.#turn.signal);
  }

  get #selectors(): { labelSelector?: string | undefined; fieldSelector?: string | undefined } {
    return { labelSelector: this.#options.labelSelector, fieldSelector: this.#options.fieldSelector };
  }

  get #path(): string {
    return pathOf(this.#options.type, this.#options.namespace);
  }

  async #list(): Promise<void> {
    const waiters = this.#waiters;
    this.#waiters = [];
    this.#listWanted = false;
    try {
      const listing = this.#options.store.listing(!this.#hasSynced);
      const resourceVersion = await this.#pages(listing);
      if (this.#isStopped()) return;
      this.#resourceVersion = resourceVersion;
      this.#deliver(listing.end());
    } catch (error) {
      this.#listWanted = true;
      this.#waiters.push(...waiters);
      // The pages of one list expire after some minutes. Asking for everything at once always works.
      if (isApiError(error, 410)) this.#paged = false;
      throw error;
    }
    this.#paged = true;
    this.#listedAt = this.#clock.now();
    this.#lastError = undefined;
    this.#options.metrics?.listed(this.#resource);
    this.#options.onProgress?.();
    this.#hasSynced = true;
    this.#markSynced();
    for (const resolve of waiters) resolve();
  }

  /** Each page is taken in before the next is asked for, so that no list is in memory as a whole. */
  async #pages(listing: Listing<T>): Promise<string> {
    const { type, transport } = this.#options;
    const apiVersion = apiVersionOf(type);
    let next: string | undefined;
    let resourceVersion: string | undefined;
    do {
      const query = { ...this.#selectors, limit: this.#paged ? pageSize : undefined, continue: next };
      const page = await transport.request<List<T>>('GET', this.#path, { query, signal: this.#stop.signal });
      if (this.#isStopped()) return '';
      // Items of a list carry no type of their own.
      this.#deliver(listing.take(page.items.map((item) => ({ ...item, apiVersion, kind: type.kind }))));
      resourceVersion = page.metadata.resourceVersion;
      next = page.metadata.continue === '' ? undefined : page.metadata.continue;
    } while (next !== undefined);
    if (resourceVersion === undefined) throw new Error(`the list of ${this.#resource} has no resourceVersion`);
    return resourceVersion;
  }

  async #watch(): Promise<void> {
    const { transport, inactivityMs = 70_000, random = Math.random, metrics } = this.#options;
    this.#turn = new AbortController();
    // Asked for, or stopped, between the list and here.
    if (this.#listWanted || this.#isStopped()) return;
    const query = {
      ...this.#selectors,
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: this.#resourceVersion,
      timeoutSeconds: Math.round(300 * (1 + random())),
    };
    const opened = this.#clock.now();
    let silent = true;
    for await (const line of transport.stream(this.#path, { query, inactivityMs, signal: this.#turn.signal })) {
      if (this.#turn.signal.aborted) break;
      this.#take(JSON.parse(line) as WatchEvent<T>);
      if (silent) this.#works();
      silent = false;
    }
    if (this.#turn.signal.aborted) {
      if (!this.#isStopped()) metrics?.watchEnded(this.#resource, 'relist');
      return;
    }
    if (silent && this.#clock.now() - opened < shortWatchMs) {
      throw new Error('the watch ended at once, without an event');
    }
    this.#works();
    metrics?.watchEnded(this.#resource, 'timeout');
  }

  #works(): void {
    this.#backoff.reset();
    this.#lastError = undefined;
  }

  #take(event: WatchEvent<T>): void {
    if (event.type === 'ERROR') {
      // Only being busy leaves the watch's place in history valid.
      if (event.object.code !== 429) this.#listWanted = true;
      throw new ApiError(`watch ${this.#path}`, event.object.code ?? 500, event.object);
    }
    const { store, onProgress } = this.#options;
    const { resourceVersion } = event.object.metadata;
    if (event.type === 'DELETED') this.#deliver(store.remove(event.object));
    else if (event.type !== 'BOOKMARK') this.#deliver(store.put(event.object));
    if (resourceVersion !== undefined) this.#resourceVersion = resourceVersion;
    onProgress?.();
  }

  #deliver(changes: Change<T>[]): void {
    for (const change of changes) {
      try {
        this.#options.onEvent(change);
      } catch (error) {
        this.#log.error('the handler of a change failed', { change: change.type, error });
      }
    }
    if (changes.length > 0) this.#options.metrics?.cacheSize(this.#resource, this.#options.store.size);
  }
}
