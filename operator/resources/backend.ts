import type { ChatApp } from '../api/chatapp.ts';
import { ANNOTATION, METRICS_LABEL, selectorLabels } from '../api/labels.ts';
import { authEnvironment } from './auth.ts';
import { CONFIG_FILE, configMap } from './config.ts';
import type { BuildContext } from './context.ts';
import type { Deployment, Service } from './kubernetes.ts';
import { childMetadata, namesOf } from './metadata.ts';
import { ollamaEnvironment } from './ollama.ts';
import { redisEnvironment } from './redis.ts';
import { reportingAccount } from './reports.ts';
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
  const isExternal = chat.spec.redis.mode === 'External' || chat.spec.ollama.mode === 'External';
  const access = [redisEnvironment(chat), ollamaEnvironment(chat), authEnvironment(chat)];
  const { backend: name, reports } = namesOf(chat);
  return webDeployment(chat, context, {
    name,
    component: 'backend',
    settings: chat.spec.backend,
    annotations: { [ANNOTATION.secretHash]: context.backendSecretHash },
    env: [
      { name: 'CHATAPP_CONFIG', value: `/etc/chatapp/${CONFIG_FILE}` },
      { name: 'REPORT_NAMESPACE', value: chat.metadata.namespace },
      { name: 'REPORT_CONFIGMAP', value: reports },
      ...(isExternal ? [{ name: 'REPORT_REACH', value: 'true' }] : []),
      ...access.flatMap(({ env }) => env),
    ],
    mounts: [{ name: 'config', mountPath: '/etc/chatapp', readOnly: true }, ...access.flatMap(({ mounts }) => mounts)],
    volumes: [
      { name: 'config', configMap: { name: configMap(chat).metadata.name } },
      ...access.flatMap(({ volumes }) => volumes),
    ],
    paths: { live: '/api/health', ready: '/api/ready' },
    account: reportingAccount(chat, 'backend'),
  });
}
