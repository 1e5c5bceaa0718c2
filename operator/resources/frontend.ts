import type { ChatApp } from '../api/chatapp.ts';
import { selectorLabels } from '../api/labels.ts';
import type { BuildContext } from './context.ts';
import type { Deployment, Service } from './kubernetes.ts';
import { childMetadata, namesOf, serviceHost } from './metadata.ts';
import { HTTP_PORT, webDeployment } from './web.ts';

export function frontendService(chat: ChatApp): Service {
  const { type, port, nodePort, annotations } = chat.spec.frontend.service;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      ...childMetadata(chat, 'frontend', namesOf(chat).frontend),
      ...(annotations !== undefined && { annotations }),
    },
    spec: {
      type,
      selector: selectorLabels(chat.metadata.name, 'frontend'),
      ports: [{ name: 'http', port, targetPort: 'http', ...(nodePort !== undefined && { nodePort }) }],
    },
  };
}

export function frontendDeployment(chat: ChatApp, context: BuildContext): Deployment {
  const { frontend: name, backend } = namesOf(chat);
  return webDeployment(chat, context, {
    name,
    component: 'frontend',
    settings: chat.spec.frontend,
    env: [
      { name: 'BACKEND_URL', value: `http://${serviceHost(chat, backend)}:${HTTP_PORT}` },
      { name: 'TRUSTED_PROXY_HOPS', value: String(chat.spec.auth.trustedProxyHops) },
    ],
    paths: { live: '/healthz', ready: '/healthz' },
  });
}
