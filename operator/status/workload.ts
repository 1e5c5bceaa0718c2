import { COMPONENT_LABEL, type Component } from '../api/labels.ts';
import type { WorkloadStatus } from '../api/status.ts';
import type { Deployment, Pod, StatefulSet } from '../resources/kubernetes.ts';
import type { Observed } from './observed.ts';
import { troubleOf, type Trouble } from './trouble.ts';

/** How one component does. */
export interface Workload extends WorkloadStatus {
  /** All pods are of the newest revision and ready, and the controller of the kind has seen the newest spec. */
  settled: boolean;
  trouble?: Trouble | undefined;
}

export function podsOf(observed: Observed, component: Component): readonly Pod[] {
  return observed.pods.filter(({ metadata }) => metadata.labels?.[COMPONENT_LABEL] === component);
}

/** Whether a pod is ready and stays. */
export function isReady({ metadata, status }: Pod): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;
}

/** Status of a Deployment or StatefulSet; one that is not there yet counts as wanted and not ready. */
export function workloadOf(
  object: Deployment | StatefulSet | undefined,
  wanted: number,
  pods: readonly Pod[],
  now: Date,
): Workload {
  const { status = {} } = object ?? {};
  const replicas = object?.spec.replicas ?? wanted;
  // One that was made anew around its pods has not counted them yet.
  const readyReplicas = status.readyReplicas ?? pods.filter(isReady).length;
  const updatedReplicas = status.updatedReplicas ?? 0;
  const seen = object !== undefined && (status.observedGeneration ?? 0) >= (object.metadata.generation ?? 0);
  return {
    replicas,
    readyReplicas,
    updatedReplicas,
    summary: `${readyReplicas}/${replicas}`,
    settled: seen && readyReplicas >= replicas && updatedReplicas >= replicas && (status.replicas ?? 0) <= replicas,
    trouble: troubleOf(pods, now),
  };
}
