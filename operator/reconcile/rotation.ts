/**
 * How a new password of Redis gets to everybody: Redis restarts with it, and only when it works are the backends rolled.
 * Decided from what is there; no state of its own, so that a restart in between loses nothing.
 */
import type { ChatApp } from '../api/chatapp.ts';
import { ANNOTATION } from '../api/labels.ts';
import { namesOf } from '../resources/metadata.ts';
import type { Observed } from '../status/observed.ts';
import { isReady, podsOf } from '../status/workload.ts';

/** The hash of the generated Secret that backends carry now; `wanted` is that of the Secret as it is. */
export function backendSecretHash(chat: ChatApp, observed: Observed, wanted: string): string {
  const { backend } = namesOf(chat);
  const live = observed.deployments.find(({ metadata }) => metadata.name === backend);
  const carried = live?.spec.template.metadata.annotations?.[ANNOTATION.secretHash];
  if (carried === undefined || chat.spec.redis.mode === 'External') return wanted;
  const works = podsOf(observed, 'redis').some(
    (pod) => pod.metadata.annotations?.[ANNOTATION.secretHash] === wanted && isReady(pod),
  );
  return works ? wanted : carried;
}
