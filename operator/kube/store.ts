import { Interner } from './intern.ts';
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
  /** The objects that the store's own index has under this value; none without an index. */
  indexedBy(value: string): readonly T[];
  readonly size: number;
}

export interface StoreOptions<T> {
  /** May drop what nobody reads before an object is kept; it may change the object it is given. */
  trim?: (object: T) => T;
  /** The values under which `indexedBy` finds an object, e.g. those of a label. */
  index?: (object: T) => Iterable<string>;
}

/** Shared by all stores: what is equal in them is kept once. */
const interner = new Interner();

/** The objects of one kind, by key and by the UIDs of their owners. Every change goes through it and comes out as news. */
export class Store<T extends KubeObject> implements ReadonlyStore<T> {
  readonly #objects = new Map<string, T>();
  readonly #byOwner: Index<T>;
  readonly #byValue: Index<T>;
  readonly #trim: (object: T) => T;

  constructor(options: StoreOptions<T> = {}) {
    this.#trim = options.trim ?? ((object) => object);
    this.#byOwner = new Index((object) => (object.metadata.ownerReferences ?? []).map(({ uid }) => uid));
    this.#byValue = new Index(options.index ?? (() => []));
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
    return this.#byOwner.find(uid);
  }

  indexedBy(value: string): readonly T[] {
    return this.#byValue.find(value);
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
   * An object as it is kept: trimmed, frozen, its equal parts shared. A long list is prepared page by page, so that it is never
   * in memory whole as it came.
   */
  prepare(raw: T): T {
    return Object.isFrozen(raw) ? raw : interner.share(this.#trim(foldManagedFields(raw)));
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
    const object = this.prepare(raw);
    const key = keyOf(object);
    const old = this.#objects.get(key);
    const changes: Change<T>[] = [];
    if (old === undefined) {
      changes.push({ type: 'added', new: object, initial });
    } else if (old.metadata.uid === object.metadata.uid) {
      this.#unindex(old);
      changes.push({ type: 'updated', old, new: object, initial });
    } else {
      changes.push(this.#drop(key, old), { type: 'added', new: object, initial });
    }
    this.#objects.set(key, object);
    this.#byOwner.add(object);
    this.#byValue.add(object);
    return changes;
  }

  #drop(key: string, old: T): Change<T> {
    this.#objects.delete(key);
    this.#unindex(old);
    return { type: 'deleted', old, initial: false };
  }

  #unindex(old: T): void {
    this.#byOwner.remove(old);
    this.#byValue.remove(old);
  }
}

/** Objects by some values of theirs. Objects do not change, so the values found when adding are found when removing. */
class Index<T> {
  readonly #valuesOf: (object: T) => Iterable<string>;
  /** Lists are replaced, not changed: there are tens of thousands of a few objects each, and sets take ten times as much. */
  readonly #objects = new Map<string, readonly T[]>();

  constructor(valuesOf: (object: T) => Iterable<string>) {
    this.#valuesOf = valuesOf;
  }

  find(value: string): readonly T[] {
    return this.#objects.get(value) ?? [];
  }

  add(object: T): void {
    for (const value of this.#valuesOf(object)) {
      const objects = this.find(value);
      if (!objects.includes(object)) this.#objects.set(value, [...objects, object]);
    }
  }

  remove(object: T): void {
    for (const value of this.#valuesOf(object)) {
      const objects = this.find(value).filter((each) => each !== object);
      if (objects.length > 0) this.#objects.set(value, objects);
      else this.#objects.delete(value);
    }
  }
}

function isOlder(a: KubeObject, b: KubeObject): boolean {
  return compareResourceVersions(a.metadata.resourceVersion ?? '', b.metadata.resourceVersion ?? '') < 0;
}
