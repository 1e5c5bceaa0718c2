/**
 * Takes waiting runs when a model server has room, watches over those of processes that died, and ends those that waited
 * too long or whose model went away.
 */
import type { RuntimeConfig } from '../config.ts';
import { log, wordsOf } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Wait } from '../protocol/frames.ts';
import type { Directory } from '../rooms/directory.ts';
import type { Store } from '../store/port.ts';
import type { Claim, WaitingRun } from '../store/runs.ts';
import type { Availability, Catalogue } from './catalogue.ts';
import { tellPlace } from './queue-place.ts';
import type { Ending, RunLog } from './runs.ts';
import { REASON_WORDS } from './runs.ts';
import type { Waits } from './waits.ts';
import { Worker } from './worker.ts';

export interface DispatcherContext {
  readonly config: RuntimeConfig;
  readonly store: Store;
  readonly metrics: Metrics;
  readonly catalogue: Catalogue;
  readonly runLog: RunLog;
  readonly waits: Waits;
  readonly directory: Directory;
}

const TICK_MS = 1000;
/** A model that is away may be back after a restart of its server: waiting runs get this long. */
const AWAY_PATIENCE_MS = 10_000;
/** Backends take turns at noting what a run waits for. */
const NOTED_JUST_NOW_MS = 1500;

export class Dispatcher {
  readonly #context: DispatcherContext;
  readonly #workers = new Map<string, { worker: Worker; done: Promise<void> }>();
  readonly #timer: NodeJS.Timeout;
  /** Last place told of each waiting run. */
  #places = new Map<string, number>();
  #accepting = true;
  #round: Promise<void> | undefined;
  #again = false;

  constructor(context: DispatcherContext) {
    this.#context = context;
    this.#timer = setInterval(() => this.wake(), TICK_MS);
  }

  /** Something changed: looks at the queue now, or once more after the look under way. */
  wake(): void {
    if (this.#round !== undefined) {
      this.#again = true;
      return;
    }
    this.#again = false;
    this.#round = this.#look()
      .catch((error: unknown) => log.debug('the queue could not be read', { error: wordsOf(error) }))
      .finally(() => {
        this.#round = undefined;
        if (this.#again) this.wake();
      });
  }

  /** Stops a run if this process writes it. */
  stop(run: string): void {
    this.#workers.get(run)?.worker.interrupt('stop');
  }

  /** Ends a claimed run without a word of the model. */
  async end(claim: Claim, ending: Ending): Promise<void> {
    await this.#context.runLog.begin(claim.run);
    await this.#context.runLog.end(claim.run, ending);
    await this.#context.store.runs.release(claim.run.id, claim.fence);
  }

  /** Takes no more runs; gives those under way the time to end, then ends them with the text they have. */
  async drain(withinMs: number): Promise<void> {
    this.#accepting = false;
    clearInterval(this.#timer);
    const patience = setTimeout(() => {
      for (const { worker } of this.#workers.values()) worker.interrupt('shutdown');
    }, withinMs);
    await Promise.all([...this.#workers.values()].map(({ done }) => done));
    clearTimeout(patience);
  }

  async #look(): Promise<void> {
    if (!this.#accepting) return;
    await this.#claimAll();
    await this.#endOrphans();
    const waiting = await this.#context.store.runs.waiting();
    this.#context.metrics.queueDepth.set(waiting.length);
    for (const [index, run] of waiting.entries()) {
      const wait = await this.#waitOf(run);
      if (wait === undefined && (await this.#gaveUp(run))) continue;
      const isNews = wait !== run.waitsFor && (await this.#context.store.runs.note(run.id, wait, Date.now()));
      if (isNews || this.#places.get(run.id) !== index + 1) {
        await tellPlace(this.#context.store, run, index + 1, wait);
      }
    }
    this.#places = new Map(waiting.map(({ id }, index) => [id, index + 1]));
  }

  async #claimAll(): Promise<void> {
    const { catalogue, config, store } = this.#context;
    const offer = catalogue.offer(
      new Set([...config.rooms.map(({ model }) => model), ...config.ollama.models.map(({ name }) => name)]),
    );
    if (offer.models.size === 0) return;
    for (;;) {
      const claim = await store.runs.claim(offer);
      if (claim === undefined) return;
      this.#start(claim);
    }
  }

  #start(claim: Claim): void {
    const { id } = claim.run;
    const worker = new Worker(claim, this.#context);
    const done = worker
      .work()
      .catch((error: unknown) => log.error('a reply broke', { run: id, error: wordsOf(error) }))
      .finally(() => {
        this.#workers.delete(id);
        this.#context.metrics.runsActive.set(this.#workers.size);
      });
    this.#workers.set(id, { worker, done });
    this.#context.metrics.runsActive.set(this.#workers.size);
  }

  async #endOrphans(): Promise<void> {
    const { store } = this.#context;
    for (let claim = await store.runs.takeExpired(); claim !== undefined; claim = await store.runs.takeExpired()) {
      const { id, room } = claim.run;
      log.warn('a reply lost its owner', { run: id });
      const [text, thought] = await Promise.all([store.runs.text(room, id), store.runs.text(room, id, 'thinking')]);
      const thinking = thought === '' ? {} : { thinking: thought };
      const outcome = claim.stop ? 'stopped' : 'interrupted';
      await this.end(claim, { outcome, text, ...thinking, reason: 'OwnerLost', message: REASON_WORDS.lost });
    }
  }

  /** What a run waits for beside its turn, as another backend noted just now or as it is; nothing when that takes too long. */
  async #waitOf({ model, askedAt, waitsFor, excusedAt = 0 }: WaitingRun): Promise<Wait | undefined> {
    const { catalogue, config, waits } = this.#context;
    const availability = catalogue.availability(model);
    if (availability !== 'ready' && waitsFor !== undefined && Date.now() - excusedAt < NOTED_JUST_NOW_MS) {
      return waitsFor;
    }
    const wait = await waits.of(model, availability);
    if (wait?.for !== 'waking') return wait;
    const patience = Math.max(config.queue.waitTimeoutSeconds, 2 * (wait.usualSeconds ?? 0));
    return Date.now() - askedAt < patience * 1000 ? wait : undefined;
  }

  async #gaveUp(run: WaitingRun): Promise<boolean> {
    const waitedMs = Date.now() - Math.max(run.askedAt, run.excusedAt ?? 0);
    const availability = this.#context.catalogue.availability(run.model);
    let ending: Ending;
    if (waitedMs > this.#context.config.queue.waitTimeoutSeconds * 1000) {
      ending = { outcome: 'failed', text: '', reason: 'WaitTimeout', message: REASON_WORDS.waited };
    } else if (availability !== 'ready' && waitedMs > AWAY_PATIENCE_MS) {
      ending = unavailable(availability, run.model);
    } else {
      return false;
    }
    const claim = await this.#context.store.runs.take(run.id);
    if (claim !== undefined) await this.end(claim, ending);
    return true;
  }
}

/** How a run ends that no model server can take. */
export function unavailable(availability: Exclude<Availability, 'ready'>, model: string): Ending {
  if (availability === 'away') {
    return { outcome: 'failed', text: '', reason: 'ModelUnavailable', message: REASON_WORDS.away };
  }
  if (availability === 'too-large') {
    return { outcome: 'failed', text: '', reason: 'ModelTooLarge', message: REASON_WORDS.tooLarge(model) };
  }
  return { outcome: 'failed', text: '', reason: 'ModelNotReady', message: REASON_WORDS.notReady(model) };
}
