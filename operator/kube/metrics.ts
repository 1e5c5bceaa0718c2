import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { ApplyObserver } from './apply.ts';
import type { ControllerObserver, Outcome } from './controller.ts';
import { resourceNameOf } from './object.ts';
import type { ReflectorObserver, WatchEnd } from './reflector.ts';
import type { TransportOptions } from './transport.ts';

const outcomes: Outcome[] = ['success', 'requeue_after', 'error', 'terminal'];
const watchEnds: WatchEnd[] = ['timeout', 'expired', 'inactive', 'relist', 'error'];
const applyActions = ['created', 'configured', 'unchanged', 'skipped', 'removed'] as const;
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const codes = ['200', '201', '403', '404', '409', '422', '429', '500', '503', '<error>'];
/** From 1 ms to 60 s, as controller-runtime cuts them, less some of the finer steps. */
const seconds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * The metrics of a controller, under the names that Go's controller-runtime and client-go use, so that existing dashboards
 * and alerts work. Every series that can be known beforehand exists from the start, at 0.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly #registers = [this.registry];
  readonly #requests = this.#counter('rest_client_requests_total', 'HTTP requests to the API server.', [
    'code',
    'method',
    'host',
  ]);
  readonly #requestSeconds = this.#histogram(
    'rest_client_request_duration_seconds',
    'Time until the API server began to answer, in seconds.',
    ['verb', 'host'],
  );
  readonly #reconciles = this.#counter('controller_runtime_reconcile_total', 'Reconciliations by result.', [
    'controller',
    'result',
  ]);
  readonly #errors = this.#counter('controller_runtime_reconcile_errors_total', 'Reconciliations that failed.', [
    'controller',
  ]);
  readonly #terminalErrors = this.#counter(
    'controller_runtime_terminal_reconcile_errors_total',
    'Reconciliations that failed for a reason that trying again cannot mend.',
    ['controller'],
  );
  readonly #reconcileSeconds = this.#histogram(
    'controller_runtime_reconcile_time_seconds',
    'Time of one reconciliation, in seconds.',
    ['controller'],
  );
  readonly #workers = this.#gauge('controller_runtime_max_concurrent_reconciles', 'Workers.', ['controller']);
  readonly #activeWorkers = this.#gauge('controller_runtime_active_workers', 'Workers at work.', ['controller']);
  readonly #depth = this.#gauge('workqueue_depth', 'Keys that wait.', ['name', 'controller']);
  readonly #adds = this.#counter('workqueue_adds_total', 'Keys added.', ['name', 'controller']);
  readonly #retries = this.#counter('workqueue_retries_total', 'Keys added again after a failure.', [
    'name',
    'controller',
  ]);
  readonly #queueSeconds = this.#histogram('workqueue_queue_duration_seconds', 'Time a key waits, in seconds.', [
    'name',
    'controller',
  ]);
  readonly #workSeconds = this.#histogram('workqueue_work_duration_seconds', 'Time a key is worked on, in seconds.', [
    'name',
    'controller',
  ]);
  readonly #unfinished = this.#gauge('workqueue_unfinished_work_seconds', 'Seconds spent on keys not done yet.', [
    'name',
    'controller',
  ]);
  readonly #longest = this.#gauge(
    'workqueue_longest_running_processor_seconds',
    'Seconds the key worked on longest has taken.',
    ['name', 'controller'],
  );
  readonly #leader = this.#gauge('leader_election_master_status', '1 while this process leads.', ['name']);
  readonly #watchEnds = this.#counter('kube_watch_restarts_total', 'Watches that ended and were opened again.', [
    'resource',
    'reason',
  ]);
  readonly #lists = this.#counter('kube_lists_total', 'Full lists taken into a cache.', ['resource']);
  readonly #cached = this.#gauge('kube_cache_objects', 'Objects in a cache.', ['resource']);
  readonly #applies = this.#counter('kube_applies_total', 'Objects compared with what is desired, by what was done.', [
    'resource',
    'action',
  ]);

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** For the transport: counts requests. `host` is the API server's, as `host:port`. */
  requests(host: string): NonNullable<TransportOptions['observe']> {
    for (const method of methods) {
      this.#requestSeconds.zero({ verb: method, host });
      for (const code of codes) this.#requests.inc({ code, method, host }, 0);
    }
    return (method, code, to, time) => {
      this.#requests.inc({ code, method, host: to });
      this.#requestSeconds.observe({ verb: method, host: to }, time);
    };
  }

  /** For a controller of this name. `active` are the keys worked on with their start in the milliseconds of `now`. */
  controller(
    name: string,
    workers: number,
    active: () => ReadonlyMap<string, number>,
    now: () => number,
  ): ControllerObserver {
    const controller = { controller: name };
    const queue = { name, controller: name };
    for (const result of outcomes) this.#reconciles.inc({ controller: name, result }, 0);
    for (const counter of [this.#errors, this.#terminalErrors]) counter.inc(controller, 0);
    for (const counter of [this.#adds, this.#retries]) counter.inc(queue, 0);
    this.#reconcileSeconds.zero(controller);
    for (const histogram of [this.#queueSeconds, this.#workSeconds]) histogram.zero(queue);
    this.#workers.set(controller, workers);
    this.#activeWorkers.set(controller, 0);
    this.#depth.set(queue, 0);
    this.#onCollect(() => {
      const times = [...active().values()].map((since) => (now() - since) / 1000);
      this.#unfinished.set(
        queue,
        times.reduce((sum, time) => sum + time, 0),
      );
      this.#longest.set(queue, Math.max(0, ...times));
    });
    return {
      queue: {
        added: () => this.#adds.inc(queue),
        depth: (ready) => this.#depth.set(queue, ready),
        started: (waited) => this.#queueSeconds.observe(queue, waited),
        finished: (worked) => this.#workSeconds.observe(queue, worked),
        retried: () => this.#retries.inc(queue),
      },
      reconciled: (result, time) => {
        this.#reconciles.inc({ controller: name, result });
        if (result === 'error' || result === 'terminal') this.#errors.inc(controller);
        if (result === 'terminal') this.#terminalErrors.inc(controller);
        this.#reconcileSeconds.observe(controller, time);
      },
      activeWorkers: (count) => this.#activeWorkers.set(controller, count),
    };
  }

  /** For reflectors of this resource (`plural.group`). */
  reflector(resource: string): ReflectorObserver {
    for (const reason of watchEnds) this.#watchEnds.inc({ resource, reason }, 0);
    this.#lists.inc({ resource }, 0);
    this.#cached.set({ resource }, 0);
    return {
      watchEnded: (_resource, reason) => this.#watchEnds.inc({ resource, reason }),
      listed: () => this.#lists.inc({ resource }),
      cacheSize: (_resource, objects) => this.#cached.set({ resource }, objects),
    };
  }

  /** For appliers of these resources (`plural.group`). */
  applies(resources: Iterable<string>): ApplyObserver {
    for (const resource of resources) {
      for (const action of applyActions) this.#applies.inc({ resource, action }, 0);
    }
    return { applied: (type, action) => this.#applies.inc({ resource: resourceNameOf(type), action }) };
  }

  /** For an election of this name. */
  leader(name: string): (leads: 'leading' | 'standby') => void {
    this.#leader.set({ name }, 0);
    return (state) => this.#leader.set({ name }, state === 'leading' ? 1 : 0);
  }

  readonly #beforeCollect: (() => void)[] = [];

  #onCollect(run: () => void): void {
    this.#beforeCollect.push(run);
  }

  /** All metrics in the Prometheus text format. */
  async text(): Promise<string> {
    for (const run of this.#beforeCollect) run();
    return this.registry.metrics();
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name, help, labelNames, registers: this.#registers });
  }

  #gauge(name: string, help: string, labelNames: string[]): Gauge {
    return new Gauge({ name, help, labelNames, registers: this.#registers });
  }

  #histogram(name: string, help: string, labelNames: string[]): Histogram {
    return new Histogram({ name, help, labelNames, registers: this.#registers, buckets: seconds });
  }
}
