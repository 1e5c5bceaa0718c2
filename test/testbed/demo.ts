import { nodePort } from './cluster.ts';

/** Where `make up` puts its chat. */
export const demo = { namespace: 'chat', name: 'demo' } as const;

const registryNamespace = 'models';
const registryPort = 5000;

/** The model registry of a cluster without internet, as `spec.ollama.pull.registry` takes it. */
export const registryHost = `models.${registryNamespace}.svc:${registryPort}`;

/** Namespace, Deployment and Service of a registry that holds the test model. */
export function modelRegistry(image: string): readonly object[] {
  const labels = { 'app.kubernetes.io/name': 'models' };
  const metadata = { name: 'models', namespace: registryNamespace, labels };
  const container = {
    name: 'registry',
    image,
    imagePullPolicy: 'IfNotPresent',
    ports: [{ name: 'http', containerPort: registryPort }],
    readinessProbe: { httpGet: { path: '/v2/', port: 'http' }, periodSeconds: 2 },
    resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
  const podSecurity = { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } };
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: registryNamespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: podSecurity,
            containers: [container],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: labels, ports: [{ name: 'http', port: registryPort, targetPort: 'http' }] },
    },
  ];
}

export interface DemoOptions {
  readonly model: string;
  /** Pull from the registry in the cluster instead of the public one. */
  readonly registry: 'public' | 'in the cluster';
  /** Where people find the chat. */
  readonly url: string;
}

/** The namespace and the ChatApp that `make up` applies. */
export function demoChat({ model, registry, url }: DemoOptions): readonly object[] {
  const pull = registry === 'public' ? {} : { pull: { registry: registryHost, insecure: true } };
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: demo.namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    },
    {
      apiVersion: 'chatapp.dev/v1alpha1',
      kind: 'ChatApp',
      metadata: demo,
      spec: {
        publicURL: url,
        frontend: { service: { type: 'NodePort', nodePort } },
        ollama: { models: [{ name: model }], ...pull },
      },
    },
  ];
}
