/** Which pull Jobs should be: decided from the volumes, the Jobs that are there and the time; no I/O. */
import type { ChatApp } from '../api/chatapp.ts';
import { ANNOTATION } from '../api/labels.ts';
import type { BuildContext } from '../resources/context.ts';
import type { Job } from '../resources/kubernetes.ts';
import { namesOf } from '../resources/metadata.ts';
import { pullJob } from '../resources/puller.ts';
import { pullSettings } from '../resources/pulls.ts';
import { failureOf, jobOutcome, pullResult, type JobOutcome } from '../status/jobs.ts';
import type { Observed } from '../status/observed.ts';
import { activePulls, attemptOf, pullJobs, pullStates, type PullState } from '../status/pulls.ts';
import { scheduleProblem, untilNextTick } from '../status/schedule.ts';
import { serverReports } from '../status/servers.ts';

export interface PullPlan {
  create: Job[];
  /** Jobs of models, volumes or sources that are no more, and failed ones that a newer one replaces. */
  remove: Job[];
  /** Milliseconds until the next pull is due. */
  againInMs?: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** What does not mend itself, or only with another whole download: wait long; another spec begins at once. */
const HOPELESS = new Set(['NotFound', 'Unauthorized', 'DigestMismatch']);

/** Milliseconds to wait after the given number of failed Jobs of one pull. */
export function retryDelay(attempt: number, reason: string): number {
  const [first, most] = HOPELESS.has(reason) ? [5 * MINUTE, 60 * MINUTE] : [10 * SECOND, 10 * MINUTE];
  // A puller that was stopped had no trouble with its pull; but one that is stopped again and again has.
  if (reason === 'Cancelled') return attempt === 1 ? 0 : Math.min(most, first * 2 ** (attempt - 2));
  return Math.min(most, first * 2 ** (attempt - 1));
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
  const { pull, job, served, vanished } = state;
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
  const inMs = isOtherwise ? 0 : untilRetry(chat, state, end, observed, now);
  return { job: pullJob(chat, context, pull, attempt), inMs, order: served === undefined ? 'again' : 'refresh' };
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
  const waits = [...dues.map(({ inMs }) => inMs).filter((ms) => ms > 0), ...ticks(chat, now)];
  return {
    create: dues
      .filter(({ inMs }) => inMs <= 0)
      .slice(0, room)
      .map(({ job }) => job),
    remove: pullJobs(observed).filter((job) => !kept.has(job)),
    ...(waits.length > 0 && { againInMs: Math.min(...waits) }),
  };
}
