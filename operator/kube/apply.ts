import { prepare, requireOurs, type Adoption, type Prepared } from './desired.ts';
import { differences, type Difference, type ListKeys } from './difference.ts';
import { isApiError } from './errors.ts';
import { compareResourceVersions, pathOfObject, type KubeObject, type ResourceType } from './object.ts';
import { foldManagedFields, ownershipOf } from './ownership.ts';
import type { Transport } from './transport.ts';

export { NameConflictError, type Adoption } from './desired.ts';

/** What an apply did; `differing` are the paths that were not as desired. */
export interface Applied<T> {
  action: 'created' | 'configured' | 'unchanged';
  object: T;
  differing?: string[];
}

export interface ApplyOptions {
  /** What to do about an object of that name that we did not make; default `never`. */
  adopt?: Adoption;
}

export interface RemoveOptions {
  /** Default `Background`: the object goes now, what it owns soon after. */
  propagation?: 'Background' | 'Foreground' | 'Orphan';
}

/** Told what is written. */
export interface ApplyObserver {
  /** `skipped`: nothing to do, so nothing was sent. */
  applied(type: ResourceType, action: 'created' | 'configured' | 'unchanged' | 'skipped' | 'removed'): void;
}

export interface ApplierOptions {
  transport: Transport;
  /** Who owns the fields we set. */
  fieldManager: string;
  /** The annotation that carries the hash of the desired object, e.g. `example.dev/applied-hash`. */
  hashAnnotation: string;
  /** Associative lists of custom kinds, beside the built-in ones. */
  listKeys?: ListKeys;
  /** Told of an object as the server has it after a write of ours changed it. */
  onWrite?: (type: ResourceType, object: KubeObject) => void;
  /** Told of an object that we deleted: as it was, and as the server has it until its finalizers are done. */
  onRemove?: (type: ResourceType, live: KubeObject, remaining: KubeObject | undefined) => void;
  metrics?: ApplyObserver;
}

/** What is known of an object after it was found or made to be as desired. */
interface Known {
  hash: string;
  ownership: string | undefined;
  /** Where the server keeps a value in another form than we send, as `path` and JSON of the value. */
  normalised: ReadonlyMap<string, string>;
}

const none: ReadonlyMap<string, string> = new Map();

/** Any object's resourceVersion is larger: etcd starts counting at 1. Sent on a create, it makes the server refuse when one exists. */
const mustNotExist = '1';

/** Makes objects be as desired, by server-side apply, and writes only what differs. */
export class Applier {
  readonly #options: ApplierOptions;
  readonly #known = new Map<string, Known>();

  constructor(options: ApplierOptions) {
    this.#options = options;
  }

