/** The operator as a process of its own, with the rights of config/rbac and no more, on a real control plane. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseAllDocuments, parseDocument, type YAMLSeq } from 'yaml';
import type { ChatApp } from '../../../operator/api/chatapp.ts';
import { startChild, type Child } from '../../testbed/child.ts';
import { startControlPlane, type ControlPlane } from '../../testbed/control-plane.ts';
import { repository } from '../../testbed/folders.ts';
import { KubeClient, type KubeObject } from '../../testbed/kube-client.ts';
import { freePorts } from '../../testbed/port.ts';
import { until } from '../../testbed/wait.ts';
import { FaultProxy } from '../kube/fault-proxy.ts';
import { isForbidden, readAudit, wordsOf, type AuditEvent } from './audit.ts';

export const SYSTEM = 'chatapp-system';
/** Who the operator is to the API server. */
export const USER = `system:serviceaccount:${SYSTEM}:chatapp-operator`;
export const IMAGES = { RUNTIME_IMAGE: 'runtime:test', REDIS_IMAGE: 'redis:test', OLLAMA_IMAGE: 'ollama:test' };

/** In a pod the kubelet renews it; here it has to last for the longest bench. */
const TOKEN_SECONDS = 24 * 3_600;

/** Where objects of a kind live; every kind that the operator makes. */
export const COLLECTIONS: Readonly<Record<string, string>> = {
  ConfigMap: 'api/v1/namespaces/NS/configmaps',
  Secret: 'api/v1/namespaces/NS/secrets',
  Service: 'api/v1/namespaces/NS/services',
  ServiceAccount: 'api/v1/namespaces/NS/serviceaccounts',
  Role: 'apis/rbac.authorization.k8s.io/v1/namespaces/NS/roles',
  RoleBinding: 'apis/rbac.authorization.k8s.io/v1/namespaces/NS/rolebindings',
  StatefulSet: 'apis/apps/v1/namespaces/NS/statefulsets',
  Deployment: 'apis/apps/v1/namespaces/NS/deployments',
  Job: 'apis/batch/v1/namespaces/NS/jobs',
  PersistentVolumeClaim: 'api/v1/namespaces/NS/persistentvolumeclaims',
  PodDisruptionBudget: 'apis/policy/v1/namespaces/NS/poddisruptionbudgets',
  HorizontalPodAutoscaler: 'apis/autoscaling/v2/namespaces/NS/horizontalpodautoscalers',
  NetworkPolicy: 'apis/networking.k8s.io/v1/namespaces/NS/networkpolicies',
  Ingress: 'apis/networking.k8s.io/v1/namespaces/NS/ingresses',
  HTTPRoute: 'apis/gateway.networking.k8s.io/v1/namespaces/NS/httproutes',
  ScaledObject: 'apis/keda.sh/v1alpha1/namespaces/NS/scaledobjects',
  ServiceMonitor: 'apis/monitoring.coreos.com/v1/namespaces/NS/servicemonitors',
  AzureServiceMonitor: 'apis/azmonitoring.coreos.com/v1/namespaces/NS/servicemonitors',
  ReplicaSet: 'apis/apps/v1/namespaces/NS/replicasets',
  Pod: 'api/v1/namespaces/NS/pods',
  ChatApp: 'apis/chatapp.dev/v1alpha1/namespaces/NS/chatapps',
};

/** Kinds of the children that the smallest ChatApp has, its pull Job apart. */
export const CHILD_KINDS = [
  'ConfigMap',
  'Secret',
  'Service',
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'StatefulSet',
  'Deployment',
  'NetworkPolicy',
  'PodDisruptionBudget',
] as const;

export function pathTo(kind: string, namespace: string, name?: string): string {
  const collection = COLLECTIONS[kind];
  if (collection === undefined) throw new Error(`where do objects of kind ${kind} live?`);
  return `/${collection.replace('NS', namespace)}${name === undefined ? '' : `/${name}`}`;
}

