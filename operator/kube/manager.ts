import { randomUUID } from 'node:crypto';
import { Applier, type ApplierOptions } from './apply.ts';
import { sleep, systemClock, type Clock } from './clock.ts';
import { Controller, type Reconcile } from './controller.ts';
import { OptionalKinds, type Discovery } from './dynamic.ts';
import { EventRecorder } from './events.ts';
import { Expectations } from './expectations.ts';
import { fenced } from './fence.ts';
import { HealthServer } from './health.ts';
import { LeaderElector, type LeaderOptions } from './leader.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import { apiVersionOf, controllerOf, keyOf, resourceNameOf, type KubeObject, type ResourceType } from './object.ts';
import { References } from './references.ts';
import { StatusWriter } from './status.ts';
import type { Change, ReadonlyStore } from './store.ts';
import type { Transport } from './transport.ts';
import { Watch, type WatchOptions } from './watch.ts';

export interface ManagerOptions {
  /** The controller's name, in logs and metrics. */
  name: string;
  /** The kind whose objects are reconciled; its keys go to `reconcile`. */
  primary: ResourceType;
  reconcile: Reconcile;
  /** How many keys at the same time; default 8. */
  workers?: number;
  /** Closed by `stop`. */
  transport: Transport;
  /** Owns the fields we set; also the first part of who reports Events. */
  fieldManager: string;
  /** See ApplierOptions. */
  apply: Pick<ApplierOptions, 'hashAnnotation' | 'listKeys'>;
  /** Which of several instances this is, e.g. the pod's name; shown as holder of the Lease, with a random part. */
  instance: string;
  /** Without it this process takes itself for the only one. */
  leader?: Omit<LeaderOptions, 'transport' | 'log' | 'metrics' | 'clock' | 'identity'>;
  /** Where to serve probes and metrics; not at all without it. */
  health?: { port: number; host?: string };
  /** How to find optional kinds; default `watch`. */
  discovery?: Discovery;
  discoveryPollMs?: number;
  /** How long nothing may come while the first lists are under way, in milliseconds; default 2 minutes. */
  syncTimeoutMs?: number;
  /** How long a key waits for caches to see its own writes before they list anew, in milliseconds; default 30 s. */
  ownWritesTimeoutMs?: number;
  /** How long `stop` waits for work under way, in milliseconds; default 30 s. */
  drainMs?: number;
  log: Logger;
  metrics: Metrics;
  clock?: Clock;
}

/** Why a manager ended. */
export type End = 'stopped' | 'lost-lease';

/** A kind that the cluster may or may not have. */
export interface OptionalStore<T> {
  store: ReadonlyStore<T>;
  /** Whether the cluster serves the kind now; without it the store is empty. */
  readonly isAvailable: boolean;
}

/** A queue is taken for stuck when keys wait so long without one being taken. */
const stalledMs = 120_000;

/**
 * Puts caches, queue, workers, election and probes together. Register what to watch, then `start`. Caches are warm on
 * standbys too; workers run only on the leader, and only after every cache has its first list.
 */
export class Manager {
  /** Resolves when it has ended: by `stop`, or because the lease was lost; then the process must end. */
  readonly ended: Promise<End>;
  /** Reads freely, writes only while this process leads. */
  readonly client: Transport;
  readonly applier: Applier;
  readonly statusWriter: StatusWriter;
  readonly events: EventRecorder;
  /** Single objects that primary objects refer to; its users are their keys, which are reconciled when one changes. */
  readonly references: References;
  readonly #options: ManagerOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #watches: Watch<KubeObject>[] = [];
  readonly #optional = new Map<ResourceType, Watch<KubeObject>>();
  readonly #expectations: Expectations;
  readonly #controller: Controller;
  readonly #leader: LeaderElector | undefined;
  #kinds: OptionalKinds | undefined;
  #health: HealthServer | undefined;
  #working = false;
  #stopping: Promise<void> | undefined;
  #end: (how: End) => void = () => undefined;

