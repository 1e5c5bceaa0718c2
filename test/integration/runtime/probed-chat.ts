/** A chat of two real backends whose model is probed, and what becomes of its probe while its server comes and goes. */
import assert from 'node:assert/strict';
import type { RuntimeConfig } from '../../../runtime/config.ts';
import { BACKEND_REPORT, probeReportSchema, type ProbeReport } from '../../../runtime/report.ts';
import { startOllama, testModel, type OllamaServer } from '../../testbed/ollama.ts';
import { until } from '../../testbed/wait.ts';
import { ChatClient } from './chat-client.ts';
import { startCluster, type Cluster } from './cluster.ts';
import { isReporter, type ReportedChat, type ReportsBed } from './reports-bed.ts';

/** Its longest step: a server must be away for half a minute before that is worth a word. */
const PATIENCE = { timeout: 120_000, every: 100 };
const REPLY_TIMEOUT_SECONDS = 8;

export class ProbedChat {
  readonly #ollama: OllamaServer;
  readonly #cluster: Cluster;
  readonly #chat: ReportedChat;

  private constructor(ollama: OllamaServer, cluster: Cluster, chat: ReportedChat) {
    this.#ollama = ollama;
    this.#cluster = cluster;
    this.#chat = chat;
  }

  static async start(bed: ReportsBed): Promise<ProbedChat> {
    const [ollama, chat] = await Promise.all([startOllama(), bed.open('probed')]);
    const config = (usual: RuntimeConfig): RuntimeConfig => ({
      ...usual,
      queue: { ...usual.queue, replyTimeoutSeconds: REPLY_TIMEOUT_SECONDS },
      ollama: { ...usual.ollama, urls: [ollama.url] },
      probe: { model: testModel, intervalSeconds: 2 },
    });
    try {
      const cluster = await startCluster({ backends: 2, config, environment: await chat.environment('backend') });
      return new ProbedChat(ollama, cluster, chat);
    } catch (error) {
      await ollama.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#cluster.stop();
    await this.#ollama.stop();
  }

  /** Answered, then not in time by a server that hangs, then by nobody, then answered again. */
  async live(): Promise<void> {
    const guest = await ChatClient.join(this.#cluster.url(0), 'Guest');
    const first = await this.#probeWhen('the probe is answered', ({ ok }) => ok);
    assert.ok(first.firstTokenSeconds < REPLY_TIMEOUT_SECONDS && first.message === undefined, JSON.stringify(first));
    process.kill(this.#ollama.pid, 'SIGSTOP');
    const late = await this.#probeWhen('there is no answer in time', ({ message }) => /no word/.test(message ?? ''));
    assert.equal(late.message, `no word within ${REPLY_TIMEOUT_SECONDS} s`);
    const away = await this.#probeWhen('nobody is asked', ({ message }) => /no model server/.test(message ?? ''));
    assert.deepEqual([away.ok, away.message], [false, 'no model server answers the backends']);
    process.kill(this.#ollama.pid, 'SIGCONT');
    await this.#probeWhen('the probe is answered again', ({ ok }) => ok);
    assert.deepEqual(guest.entries(), [], 'the room sees nothing of it');
    guest.cut();
    await this.#othersAskNothing();
  }

  #probeWhen(what: string, holds: (probe: ProbeReport) => boolean): Promise<ProbeReport> {
    const probe = async (): Promise<ProbeReport | false> => {
      const told = await this.#chat.report(probeReportSchema, BACKEND_REPORT.probe);
      return told !== undefined && holds(told) && told;
    };
    return until(what, probe, PATIENCE);
  }

  async #othersAskNothing(): Promise<void> {
    for (const backend of this.#cluster.backends) {
      const hasProbed = /^chatapp_probes_total\{.*\} [1-9]/m.test(await (await fetch(backend.metricsUrl)).text());
      assert.equal(hasProbed, isReporter(backend), backend.name);
    }
  }
}
