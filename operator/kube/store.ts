import { freezeDeep } from './freeze.ts';
import { compareResourceVersions, keyOf, type KubeObject } from './object.ts';
import { foldManagedFields } from './ownership.ts';
import { Packer } from './packed.ts';
import { Warm } from './warm.ts';

/** What happened to one object in a cache. `initial` marks what the first list brought: no news, so it may wait. */
export type Change<T> =
  | { type: 'added'; new: T; initial: boolean }
  | { type: 'updated'; old: T; new: T; initial: boolean }
  | { type: 'deleted'; old: T; initial: boolean };

/**
 * A cache as reconcilers see it. Objects are frozen: copy before changing. Asked twice, it may give two equal objects: only a
 * few are kept ready, all others are packed.
 */
export interface ReadonlyStore<T> {
  /** The object with this key (`namespace/name`). */
  get(key: string): T | undefined;
  /** The keys of all objects, in no order. */
  keys(): Iterable<string>;
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
  /** Of which sort an object is: those of one sort are much alike, and are packed as what makes them differ. */
  kinOf?: (object: T) => string;
}

/** A list on its way into a store, page by page. It is always right, even where it is older than what is known. */
export interface Listing<T> {
  /** Takes in a page. What did not change is no news. */
  take(objects: readonly T[]): Change<T>[];
  /** Drops what was on no page. */
  end(): Change<T>[];
}

/** Enough for all that the workers are busy with; some 5 KB each. */
const WARM_OBJECTS = 1_024;

/** Shared by all stores. */
const warm = new Warm(WARM_OBJECTS);

const NO_SAMPLE: Buffer = Buffer.alloc(0);

/** An object as a store keeps it: ready to be read for some time after it was used, packed afterwards. */
class Kept<T extends KubeObject> {
  readonly #packer: Packer<T>;
  /** Undefined while it is packed. */
  #object: T | undefined;
  /** Empty until it was packed; stays when it is unpacked, for it does not change. No object of their own: there are many. */
  #bytes = '';
  #sample = NO_SAMPLE;

  constructor(object: T, packer: Packer<T>) {
    this.#packer = packer;
    this.#object = object;
    warm.add(this);
  }

  get object(): T {
    if (this.#object !== undefined) return this.#object;
    const object = freezeDeep(this.#packer.unpack({ bytes: this.#bytes, sample: this.#sample }));
    this.#object = object;
    warm.add(this);
    return object;
  }

  cool(): void {
    if (this.#object !== undefined && this.#bytes === '') {
      const { bytes, sample } = this.#packer.pack(this.#object);
      this.#bytes = bytes;
      this.#sample = sample;
    }
    this.#object = undefined;
  }
}

/** The objects of one kind, by key and by the UIDs of their owners. Every change goes through it and comes out as news. */
export class Store<T extends KubeObject> implements ReadonlyStore<T> {
  readonly #objects = new Map<string, Kept<T>>();
  readonly #byOwner: Index<T>;
  readonly #byValue: Index<T>;
  readonly #trim: (object: T) => T;
  readonly #packer: Packer<T>;

  constructor(options: StoreOptions<T> = {}) {
    this.#trim = options.trim ?? ((object) => object);
    this.#packer = new Packer(options.kinOf ?? (() => ''));
    this.#byOwner = new Index((object) => (object.metadata.ownerReferences ?? []).map(({ uid }) => uid));
    this.#byValue = new Index(options.index ?? (() => []));
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key)?.object;
  }

  keys(): Iterable<string> {
    return this.#objects.keys();
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
    const old = this.get(keyOf(object));
    return old !== undefined && isOlder(object, old) ? [] : this.#take(object, false);
  }

  /** Takes in the end of an object as a watch reported it; nothing happens when the store knows a newer one of that name. */
  remove(object: T): Change<T>[] {
    const key = keyOf(object);
    const old = this.#objects.get(key);
    return old === undefined || isOlder(object, old.object) ? [] : [this.#drop(key, old)];
  }

  /** Begins to take in a fresh list. Another may take its place at any time: what this one has brought stays until then. */
  listing(initial: boolean): Listing<T> {
    const gone = new Set(this.#objects.keys());
    return {
      take: (objects) =>
        objects.flatMap((object) => {
          const key = keyOf(object);
          gone.delete(key);
          const { uid, resourceVersion } = this.get(key)?.metadata ?? {};
          const isSame = uid === object.metadata.uid && resourceVersion === object.metadata.resourceVersion;
          return isSame ? [] : this.#take(object, initial);
        }),
      end: () =>
        [...gone].flatMap((key) => {
          const old = this.#objects.get(key);
          return old === undefined ? [] : this.#drop(key, old);
        }),
    };
  }

  #take(raw: T, initial: boolean): Change<T>[] {
    const object = freezeDeep(this.#trim(foldManagedFields(raw)));
    const key = keyOf(object);
    const kept = new Kept(object, this.#packer);
    const old = this.#objects.get(key);
    const changes: Change<T>[] = [];
    if (old === undefined) {
      changes.push({ type: 'added', new: object, initial });
    } else if (old.object.metadata.uid === object.metadata.uid) {
      changes.push({ type: 'updated', old: old.object, new: object, initial });
      this.#unindex(old);
    } else {
      changes.push(this.#drop(key, old), { type: 'added', new: object, initial });
    }
    this.#objects.set(old === undefined ? flat(key) : key, kept);
    this.#byOwner.add(kept);
    this.#byValue.add(kept);
    return changes;
  }

  #drop(key: string, old: Kept<T>): Change<T> {
    this.#objects.delete(key);
    this.#unindex(old);
    return { type: 'deleted', old: old.object, initial: false };
  }

  #unindex(old: Kept<T>): void {
    this.#byOwner.remove(old);
    this.#byValue.remove(old);
  }
}

/** Objects by some values of theirs. Objects do not change, so the values found when adding are found when removing. */
class Index<T extends KubeObject> {
  readonly #valuesOf: (object: T) => Iterable<string>;
  /** Lists are replaced, not changed: there are tens of thousands of a few objects each, and sets take ten times as much. */
  readonly #kept = new Map<string, readonly Kept<T>[]>();

  constructor(valuesOf: (object: T) => Iterable<string>) {
    this.#valuesOf = valuesOf;
  }

  find(value: string): T[] {
    return (this.#kept.get(value) ?? []).map(({ object }) => object);
  }

  add(kept: Kept<T>): void {
    for (const value of this.#valuesOf(kept.object)) {
      const others = this.#kept.get(value) ?? [];
      // Not spread: arrays made by it have room for seventeen.
      if (!others.includes(kept)) this.#kept.set(value, others.concat(kept));
    }
  }

  remove(kept: Kept<T>): void {
    for (const value of this.#valuesOf(kept.object)) {
      const others = (this.#kept.get(value) ?? []).filter((each) => each !== kept);
      if (others.length > 0) this.#kept.set(value, others);
      else this.#kept.delete(value);
    }
  }
}

function isOlder(a: KubeObject, b: KubeObject): boolean {
  return compareResourceVersions(a.metadata.resourceVersion ?? '', b.metadata.resourceVersion ?? '') < 0;
}

/** The same text as one piece: V8 keeps what was put together as its parts, at twice the size. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}
