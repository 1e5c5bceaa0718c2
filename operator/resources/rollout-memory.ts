/** What the operator remembers of rollouts: a ConfigMap of each ChatApp, because the spec of yesterday is nowhere else. */
import type { ChatApp } from '../api/chatapp.ts';
import type { ChatAppStatus } from '../api/status.ts';
import { parsedJson } from './json.ts';
import type { ConfigMap } from './kubernetes.ts';
import { childMetadata, namesOf } from './metadata.ts';
import { revisionHash, templateHash, type Revision, type Template } from './revision.ts';

/** A rollback that holds until the spec changes, with words about what did not work. */
export type Rollback = NonNullable<ChatAppStatus['rollback']> & { message: string };

export interface RolloutMemory {
  /** What last worked. Nothing before the first install did. */
  good?: Revision | undefined;
  /** What is being rolled out, where that is not the good one. */
  next?: Revision | undefined;
  rollback?: Rollback | undefined;
}

const KEYS = { good: 'good.json', next: 'next.json', rollback: 'rollback.json' } as const;

function isWhole({ hash, labels, spec }: Template): boolean {
  return hash === templateHash({ metadata: { labels }, spec });
}

/** A revision as it was written; nothing where somebody has changed it meanwhile. */
function readRevision(text: string | undefined): Revision | undefined {
  const revision = parsedJson(text) as Revision | undefined;
  try {
    if (revision === undefined || !isWhole(revision.backend) || !isWhole(revision.frontend)) return undefined;
    return revision.hash === revisionHash(revision.backend.hash, revision.frontend.hash) ? revision : undefined;
  } catch {
    return undefined;
  }
}

/** What is remembered, from the ConfigMap; what is missing or broken there is not remembered. */
export function readMemory(configMap: ConfigMap | undefined): RolloutMemory {
  const { data } = configMap ?? {};
  const good = readRevision(data?.[KEYS.good]);
  if (good === undefined) return {};
  return {
    good,
    next: readRevision(data?.[KEYS.next]),
    rollback: parsedJson(data?.[KEYS.rollback]) as Rollback | undefined,
  };
}

/** The ConfigMap that holds what is to be remembered. */
export function memoryConfigMap(chat: ChatApp, memory: RolloutMemory): ConfigMap {
  const data = Object.entries(KEYS).flatMap(([name, key]) => {
    const value = memory[name as keyof typeof KEYS];
    return value === undefined ? [] : [[key, JSON.stringify(value)]];
  });
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: childMetadata(chat, 'shared', namesOf(chat).rollout),
    data: Object.fromEntries(data) as Record<string, string>,
  };
}
