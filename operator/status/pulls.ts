/** How far each pull is that should have happened: from the Jobs that are there and the time; no I/O. */
import type { ServerReport } from '../../runtime/report.ts';
import type { ChatApp } from '../api/chatapp.ts';
import { ANNOTATION } from '../api/labels.ts';
import type { Model } from '../api/spec.ts';
import type { Job } from '../resources/kubernetes.ts';
import { namesOf } from '../resources/metadata.ts';
import { plainName, pullFingerprint, pullSettings, wantedPulls, type Pull } from '../resources/pulls.ts';
import { attemptOf, jobOutcome, pullJobs } from './jobs.ts';
import { removalStates } from './removals.ts';
import type { Observed } from './observed.ts';
import { lastTick, scheduleProblem } from './schedule.ts';
import { hasVanished, serverReports } from './servers.ts';
import { podTrouble } from './trouble.ts';

/** One pull that should have happened, and the Jobs that work on it. */
export interface PullState {
  pull: Pull & { model: Model };
  /** The newest Job that does it, if it was begun. */
  job: Job | undefined;
  /** The Job of an earlier time of `refreshSchedule`: what it pulled serves on while a newer one is looked for. */
  served: Job | undefined;
  /** The Job of a model that its server had and has no more, until another one pulls it again. */
  vanished: Job | undefined;
  /** `removing`: an earlier wish that the model be gone is still at work; its end comes first. */
  hold: 'none' | 'removing';
}

const annotation = (job: Job, name: keyof typeof ANNOTATION) => job.metadata.annotations?.[ANNOTATION[name]];

export function tickOf(job: Job): string | undefined {
  return annotation(job, 'tick');
}

const isComplete = (job: Job) => jobOutcome(job)?.outcome === 'complete';
export const isActive = (job: Job) => jobOutcome(job) === undefined;

/** Whether a Job saw what the registry had at a time: it was begun for that time, or later. */
function isSince(job: Job, tick: string): boolean {
  return (tickOf(job) ?? '') >= tick || Date.parse(job.metadata.creationTimestamp ?? '') >= Date.parse(tick);
}

/** The time of the schedule that counts now; a schedule that means nothing has none. */
export function dueTick({ refresh, refreshSchedule }: Model, now: Date): string | undefined {
  if (refresh !== 'Schedule' || refreshSchedule === undefined || scheduleProblem(refreshSchedule) !== undefined) {
    return undefined;
  }
  return lastTick(refreshSchedule, now);
}

/** Of Jobs of one work the one that counts: with today's settings before others, then the last attempt. */
function newest(jobs: readonly Job[], settings: string): Job | undefined {
  const rank = (job: Job) => Number(annotation(job, 'settings') === settings) * 1e6 + attemptOf(job);
  return jobs.toSorted((a, b) => rank(a) - rank(b)).at(-1);
}

function stateOf(
  chat: ChatApp,
  pull: PullState['pull'],
  jobs: readonly Job[],
  report: ServerReport | undefined,
  now: Date,
): Omit<PullState, 'hold'> {
  const settings = pullSettings(chat);
  const all = jobs.filter((job) => annotation(job, 'pull') === pullFingerprint(chat, { ...pull, tick: tickOf(job) }));
  const gone = all.filter((job) => hasVanished(job, report, pull.model.name));
  const ours = all.filter((job) => !gone.includes(job));
  const complete = ours
    .filter(isComplete)
    .toSorted((a, b) => (tickOf(a) ?? '').localeCompare(tickOf(b) ?? '') || attemptOf(a) - attemptOf(b))
    .at(-1);
  if (complete === undefined) {
    const job = newest(ours, settings);
    const vanished = job === undefined ? newest(gone, settings) : undefined;
    return { pull: { ...pull, tick: job && tickOf(job) }, job, served: undefined, vanished };
  }
  const tick = dueTick(pull.model, now);
  if (tick === undefined || isSince(complete, tick)) {
    return { pull: { ...pull, tick: tickOf(complete) }, job: complete, served: undefined, vanished: undefined };
  }
  // One that still looks is let go on, also over the next time: that follows when it has ended.
  const looking = newest(ours.filter(isActive), settings);
  const job =
    looking ??
    newest(
      ours.filter((each) => !isComplete(each) && tickOf(each) === tick),
      settings,
    );
  return { pull: { ...pull, tick: looking ? tickOf(looking) : tick }, job, served: complete, vanished: undefined };
}

/** Every pull that should have happened, with the Jobs that work on it; any other pull Job is no longer wanted. */
export function pullStates(chat: ChatApp, observed: Observed, now: Date): PullState[] {
  const reports = serverReports(chat, observed);
  const byModel = Map.groupBy(pullJobs(observed), (job) => annotation(job, 'model') ?? '');
  const removing = removalStates(chat, observed).filter(({ standing }) => standing === 'declared');
  return wantedPulls(chat, observed.claims).map((pull): PullState => {
    const isRemoved = removing.some(({ removal: { model, claimUID } }) => {
      return claimUID === pull.claimUID && plainName(model) === plainName(pull.model.name);
    });
    // What was pulled before may be gone already, or go in a moment.
    if (isRemoved) return { pull, job: undefined, served: undefined, vanished: undefined, hold: 'removing' };
    const state = stateOf(chat, pull, byModel.get(pull.model.name) ?? [], reports.get(pull.replica), now);
    return { ...state, hold: 'none' };
  });
}

/**
 * How many pulls run. One onto a server that cannot start is not counted: it waits without pulling, and must not keep the
 * other servers waiting.
 */
export function activePulls(chat: ChatApp, states: readonly PullState[], observed: Observed, now: Date): number {
  const { ollama } = namesOf(chat);
  return states.filter(({ pull, job }) => {
    if (job === undefined || !isActive(job)) return false;
    const server = observed.pods.find(({ metadata }) => metadata.name === `${ollama}-${pull.replica}`);
    return server === undefined || podTrouble(server, now) === undefined;
  }).length;
}
