import type { Clock } from './clock.ts';
import type { Logger } from './log.ts';
import type { KubeObject, ResourceType } from './object.ts';
import { Reflector, type ReflectorObserver } from './reflector.ts';
import { matchesFields, matchesLabels } from './selector.ts';
import { Store, type Change, type ReadonlyStore, type StoreOptions } from './store.ts';
import type { Transport } from './transport.ts';

/** Which objects of a kind to watch, and whom they concern. */
export interface WatchOptions<T extends KubeObject> extends StoreOptions<T> {
  /** Only this namespace; default all. */
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  /** The keys to reconcile when this object changes; asked of both the old and the new. */
  enqueue?: (object: T) => Iterable<string>;
  /** Changes that concern nobody. */
  ignore?: (old: T, now: T) => boolean;
}

export interface WatchParts<T extends KubeObject> {
  transport: Transport;
  type: ResourceType;
  options: WatchOptions<T>;
  onChange: (change: Change<T>) => void;
  onProgress: () => void;
  log: Logger;
  metrics: ReflectorObserver;
  clock: Clock;
}

/** A kind's store with the reflector that fills it; a kind that comes and goes is started and stopped more than once. */
export class Watch<T extends KubeObject> {
  readonly type: ResourceType;
  readonly store: ReadonlyStore<T>;
  readonly #store: Store<T>;
  readonly #parts: WatchParts<T>;
  #reflector: Reflector<T> | undefined;
  #ready: Promise<void> = Promise.resolve();
  #giveUp: () => void = () => undefined;

  constructor(parts: WatchParts<T>) {
    this.#parts = parts;
    this.type = parts.type;
    this.#store = new Store(parts.options);
    this.store = this.#store;
  }

  get isRunning(): boolean {
    return this.#reflector !== undefined;
  }

  get hasSynced(): boolean {
    return this.#reflector?.hasSynced ?? false;
  }

  get lastError(): string | undefined {
    return this.#reflector?.lastError;
  }

  get resourceVersion(): string | undefined {
    return this.#reflector?.resourceVersion;
  }

  get(key: string): T | undefined {
    return this.#store.get(key);
  }

  /** Whether this watch sees such an object. */
  covers(type: ResourceType, object: KubeObject): boolean {
    const { namespace, labelSelector, fieldSelector } = this.#parts.options;
    if (!this.isRunning || type.group !== this.type.group || type.plural !== this.type.plural) return false;
    return (
      (namespace === undefined || namespace === object.metadata.namespace) &&
      (labelSelector === undefined || matchesLabels(labelSelector, object)) &&
      (fieldSelector === undefined || matchesFields(fieldSelector, object))
    );
  }

  /** Whose business the object is. */
  keysOf(object: T): Iterable<string> {
    return this.#parts.options.enqueue?.(object) ?? [];
  }

  /** Begins; resolves once the first list is in, or when it is stopped before. */
  start(): Promise<void> {
    if (this.#reflector === undefined) {
      const { options, onChange, ...parts } = this.#parts;
      const { namespace, labelSelector, fieldSelector } = options;
      const selectors = { namespace, labelSelector, fieldSelector };
      this.#reflector = new Reflector<T>({ ...parts, ...selectors, store: this.#store, onEvent: onChange });
      this.#reflector.start();
      const stopped = new Promise<void>((resolve) => (this.#giveUp = resolve));
      this.#ready = Promise.race([this.#reflector.synced, stopped]);
    }
    return this.#ready;
  }

  /** Ends; what the store holds stays. */
  async stop(): Promise<void> {
    const reflector = this.#reflector;
    this.#reflector = undefined;
    this.#giveUp();
    await reflector?.stop();
  }

  /** Ends, for the kind is no more, and so are its objects. */
  async retire(): Promise<void> {
    // Not waited for, so that what starts next finds the store empty already.
    const stopped = this.stop();
    for (const change of this.#store.listing(false).end()) this.#parts.onChange(change);
    this.#parts.metrics.cacheSize('', 0);
    this.#parts.onProgress();
    await stopped;
  }

  async relist(): Promise<void> {
    await this.#reflector?.relist();
  }
}
