/** Reports that follow one another fast, under one key: at most one a second goes. Nothing fails because of them. */
import { log, wordsOf } from '../log.ts';
import type { ReportsConfigMap } from './config-map.ts';

const EVERY_MS = 1000;

export class Reporter<T> {
  readonly #reports: ReportsConfigMap | undefined;
  readonly #key: string;
  #next: T | null | undefined;
  #sending: Promise<void> | undefined;
  #sentAt = -EVERY_MS;
  #timer: NodeJS.Timeout | undefined;

  /** @param reports none outside of a cluster: then nothing goes anywhere */
  constructor(reports: ReportsConfigMap | undefined, key: string) {
    this.#reports = reports;
    this.#key = key;
  }

  /** Reports soon; of several reports within a second the last one goes. */
  report(report: T): void {
    this.#plan(report);
  }

  /** Takes back what was reported: it is not so any more. */
  withdraw(): void {
    this.#plan(null);
  }

  /** Sends what is left. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#sending;
    clearTimeout(this.#timer);
    this.#send();
    await this.#sending;
    this.#reports?.close();
  }

  #plan(report: T | null): void {
    if (this.#reports === undefined) return;
    this.#next = report;
    if (this.#sending !== undefined || this.#timer !== undefined) return;
    const wait = Math.max(0, this.#sentAt + EVERY_MS - performance.now());
    this.#timer = setTimeout(() => this.#send(), wait);
  }

  #send(): void {
    this.#timer = undefined;
    const report = this.#next;
    if (report === undefined || this.#reports === undefined) return;
    this.#next = undefined;
    this.#sentAt = performance.now();
    this.#sending = this.#reports
      .patch({ [this.#key]: report === null ? null : JSON.stringify(report) })
      .catch((error: unknown) => log.warn('a report could not be written', { key: this.#key, error: wordsOf(error) }))
      .finally(() => {
        this.#sending = undefined;
        if (this.#next !== undefined) this.#plan(this.#next);
      });
  }
}
