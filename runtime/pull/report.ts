/** Tells the operator how a pull goes: one key of one ConfigMap, at most once a second. A pull never fails because of it. */
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'undici';
import { log, wordsOf } from '../log.ts';
import type { PullProgress } from '../report.ts';

export interface ReportTarget {
  readonly configMap: string;
  readonly namespace: string;
  readonly key: string;
  /** Base URL of the API server. */
  readonly server: string;
  /** Files of the service account, read anew each time: tokens are replaced while the pod runs. */
  readonly tokenFile: string;
  readonly caFile: string;
}

const EVERY_MS = 1000;
const ANSWER_WITHIN_MS = 5000;
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Where to report to, from inside a cluster; nothing when the pull runs elsewhere. */
export function inClusterTarget(
  wanted: { configMap?: string | undefined; namespace?: string | undefined; key?: string | undefined },
  environment: NodeJS.ProcessEnv,
): ReportTarget | undefined {
  const { configMap, namespace, key } = wanted;
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = environment;
  if (configMap === undefined || namespace === undefined || key === undefined || host === undefined) return undefined;
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { configMap, namespace, key, server, tokenFile: `${ACCOUNT}/token`, caFile: `${ACCOUNT}/ca.crt` };
}

export class Reporter {
  readonly #target: ReportTarget | undefined;
  #agent: Agent | undefined;
  #next: PullProgress | undefined;
  #sending: Promise<void> | undefined;
  #sentAt = -EVERY_MS;
  #timer: NodeJS.Timeout | undefined;

  constructor(target: ReportTarget | undefined) {
    this.#target = target;
  }

  /** Reports soon; of several reports within a second the last one goes. */
  report(progress: PullProgress): void {
    if (this.#target === undefined) return;
    this.#next = progress;
    if (this.#sending !== undefined || this.#timer !== undefined) return;
    const wait = Math.max(0, this.#sentAt + EVERY_MS - performance.now());
    this.#timer = setTimeout(() => this.#send(), wait);
  }

  /** Sends what is left. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#sending;
    clearTimeout(this.#timer);
    this.#send();
    await this.#sending;
    await this.#agent?.close();
  }

  #send(): void {
    this.#timer = undefined;
    const progress = this.#next;
    if (progress === undefined || this.#target === undefined) return;
    this.#next = undefined;
    this.#sentAt = performance.now();
    this.#sending = this.#patch(this.#target, progress)
      .catch((error: unknown) => log.warn('progress could not be reported', { error: wordsOf(error) }))
      .finally(() => {
        this.#sending = undefined;
        if (this.#next !== undefined) this.report(this.#next);
      });
  }

  async #patch(target: ReportTarget, progress: PullProgress): Promise<void> {
    const token = (await readFile(target.tokenFile, 'utf8')).trim();
    this.#agent ??= new Agent({ connect: { ca: await readFile(target.caFile, 'utf8') } });
    const url = `${target.server}/api/v1/namespaces/${target.namespace}/configmaps/${target.configMap}`;
    const answer = await request(url, {
      method: 'PATCH',
      dispatcher: this.#agent,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ data: { [target.key]: JSON.stringify(progress) } }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) {
      throw new Error(`the API server answered ${answer.statusCode}: ${text.slice(0, 300)}`);
    }
  }
}
