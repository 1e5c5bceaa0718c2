import { sleep, systemClock, type Clock } from './clock.ts';
import { isApiError } from './errors.ts';
import { decide, heldBy, leaseType, released, type Lease, type Observation } from './lease.ts';
import type { Logger } from './log.ts';
import { pathOf } from './object.ts';
import type { Transport } from './transport.ts';

export interface LeaderOptions {
  transport: Transport;
  /** The namespace and name of the Lease. */
  namespace: string;
  name: string;
  /** Different for every contender, e.g. the pod's name and a random part. */
  identity: string;
  /** How long others wait after the last sign of a leader; default 15 s. */
  leaseDurationMs?: number;
  /** How long a leader goes on without a renewal; must be shorter than the lease; default 10 s. */
  renewDeadlineMs?: number;
  /** How often it is tried; default 2 s. */
  retryPeriodMs?: number;
  log: Logger;
  metrics?: (state: 'leading' | 'standby') => void;
  clock?: Clock;
}

/** One moment by both clocks: the steady one stands still while a virtual machine is suspended, the other may be set. */
interface Moment {
  steady: number;
  wall: number;
}

/**
 * Takes part in an election by Lease: at most one contender leads. A leader that cannot renew in time stops leading before
 * another may begin; `isLeading` is asked before every write.
 */
export class LeaderElector {
  /** Resolves when this process begins to lead. */
  readonly elected: Promise<void>;
  /** Resolves when it led and does not any more without having been stopped; it will not lead again. */
  readonly lost: Promise<void>;
  readonly #options: LeaderOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  readonly #leaseDurationMs: number;
  readonly #renewDeadlineMs: number;
  readonly #retryPeriodMs: number;
  #markElected: () => void = () => undefined;
  #markLost: () => void = () => undefined;
  #lease: Lease | undefined;
  #seen: Observation | undefined;
  #renewed: Moment | undefined;
  #holder: string | undefined;
  #running: Promise<void> | undefined;

  constructor(options: LeaderOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#leaseDurationMs = options.leaseDurationMs ?? 15_000;
    this.#renewDeadlineMs = options.renewDeadlineMs ?? 10_000;
    this.#retryPeriodMs = options.retryPeriodMs ?? 2_000;
    if (this.#renewDeadlineMs >= this.#leaseDurationMs) {
      throw new TypeError('a leader must give up (renewDeadlineMs) before its Lease ends (leaseDurationMs)');
    }
    this.#log = options.log.child({ lease: `${options.namespace}/${options.name}`, identity: options.identity });
    this.elected = new Promise((resolve) => (this.#markElected = resolve));
    this.lost = new Promise((resolve) => (this.#markLost = resolve));
  }

  /** Whether this process may write now. */
  get isLeading(): boolean {
    return this.#renewed !== undefined && this.#since(this.#renewed) < this.#renewDeadlineMs;
  }

  /** Who leads, as far as is known. */
  get holder(): string | undefined {
    return this.#holder;
  }

  /** Begins to contend. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends it, and hands over at once if this process leads: call it when the last write is done. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    const held = this.isLeading ? this.#lease : undefined;
    this.#renewed = undefined;
    this.#options.metrics?.('standby');
    if (held === undefined) return;
    try {
      await this.#write('PUT', released(held, this.#clock.date()));
      this.#log.info('released the lease');
    } catch (error) {
      this.#log.warn('could not release the lease: others will wait until it ends', { error });
    }
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#turn();
      if (this.#renewed !== undefined && !this.isLeading) {
        this.#renewed = undefined;
        this.#options.metrics?.('standby');
        this.#log.error('lost the lease: this process must not write any more', { holder: this.#holder });
        this.#markLost();
        return;
      }
      // Standbys must not come in step.
      const jitter = this.#renewed === undefined ? 1 + 0.2 * Math.random() : 1;
      await sleep(this.#clock, this.#retryPeriodMs * jitter, this.#stop.signal);
    }
  }

  /** One attempt to take or renew. */
  async #turn(): Promise<void> {
    const started = this.#moment();
    try {
      // A leader knows its Lease and renews it without looking; if that fails, it has been changed.
      if (this.#renewed === undefined || this.#lease === undefined) await this.#look();
      const decision = decide(this.#lease, this.#options.identity, this.#seen, this.#clock.now());
      if (decision === 'wait') {
        // Somebody else leads: we do not, whatever the clock says.
        if (this.#renewed !== undefined) this.#renewed = { steady: -Infinity, wall: -Infinity };
        return;
      }
      const lease = this.#lease ?? this.#blank();
      const wanted = heldBy(lease, this.#options.identity, this.#leaseDurationMs, this.#clock.date());
      this.#observe(await this.#write(decision === 'create' ? 'POST' : 'PUT', wanted));
      this.#lead(started);
    } catch (error) {
      // Look at it anew next time. A conflict is how somebody who was not faster learns of it.
      this.#lease = undefined;
      if (!isApiError(error, 409)) this.#log.warn('could not take or renew the lease', { error });
    }
  }

  #lead(renewed: Moment): void {
    const first = this.#renewed === undefined;
    // An answer that took too long is worth nothing: another may lead since.
    if (first ? this.#since(renewed) >= this.#renewDeadlineMs : !this.isLeading) return;
    this.#renewed = renewed;
    if (!first) return;
    this.#log.info('leading');
    this.#options.metrics?.('leading');
    this.#markElected();
  }

  async #look(): Promise<void> {
    const { transport, namespace, name } = this.#options;
    try {
      const path = pathOf(leaseType, namespace, name);
      this.#observe(await transport.request<Lease>('GET', path, this.#limits()));
    } catch (error) {
      if (!isApiError(error, 404)) throw error;
      this.#lease = undefined;
    }
  }

  #observe(lease: Lease): void {
    const { resourceVersion = '' } = lease.metadata;
    if (this.#seen?.resourceVersion !== resourceVersion) this.#seen = { resourceVersion, at: this.#clock.now() };
    this.#lease = lease;
    const holder = lease.spec?.holderIdentity;
    if (holder !== this.#holder) this.#log.info('leader', { holder });
    this.#holder = holder;
  }

  async #write(method: 'POST' | 'PUT', body: Lease): Promise<Lease> {
    const { transport, namespace, name } = this.#options;
    const path = method === 'POST' ? pathOf(leaseType, namespace) : pathOf(leaseType, namespace, name);
    return transport.request<Lease>(method, path, { body, ...this.#limits() });
  }

  #limits(): { timeoutMs: number } {
    return { timeoutMs: this.#renewDeadlineMs / 2 };
  }

  #blank(): Lease {
    const { namespace, name } = this.#options;
    return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name } };
  }

  #moment(): Moment {
    return { steady: this.#clock.now(), wall: this.#clock.date().getTime() };
  }

  #since(moment: Moment): number {
    const now = this.#moment();
    return Math.max(now.steady - moment.steady, now.wall - moment.wall);
  }
}
