/** Which pull Jobs should be: decided from the volumes, the Jobs that are there and the time; no I/O. */
import type { ChatApp } from '../api/chatapp.ts';
import { ANNOTATION } from '../api/labels.ts';
import type { BuildContext } from '../resources/context.ts';
import type { Job } from '../resources/kubernetes.ts';
import { namesOf } from '../resources/metadata.ts';
import { pullJob } from '../resources/puller.ts';
import { pullSettings } from '../resources/pulls.ts';
import { referenceAnnotation } from '../resources/resolved.ts';
import { attemptOf, failureOf, jobOutcome, pullJobs, pullResult, type JobOutcome } from '../status/jobs.ts';
import type { Observed } from '../status/observed.ts';
import { activePulls, pullStates, type PullState } from '../status/pulls.ts';
import { retryDelay } from './retry.ts';
import { planRemovals } from './removals.ts';
import { scheduleProblem, untilNextTick } from '../status/schedule.ts';
import { serverReports } from '../status/servers.ts';

export interface PullPlan {
  create: Job[];
  /** Jobs of models, volumes or sources that are no more, and those that a newer one replaces. */
  remove: Job[];
  /** Milliseconds until the next pull is due. */
  againInMs?: number;
}

/** Since when the server of a pull may do better: a new pod has new settings. Milliseconds since 1970. */
function serverSince(chat: ChatApp, { pull }: PullState, { pods }: Observed): number {
  const server = pods.find(({ metadata }) => metadata.name === `${namesOf(chat).ollama}-${pull.replica}`);
  return Date.parse(server?.metadata.creationTimestamp ?? '');
}

/** A Job that is to be made: in how many milliseconds, and what goes first when there is not room for all. */
interface Due {
  job: Job;
  inMs: number;
  order: 'first' | 'again' | 'refresh';
}

const ORDER: readonly Due['order'][] = ['first', 'again', 'refresh'];

function dueOf(chat: ChatApp, state: PullState, observed: Observed, context: BuildContext, now: Date): Due | undefined {
  const { pull, job, served, vanished, hold } = state;
  if (hold === 'removing') return undefined;
  if (job === undefined && vanished !== undefined) {
    const inMs = Date.parse(jobOutcome(vanished)?.at ?? '') + retryDelay(attemptOf(vanished), '') - now.getTime();
    return { job: pullJob(chat, context, pull, attemptOf(vanished) + 1), inMs, order: 'again' };
  }
  if (job === undefined) {
    return { job: pullJob(chat, context, pull, 1), inMs: 0, order: served === undefined ? 'first' : 'refresh' };
  }
  const end = jobOutcome(job);
  if (end?.outcome !== 'failed') return undefined;
  const isOtherwise = job.metadata.annotations?.[ANNOTATION.settings] !== pullSettings(chat);
  const attempt = isOtherwise ? 1 : attemptOf(job) + 1;
  const isWorthIt = isOtherwise || hasOtherSecrets(chat, job, context);
  const inMs = isWorthIt ? 0 : untilRetry(chat, state, end, observed, now);
  return { job: pullJob(chat, context, pull, attempt), inMs, order: served === undefined ? 'again' : 'refresh' };
}

/** Whether the values that pullers take from Secrets and ConfigMaps are not those that a Job was made with. */
function hasOtherSecrets(chat: ChatApp, job: Job, { references }: BuildContext): boolean {
  // One that cannot be read for now may be as it was.
  if (references.some(({ component, error }) => component === 'puller' && error !== undefined)) return false;
  const values = referenceAnnotation(chat, references, 'puller')?.[ANNOTATION.referenceHash];
  return job.metadata.annotations?.[ANNOTATION.referenceHash] !== values;
}

/** Whether a pull that found too little room would find enough by now: the volume has grown, or models are gone. */
function hasRoomNow(chat: ChatApp, { pull }: PullState, job: Job, observed: Observed): boolean {
  const result = pullResult(job, observed.pods);
  if (result?.ok !== false || result.neededBytes === undefined) return false;
  const report = serverReports(chat, observed).get(pull.replica);
  return report !== undefined && report.volume.freeBytes >= result.neededBytes;
}

function untilRetry(chat: ChatApp, state: PullState, end: JobOutcome, observed: Observed, now: Date): number {
  const { job } = state;
  if (job === undefined || serverSince(chat, state, observed) > Date.parse(end.at)) return 0;
  const { reason } = failureOf(job, end, observed.pods);
  const attempt = hasRoomNow(chat, state, job, observed) ? 1 : attemptOf(job);
  return Date.parse(end.at) + retryDelay(attempt, reason) - now.getTime();
}

/** Milliseconds until a schedule of a model is due. */
function ticks(chat: ChatApp, now: Date): number[] {
  return chat.spec.ollama.models.flatMap(({ refresh, refreshSchedule }) => {
    if (refresh !== 'Schedule' || refreshSchedule === undefined) return [];
    if (scheduleProblem(refreshSchedule) !== undefined) return [];
    return untilNextTick(refreshSchedule, now) ?? [];
  });
}

export function planPulls(chat: ChatApp, observed: Observed, context: BuildContext, now: Date): PullPlan {
  const states = pullStates(chat, observed, now);
  const kept = new Set(states.flatMap(({ job, served, vanished }) => [job, served, vanished]));
  const dues = states
    .flatMap((state) => dueOf(chat, state, observed, context, now) ?? [])
    .toSorted((a, b) => ORDER.indexOf(a.order) - ORDER.indexOf(b.order));
  const room = Math.max(0, chat.spec.ollama.pull.maxParallel - activePulls(chat, states, observed, now));
  const removals = planRemovals(chat, observed, context, now);
  const remembered = new Set(removals.keep);
  const waits = [...dues.map(({ inMs }) => inMs).filter((ms) => ms > 0), ...ticks(chat, now), ...removals.waits];
  const begin = dues.filter(({ inMs }) => inMs <= 0).slice(0, room);
  return {
    create: [...begin.map(({ job }) => job), ...removals.create],
    remove: [...pullJobs(observed).filter((job) => !kept.has(job) && !remembered.has(job)), ...removals.remove],
    ...(waits.length > 0 && { againInMs: Math.min(...waits) }),
  };
}
