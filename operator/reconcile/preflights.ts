/** Which preflight Jobs should be: decided from the Jobs that are there and the time; no I/O. */
import type { ChatApp } from '../api/chatapp.ts';
import type { Job } from '../resources/kubernetes.ts';
import { preflightJob } from '../resources/preflight.ts';
import type { Template } from '../resources/revision.ts';
import type { Observed } from '../status/observed.ts';
import { preflightOutcome, preflightTry, type PreflightOutcome } from '../status/preflight.ts';

export interface PreflightPlan {
  create: Job[];
  /** Jobs of other templates, and of tries that newer ones have replaced. */
  remove: Job[];
  outcome: PreflightOutcome;
  /** Milliseconds until a failed one is due again. */
  againInMs?: number;
}

const SECOND = 1_000;

/** Milliseconds to wait after the given number of failed tries. */
export function preflightDelay(attempt: number): number {
  return Math.min(600 * SECOND, 10 * SECOND * 2 ** (attempt - 1));
}

/** All preflight Jobs of a ChatApp. */
export function preflightJobs({ jobs }: Observed): Job[] {
  return jobs.filter((job) => preflightTry(job).template !== '' && job.metadata.deletionTimestamp === undefined);
}

/** The trial of a template: begun, waited for, repeated after it failed. A change of the spec does not wait for its turn. */
export function planPreflight(chat: ChatApp, template: Template, observed: Observed, now: Date): PreflightPlan {
  const all = preflightJobs(observed);
  const age = (job: Job) => preflightTry(job).generation * 1e6 + preflightTry(job).attempt;
  const mine = all.filter((job) => preflightTry(job).template === template.hash).toSorted((a, b) => age(b) - age(a));
  const [last, before] = mine;
  const plan: PreflightPlan = {
    create: [],
    remove: all.filter((job) => job !== last && job !== before),
    outcome: { outcome: 'running' },
  };
  if (last === undefined) return { ...plan, create: [preflightJob(chat, template, 1)] };
  const outcome = preflightOutcome(last, observed.pods, now);
  const { generation, attempt } = preflightTry(last);
  const isOfNow = generation === chat.metadata.generation;
  if (outcome.outcome === 'failed' && outcome.until !== undefined) {
    const waitMs = isOfNow ? Date.parse(outcome.until) + preflightDelay(attempt) - now.getTime() : 0;
    if (waitMs > 0) return { ...plan, outcome, againInMs: waitMs };
    return { ...plan, outcome, create: [preflightJob(chat, template, isOfNow ? attempt + 1 : 1)] };
  }
  // While it is tried again, what is known is that it failed.
  const known = outcome.outcome === 'running' && before !== undefined;
  return { ...plan, outcome: known ? preflightOutcome(before, observed.pods, now) : outcome };
}
