import type { ChatApp } from '../api/chatapp.ts';
import { selectorLabels } from '../api/labels.ts';
import type { KubeObject } from '../kube/object.ts';
import { childMetadata, namesOf } from './metadata.ts';

const PARTS = ['backend', 'frontend', 'ollama'] as const;

interface Settings {
  mode?: 'Managed' | 'External';
  replicas: number;
  podDisruptionBudget: { enabled: boolean };
  autoscaling?: { minReplicas: number } | undefined;
}

/** Pods that are there at least, when nothing is wrong. */
const atLeast = ({ replicas, autoscaling }: Settings) => autoscaling?.minReplicas ?? replicas;

/** One pod at a time may be evicted. Where there is only one, a budget would block every drain: there is none. */
export function disruptionBudgets(chat: ChatApp): KubeObject[] {
  const wanted = PARTS.filter((part) => {
    const settings: Settings = chat.spec[part];
    const isOurs = settings.mode !== 'External';
    return isOurs && settings.podDisruptionBudget.enabled && atLeast(settings) >= 2;
  });
  return wanted.map((part) => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: childMetadata(chat, part, namesOf(chat)[part]),
    spec: { maxUnavailable: 1, selector: { matchLabels: selectorLabels(chat.metadata.name, part) } },
  }));
}
