import type { ChatApp } from '../api/chatapp.ts';
import { INSTANCE_LABEL, METRICS_LABEL } from '../api/labels.ts';
import type { KubeObject, ResourceType } from '../kube/object.ts';
import { apiVersionOf } from '../kube/object.ts';
import { childMetadata } from './metadata.ts';
import { OPTIONAL_TYPES } from './types.ts';

/** The kind that the ChatApp asks for: managed Prometheus on Azure has a group of its own. */
export function serviceMonitorType({ spec }: ChatApp): ResourceType {
  const types = [OPTIONAL_TYPES.serviceMonitor, OPTIONAL_TYPES.azureServiceMonitor];
  return types.find(({ group }) => group === spec.monitoring.serviceMonitor.apiGroup) ?? OPTIONAL_TYPES.serviceMonitor;
}

/** Has Prometheus read the metrics of backends and frontends. */
export function serviceMonitor(chat: ChatApp): KubeObject {
  const { labels, interval } = chat.spec.monitoring.serviceMonitor;
  const type = serviceMonitorType(chat);
  const metadata = childMetadata(chat, 'shared', chat.metadata.name);
  const object = {
    apiVersion: apiVersionOf(type),
    kind: type.kind,
    metadata: { ...metadata, labels: { ...labels, ...metadata.labels } },
    spec: {
      jobLabel: 'app.kubernetes.io/component',
      selector: { matchLabels: { [INSTANCE_LABEL]: chat.metadata.name, [METRICS_LABEL]: 'true' } },
      endpoints: [{ port: 'metrics', interval }],
    },
  };
  return object;
}
