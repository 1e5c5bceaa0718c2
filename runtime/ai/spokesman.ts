/**
 * What one of a chat's backends, elected by the others, does for all of them: it tells the operator whether the model servers
 * are needed, and asks a model a synthetic question now and then. People go first: a question of theirs cuts that one short.
 */
import type { RuntimeConfig } from '../config.ts';
import { log, wordsOf } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { DemandReport, ProbeReport } from '../report.ts';
import { BACKEND_REPORT, demandReportSchema, probeReportSchema } from '../report.ts';
import type { ReportsConfigMap } from '../reports/config-map.ts';
import { parseReport } from '../reports/parse.ts';
import type { Store } from '../store/port.ts';
import { Absence } from './absence.ts';
import type { Catalogue } from './catalogue.ts';
import { dueDemand } from './demand.ts';
import { Election } from './election.ts';
import { probe } from './prober.ts';

export interface SpokesmanContext {
  readonly config: RuntimeConfig;
  readonly store: Store;
  readonly metrics: Metrics;
  readonly catalogue: Catalogue;
  readonly reports: ReportsConfigMap;
  /** Of this process among those of the chat. */
  readonly name: string;
}

/** What was told so far, by this process or by one before it. */
interface Told {
  demand: DemandReport | undefined;
  demandAt: number;
  /** When the next synthetic question is due, in milliseconds since 1970. */
  probeDue: number;
}

const TICK_MS = 1000;
/** Servers that restart are away for a moment: only longer absence is worth a word. */
const AWAY_MS = 30_000;
/** A question that people cut short is asked again so much later. */
const PROBE_AGAIN_MS = 5000;
/** After one that failed the next one comes soon: what is mended should not be called broken for long. */
const FAILED_AGAIN_MS = 30_000;

export class Spokesman {
  readonly #context: SpokesmanContext;
  readonly #election: Election;
  #timer: NodeJS.Timeout | undefined;
  #told: Told | undefined;
  #look: Promise<void> | undefined;
  #probing: AbortController | undefined;
  #isFailing = false;
  #lastDemand = 0;
  #absence = new Absence();

  constructor(context: SpokesmanContext) {
    this.#context = context;
    this.#election = new Election(context.store.leases, context.name);
  }

  start(): void {
    this.#election.join();
    this.#timer ??= setInterval(() => this.wake(), TICK_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#probing?.abort();
    await this.#look;
    await this.#election.leave();
  }

  /** Something changed: looks now, unless a look is under way. */
  wake(): void {
    this.#look ??= this.#lookAround()
      .then(
        () => {
          this.#isFailing = false;
        },
        (error: unknown) => this.#failed(error),
      )
      .finally(() => (this.#look = undefined));
  }

  async #lookAround(): Promise<void> {
    const { store, reports, catalogue } = this.#context;
    if (this.#election.heldMs() === 0) {
      this.#told = undefined;
      this.#absence = new Absence();
      this.#probing?.abort();
      return;
    }
    this.#told ??= this.#heard(await reports.read());
    const [waiting, running] = await Promise.all([store.runs.waiting(), store.runs.running()]);
    const isWanted = waiting.length + running > 0;
    if (isWanted) {
      this.#lastDemand = Date.now();
      this.#probing?.abort();
    }
    // Another backend may have seen the server first, and have taken all that waited: that is no reason to forget since when.
    if (waiting.length === 0 && this.#absence.isWaitedFor) await catalogue.look();
    this.#absence.see(Date.now(), catalogue.anyUp() ? 'up' : 'away', waiting.length > 0);
    await this.#tellDemand(this.#told);
    if (!isWanted) await this.#probeIfDue(this.#told);
  }

  #heard(reports: Readonly<Record<string, string>>): Told {
    const probed = parseReport(probeReportSchema, reports[BACKEND_REPORT.probe]);
    const intervalMs = (this.#context.config.probe?.intervalSeconds ?? 0) * 1000;
    return {
      demand: parseReport(demandReportSchema, reports[BACKEND_REPORT.demand]),
      demandAt: 0,
      probeDue: probed === undefined ? 0 : Date.parse(probed.time) + intervalMs,
    };
  }

  async #tellDemand(told: Told): Promise<void> {
    const { scaleToZero } = this.#context.config.ollama;
    if (scaleToZero === undefined) return;
    const report = dueDemand({
      ...{ now: Date.now(), lastDemand: this.#lastDemand, told: told.demand, toldAt: told.demandAt },
      ...{ idleAfterSeconds: scaleToZero.idleAfterSeconds, wakeSeconds: this.#absence.wakeSeconds },
    });
    if (report === undefined) return;
    await this.#write(BACKEND_REPORT.demand, report);
    told.demand = report;
    told.demandAt = Date.now();
  }

  async #probeIfDue(told: Told): Promise<void> {
    const { config, catalogue } = this.#context;
    if (config.probe === undefined || this.#probing !== undefined || Date.now() < told.probeDue) return;
    const { model, intervalSeconds } = config.probe;
    const servers = catalogue.offer([model]).models.get(model) ?? [];
    const server = servers.find(({ loaded }) => loaded) ?? servers[0];
    if (server !== undefined) return void this.#probe(told, model, server.url);
    // One that sleeps is not woken for this, and a model that is not there yet is another matter.
    if (this.#absence.awayMs(Date.now()) <= AWAY_MS || config.ollama.scaleToZero !== undefined) return;
    told.probeDue = Date.now() + Math.min(FAILED_AGAIN_MS, intervalSeconds * 1000);
    const message = 'no model server answers the backends';
    await this.#tellProbe({ time: new Date().toISOString(), ok: false, firstTokenSeconds: AWAY_MS / 1000, message });
  }

  async #probe(told: Told, model: string, server: string): Promise<void> {
    const { config } = this.#context;
    const intervalMs = (config.probe?.intervalSeconds ?? 0) * 1000;
    const cut = new AbortController();
    this.#probing = cut;
    const began = Date.now();
    try {
      const report = await probe(config, model, server, cut.signal);
      const waitMs = report === undefined ? PROBE_AGAIN_MS : report.ok ? intervalMs : FAILED_AGAIN_MS;
      told.probeDue = began + Math.min(waitMs, intervalMs);
      if (report !== undefined) await this.#tellProbe(report);
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#probing = undefined;
    }
  }

  async #tellProbe(report: ProbeReport): Promise<void> {
    const { metrics } = this.#context;
    metrics.probes.inc({ result: report.ok ? 'ok' : 'failed' });
    if (report.ok) metrics.probeFirstToken.observe(report.firstTokenSeconds);
    else log.warn('the model did not answer the probe', { error: report.message });
    await this.#write(BACKEND_REPORT.probe, report);
  }

  /** Said once, not with each look, while it stays so. */
  #failed(error: unknown): void {
    const say = this.#isFailing ? log.debug : log.warn;
    say('the operator could not be told', { error: wordsOf(error) });
    this.#isFailing = true;
  }

  /** @throws Error when the lease could end before the answer of the API server */
  async #write(key: string, report: DemandReport | ProbeReport): Promise<void> {
    const withinMs = this.#election.heldMs();
    if (withinMs === 0) throw new Error('another backend reports now');
    await this.#context.reports.patch({ [key]: JSON.stringify(report) }, Math.floor(withinMs));
  }
}
