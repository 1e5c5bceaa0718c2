import type { ContainerState, Pod } from '../resources/kubernetes.ts';
import { REASON, type Reason } from '../api/conditions.ts';
import type { Component } from '../api/labels.ts';
import { missingOf, wordsOf, type Resolved } from '../resources/resolved.ts';

/** Why a pod does not do its work, as far as the cluster says. */
export interface Trouble {
  reason: Reason;
  message: string;
}

const WAITING: Record<string, Reason> = {
  ImagePullBackOff: REASON.imageUnavailable,
  ErrImagePull: REASON.imageUnavailable,
  ErrImageNeverPull: REASON.imageUnavailable,
  InvalidImageName: REASON.imageUnavailable,
  CrashLoopBackOff: REASON.containerCrashing,
  CreateContainerConfigError: REASON.configurationError,
  CreateContainerError: REASON.configurationError,
  RunContainerError: REASON.containerCrashing,
};

/** How a container ended, in brackets and with its last words; empty while it has not. */
export function ended(state: ContainerState | undefined): string {
  const { terminated } = state ?? {};
  if (terminated === undefined) return '';
  const why =
    terminated.reason === 'OOMKilled'
      ? 'it needed more memory than its limit'
      : `exit code ${terminated.exitCode ?? '?'}`;
  const words = terminated.message?.trim().split('\n').at(-1);
  return ` (${why}${words === undefined || words === '' ? '' : `: ${words.slice(0, 300)}`})`;
}

/** A pod finds no node while its volume is being made: that is trouble only if it stays so. Milliseconds. */
export const SCHEDULING_GRACE_MS = 10_000;

/** Whether the scheduler has found no node for the pod. */
export function isUnschedulable(pod: Pod): boolean {
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  return scheduled?.status === 'False' && scheduled.reason === 'Unschedulable';
}

function ageMs({ metadata }: Pod, now: Date): number {
  return now.getTime() - Date.parse(metadata.creationTimestamp ?? '');
}

/** What is wrong with one pod; nothing while it only takes its time. */
export function podTrouble(pod: Pod, now: Date): Trouble | undefined {
  if (pod.metadata.deletionTimestamp !== undefined) return undefined;
  const { name } = pod.metadata;
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (isUnschedulable(pod) && ageMs(pod, now) >= SCHEDULING_GRACE_MS) {
    return { reason: REASON.unschedulable, message: `pod ${name} finds no node: ${scheduled?.message ?? ''}` };
  }
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  for (const { name: container, ready, restartCount, state, lastState } of [
    ...initContainerStatuses,
    ...containerStatuses,
  ]) {
    if (ready) continue;
    const { waiting } = state ?? {};
    const killed = [state, lastState].some((each) => each?.terminated?.reason === 'OOMKilled');
    if (killed && restartCount > 0) {
      return {
        reason: REASON.outOfMemory,
        message: `container ${container} of pod ${name} was ended ${restartCount} times because it needed more memory than its limit: raise resources.limits.memory`,
      };
    }
    const reason = WAITING[waiting?.reason ?? ''];
    if (reason === undefined) continue;
    const said = waiting?.message ?? waiting?.reason ?? '';
    return { reason, message: `container ${container} of pod ${name}: ${said}${ended(lastState)}` };
  }
  return undefined;
}

/** A container that has ended with an error and is not ready again: sooner than the kubelet calls it a loop. */
export function crashOf({ metadata, status }: Pod): Trouble | undefined {
  // A pod that failed as a whole was evicted, or its node went down.
  if (metadata.deletionTimestamp !== undefined || status?.phase === 'Failed') return undefined;
  for (const { name, ready, state, lastState } of status?.containerStatuses ?? []) {
    const end = [state, lastState].find((each) => (each?.terminated?.exitCode ?? 0) !== 0);
    if (ready || end === undefined) continue;
    const message = `container ${name} of pod ${metadata.name} ended by itself${ended(end)}`;
    return { reason: REASON.containerCrashing, message };
  }
  return undefined;
}

/** What keeps pods of a component from starting: something that the spec refers to is missing. */
export function referenceTrouble(references: readonly Resolved[], component: Component): Trouble | undefined {
  const missing = missingOf(references).filter((each) => each.component === component);
  if (missing.length === 0) return undefined;
  return { reason: REASON.missingReference, message: missing.map(wordsOf).join('; ') };
}

/** The first trouble of several pods. */
export function troubleOf(pods: readonly Pod[], now: Date): Trouble | undefined {
  for (const pod of pods) {
    const trouble = podTrouble(pod, now);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}
