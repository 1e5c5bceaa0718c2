import type { ChatApp } from '../api/chatapp.ts';
import { selectorLabels } from '../api/labels.ts';
import type { PodTemplate, Storage } from '../api/spec.ts';
import type { Container, StatefulSet, Strings, Volume } from './kubernetes.ts';
import type { BuildContext } from './context.ts';
import { childMetadata } from './metadata.ts';
import { podTemplate, spread, TMP } from './pod.ts';
import { referenceAnnotation } from './resolved.ts';
import { dataVolume } from './storage.ts';

interface StatefulSetOptions {
  name: string;
  component: 'redis' | 'ollama';
  replicas: number;
  settings: { storage: Storage; podTemplate: PodTemplate };
  annotations?: Strings;
  container: Container;
  sidecar?: Container;
  serviceAccountName?: string;
  volumes?: Volume[];
  /** Seconds. */
  gracePeriod: number;
}

/** A server with a volume of its own for each pod, mounted as `data`. */
export function statefulSet(chat: ChatApp, context: BuildContext, options: StatefulSetOptions): StatefulSet {
  const { name, component, replicas, settings, annotations, container, volumes = [], gracePeriod } = options;
  const { sidecar, serviceAccountName } = options;
  const data = dataVolume(chat, component, settings.storage);
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: childMetadata(chat, component, name),
    spec: {
      replicas,
      serviceName: name,
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: selectorLabels(chat.metadata.name, component) },
      ...data.claims,
      template: podTemplate(chat, {
        component,
        template: settings.podTemplate,
        annotations: { ...annotations, ...referenceAnnotation(chat, context.references, component) },
        spec: {
          terminationGracePeriodSeconds: gracePeriod,
          topologySpreadConstraints: spread(chat, component),
          ...(serviceAccountName !== undefined && { serviceAccountName }),
          ...(sidecar !== undefined && { initContainers: [sidecar] }),
          containers: [container],
          volumes: [...data.volumes, ...volumes, TMP.volume],
        },
      }),
    },
  };
}