  /**
   * Makes the object be as desired. `live` is what the cache has, undefined when it has none. Throws NameConflictError when
   * the name is taken by somebody else's object, ApiError when the server refuses. An object that is being deleted is left
   * alone.
   */
  async apply<T extends KubeObject>(
    type: ResourceType,
    desired: T,
    live: T | undefined,
    options: ApplyOptions = {},
  ): Promise<Applied<T>> {
    const prepared = prepare(desired, this.#options.hashAnnotation);
    if (live !== undefined) return this.#update(type, prepared, live, options.adopt ?? 'never');
    return this.#create(type, prepared, options.adopt ?? 'never');
  }

  /**
   * Deletes this very object; whether it is gone already makes no difference. Throws ApiError 409 when another object took
   * its name meanwhile.
   */
  async remove(type: ResourceType, live: KubeObject, options: RemoveOptions = {}): Promise<void> {
    const { uid } = live.metadata;
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid },
      propagationPolicy: options.propagation ?? 'Background',
    };
    let answer: KubeObject | undefined;
    try {
      answer = await this.#options.transport.request<KubeObject>('DELETE', pathOfObject(type, live), { body });
    } catch (error) {
      if (!isApiError(error, 404)) throw error;
    }
    this.#options.metrics?.applied(type, 'removed');
    this.#options.onRemove?.(type, live, answer?.metadata.uid === uid ? answer : undefined);
  }

  /** Forgets an object that is no more. */
  forget(uid: string): void {
    this.#known.delete(uid);
  }

  async #create<T extends KubeObject>(type: ResourceType, prepared: Prepared<T>, adopt: Adoption): Promise<Applied<T>> {
    const { body } = prepared;
    try {
      const guarded = { ...body, metadata: { ...body.metadata, resourceVersion: mustNotExist } };
      const object = await this.#send(type, guarded);
      this.#remember(prepared, object);
      this.#wrote(type, object, 'created');
      return { action: 'created', object };
    } catch (error) {
      if (!isApiError(error, 409)) throw error;
      // Our cache is behind (the answer to an earlier create was lost), or somebody else has an object of that name.
      const path = pathOfObject(type, body);
      const live = foldManagedFields(await this.#options.transport.request<T>('GET', path));
      const applied = await this.#update(type, prepared, live, adopt);
      if (applied.action === 'unchanged') this.#options.onWrite?.(type, applied.object);
      return applied;
    }
  }

  async #update<T extends KubeObject>(
    type: ResourceType,
    prepared: Prepared<T>,
    live: T,
    adopt: Adoption,
  ): Promise<Applied<T>> {
    const { body } = prepared;
    requireOurs(body, live, this.#options.hashAnnotation, adopt);
    const { uid, deletionTimestamp } = live.metadata;
    const differing = deletionTimestamp === undefined ? this.#differing(prepared, live) : [];
    if (differing.length === 0) {
      this.#options.metrics?.applied(type, 'skipped');
      return { action: 'unchanged', object: live };
    }
    // With its UID, so that an object that took the name meanwhile is not changed.
    const object = await this.#send(type, { ...body, metadata: { ...body.metadata, uid } });
    this.#remember(prepared, object);
    const action = isNewer(object, live) ? 'configured' : 'unchanged';
    this.#wrote(type, object, action);
    return { action, object, differing };
  }

  #differing<T extends KubeObject>({ body, hash }: Prepared<T>, live: T): string[] {
    const found = differences(body, live, this.#options.listKeys);
    const known = this.#known.get(live.metadata.uid ?? '');
    const ownership = ownershipOf(live);
    if (known?.hash !== hash) {
      if (found.length === 0) this.#know(live, { hash, ownership, normalised: none });
      return found.map(({ path }) => path);
    }
    const drifted = found.filter(({ path, live: value }) => known.normalised.get(path) !== textOf(value));
    if (drifted.length > 0) return drifted.map(({ path }) => path);
    return known.ownership === ownership ? [] : ['metadata.managedFields'];
  }

  async #send<T extends KubeObject>(type: ResourceType, body: T): Promise<T> {
    const { transport, fieldManager } = this.#options;
    const answer = await transport.request<T>('PATCH', pathOfObject(type, body), {
      body,
      contentType: 'application/apply-patch+yaml',
      query: { fieldManager, force: true },
    });
    return foldManagedFields(answer);
  }

  #remember<T extends KubeObject>({ body, hash }: Prepared<T>, object: T): void {
    const rest: Difference[] = differences(body, object, this.#options.listKeys);
    const normalised = new Map(rest.map(({ path, live }) => [path, textOf(live)]));
    this.#know(object, { hash, ownership: ownershipOf(object), normalised: normalised.size === 0 ? none : normalised });
  }

  #know(object: KubeObject, known: Known): void {
    if (object.metadata.uid !== undefined) this.#known.set(object.metadata.uid, known);
  }

  #wrote(type: ResourceType, object: KubeObject, action: 'created' | 'configured' | 'unchanged'): void {
    this.#options.metrics?.applied(type, action);
    if (action !== 'unchanged') this.#options.onWrite?.(type, object);
  }
}

function isNewer(a: KubeObject, b: KubeObject): boolean {
  return compareResourceVersions(a.metadata.resourceVersion ?? '', b.metadata.resourceVersion ?? '') > 0;
}

function textOf(value: unknown): string {
  return JSON.stringify(value ?? null);
}
