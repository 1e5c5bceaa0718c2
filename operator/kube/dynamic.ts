import { sleep, type Clock } from './clock.ts';
import { isApiError } from './errors.ts';
import { errorText, type Logger } from './log.ts';
import { apiVersionOf, resourceNameOf, type KubeObject, type ResourceType } from './object.ts';
import { Reflector, type ReflectorObserver } from './reflector.ts';
import { Store } from './store.ts';
import type { Transport } from './transport.ts';

/**
 * How to learn which kinds exist: `watch` CustomResourceDefinitions, which needs a cluster-wide right, or `poll` discovery,
 * which everybody may do.
 */
export type Discovery = 'watch' | 'poll';

export interface OptionalKindsOptions {
  transport: Transport;
  kinds: readonly ResourceType[];
  discovery: Discovery;
  /** How often to poll, in milliseconds; default 60 s. */
  pollMs?: number;
  onChange: (type: ResourceType, now: 'present' | 'absent') => void;
  log: Logger;
  clock: Clock;
  metrics: ReflectorObserver;
}

interface Crd extends KubeObject {
  spec: { versions: { name: string; served: boolean }[] };
  status?: { conditions?: { type: string; status: string }[] };
}

/** The kind of CustomResourceDefinitions, cluster-wide. */
export const crdType: ResourceType = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
};

/** Knows which kinds that a cluster may or may not have are served at the moment. */
export class OptionalKinds {
  readonly #options: OptionalKindsOptions;
  readonly #present = new Set<ResourceType>();
  readonly #store = new Store<Crd>({ trim: withoutSchemas });
  readonly #stop = new AbortController();
  readonly #log: Logger;
  #reflector: Reflector<Crd> | undefined;
  #polling: Promise<void> | undefined;
  #hasSynced = false;
  #lastError: string | undefined;

  constructor(options: OptionalKindsOptions) {
    this.#options = options;
    this.#log = options.log.child({ discovery: options.discovery });
  }

  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  get lastError(): string | undefined {
    return this.#reflector?.lastError ?? this.#lastError;
  }

  /** Whether the cluster serves this kind, in this version. */
  has(type: ResourceType): boolean {
    return this.#present.has(type);
  }

  /** Begins; resolves once it is known of every kind whether it is there. */
  async start(): Promise<void> {
    if (this.#options.discovery === 'watch') await this.#startWatching();
    else await this.#startPolling();
    this.#hasSynced = true;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all([this.#reflector?.stop(), this.#polling]);
  }

  async #startWatching(): Promise<void> {
    const { transport, clock, metrics } = this.#options;
    const onEvent = (): void => this.#compare();
    const parts = { transport, type: crdType, store: this.#store, onEvent, log: this.#log, metrics, clock };
    this.#reflector = new Reflector(parts);
    this.#reflector.start();
    await this.#reflector.synced;
  }

  #compare(): void {
    for (const type of this.#options.kinds) {
      const crd = this.#store.get(resourceNameOf(type));
      const established = crd?.status?.conditions?.some(
        (each) => each.type === 'Established' && each.status === 'True',
      );
      const served = crd?.spec.versions.some(({ name, served: isServed }) => isServed && name === type.version);
      const going = crd?.metadata.deletionTimestamp !== undefined;
      this.#set(type, established === true && served === true && !going ? 'present' : 'absent');
    }
  }

  async #startPolling(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#polling = this.#poll(resolve);
    });
  }

  async #poll(known: () => void): Promise<void> {
    while (!this.#isStopped()) {
      let waitMs = this.#options.pollMs ?? 60_000;
      try {
        await this.#ask();
        this.#lastError = undefined;
        known();
      } catch (error) {
        if (!this.#isStopped()) this.#log.warn('discovery failed: keeping what is known', { error });
        this.#lastError = errorText(error);
        waitMs = Math.min(waitMs, 5_000);
      }
      await sleep(this.#options.clock, waitMs, this.#stop.signal);
    }
  }

  #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async #ask(): Promise<void> {
    const { kinds, transport } = this.#options;
    for (const [apiVersion, types] of Map.groupBy(kinds, apiVersionOf)) {
      let served: string[] = [];
      try {
        const path = `/apis/${apiVersion}`;
        const list = await transport.request<{ resources: { name: string }[] }>('GET', path, {
          signal: this.#stop.signal,
        });
        served = list.resources.map(({ name }) => name);
      } catch (error) {
        if (!isApiError(error, 404)) throw error;
      }
      for (const type of types) this.#set(type, served.includes(type.plural) ? 'present' : 'absent');
    }
  }

  #set(type: ResourceType, now: 'present' | 'absent'): void {
    if (this.#present.has(type) === (now === 'present')) return;
    if (now === 'present') this.#present.add(type);
    else this.#present.delete(type);
    this.#log.info('optional kind', { kind: resourceNameOf(type), now });
    this.#options.onChange(type, now);
  }
}

/** CustomResourceDefinitions are large, and of their schemas nobody asks. */
function withoutSchemas(crd: Crd): Crd {
  const versions = crd.spec.versions.map(({ name, served }) => ({ name, served }));
  const conditions = crd.status?.conditions?.map(({ type, status }) => ({ type, status })) ?? [];
  const { name, uid = '', resourceVersion = '', deletionTimestamp } = crd.metadata;
  const going = deletionTimestamp === undefined ? {} : { deletionTimestamp };
  const metadata = { name, uid, resourceVersion, ...going };
  return { apiVersion: crd.apiVersion, kind: crd.kind, metadata, spec: { versions }, status: { conditions } };
}
