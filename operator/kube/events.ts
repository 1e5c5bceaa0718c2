import { randomBytes } from 'node:crypto';
import { sleep, systemClock, type Clock } from './clock.ts';
import { isApiError, TransportError } from './errors.ts';
import { microTime } from './lease.ts';
import type { Logger } from './log.ts';
import { pathOf, type KubeObject, type ResourceType } from './object.ts';
import type { Transport } from './transport.ts';

/** What to tell people about an object; `kubectl describe` shows it. */
export interface EventMessage {
  type: 'Normal' | 'Warning';
  /** One word in UpperCamelCase: why. */
  reason: string;
  /** One word in UpperCamelCase: what was done or tried; default `Reconcile`. */
  action?: string;
  /** A sentence; cut at 1024 characters. */
  note: string;
}

export interface EventRecorderOptions {
  transport: Transport;
  /** Who reports, e.g. `example.dev/operator`, and which instance of it. */
  controller: string;
  instance: string;
  log: Logger;
  clock?: Clock;
}

const eventType: ResourceType = { group: 'events.k8s.io', version: 'v1', plural: 'events', kind: 'Event' };

/** The same message within this time of the last is counted, not written anew. */
const seriesMs = 6 * 60_000;
/** How long repetitions are gathered before the count is written. */
const gatherMs = 30_000;
/** As many different messages about one object at once, and then one more in so much time (client-go's limits). */
const burst = 25;
const refillMs = 5 * 60_000;
const attempts = 4;

interface Series {
  event: KubeObject & Record<string, unknown>;
  count: number;
  lastAt: number;
  lastDate: Date;
  gathering: (() => void) | undefined;
  /** The last write of this Event; the next waits for it, since a count must not overtake its Event. */
  written: Promise<void>;
}

interface Allowance {
  tokens: number;
  at: number;
}

/** Writes Events in the background: repetitions are counted in one Event, floods are cut, failures are logged and forgotten. */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #clock: Clock;
  readonly #series = new Map<string, Series>();
  readonly #allowances = new Map<string, Allowance>();
  readonly #writing = new Set<Promise<void>>();

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Tells something about an object. Returns at once and never throws. */
  record(regarding: KubeObject, message: EventMessage): void {
    this.#expire();
    const key = JSON.stringify([regarding.metadata.uid, message.type, message.reason, message.action, message.note]);
    const known = this.#series.get(key);
    if (known !== undefined) {
      known.count++;
      known.lastAt = this.#clock.now();
      known.lastDate = this.#clock.date();
      known.gathering ??= this.#clock.after(gatherMs, () => this.#flush(known));
      return;
    }
    if (!this.#allow(regarding.metadata.uid ?? '')) {
      this.#options.log.debug('too many events about one object', { name: regarding.metadata.name, ...message });
      return;
    }
    const series: Series = {
      event: this.#eventOf(regarding, message),
      count: 1,
      lastAt: this.#clock.now(),
      lastDate: this.#clock.date(),
      gathering: undefined,
      written: Promise.resolve(),
    };
    this.#series.set(key, series);
    this.#write(series, 'POST', series.event);
  }

  /** Writes what was gathered and waits for what is being written, up to `timeoutMs`. */
  async stop(timeoutMs = 2_000): Promise<void> {
    for (const series of this.#series.values()) if (series.gathering !== undefined) this.#flush(series);
    const over = new AbortController();
    void Promise.allSettled(this.#writing).then(() => over.abort());
    await sleep(this.#clock, timeoutMs, over.signal);
  }

  #flush(series: Series): void {
    series.gathering?.();
    series.gathering = undefined;
    const { count, lastDate } = series;
    const lastObservedTime = microTime(lastDate);
    this.#write(series, 'PATCH', { ...series.event, series: { count, lastObservedTime } });
  }

  #write(series: Series, method: 'POST' | 'PATCH', event: Series['event']): void {
    const writing = series.written
      .then(() => this.#attempt(method, event))
      .catch((error: unknown) => {
        this.#options.log.warn('an event was lost', { reason: event.reason, error });
      });
    series.written = writing;
    this.#writing.add(writing);
    void writing.then(() => this.#writing.delete(writing));
  }

  async #attempt(method: 'POST' | 'PATCH', event: Series['event']): Promise<void> {
    const { namespace, name } = event.metadata;
    for (let attempt = 1; ; attempt++) {
      try {
        if (method === 'POST') {
          await this.#options.transport.request('POST', pathOf(eventType, namespace), { body: event });
        } else {
          const body = { series: event.series };
          const contentType = 'application/merge-patch+json';
          await this.#options.transport.request('PATCH', pathOf(eventType, namespace, name), { body, contentType });
        }
        return;
      } catch (error) {
        // The server forgets Events after an hour; then the series begins again.
        if (method === 'PATCH' && isApiError(error, 404)) method = 'POST';
        // An earlier attempt had arrived after all.
        else if (method === 'POST' && isApiError(error, 409)) return;
        else if (attempt === attempts || !isPassing(error)) throw error;
        await sleep(this.#clock, 500 * 2 ** attempt);
      }
    }
  }

  #eventOf(regarding: KubeObject, message: EventMessage): Series['event'] {
    const { name, namespace = 'default', uid, resourceVersion } = regarding.metadata;
    const { type, reason, action = 'Reconcile', note } = message;
    return {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: `${name.slice(0, 230)}.${randomBytes(8).toString('hex')}`, namespace },
      eventTime: microTime(this.#clock.date()),
      reportingController: this.#options.controller,
      reportingInstance: this.#options.instance.slice(0, 128),
      type,
      reason,
      action,
      note: note.slice(0, 1024),
      regarding: { apiVersion: regarding.apiVersion, kind: regarding.kind, name, namespace, uid, resourceVersion },
    };
  }

  #allow(uid: string): boolean {
    const now = this.#clock.now();
    const before = this.#allowances.get(uid) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, before.tokens + (now - before.at) / refillMs);
    this.#allowances.set(uid, { tokens: Math.max(0, tokens - 1), at: now });
    return tokens >= 1;
  }

  /** Ends series that have been quiet, and forgets allowances that are full again. */
  #expire(): void {
    const now = this.#clock.now();
    for (const [key, { lastAt, gathering }] of this.#series) {
      if (gathering === undefined && now - lastAt > seriesMs) this.#series.delete(key);
    }
    for (const [uid, { tokens, at }] of this.#allowances) {
      if (tokens + (now - at) / refillMs >= burst) this.#allowances.delete(uid);
    }
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof TransportError || isApiError(error, 429, 500, 502, 503, 504);
}
