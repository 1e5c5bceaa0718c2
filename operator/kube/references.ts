import type { Clock } from './clock.ts';
import { isApiError } from './errors.ts';
import type { Logger } from './log.ts';
import { resourceNameOf, type KubeObject, type ResourceType } from './object.ts';
import { Reflector, type ReflectorObserver } from './reflector.ts';
import { Store } from './store.ts';
import type { Transport } from './transport.ts';

/** One object of a namespace, by its name, whether it is there or not. */
export interface ObjectReference {
  type: ResourceType;
  namespace: string;
  name: string;
}

/** What is known of such an object. */
export type Known =
  | { state: 'present'; object: KubeObject }
  | { state: 'absent' }
  /** The API server has not let us look yet. */
  | { state: 'unknown'; error: string };

export interface ReferencesOptions {
  transport: Transport;
  /** Told that something that this user refers to has changed. */
  onChange: (user: string) => void;
  /** How long `follow` waits for a first look at an object, in milliseconds; default 5 s. */
  patienceMs?: number;
  log: Logger;
  metricsOf: (resource: string) => ReflectorObserver;
  clock: Clock;
}

interface Watched {
  type: ResourceType;
  users: Set<string>;
  store: Store<KubeObject>;
  reflector: Reflector<KubeObject>;
  /** Resolves with the first look, or when it is refused or takes too long. */
  looked: Promise<unknown>;
}

/**
 * Watches single objects by name, as many as users refer to and no others: one watch an object, however many refer to it,
 * closed when nobody does any more.
 */
export class References {
  readonly #options: ReferencesOptions;
  readonly #watched = new Map<string, Watched>();
  /** What each user refers to. */
  readonly #wanted = new Map<string, ReadonlySet<string>>();
  readonly #metrics = new Map<string, ReflectorObserver>();
  #isStopped = false;

  constructor(options: ReferencesOptions) {
    this.#options = options;
  }

  /** How many objects are watched. */
  get size(): number {
    return this.#watched.size;
  }

  /**
   * Says everything that a user refers to from now on; none ends it. Resolves when each has been looked at, or cannot be
   * for now: the user is told once it can.
   */
  async follow(user: string, references: readonly ObjectReference[]): Promise<void> {
    if (this.#isStopped) return;
    const before = this.#wanted.get(user);
    if (before === undefined && references.length === 0) return;
    const now = new Map(references.map((reference) => [idOf(reference), reference]));
    const all = [...now].map(([id, reference]) => this.#open(id, reference));
    for (const { users } of all) users.add(user);
    for (const id of before ?? []) if (!now.has(id)) this.#leave(id, user);
    if (now.size === 0) this.#wanted.delete(user);
    else this.#wanted.set(user, new Set(now.keys()));
    await Promise.all(all.map(({ looked }) => looked));
  }

  /** What is known of an object that somebody follows. */
  get(reference: ObjectReference): Known {
    const watched = this.#watched.get(idOf(reference));
    const { hasSynced = false, lastError = 'no answer yet' } = watched?.reflector ?? {};
    if (!hasSynced) return { state: 'unknown', error: lastError };
    const object = watched?.store.get(`${reference.namespace}/${reference.name}`);
    return object === undefined ? { state: 'absent' } : { state: 'present', object };
  }

  /** Closes all watches; nobody is told anything any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const all = [...this.#watched.values()];
    this.#watched.clear();
    this.#wanted.clear();
    await Promise.all(all.map(({ reflector }) => reflector.stop()));
  }

  #leave(id: string, user: string): void {
    const watched = this.#watched.get(id);
    watched?.users.delete(user);
    if (watched === undefined || watched.users.size > 0) return;
    this.#watched.delete(id);
    void watched.reflector.stop();
    this.#count(watched.type);
  }

  #open(id: string, { type, namespace, name }: ObjectReference): Watched {
    const known = this.#watched.get(id);
    if (known !== undefined) return known;
    const { transport, log, clock, patienceMs = 5_000, onChange } = this.#options;
    const users = new Set<string>();
    const tell = (): void => {
      for (const user of users) onChange(user);
    };
    const store = new Store<KubeObject>();
    const looked = Promise.withResolvers<undefined>();
    let isWaiting = true;
    const endWait = (): void => {
      isWaiting = false;
      cancel();
      looked.resolve(undefined);
    };
    const cancel = clock.after(patienceMs, endWait);
    const reflector = new Reflector<KubeObject>({
      transport,
      type,
      namespace,
      fieldSelector: `metadata.name=${name}`,
      store,
      // Whoever waits for the first list needs not be told of it.
      onEvent: ({ initial }) => {
        if (!initial) tell();
      },
      onError: (error) => {
        if (isApiError(error, 403)) endWait();
      },
      log: log.child({ referenced: `${namespace}/${name}` }),
      metrics: this.#observer(type),
      clock,
    });
    void reflector.synced.then(() => {
      if (isWaiting) endWait();
      else tell();
    });
    const watched = { type, users, store, reflector, looked: looked.promise };
    this.#watched.set(id, watched);
    reflector.start();
    return watched;
  }

  /** All objects of a kind that are referred to count together, apart from those that are watched as a whole. */
  #observer(type: ResourceType): ReflectorObserver {
    const observer = this.#metricsOf(type);
    return { ...observer, cacheSize: () => this.#count(type) };
  }

  #metricsOf(type: ResourceType): ReflectorObserver {
    const resource = `referenced ${resourceNameOf(type)}`;
    const observer = this.#metrics.get(resource) ?? this.#options.metricsOf(resource);
    this.#metrics.set(resource, observer);
    return observer;
  }

  #count(type: ResourceType): void {
    const sizes = [...this.#watched.values()].filter((each) => each.type === type).map(({ store }) => store.size);
    this.#metricsOf(type).cacheSize(
      '',
      sizes.reduce((sum, size) => sum + size, 0),
    );
  }
}

function idOf({ type, namespace, name }: ObjectReference): string {
  return `${resourceNameOf(type)} ${namespace}/${name}`;
}
