/** Tells the operator how servers that somebody else runs answer this backend: it sees nothing of them itself. */
import { setTimeout as delay } from 'node:timers/promises';
import { log, wordsOf } from '../log.ts';
import { reachKey, type ReachReport } from '../report.ts';
import type { ReportsConfigMap } from './config-map.ts';

const LOOK_EVERY_MS = 1000;
const RETRY_MS = 5000;

export class ReachReporter {
  readonly #reports: ReportsConfigMap;
  readonly #key: string;
  readonly #read: () => ReachReport;
  readonly #stopped = new AbortController();
  #told = '';

  constructor(reports: ReportsConfigMap, pod: string, read: () => ReachReport) {
    this.#reports = reports;
    this.#key = reachKey(pod);
    this.#read = read;
  }

  /** Writes what changed, until stopped; in a steady state nothing. */
  async watch(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const worked = await this.#tell(JSON.stringify(this.#read()));
      await delay(worked ? LOOK_EVERY_MS : RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Takes its word back: a pod that is gone has none. */
  async close(): Promise<void> {
    this.#stopped.abort();
    await this.#reports.patch({ [this.#key]: null }).catch((error: unknown) => {
      log.debug('a report stays', { key: this.#key, error: wordsOf(error) });
    });
    this.#reports.close();
  }

  async #tell(text: string): Promise<boolean> {
    if (text === this.#told) return true;
    try {
      await this.#reports.patch({ [this.#key]: text });
      this.#told = text;
      return true;
    } catch (error) {
      log.warn('a report could not be written', { key: this.#key, error: wordsOf(error) });
      return false;
    }
  }
}
