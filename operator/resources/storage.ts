import type { ChatApp } from '../api/chatapp.ts';
import { labels, type Component } from '../api/labels.ts';
import type { Storage } from '../api/spec.ts';
import type { StatefulSet, Volume } from './kubernetes.ts';
import { namesOf } from './metadata.ts';

/** The volume of a server, mounted as `data`: what the StatefulSet says of its claims, and what its pods say of volumes. */
export interface DataVolume {
  claims: Pick<StatefulSet['spec'], 'volumeClaimTemplates' | 'persistentVolumeClaimRetentionPolicy'>;
  volumes: Volume[];
}

/** One volume for each replica, or the claim that is there already, which is nobody's but its owner's to delete. */
export function dataVolume(
  chat: ChatApp,
  component: Component,
  { size, storageClassName, accessModes, existingClaim, retention }: Storage,
): DataVolume {
  if (existingClaim !== undefined) {
    return { claims: {}, volumes: [{ name: 'data', persistentVolumeClaim: { claimName: existingClaim } }] };
  }
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
    claims: {
      volumeClaimTemplates: [claim],
      persistentVolumeClaimRetentionPolicy: { whenDeleted: retention, whenScaled: 'Retain' },
    },
    volumes: [],
  };
}

/** Name of the claim of one replica of Ollama. */
export function modelClaim(chat: ChatApp, replica: number): string {
  return chat.spec.ollama.storage.existingClaim ?? `data-${namesOf(chat).ollama}-${replica}`;
}
