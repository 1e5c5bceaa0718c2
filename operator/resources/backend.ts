import type { ChatApp } from '../api/chatapp.ts';
import { ANNOTATION, METRICS_LABEL, selectorLabels } from '../api/labels.ts';
import { CONFIG_FILE, configMap } from './config.ts';
import type { BuildContext } from './context.ts';
import type { Deployment, Service } from './kubernetes.ts';
import { childMetadata, namesOf, serviceHost } from './metadata.ts';
import { REDIS_PORT } from './redis.ts';
import { SECRET_KEY } from './secret.ts';
import { HTTP_PORT, METRICS_PORT, webDeployment } from './web.ts';

export function backendService(chat: ChatApp): Service {
  const metadata = childMetadata(chat, 'backend', namesOf(chat).backend);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata, labels: { ...metadata.labels, [METRICS_LABEL]: 'true' } },
    spec: {
      selector: selectorLabels(chat.metadata.name, 'backend'),
      ports: [
        { name: 'http', port: HTTP_PORT, targetPort: 'http' },
        { name: 'metrics', port: METRICS_PORT, targetPort: 'metrics' },
      ],
    },
  };
}

export function backendDeployment(chat: ChatApp, context: BuildContext): Deployment {
  const { backend: name, redis, secret } = namesOf(chat);
  return webDeployment(chat, context, {
    name,
    component: 'backend',
    settings: chat.spec.backend,
    annotations: { [ANNOTATION.secretHash]: context.secretHash },
    env: [
      { name: 'CHATAPP_CONFIG', value: `/etc/chatapp/${CONFIG_FILE}` },
      { name: 'REDIS_HOST', value: serviceHost(chat, redis) },
      { name: 'REDIS_PORT', value: String(REDIS_PORT) },
      { name: 'REDIS_PASSWORD', valueFrom: { secretKeyRef: { name: secret, key: SECRET_KEY.redisPassword } } },
    ],
    mounts: [{ name: 'config', mountPath: '/etc/chatapp', readOnly: true }],
    volumes: [{ name: 'config', configMap: { name: configMap(chat).metadata.name } }],
    paths: { live: '/api/health', ready: '/api/ready' },
  });
}
