/** Which Jobs remove models that the spec names no more; no I/O. */
import type { ChatApp } from '../api/chatapp.ts';
import { ANNOTATION } from '../api/labels.ts';
import type { BuildContext } from '../resources/context.ts';
import type { Job } from '../resources/kubernetes.ts';
import { removeJob } from '../resources/remover.ts';
import { attemptOf, failureOf, jobOutcome } from '../status/jobs.ts';
import type { Observed } from '../status/observed.ts';
import { dueRemovals, removalStates, type RemovalState } from '../status/removals.ts';
import { retryDelay } from './retry.ts';

export interface RemovalPlan {
  create: Job[];
  remove: Job[];
  /** Old pull Jobs that stay: they say that this ChatApp pulled the model, also to an operator that was restarted. */
  keep: Job[];
  /** Milliseconds until removals are due again. */
  waits: number[];
}

const isGoing = ({ metadata }: Job) => metadata.deletionTimestamp !== undefined;

/** The removal is at work or failed: the Job that is due next, if any. */
function next(chat: ChatApp, state: RemovalState, observed: Observed, context: BuildContext, now: Date) {
  // What is worth waking the servers has woken them.
  if (context.ollama === 'asleep') return undefined;
  const [last] = state.removes;
  if (last === undefined) return { job: removeJob(chat, context, state.removal, 1), inMs: 0 };
  const end = jobOutcome(last);
  if (end?.outcome !== 'failed') return undefined;
  const { reason } = failureOf(last, end, observed.pods);
  const attempt = attemptOf(last);
  const inMs = Date.parse(end.at) + retryDelay(attempt, reason) - now.getTime();
  return { job: removeJob(chat, context, state.removal, attempt + 1), inMs };
}

/** Jobs of one model on one volume. */
function planOne(
  chat: ChatApp,
  state: RemovalState,
  due: ReadonlySet<RemovalState>,
  observed: Observed,
  context: BuildContext,
  now: Date,
): RemovalPlan {
  const { pulls, removes, standing } = state;
  const [last, ...older] = removes.filter((job) => !isGoing(job));
  const ended = pulls.filter((job) => jobOutcome(job) !== undefined);
  if (standing === 'declared') {
    // What was pulled is forgotten first: with the removal gone, it would pass for being there.
    const isForgotten = pulls.length === 0;
    return { create: [], remove: isForgotten ? removes.filter((job) => !isGoing(job)) : [], keep: [], waits: [] };
  }
  if (!due.has(state)) return { create: [], remove: [...older, ...(last ? [last] : [])], keep: ended, waits: [] };
  if (last !== undefined && jobOutcome(last)?.outcome === 'complete') {
    return { create: [], remove: pulls.length === 0 ? [last, ...older] : older, keep: [], waits: [] };
  }
  if (last === undefined && removes.length > 0) return { create: [], remove: [], keep: ended, waits: [] };
  const begin = next(chat, state, observed, context, now);
  return {
    create: begin !== undefined && begin.inMs <= 0 ? [begin.job] : [],
    remove: older,
    keep: ended,
    waits: begin !== undefined && begin.inMs > 0 ? [begin.inMs] : [],
  };
}

export function planRemovals(chat: ChatApp, observed: Observed, context: BuildContext, now: Date): RemovalPlan {
  const states = removalStates(chat, observed);
  const due = new Set(dueRemovals(chat, states));
  const plans = states.map((state) => planOne(chat, state, due, observed, context, now));
  const listed = new Set(states.flatMap(({ removes }) => removes));
  // Of volumes that are no more.
  const stray = observed.jobs.filter(({ metadata }) => metadata.annotations?.[ANNOTATION.remove] !== undefined);
  return {
    create: plans.flatMap(({ create }) => create),
    remove: [...plans.flatMap(({ remove }) => remove), ...stray.filter((job) => !listed.has(job) && !isGoing(job))],
    keep: plans.flatMap(({ keep }) => keep),
    waits: plans.flatMap(({ waits }) => waits),
  };
}
