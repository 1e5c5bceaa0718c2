/** How a rollout does, from what is observed: pure, and with no opinion on what to do about it. */
import { REASON, type Reason } from '../api/conditions.ts';
import { ANNOTATION } from '../api/labels.ts';
import type { Deployment, Pod } from '../resources/kubernetes.ts';
import type { Revision, Template } from '../resources/revision.ts';
import type { Rollback } from '../resources/rollout-memory.ts';
import { crashOf, podTrouble, type Trouble } from './trouble.ts';
import { podsOf, workloadOf } from './workload.ts';
import type { Observed } from './observed.ts';

/** Where a ChatApp stands between its spec and its backends and frontends. */
export type RolloutState =
  /** The Deployments have what the spec says, or are given it now; how far they are is theirs to tell. */
  | { step: 'followed' }
  /** Their new templates were not seen in the Deployments yet. */
  | { step: 'begun' }
  /** Something that the new pods refer to is missing; the Deployments stay as they are. */
  | { step: 'waiting' }
  /** What the spec says is tried first; the Deployments stay as they are. */
  | { step: 'preflight' }
  /** The trial failed; the Deployments stay as they are. */
  | { step: 'blocked'; message: string }
  /** The rollout does not work, and there is no way back. */
  | { step: 'stuck'; trouble: Trouble }
  /** It did not work: what last did runs again, until the spec changes. */
  | { step: 'rolledBack'; rollback: Rollback };

/** What the status shows of rollouts. */
export interface RolloutFacts {
  state: RolloutState;
  /** Image of the backends as they run or are being rolled out; the spec's while nothing else is known. */
  image?: string | undefined;
  version?: string | undefined;
  lastGoodImage?: string | undefined;
  /** Path under which the frontends serve; the spec's while nothing else is known. */
  basePath?: string | undefined;
}

const PARTS = ['backend', 'frontend'] as const;
type Deployments = Readonly<Record<(typeof PARTS)[number], Deployment | undefined>>;

function isOf(template: Template, annotations: Record<string, string> | undefined): boolean {
  return annotations?.[ANNOTATION.templateHash] === template.hash;
}

/** Whether the Deployments carry the templates of a revision, as far as was seen. */
export function isGiven(revision: Revision, deployments: Deployments): boolean {
  return PARTS.every((part) => isOf(revision[part], deployments[part]?.spec.template.metadata.annotations));
}

/** Whether a revision runs: at least one pod of each part, all of them new and ready. */
export function hasArrived(revision: Revision, deployments: Deployments, now: Date): boolean {
  return (
    isGiven(revision, deployments) &&
    PARTS.every((part) => {
      const { settled, readyReplicas } = workloadOf(deployments[part], 1, [], now);
      return settled && readyReplicas > 0;
    })
  );
}

function isLate(template: Template, deployment: Deployment | undefined): boolean {
  const { metadata, spec, status } = deployment ?? {};
  if (!isOf(template, spec?.template.metadata.annotations)) return false;
  // What the controller says of an older template counts for nothing.
  if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 0)) return false;
  return status?.conditions?.some(({ reason }) => reason === 'ProgressDeadlineExceeded') === true;
}

/** These count at once. Pods that wait for a node, a Secret or anything else that may come are given the deadline. */
const AT_ONCE: ReadonlySet<Reason> = new Set([REASON.imageUnavailable, REASON.containerCrashing, REASON.outOfMemory]);

function failureOf(pod: Pod, now: Date): Trouble | undefined {
  const trouble = podTrouble(pod, now);
  return trouble !== undefined && AT_ONCE.has(trouble.reason) ? trouble : crashOf(pod);
}

/** Why a revision that is being rolled out does not work, at the first sign of it; nothing while it only takes its time. */
export function rolloutTrouble(
  revision: Revision,
  deployments: Deployments,
  observed: Observed,
  now: Date,
): Trouble | undefined {
  for (const part of PARTS) {
    for (const pod of podsOf(observed, part)) {
      const failure = isOf(revision[part], pod.metadata.annotations) ? failureOf(pod, now) : undefined;
      if (failure !== undefined) return failure;
    }
  }
  const late = PARTS.find((part) => isLate(revision[part], deployments[part]));
  if (late === undefined) return undefined;
  const message = `${late} made no progress within rollout.progressDeadline`;
  return { reason: REASON.deadlineExceeded, message };
}
