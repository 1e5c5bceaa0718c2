/** A real API server to which the parts of chats report, each with its own right and no other. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type * as z from 'zod';
import { reportAccess, reportsConfigMap } from '../../../operator/resources/reports.ts';
import { parseReport } from '../../../runtime/reports/parse.ts';
import type { ControlPlane } from '../../testbed/control-plane.ts';
import { startControlPlane } from '../../testbed/control-plane.ts';
import { KubeClient, type KubeObject } from '../../testbed/kube-client.ts';
import { chatApp } from '../../unit/operator/chatapp.ts';
import { readAudit, type AuditEvent } from '../operator/audit.ts';
import type { RoleProcess } from './cluster.ts';

const NAMESPACE = 'chat';
const CORE = `/api/v1/namespaces/${NAMESPACE}`;
const RBAC = `/apis/rbac.authorization.k8s.io/v1/namespaces/${NAMESPACE}`;

type Part = 'backend' | 'puller';

/** Whether a backend was ever the one that reports for all. */
export function isReporter({ logFile }: RoleProcess): boolean {
  return fs.readFileSync(logFile, 'utf8').includes('this backend reports for all');
}

/** What one chat has there. */
export class ReportedChat {
  readonly #name: string;
  readonly #client: KubeClient;
  readonly #plane: ControlPlane;
  readonly #folder: string;

  constructor(name: string, client: KubeClient, plane: ControlPlane, folder: string) {
    this.#name = name;
    this.#client = client;
    this.#plane = plane;
    this.#folder = folder;
  }

  /** What the cluster tells a process of a part. */
  async environment(part: Part): Promise<Record<string, string>> {
    const account = path.join(this.#folder, `${this.#name}-${part}`);
    const tokens = `${CORE}/serviceaccounts/${this.#name}-${part}/token`;
    const { status } = await this.#client.ok<{ status: { token: string } }>('POST', tokens, { spec: {} });
    fs.mkdirSync(account);
    fs.writeFileSync(path.join(account, 'token'), status.token);
    fs.copyFileSync(this.#plane.caFile, path.join(account, 'ca.crt'));
    const { hostname, port } = new URL(this.#plane.server);
    return {
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
      SERVICE_ACCOUNT_DIR: account,
      REPORT_CONFIGMAP: `${this.#name}-reports`,
      REPORT_NAMESPACE: NAMESPACE,
    };
  }

  /** One report as it is now. */
  async report<T>(schema: z.ZodType<T>, key: string): Promise<T | undefined> {
    const path = `${CORE}/configmaps/${this.#name}-reports`;
    const { data = {} } = await this.#client.ok<{ data?: Record<string, string> }>('GET', path);
    return parseReport(schema, data[key]);
  }

  /** What a part asked of the API server, in order. */
  asked(part: Part): AuditEvent[] {
    return readAudit(this.#plane.auditLog, `system:serviceaccount:${NAMESPACE}:${this.#name}-${part}`).toArray();
  }
}

export class ReportsBed {
  readonly #plane: ControlPlane;
  readonly #client: KubeClient;
  readonly #folder: string;

  private constructor(plane: ControlPlane, client: KubeClient) {
    this.#plane = plane;
    this.#client = client;
    this.#folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-accounts-'));
  }

  static async start(): Promise<ReportsBed> {
    const plane = await startControlPlane();
    const client = new KubeClient(plane.kubeconfig);
    await client.ok('POST', '/api/v1/namespaces', { metadata: { name: NAMESPACE } });
    return new ReportsBed(plane, client);
  }

  /** Makes the reports of a chat, and the rights to them, as the operator does. */
  async open(name: string): Promise<ReportedChat> {
    const chat = chatApp({}, name);
    const { accounts, roles, bindings } = reportAccess(chat);
    // Without its owner, which is not here.
    const make = async (collection: string, { metadata, ...rest }: KubeObject): Promise<void> => {
      await this.#client.ok('POST', collection, { ...rest, metadata: { name: metadata.name } });
    };
    await make(`${CORE}/configmaps`, reportsConfigMap(chat));
    for (const account of accounts) await make(`${CORE}/serviceaccounts`, account);
    for (const role of roles) await make(`${RBAC}/roles`, role);
    for (const binding of bindings) await make(`${RBAC}/rolebindings`, binding);
    return new ReportedChat(name, this.#client, this.#plane, this.#folder);
  }

  async stop(): Promise<void> {
    await this.#client.close();
    await this.#plane.stop();
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }
}
