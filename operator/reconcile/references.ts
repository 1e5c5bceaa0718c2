import type { ChatApp } from '../api/chatapp.ts';
import { COMPONENT_LABEL } from '../api/labels.ts';
import type { ObjectReference } from '../kube/references.ts';
import type { Child, Steps } from '../resources/children.ts';
import { referencesOf, type Reference } from '../resources/references.ts';
import { missingOf, type Resolved } from '../resources/resolved.ts';
import { TYPES } from '../resources/types.ts';
import type { Environment } from './environment.ts';

const TYPE_OF = {
  Secret: TYPES.secret,
  ConfigMap: TYPES.configMap,
  PersistentVolumeClaim: TYPES.claim,
} as const;

function objectOf({ metadata: { namespace } }: ChatApp, { kind, name }: Reference): ObjectReference {
  return { type: TYPE_OF[kind], namespace, name };
}

/**
 * Has everything that a ChatApp refers to watched from now on, and nothing that it refers to no more; `chat` is undefined
 * once it is deleted. Returns what is known of it.
 */
export async function resolve(
  { references }: Pick<Environment, 'references'>,
  key: string,
  chat: ChatApp | undefined,
): Promise<Resolved[]> {
  const all = chat === undefined ? [] : referencesOf(chat).map((each) => ({ each, at: objectOf(chat, each) }));
  await references.follow(
    key,
    all.map(({ at }) => at),
  );
  return all.map(({ each, at }) => {
    const known = references.get(at);
    return {
      ...each,
      object: known.state === 'present' ? known.object : undefined,
      error: known.state === 'unknown' ? known.error : undefined,
    };
  });
}

/**
 * The children without the workloads whose pods could not start for want of something: these stay as they are, or are made
 * once it is there. Pods that run go on.
 */
export function startable(steps: Steps, references: readonly Resolved[]): Steps {
  const waiting = new Set<string>(missingOf(references).map(({ component }) => component));
  const starts = ({ type, object }: Child) =>
    (type !== TYPES.deployment && type !== TYPES.statefulSet) ||
    !waiting.has(object.metadata.labels?.[COMPONENT_LABEL] ?? '');
  return steps.map((step) => step.filter(starts));
}
