/** How Jobs end, and what their pods said. */
import { pullResultSchema, type PullResult } from '../../runtime/report.ts';
import { ANNOTATION } from '../api/labels.ts';
import { parsedJson } from '../resources/json.ts';
import type { Job, Pod } from '../resources/kubernetes.ts';
import type { Observed } from './observed.ts';

export interface JobOutcome {
  outcome: 'complete' | 'failed';
  /** When, ISO 8601. */
  at: string;
  /** One word of the Job controller, such as `DeadlineExceeded`. */
  reason: string;
  message: string;
}

/** How a Job ended, if it did. */
export function jobOutcome(job: Job): JobOutcome | undefined {
  for (const { type, status, lastTransitionTime = '', reason = '', message = '' } of job.status?.conditions ?? []) {
    if (status !== 'True') continue;
    if (type === 'Complete') {
      return { outcome: 'complete', at: job.status?.completionTime ?? lastTransitionTime, reason, message };
    }
    if (type === 'Failed') return { outcome: 'failed', at: lastTransitionTime, reason, message };
  }
  return undefined;
}

/** Which try of its work a Job is. */
export function attemptOf(job: Job): number {
  return Number(job.metadata.annotations?.[ANNOTATION.attempt] ?? 1);
}

/** Pull Jobs that are not on their way out. */
export function pullJobs({ jobs }: Pick<Observed, 'jobs'>): Job[] {
  return jobs.filter(({ metadata }) => {
    return metadata.annotations?.[ANNOTATION.pull] !== undefined && metadata.deletionTimestamp === undefined;
  });
}

export function podOf(job: Job, pods: readonly Pod[]): Pod | undefined {
  return pods.find(({ metadata }) => metadata.labels?.['batch.kubernetes.io/job-name'] === job.metadata.name);
}

/** What the puller of a Job said as it ended. */
export function pullResult(job: Job, pods: readonly Pod[]): PullResult | undefined {
  const message = podOf(job, pods)?.status?.containerStatuses?.[0]?.state?.terminated?.message;
  return pullResultSchema.safeParse(parsedJson(message)).data;
}

/** Why a Job failed: in the puller's words, or in the cluster's. `Cancelled`: it was stopped, and another goes on. */
export function failureOf(
  job: Job,
  { reason, message }: JobOutcome,
  pods: readonly Pod[],
): { reason: string; message: string } {
  const result = pullResult(job, pods);
  if (result?.ok === false) return result;
  const { name, annotations } = job.metadata;
  const isRemoval = annotations?.[ANNOTATION.remove] !== undefined;
  const work = isRemoval ? 'removal' : 'pull';
  if (reason === 'DeadlineExceeded') {
    const advice = isRemoval ? 'look at its pod and at the server' : 'raise ollama.pull.timeout';
    return { reason: 'Timeout', message: `the ${work} Job ${name} was not done in its time: ${advice}` };
  }
  // No word at all: its pod was deleted or killed. Once that is bad luck, again and again it is a failure.
  if (attemptOf(job) === 1) return { reason: 'Cancelled', message: `the ${isRemoval ? work : 'puller'} was stopped` };
  const why = terminated(job, pods);
  return { reason: 'ServerError', message: `the ${work} Job ${name} failed without a word: ${why ?? message}` };
}

function terminated(job: Job, pods: readonly Pod[]): string | undefined {
  const state = podOf(job, pods)?.status?.containerStatuses?.[0]?.state?.terminated;
  if (state === undefined) return undefined;
  return `${state.reason ?? 'Error'}, exit code ${state.exitCode ?? '?'}`;
}