  constructor(options: ManagerOptions) {
    const { transport, log, metrics, fieldManager, instance, clock = systemClock, workers = 8 } = options;
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
    this.ended = new Promise((resolve) => (this.#end = resolve));
    if (options.leader !== undefined) {
      // Two processes must never take each other for themselves, whatever they are called.
      const identity = `${instance}_${randomUUID()}`;
      const observe = metrics.leader(options.leader.name);
      this.#leader = new LeaderElector({ ...options.leader, identity, transport, log, metrics: observe, clock });
    }
    this.client = fenced(transport, () => this.#leader?.isLeading ?? true);
    const writer = { transport: this.client, fieldManager };
    const onWrite = (type: ResourceType, object: KubeObject): void => this.#wrote(type, object);
    this.statusWriter = new StatusWriter({ ...writer, onWrite });
    this.applier = new Applier({
      ...writer,
      ...options.apply,
      onWrite,
      onRemove: (type, live) => this.#removed(type, live),
      metrics: metrics.applies([]),
    });
    this.events = new EventRecorder({ transport: this.client, controller: fieldManager, instance, log, clock });
    this.references = new References({
      transport,
      onChange: (key) => this.#controller.enqueue(key),
      log,
      metricsOf: (resource) => metrics.reflector(resource),
      clock,
    });
    this.#expectations = new Expectations({
      cacheOf: (type, object) => this.#watchOf(type, object),
      release: (key) => this.#controller.enqueue(key),
      ...(options.ownWritesTimeoutMs === undefined ? {} : { timeoutMs: options.ownWritesTimeoutMs }),
      log,
      clock,
    });
    const active = (): ReadonlyMap<string, number> => this.#controller.queue.active;
    this.#controller = new Controller({
      name: options.name,
      reconcile: options.reconcile,
      workers,
      mayRun: (key) => this.#expectations.isSatisfied(key),
      log,
      metrics: metrics.controller(options.name, workers, active, () => clock.now()),
      clock,
    });
  }

  /** Whether this process leads, or needs no leader. */
  get isLeading(): boolean {
    return this.#leader?.isLeading ?? true;
  }

  /** Has a key reconciled. */
  enqueue(key: string): void {
    this.#controller.enqueue(key);
  }

  /**
   * Keeps a cache of a kind and reconciles when its objects change: the primary kind its own key, others by default the key
   * of the primary object that controls them. Call before `start`.
   */
  watch<T extends KubeObject>(type: ResourceType, options: WatchOptions<T> = {}): ReadonlyStore<T> {
    const watch = this.#watchFor(type, options);
    this.#watches.push(watch as unknown as Watch<KubeObject>);
    return watch.store;
  }

  /**
   * The same for a kind that may come and go while this runs; when it does, every primary object is reconciled. Call before
   * `start`.
   */
  watchOptional<T extends KubeObject>(type: ResourceType, options: WatchOptions<T> = {}): OptionalStore<T> {
    const watch = this.#watchFor(type, options);
    this.#optional.set(type, watch as unknown as Watch<KubeObject>);
    return {
      store: watch.store,
      get isAvailable() {
        return watch.hasSynced;
      },
    };
  }

  /**
   * Fills the caches and joins the election; resolves with the port of the probes when that is done. Rejects, in words,
   * when caches do not fill and nothing more comes.
   */
  async start(): Promise<{ healthPort: number | undefined }> {
    const healthPort = await this.#serveHealth();
    await this.#sync();
    if (!this.#isStopping()) void this.#lead();
    return { healthPort };
  }

  /** Stops taking work, lets what is under way finish, closes watches, hands the lease over. */
  stop(): Promise<void> {
    this.#stopping ??= this.#shutDown('stopped');
    return this.#stopping;
  }

  async #lead(): Promise<void> {
    this.#leader?.start();
    await this.#leader?.elected;
    if (this.#isStopping()) return;
    this.#working = true;
    this.#log.info('starting workers');
    this.#controller.start();
    await (this.#leader?.lost ?? new Promise(() => undefined));
    if (this.#isStopping()) return;
    this.#controller.abort(new Error('the lease was lost'));
    this.#stopping = this.#shutDown('lost-lease');
    await this.#stopping;
  }

  #isStopping(): boolean {
    return this.#stopping !== undefined;
  }

  async #shutDown(how: End): Promise<void> {
    this.#log.info('stopping', { how });
    const unfinished = await this.#controller.stop(how === 'stopped' ? (this.#options.drainMs ?? 30_000) : 0);
    if (unfinished.length > 0) this.#log.warn('work was cut short', { keys: unfinished });
    await this.events.stop();
    this.#expectations.clear();
    const watches = this.#allWatches().map((watch) => watch.stop());
    await Promise.all([this.#kinds?.stop(), this.references.stop(), ...watches]);
    await this.#leader?.stop();
    await this.#health?.stop();
    await this.#options.transport.close();
    this.#end(how);
  }

  /** Many objects on a busy API server take long: only when nothing more comes there is no use in waiting. */
  async #sync(): Promise<void> {
    const { syncTimeoutMs = 120_000 } = this.#options;
    const all = Promise.all([...this.#watches.map((watch) => watch.start()), this.#startOptional()]).then(() => true);
    for (let before = -1, known = 0; known > before; known = this.#progress()) {
      before = known;
      const over = new AbortController();
      const waited = sleep(this.#clock, syncTimeoutMs, over.signal).then(() => false);
      const done = await Promise.race([all, waited]);
      over.abort();
      if (done || this.#isStopping()) return;
    }
    const problem = this.#unsynced() ?? 'unknown';
    throw new Error(`nothing came for the caches within ${Math.round(syncTimeoutMs / 1000)} s: ${problem}`);
  }

  /** Grows with all that comes into the caches. */
  #progress(): number {
    return this.#allWatches().reduce((sum, { store, hasSynced }) => sum + store.size + Number(hasSynced), 0);
  }

  async #startOptional(): Promise<void> {
    if (this.#optional.size === 0) return;
    const { transport, log, metrics, discovery = 'watch', discoveryPollMs } = this.#options;
    this.#kinds = new OptionalKinds({
      transport,
      kinds: [...this.#optional.keys()],
      discovery,
      ...(discoveryPollMs === undefined ? {} : { pollMs: discoveryPollMs }),
      onChange: (type, now) => void this.#optionalChanged(type, now),
      log,
      clock: this.#clock,
      metrics: metrics.reflector('customresourcedefinitions.apiextensions.k8s.io'),
    });
    await this.#kinds.start();
    await Promise.all([...this.#optional.values()].filter(({ isRunning }) => isRunning).map((watch) => watch.start()));
  }

  async #optionalChanged(type: ResourceType, now: 'present' | 'absent'): Promise<void> {
    const watch = this.#optional.get(type);
    if (now === 'present') await watch?.start();
    else await watch?.retire();
    for (const key of this.#primaryKeys()) this.#controller.enqueue(key, 'low');
  }

  #primaryKeys(): Iterable<string> {
    return this.#watches.find(({ type }) => type === this.#options.primary)?.store.keys() ?? [];
  }

  #allWatches(): Watch<KubeObject>[] {
    return [...this.#watches, ...this.#optional.values()];
  }

  #watchOf(type: ResourceType, object: KubeObject): Watch<KubeObject> | undefined {
    return this.#allWatches().find((watch) => watch.covers(type, object));
  }

  #watchFor<T extends KubeObject>(type: ResourceType, options: WatchOptions<T>): Watch<T> {
    const { transport, metrics, log } = this.#options;
    metrics.applies([resourceNameOf(type)]);
    const watch: Watch<T> = new Watch({
      transport,
      type,
      options: { enqueue: (object) => this.#keyOfPrimary(type, object), ...options },
      onChange: (change) => this.#changed(watch, change),
      onProgress: () => this.#expectations.progressed(watch),
      log,
      metrics: metrics.reflector(resourceNameOf(type)),
      clock: this.#clock,
    });
    return watch;
  }

  #keyOfPrimary(type: ResourceType, object: KubeObject): string[] {
    const { primary } = this.#options;
    if (type === primary) return [keyOf(object)];
    const owner = controllerOf(object);
    if (owner?.kind !== primary.kind || !isOfGroup(owner.apiVersion, primary)) return [];
    return [keyOf({ metadata: { namespace: object.metadata.namespace, name: owner.name } })];
  }

  #changed<T extends KubeObject>(watch: Watch<T>, change: Change<T>): void {
    if (change.type === 'deleted') this.applier.forget(change.old.metadata.uid ?? '');
    const keys = new Set<string>();
    if (change.type !== 'added') for (const key of watch.keysOf(change.old)) keys.add(key);
    if (change.type !== 'deleted') for (const key of watch.keysOf(change.new)) keys.add(key);
    for (const key of keys) this.#controller.enqueue(key, change.initial ? 'low' : 'normal');
  }

  #wrote(type: ResourceType, object: KubeObject): void {
    const watch = this.#watchOf(type, object);
    for (const key of watch?.keysOf(object) ?? []) this.#expectations.wrote(key, type, object);
  }

  #removed(type: ResourceType, live: KubeObject): void {
    const watch = this.#watchOf(type, live);
    for (const key of watch?.keysOf(live) ?? []) this.#expectations.removed(key, type, live);
  }

  async #serveHealth(): Promise<number | undefined> {
    const { health, metrics } = this.#options;
    if (health === undefined) return undefined;
    // That it answers at all shows that the event loop turns.
    const stalled = (): string | undefined => {
      const waited = this.#working ? this.#controller.queue.stalledMs : 0;
      return waited > stalledMs ? `no key was taken from the queue for ${Math.round(waited / 1000)} s` : undefined;
    };
    this.#health = new HealthServer({
      ...health,
      live: { queue: stalled },
      ready: { caches: () => this.#unsynced(), running: () => (this.#isStopping() ? 'stopping' : undefined) },
      metrics: () => metrics.text(),
    });
    return this.#health.start();
  }

  /** Which caches lack their first list, and why; undefined when none does. */
  #unsynced(): string | undefined {
    const waiting = this.#watches
      .filter(({ hasSynced }) => !hasSynced)
      .map(({ type, lastError }) => `${resourceNameOf(type)} (${apiVersionOf(type)}): ${lastError ?? 'no answer yet'}`);
    if (this.#optional.size > 0 && this.#kinds?.hasSynced !== true) {
      waiting.push(`discovery of optional kinds: ${this.#kinds?.lastError ?? 'no answer yet'}`);
    }
    return waiting.length === 0 ? undefined : waiting.join('; ');
  }
}

function isOfGroup(apiVersion: string, type: ResourceType): boolean {
  const slash = apiVersion.indexOf('/');
  return (slash < 0 ? '' : apiVersion.slice(0, slash)) === type.group;
}
