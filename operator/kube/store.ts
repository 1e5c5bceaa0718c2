import { compareResourceVersions, keyOf, type KubeObject } from './object.ts';
import { foldManagedFields } from './ownership.ts';

/** What happened to one object in a cache. `initial` marks what the first list brought: no news, so it may wait. */
export type Change<T> =
  | { type: 'added'; new: T; initial: boolean }
  | { type: 'updated'; old: T; new: T; initial: boolean }
  | { type: 'deleted'; old: T; initial: boolean };

/** A cache as reconcilers see it. Objects are frozen and shared: copy before changing. */
export interface ReadonlyStore<T> {
  /** The object with this key (`namespace/name`). */
  get(key: string): T | undefined;
  /** All objects, in no order. */
  list(): Iterable<T>;
  /** The objects with an ownerReference to this UID. */
  ownedBy(uid: string): readonly T[];
  readonly size: number;
}

/** The objects of one kind, by key and by the UIDs of their owners. Every change goes through it and comes out as news. */
export class Store<T extends KubeObject> implements ReadonlyStore<T> {
  readonly #objects = new Map<string, T>();
  readonly #owned = new Map<string, Set<string>>();
  readonly #trim: (object: T) => T;

  /** `trim` may drop what nobody reads before an object is kept; it may change the object it is given. */
  constructor(trim: (object: T) => T = (object) => object) {
    this.#trim = trim;
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  list(): Iterable<T> {
    return this.#objects.values();
  }

  ownedBy(uid: string): readonly T[] {
    const owned: T[] = [];
    for (const key of this.#owned.get(uid) ?? []) {
      const object = this.#objects.get(key);
      if (object !== undefined) owned.push(object);
    }
    return owned;
  }

  /**
   * Takes in what a watch reported. Nothing happens when the store knows something newer; another UID under the same key
   * is a delete and a create.
   */
  put(object: T): Change<T>[] {
    const old = this.#objects.get(keyOf(object));
    if (old !== undefined && isOlder(object, old)) return [];
    return this.#take(object, false);
  }

  /** Takes in the end of an object as a watch reported it; nothing happens when the store knows a newer one of that name. */
  remove(object: T): Change<T>[] {
    const key = keyOf(object);
    const old = this.#objects.get(key);
    if (old === undefined || isOlder(object, old)) return [];
    return [this.#drop(key, old)];
  }

  /**
   * Takes in a fresh list, which is always right, even where it is older than what is known (etcd may have been restored
   * from a backup). What it lacks is deleted; what did not change is no news.
   */
  replace(objects: readonly T[], initial: boolean): Change<T>[] {
    const gone = new Map(this.#objects);
    const changes: Change<T>[] = [];
    for (const object of objects) {
      const key = keyOf(object);
      const old = gone.get(key);
      gone.delete(key);
      const same =
        old?.metadata.uid === object.metadata.uid && old?.metadata.resourceVersion === object.metadata.resourceVersion;
      if (!same) changes.push(...this.#take(object, initial));
    }
    for (const [key, old] of gone) changes.push(this.#drop(key, old));
    return changes;
  }

  #take(raw: T, initial: boolean): Change<T>[] {
    const object = freeze(this.#trim(foldManagedFields(raw)));
    const key = keyOf(object);
    const old = this.#objects.get(key);
    const changes: Change<T>[] = [];
    if (old === undefined) {
      changes.push({ type: 'added', new: object, initial });
    } else if (old.metadata.uid === object.metadata.uid) {
      this.#unindex(key, old);
      changes.push({ type: 'updated', old, new: object, initial });
    } else {
      changes.push(this.#drop(key, old), { type: 'added', new: object, initial });
    }
    this.#objects.set(key, object);
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const keys = this.#owned.get(uid) ?? new Set();
      this.#owned.set(uid, keys.add(key));
    }
    return changes;
  }

  #drop(key: string, old: T): Change<T> {
    this.#objects.delete(key);
    this.#unindex(key, old);
    return { type: 'deleted', old, initial: false };
  }

  #unindex(key: string, old: T): void {
    for (const { uid } of old.metadata.ownerReferences ?? []) {
      const keys = this.#owned.get(uid);
      keys?.delete(key);
      if (keys?.size === 0) this.#owned.delete(uid);
    }
  }
}

function isOlder(a: KubeObject, b: KubeObject): boolean {
  return compareResourceVersions(a.metadata.resourceVersion ?? '', b.metadata.resourceVersion ?? '') < 0;
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
