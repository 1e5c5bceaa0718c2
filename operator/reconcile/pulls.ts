/** Which pull Jobs should be: decided from the volumes, the Jobs that are there and the time; no I/O. */
import type { ChatApp } from '../api/chatapp.ts';
import { ANNOTATION } from '../api/labels.ts';
import type { BuildContext } from '../resources/context.ts';
import type { Job } from '../resources/kubernetes.ts';
import { namesOf } from '../resources/metadata.ts';
import { pullFingerprint, pullJob, type Pull } from '../resources/puller.ts';
import type { Observed } from '../status/observed.ts';
import { jobOutcome, pullResult } from '../status/models.ts';

export interface PullPlan {
  create: Job[];
  /** Jobs of models, volumes or sources that are no more, and failed ones that a newer one replaces. */
  remove: Job[];
  /** Milliseconds until the next failed pull is due again. */
  againInMs?: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A wrong name or key does not mend itself: wait long; another spec is another pull and begins at once. */
const HOPELESS = new Set(['NotFound', 'Unauthorized']);

/** Milliseconds to wait after the given number of failed Jobs of one pull. */
export function retryDelay(attempt: number, reason: string | undefined): number {
  const [first, most] = HOPELESS.has(reason ?? '') ? [5 * MINUTE, 60 * MINUTE] : [10 * SECOND, 10 * MINUTE];
  return Math.min(most, first * 2 ** (attempt - 1));
}

function attemptOf(job: Job): number {
  return Number(job.metadata.annotations?.[ANNOTATION.attempt] ?? 1);
}

/** The pulls that should have happened: every model onto every volume that exists. */
function wantedPulls(chat: ChatApp, observed: Observed): Pull[] {
  const { ollama } = namesOf(chat);
  const pulls: Pull[] = [];
  for (let replica = 0; replica < chat.spec.ollama.replicas; replica += 1) {
    const claim = observed.claims.find(({ metadata }) => metadata.name === `data-${ollama}-${replica}`);
    const claimUID = claim?.metadata.uid;
    if (claimUID === undefined || claim?.metadata.deletionTimestamp !== undefined) continue;
    pulls.push(...chat.spec.ollama.models.map((model) => ({ model, replica, claimUID })));
  }
  return pulls;
}

export function planPulls(chat: ChatApp, observed: Observed, context: BuildContext, now: Date): PullPlan {
  const plan: PullPlan = { create: [], remove: [] };
  const byPull = Map.groupBy(observed.jobs, ({ metadata }) => metadata.annotations?.[ANNOTATION.pull] ?? '');
  for (const pull of wantedPulls(chat, observed)) {
    const id = pullFingerprint(chat, pull);
    const jobs = (byPull.get(id) ?? []).toSorted((a, b) => attemptOf(a) - attemptOf(b));
    byPull.delete(id);
    const last = jobs.pop();
    plan.remove.push(...jobs);
    if (last === undefined) {
      plan.create.push(pullJob(chat, context, pull, 1));
      continue;
    }
    const end = jobOutcome(last);
    if (end?.outcome !== 'failed') continue;
    const result = pullResult(last, observed.pods);
    const attempt = attemptOf(last);
    const due = Date.parse(end.at) + retryDelay(attempt, result?.ok === false ? result.reason : undefined);
    const waitMs = due - now.getTime();
    if (waitMs <= 0) plan.create.push(pullJob(chat, context, pull, attempt + 1));
    else plan.againInMs = Math.min(plan.againInMs ?? waitMs, waitMs);
  }
  plan.remove.push(...[...byPull.values()].flat());
  return plan;
}
