import type { ChatApp } from '../api/chatapp.ts';
import { ANNOTATION, METRICS_LABEL, selectorLabels } from '../api/labels.ts';
import { namingEnvironment } from './auth.ts';
import type { BuildContext } from './context.ts';
import type { Deployment, PodSpec, Service } from './kubernetes.ts';
import { childMetadata, namesOf, serviceHost } from './metadata.ts';
import { HTTP_PORT, METRICS_PORT, webDeployment } from './web.ts';

export function frontendService(chat: ChatApp): Service {
  const { type, port, nodePort, annotations, loadBalancerSourceRanges, externalTrafficPolicy } =
    chat.spec.frontend.service;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      ...childMetadata(chat, 'frontend', namesOf(chat).frontend),
      ...(annotations !== undefined && { annotations }),
    },
    spec: {
      type,
      ...(loadBalancerSourceRanges && { loadBalancerSourceRanges }),
      ...(externalTrafficPolicy && { externalTrafficPolicy }),
      selector: selectorLabels(chat.metadata.name, 'frontend'),
      ports: [{ name: 'http', port, targetPort: 'http', ...(nodePort !== undefined && { nodePort }) }],
    },
  };
}

/** The frontends' metrics have a Service of their own: the other one may be open to the whole world. */
export function frontendMetricsService(chat: ChatApp): Service {
  const metadata = childMetadata(chat, 'frontend', namesOf(chat).frontendMetrics);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata, labels: { ...metadata.labels, [METRICS_LABEL]: 'true' } },
    spec: {
      clusterIP: 'None',
      selector: selectorLabels(chat.metadata.name, 'frontend'),
      ports: [{ name: 'metrics', port: METRICS_PORT, targetPort: 'metrics' }],
    },
  };
}

const BASE_PATH = 'BASE_PATH';

export function frontendDeployment(chat: ChatApp, context: BuildContext): Deployment {
  const { frontend: name, backend } = namesOf(chat);
  const naming = namingEnvironment(chat);
  const { path, assetBaseURL } = chat.spec.ingress;
  return webDeployment(chat, context, {
    name,
    component: 'frontend',
    settings: chat.spec.frontend,
    ...(naming.length > 0 && { annotations: { [ANNOTATION.secretHash]: context.backendSecretHash } }),
    env: [
      { name: 'BACKEND_URL', value: `http://${serviceHost(chat, backend)}:${HTTP_PORT}` },
      { name: 'TRUSTED_PROXY_HOPS', value: String(chat.spec.auth.trustedProxyHops) },
      ...naming,
      ...(path === '/' ? [] : [{ name: BASE_PATH, value: path }]),
      ...(assetBaseURL === undefined ? [] : [{ name: 'ASSET_BASE_URL', value: assetBaseURL }]),
    ],
    paths: { live: '/healthz', ready: '/healthz' },
  });
}

/** The path under which frontends serve. */
export function basePathOf({ containers }: PodSpec): string {
  const [main] = containers;
  return main?.env?.find(({ name }) => name === BASE_PATH)?.value ?? '/';
}