export interface OperatorBedOptions {
  /** The program of the operator; default its sources. */
  readonly program?: string;
  /** `idle`: pods stay as the controllers make them, so that nothing but the operator works. */
  readonly pods?: 'run' | 'idle';
  /** `namespace`: the operator looks after its own namespace only, with the rights of config/namespaced; default `cluster`. */
  readonly rights?: 'cluster' | 'namespace';
  /** `proxy`: the operator reaches the API server by way of a proxy that makes faults. */
  readonly way?: 'direct' | 'proxy';
}

/** Files with everything that the operator may do, in the folder config. */
export const RIGHTS = {
  cluster: ['rbac/cluster-role.yaml', 'rbac/leader-election.yaml'],
  namespace: ['namespaced/role.yaml', 'rbac/leader-election.yaml'],
} as const;

/** Variables of config/manager that say how much memory the operator may take: figures without them would be of another one. */
function memoryVariables(): Record<string, string> {
  const deployment = parseDocument(fs.readFileSync(path.join(repository, 'config/manager/deployment.yaml'), 'utf8'));
  const env = deployment.getIn(['spec', 'template', 'spec', 'containers', 0, 'env']) as YAMLSeq;
  const variables = env.toJSON() as { name: string; value?: string }[];
  const named = variables.filter(({ name }) => name === 'NODE_OPTIONS' || name === 'MALLOC_ARENA_MAX');
  return Object.fromEntries(named.map(({ name, value = '' }) => [name, value]));
}

/** A process of the operator. */
export interface Running {
  readonly child: Child;
  /** Where it serves probes and metrics. */
  readonly url: string;
}

/** How an operator reaches the API server, and who it is there. */
export interface Access {
  readonly kubeconfig: string;
  /** What the audit log calls its token. */
  readonly credential: string;
}

/** A control plane with the CRD, the operator's rights and the operator. */
export class OperatorBed {
  readonly plane: ControlPlane;
  readonly client: KubeClient;
  readonly proxy: FaultProxy | undefined;
  readonly #program: string;
  readonly #watchNamespace: object;
  readonly #folder: string;
  readonly #logFile: string;
  #access: Access | undefined;
  #operator: Running | undefined;

  constructor(
    plane: ControlPlane,
    client: KubeClient,
    proxy: FaultProxy | undefined,
    { program = 'operator/main.ts', rights = 'cluster' }: OperatorBedOptions,
  ) {
    this.#program = program;
    this.#watchNamespace = rights === 'cluster' ? {} : { WATCH_NAMESPACE: SYSTEM };
    this.plane = plane;
    this.client = client;
    this.proxy = proxy;
    this.#folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-operator-'));
    this.#logFile = path.join(this.#folder, 'operator.log');
  }

  static async start(options: OperatorBedOptions = {}): Promise<OperatorBed> {
    const { pods = 'run', rights = 'cluster', way = 'direct' } = options;
    const plane = await startControlPlane({
      crds: [path.join(repository, 'crds/chatapp.dev_chatapps.yaml')],
      nodeHelper: pods === 'run',
      podSecurity: 'restricted',
      // Some clusters have it: owner references that block a deletion then need a right of their own.
      apiServerFlags: ['--enable-admission-plugins=OwnerReferencesPermissionEnforcement'],
    });
    const client = new KubeClient(plane.kubeconfig);
    await client.ok('POST', '/api/v1/namespaces', { metadata: { name: SYSTEM } });
    for (const file of ['rbac/service-account.yaml', ...RIGHTS[rights]]) {
      for (const document of parseAllDocuments(fs.readFileSync(path.join(repository, 'config', file), 'utf8'))) {
        await client.ok('POST', rbacPath((document.toJS() as KubeObject).kind ?? ''), document.toJS());
      }
    }
    const proxy = way === 'proxy' ? await FaultProxy.start(plane.kubeconfig) : undefined;
    const bed = new OperatorBed(plane, client, proxy, options);
    try {
      await bed.startOperator();
    } catch (error) {
      await bed.stop();
      throw error;
    }
    return bed;
  }

