/**
 * What a question waits for whose model cannot be had right now: a server that is being woken, or a pull that goes on. Read
 * from the reports of the chat, and only when somebody asks.
 */
import type { RuntimeConfig } from '../config.ts';
import { log, wordsOf } from '../log.ts';
import type { Wait } from '../protocol/frames.ts';
import type { PullProgress } from '../report.ts';
import { BACKEND_REPORT, demandReportSchema, pullProgressSchema } from '../report.ts';
import type { ReportsConfigMap } from '../reports/config-map.ts';
import { parseReport } from '../reports/parse.ts';
import type { Availability } from './catalogue.ts';
import { withTag } from './models.ts';

type Reports = Readonly<Record<string, string>>;

/** Several questions at a time cost one look. */
const FRESH_MS = 1000;
/** A puller that says nothing for so long has gone; it reports at most once a second, and begins again after `stallTimeout`. */
const SILENT_PULL_MS = 150_000;
/** After the last byte comes a check of it all, which is silent. */
const CHECKING_MS = 600_000;

export class Waits {
  readonly #config: RuntimeConfig;
  readonly #reports: Pick<ReportsConfigMap, 'read'> | undefined;
  #read: { at: number; reports: Promise<Reports> } | undefined;

  constructor(config: RuntimeConfig, reports: Pick<ReportsConfigMap, 'read'> | undefined) {
    this.#config = config;
    this.#reports = reports;
  }

  /** @returns nothing when there is nothing to wait for: the model is ready, or nobody is bringing it */
  async of(model: string, availability: Availability): Promise<Wait | undefined> {
    if (availability === 'ready') return undefined;
    const mayWake = availability === 'away' && this.#config.ollama.scaleToZero !== undefined;
    const reports = await this.#look();
    if (mayWake) return wakingWait(reports);
    return pullWait(reports, model, Date.now());
  }

  async #look(): Promise<Reports> {
    if (this.#reports === undefined) return {};
    const now = Date.now();
    if (this.#read === undefined || now - this.#read.at > FRESH_MS) {
      const before = this.#read?.reports;
      const reports = this.#reports.read().catch((error: unknown) => {
        log.debug('the reports could not be read', { error: wordsOf(error) });
        return before ?? {};
      });
      this.#read = { at: now, reports };
    }
    return this.#read.reports;
  }
}

export function wakingWait(reports: Reports): Wait {
  const demand = parseReport(demandReportSchema, reports[BACKEND_REPORT.demand]);
  const { wakeSeconds } = demand ?? {};
  return { for: 'waking', ...(wakeSeconds === undefined ? {} : { usualSeconds: wakeSeconds }) };
}

/** The pull of a model that goes on and is furthest: with one server that has it people are answered. */
export function pullWait(reports: Reports, model: string, now: number): Wait | undefined {
  const pulls = Object.values(reports)
    .map((text) => parseReport(pullProgressSchema, text))
    .filter((pull): pull is PullProgress => pull !== undefined && withTag(pull.model) === withTag(model))
    .filter((pull) => goesOn(pull, now));
  const furthest = pulls.sort((a, b) => percentOf(b) - percentOf(a))[0];
  if (furthest === undefined) return undefined;
  const { remainingSeconds } = furthest;
  return { for: 'pull', percent: percentOf(furthest), remainingSeconds: Math.round(remainingSeconds) };
}

function goesOn({ time, completedBytes, totalBytes }: PullProgress, now: number): boolean {
  const isWhole = totalBytes > 0 && completedBytes >= totalBytes;
  return now - Date.parse(time) < (isWhole ? CHECKING_MS : SILENT_PULL_MS);
}

/** 100 is for what is done: checks follow the last byte. */
function percentOf({ completedBytes, totalBytes }: PullProgress): number {
  return totalBytes === 0 ? 0 : Math.min(99, Math.floor((100 * completedBytes) / totalBytes));
}
