import type { ChatApp } from '../api/chatapp.ts';
import { labels, type Component } from '../api/labels.ts';
import type { Storage } from '../api/spec.ts';
import type { StatefulSet } from './kubernetes.ts';

/** What a StatefulSet says of its volume, one for each replica, mounted as `data`. */
export function dataVolume(
  chat: ChatApp,
  component: Component,
  { size, storageClassName, accessModes, retention }: Storage,
): Pick<StatefulSet['spec'], 'volumeClaimTemplates' | 'persistentVolumeClaimRetentionPolicy'> {
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', labels: labels(chat.metadata.name, component) },
    spec: {
      accessModes,
      resources: { requests: { storage: size } },
      ...(storageClassName !== undefined && { storageClassName }),
    },
  };
  return {
    volumeClaimTemplates: [claim],
    persistentVolumeClaimRetentionPolicy: { whenDeleted: retention, whenScaled: 'Retain' },
  };
}