  /** A kubeconfig with a new token of the operator's service account. */
  async newAccess(): Promise<Access> {
    const account = `/api/v1/namespaces/${SYSTEM}/serviceaccounts/chatapp-operator/token`;
    const { status } = await this.client.ok<{ status: { token: string } }>('POST', account, {
      spec: { expirationSeconds: TOKEN_SECONDS },
    });
    const payload = Buffer.from(status.token.split('.')[1] ?? '', 'base64url').toString();
    const credential = `JTI=${(JSON.parse(payload) as { jti: string }).jti}`;
    const trust =
      this.proxy === undefined ? { 'certificate-authority': this.plane.caFile } : { 'insecure-skip-tls-verify': true };
    const cluster = { server: this.proxy?.url ?? this.plane.server, ...trust };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'test',
      clusters: [{ name: 'test', cluster }],
      users: [{ name: 'operator', user: { token: status.token } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'operator' } }],
    };
    const kubeconfig = path.join(this.#folder, `kubeconfig-${credential}`);
    fs.writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
    return { kubeconfig, credential };
  }

  get url(): string {
    if (this.#operator === undefined) throw new Error('the operator does not run');
    return this.#operator.url;
  }

  /** How the operator ended, if it did. */
  get ended(): string | undefined {
    return this.#operator?.child.ended();
  }

  /** What Prometheus would read now. */
  async metrics(): Promise<string> {
    return (await fetch(`${this.url}/metrics`)).text();
  }

  /** Reconciles that went well since the operator began. */
  async successes(): Promise<number> {
    const count = /controller_runtime_reconcile_total\{[^}]*result="success"[^}]*\} (\d+)/.exec(await this.metrics());
    return Number(count?.[1] ?? 0);
  }

  /** Process id of the operator. */
  get pid(): number {
    if (this.#operator === undefined) throw new Error('the operator does not run');
    return this.#operator.child.pid;
  }

  get log(): string {
    return fs.readFileSync(this.#logFile, 'utf8');
  }

  async startOperator(): Promise<void> {
    this.#access ??= await this.newAccess();
    this.#operator = await this.launch(this.#access);
  }

  /** Starts an operator, beside those that run; resolves when its caches are filled. */
  async launch({ kubeconfig }: Access): Promise<Running> {
    const [port] = (await freePorts(1)) as [number];
    const child = await startChild({
      name: 'operator',
      program: process.execPath,
      args: ['--disable-warning=DEP0040', path.join(repository, this.#program)],
      env: {
        PATH: process.env['PATH'],
        KUBECONFIG: kubeconfig,
        POD_NAMESPACE: SYSTEM,
        POD_NAME: `operator-${port}`,
        PORT: String(port),
        ...this.#watchNamespace,
        ...memoryVariables(),
        ...IMAGES,
      },
      logFile: this.#logFile,
    });
    const url = `http://127.0.0.1:${port}`;
    await until('the operator is ready', async () => (await fetch(`${url}/readyz`)).ok, {
      timeout: 10 * 60_000,
      hopeless: () => child.ended(),
    });
    return { child, url };
  }

  async stopOperator(signal: NodeJS.Signals = 'SIGTERM'): Promise<string | undefined> {
    const { child } = this.#operator ?? {};
    await child?.stop(signal);
    this.#operator = undefined;
    return child?.ended();
  }

  async namespace(name: string): Promise<string> {
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await this.client.ok('POST', '/api/v1/namespaces', { metadata: { name, labels } });
    return name;
  }

  /** Creates a ChatApp; `spec` over the smallest one. */
  async create(namespace: string, name: string, spec: object = {}): Promise<void> {
    const whole = { ollama: { models: [{ name: 'tinyllama' }] }, ...spec };
    const chat = { apiVersion: 'chatapp.dev/v1alpha1', kind: 'ChatApp', metadata: { name }, spec: whole };
    await this.client.ok('POST', pathTo('ChatApp', namespace), chat);
  }

  async patch(kind: string, namespace: string, name: string, patch: object): Promise<void> {
    await this.client.ok('PATCH', pathTo(kind, namespace, name), patch, { type: 'application/merge-patch+json' });
  }

  async get<T extends KubeObject>(kind: string, namespace: string, name: string): Promise<T | undefined> {
    const { status, body } = await this.client.send<T>('GET', pathTo(kind, namespace, name));
    return status === 200 ? body : undefined;
  }

  async list<T extends KubeObject>(kind: string, namespace: string): Promise<readonly T[]> {
    return (await this.client.ok<{ items: T[] }>('GET', pathTo(kind, namespace))).items;
  }

  /** The ChatApp once what is asked holds. */
  async chatWhen(what: string, namespace: string, name: string, holds: (chat: ChatApp) => boolean): Promise<ChatApp> {
    return until(
      what,
      async () => {
        const chat = await this.get<ChatApp>('ChatApp', namespace, name);
        return chat !== undefined && holds(chat) && chat;
      },
      { timeout: 20_000, hopeless: () => this.#operator?.child.ended() },
    );
  }

  /** The ChatApp once people could chat, every model is there, and nothing is under way. */
  settled(namespace: string, name: string): Promise<ChatApp> {
    return this.chatWhen(`${name} is settled`, namespace, name, (chat) => {
      return chat.status?.phase === 'Ready' && chat.status.observedGeneration === chat.metadata.generation;
    });
  }

  /** Has the next operator lead at once, as if the time of one that was killed were over. */
  async freeLease(): Promise<void> {
    const lease = `/apis/coordination.k8s.io/v1/namespaces/${SYSTEM}/leases/chatapp-operator`;
    await this.client.ok('DELETE', lease, undefined, { allow: [404] });
  }

  /** What the operator asked of the API server, from the audit log. */
  audit(): Generator<AuditEvent> {
    return readAudit(this.plane.auditLog, USER);
  }

  /** Requests of the operator since a time, such as `patch statefulsets demo-redis`. */
  requestsSince(since: Date): string[] {
    return this.audit()
      .filter(({ requestReceivedTimestamp }) => Date.parse(requestReceivedTimestamp) >= since.getTime())
      .map(({ verb, objectRef }) => `${verb} ${objectRef?.resource ?? ''} ${objectRef?.name ?? ''}`)
      .toArray();
  }

  /** Those of them that write, the Lease apart. */
  writesSince(since: Date): string[] {
    return this.requestsSince(since).filter((line) => /^(create|patch|update|delete) (?!leases)/.test(line));
  }

  /** Ends all of it. Throws when the operator asked for something that it has no right to: no test may need that. */
  async stop(): Promise<void> {
    await this.stopOperator();
    await this.proxy?.stop();
    const refused = new Set(this.audit().filter(isForbidden).map(wordsOf));
    await this.client.close();
    await this.plane.stop();
    fs.rmSync(this.#folder, { recursive: true, force: true });
    // Behind the proxy the API server is started anew, too: it refuses everything until it has read the roles.
    if (refused.size > 0 && this.proxy === undefined) {
      throw new Error(`operator/rbac/rights.ts lacks: ${[...refused].join(', ')}`);
    }
  }
}

function rbacPath(kind: string): string {
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const paths: Record<string, string> = {
    ServiceAccount: `/api/v1/namespaces/${SYSTEM}/serviceaccounts`,
    ClusterRole: `${rbac}/clusterroles`,
    ClusterRoleBinding: `${rbac}/clusterrolebindings`,
    Role: `${rbac}/namespaces/${SYSTEM}/roles`,
    RoleBinding: `${rbac}/namespaces/${SYSTEM}/rolebindings`,
  };
  const found = paths[kind];
  if (found === undefined) throw new Error(`config/rbac has a ${kind}: say here where it lives`);
  return found;
}
