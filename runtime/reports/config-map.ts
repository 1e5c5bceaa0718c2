/** The ConfigMap of a chat through which its parts tell the operator, and each other, how they do. */
import { readFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import path from 'node:path';
import * as z from 'zod';
import type { reportEnvironment } from '../environment.ts';
import { ask } from '../http.ts';

export interface ReportsTarget {
  readonly configMap: string;
  readonly namespace: string;
  /** Base URL of the API server. */
  readonly server: string;
  /** Files of the service account, read anew each time: tokens are replaced while the pod runs. */
  readonly tokenFile: string;
  readonly caFile: string;
}

const ANSWER_WITHIN_MS = 5000;

const answerSchema = z.object({ data: z.record(z.string(), z.string()).default({}) });

/** Where to report to, from inside a cluster; nothing when the process runs elsewhere. */
export function inClusterTarget(settings: z.infer<typeof reportEnvironment>): ReportsTarget | undefined {
  const { REPORT_CONFIGMAP: configMap, REPORT_NAMESPACE: namespace, SERVICE_ACCOUNT_DIR: account } = settings;
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = settings;
  if (configMap === undefined || namespace === undefined || host === undefined) return undefined;
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const [tokenFile, caFile] = [path.join(account, 'token'), path.join(account, 'ca.crt')];
  return { configMap, namespace, server, tokenFile, caFile };
}

export class ReportsConfigMap {
  readonly #target: ReportsTarget;
  #agent: Agent | undefined;

  constructor(target: ReportsTarget) {
    this.#target = target;
  }

  /**
   * Sets keys, or removes those that are null, and leaves all others as they are.
   * @param withinMs when the answer must be there at the latest
   * @throws Error when the API server does not answer in time or refuses
   */
  async patch(data: Readonly<Record<string, string | null>>, withinMs = ANSWER_WITHIN_MS): Promise<void> {
    await this.#ask('PATCH', withinMs, JSON.stringify({ data }));
  }

  /** All reports as they are now. @throws Error when the API server does not answer in time or refuses */
  async read(): Promise<Readonly<Record<string, string>>> {
    return answerSchema.parse(JSON.parse(await this.#ask('GET', ANSWER_WITHIN_MS))).data;
  }

  close(): void {
    this.#agent?.destroy();
  }

  async #ask(method: 'GET' | 'PATCH', withinMs: number, body?: string): Promise<string> {
    const { configMap, namespace, server, tokenFile, caFile } = this.#target;
    const token = (await readFile(tokenFile, 'utf8')).trim();
    this.#agent ??= new Agent({ keepAlive: true, ca: await readFile(caFile, 'utf8') });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/merge-patch+json' };
    return ask(`${server}/api/v1/namespaces/${namespace}/configmaps/${configMap}`, {
      ...{ method, headers, agent: this.#agent, withinMs: Math.min(withinMs, ANSWER_WITHIN_MS) },
      ...(body === undefined ? {} : { body }),
    });
  }
}
