import { readFileSync } from 'node:fs';
import { KubeConfig } from '@kubernetes/client-node';
import { after } from 'mocha';
import { pathOf, type KubeObject, type ResourceType } from '../../../operator/kube/object.ts';
import { createTransport, type Transport, type TransportOptions } from '../../../operator/kube/transport.ts';
import { startControlPlane, type ControlPlane } from '../../testbed/control-plane.ts';
import { until as untilBefore } from '../../testbed/wait.ts';

/** Building the programs the first time takes minutes. */
export const buildTimeout = 30 * 60_000;

export * from './config-map.ts';

let starting: Promise<ControlPlane> | undefined;

/** The control plane that all files of this folder share; stopped when all tests are over. */
export function sharedPlane(): Promise<ControlPlane> {
  starting ??= startControlPlane();
  return starting;
}

after(async function () {
  this.timeout(60_000);
  await (await starting)?.stop();
});

/** A kubeconfig of a member of system:masters. */
export function adminConfig(plane: ControlPlane): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(plane.kubeconfig);
  return config;
}

/** A transport with all rights. */
export function admin(plane: ControlPlane, options: TransportOptions = {}): Transport {
  return createTransport(adminConfig(plane), options);
}

let made = 0;

/** A new namespace for one test, so that tests do not meet. */
export async function newNamespace(transport: Transport): Promise<string> {
  const name = `kube-${process.pid}-${++made}`;
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  await transport.request('POST', '/api/v1/namespaces', { body });
  return name;
}

export interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** A kubeconfig of a service account of the namespace that may do this and no more. `server` in place of the API server. */
export async function limitedConfig(
  plane: ControlPlane,
  transport: Transport,
  namespace: string,
  rules: Rule[],
  server = plane.server,
): Promise<KubeConfig> {
  const metadata = { name: 'limited', namespace };
  const rbac = 'rbac.authorization.k8s.io';
  const roles = `/apis/${rbac}/v1/namespaces/${namespace}`;
  const create = (path: string, body: object) =>
    transport.request<{ status: { token: string } }>('POST', path, { body });
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await create(accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  await create(`${roles}/roles`, { apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules });
  await create(`${roles}/rolebindings`, {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: rbac, kind: 'Role', name: 'limited' },
    subjects: [{ kind: 'ServiceAccount', name: 'limited', namespace }],
  });
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const { status } = await create(`${accounts}/limited/token`, request);
  return tokenConfig(plane, status.token, server);
}

/** A kubeconfig with a bearer token. */
export function tokenConfig(plane: ControlPlane, token: string, server = plane.server): KubeConfig {
  const config = new KubeConfig();
  const caData = readFileSync(plane.caFile).toString('base64');
  const plain = server.startsWith('http:');
  config.loadFromClusterAndUser({ name: 'c', server, caData, skipTLSVerify: plain }, { name: 'limited', token });
  return config;
}

/** Waits until the probe gives something; ten seconds unless told otherwise. */
export function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  ms = 10_000,
) {
  return untilBefore(what, probe, { timeout: ms, every: 5 });
}

/** Resolves after this time: for showing that within it nothing happens. */
export function quietFor(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Creates an object and returns it as the server has it. */
export function create<T extends KubeObject>(transport: Transport, type: ResourceType, body: T): Promise<T> {
  return transport.request<T>('POST', pathOf(type, body.metadata.namespace), { body });
}

/** Changes an object by a JSON merge patch, in somebody else's name. */
export function change(
  transport: Transport,
  type: ResourceType,
  object: KubeObject,
  patch: object,
): Promise<KubeObject> {
  const path = pathOf(type, object.metadata.namespace, object.metadata.name);
  return transport.request<KubeObject>('PATCH', path, {
    body: patch,
    contentType: 'application/merge-patch+json',
    query: { fieldManager: 'somebody' },
  });
}

export function destroy(transport: Transport, type: ResourceType, object: KubeObject): Promise<unknown> {
  return transport.request('DELETE', pathOf(type, object.metadata.namespace, object.metadata.name));
}

/** A transport that lets a test change one thing about another. */
export function via(transport: Transport, changes: Partial<Transport>): Transport {
  return {
    request: (method, path, options) => transport.request(method, path, options),
    stream: (path, options) => transport.stream(path, options),
    close: () => transport.close(),
    ...changes,
  };
}
