import type { ChatApp } from '../api/chatapp.ts';
import { ANNOTATION } from '../api/labels.ts';
import type { Model } from '../api/spec.ts';
import type { ModelStatus } from '../api/status.ts';
import { pullProgressSchema, pullResultSchema, type PullProgress, type PullResult } from '../../runtime/report.ts';
import type { Job, Pod } from '../resources/kubernetes.ts';
import { namesOf } from '../resources/metadata.ts';
import type { Observed } from './observed.ts';
import { podTrouble } from './trouble.ts';

/** How a Job ended, if it did. */
export function jobOutcome(job: Job): { outcome: 'complete' | 'failed'; at: string; message: string } | undefined {
  for (const { type, status, lastTransitionTime = '', message = '' } of job.status?.conditions ?? []) {
    if (status !== 'True') continue;
    if (type === 'Complete') {
      return { outcome: 'complete', at: job.status?.completionTime ?? lastTransitionTime, message };
    }
    if (type === 'Failed') return { outcome: 'failed', at: lastTransitionTime, message };
  }
  return undefined;
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch {
    return undefined;
  }
}

/** What the puller of a Job said as it ended. */
export function pullResult(job: Job, pods: readonly Pod[]): PullResult | undefined {
  const pod = pods.find(({ metadata }) => metadata.labels?.['batch.kubernetes.io/job-name'] === job.metadata.name);
  const message = pod?.status?.containerStatuses?.[0]?.state?.terminated?.message;
  return pullResultSchema.safeParse(parsed(message)).data;
}

/** The newest pull Job of a model for each replica. */
export function newestPulls(jobs: readonly Job[], model: string): ReadonlyMap<number, Job> {
  const newest = new Map<number, Job>();
  const attempt = (job: Job) => Number(job.metadata.annotations?.[ANNOTATION.attempt] ?? 0);
  for (const job of jobs) {
    const { annotations } = job.metadata;
    if (annotations?.[ANNOTATION.model] !== model) continue;
    const replica = Number(annotations[ANNOTATION.replica]);
    const other = newest.get(replica);
    if (other === undefined || attempt(job) > attempt(other)) newest.set(replica, job);
  }
  return newest;
}

type ReplicaState = Pick<ModelStatus, 'phase' | 'reason' | 'message' | 'digest' | 'sizeBytes' | 'lastPullTime'> & {
  progress?: PullProgress | undefined;
};

function replicaState(
  job: Job | undefined,
  observed: Observed,
  reports: Record<string, string>,
  now: Date,
): ReplicaState {
  if (job === undefined) return { phase: 'Pending' };
  const end = jobOutcome(job);
  const result = end === undefined ? undefined : pullResult(job, observed.pods);
  if (end?.outcome === 'complete') {
    const known = result?.ok === true ? { digest: result.digest, sizeBytes: result.sizeBytes } : {};
    return { phase: 'Ready', lastPullTime: end.at, ...known };
  }
  if (end?.outcome === 'failed') {
    if (result?.ok === false) return { phase: 'Failed', reason: result.reason, message: result.message };
    return {
      phase: 'Failed',
      reason: 'ServerError',
      message: `the pull Job ${job.metadata.name} failed: ${end.message}`,
    };
  }
  const pod = observed.pods.find(
    ({ metadata }) => metadata.labels?.['batch.kubernetes.io/job-name'] === job.metadata.name,
  );
  const trouble = pod && podTrouble(pod, now);
  if (trouble !== undefined) return { phase: 'Failed', reason: trouble.reason, message: trouble.message };
  const key = job.metadata.annotations?.[ANNOTATION.pull] ?? '';
  return { phase: 'Pulling', progress: pullProgressSchema.safeParse(parsed(reports[key])).data };
}

/** Percent of a pull; 100 only when it is done, because checks follow the last byte. */
function percentOf(completed: number, total: number): number {
  return total === 0 ? 0 : Math.min(99, Math.floor((100 * completed) / total));
}

function progressOf(states: readonly ReplicaState[]): Partial<ModelStatus> {
  const running = states.flatMap(({ progress }) => (progress === undefined ? [] : [progress]));
  if (running.length === 0) return {};
  const sum = (pick: (progress: PullProgress) => number) => running.reduce((total, each) => total + pick(each), 0);
  const completedBytes = sum(({ completedBytes: bytes }) => bytes);
  const remaining = running.map(({ remainingSeconds }) => remainingSeconds);
  return {
    completedBytes,
    percent: percentOf(
      completedBytes,
      sum(({ totalBytes }) => totalBytes),
    ),
    speedBytesPerSecond: Math.round(sum(({ speedBytesPerSecond }) => speedBytesPerSecond)),
    remainingSeconds: remaining.includes(-1) ? -1 : Math.round(Math.max(...remaining)),
  };
}

function modelStatus(
  chat: ChatApp,
  model: Model,
  observed: Observed,
  reports: Record<string, string>,
  now: Date,
): ModelStatus {
  const total = chat.spec.ollama.replicas;
  const jobs = newestPulls(observed.jobs, model.name);
  const states = Array.from({ length: total }, (_, replica) => replicaState(jobs.get(replica), observed, reports, now));
  const ready = states.filter(({ phase }) => phase === 'Ready');
  const failed = states.find(({ phase }) => phase === 'Failed');
  const pulling = states.some(({ phase }) => phase === 'Pulling');
  const before = chat.status?.models?.find(({ name }) => name === model.name);
  // Pods of old Jobs go; what they said stays known.
  const digest = ready.find((each) => each.digest !== undefined)?.digest ?? before?.digest;
  const sizeBytes = ready.find((each) => each.sizeBytes !== undefined)?.sizeBytes ?? before?.sizeBytes;
  const lastPullTime = ready
    .map(({ lastPullTime: at }) => at ?? '')
    .sort()
    .at(-1);
  return {
    name: model.name,
    phase: failed !== undefined ? 'Failed' : ready.length === total ? 'Ready' : pulling ? 'Pulling' : 'Pending',
    replicas: { ready: ready.length, total },
    ...(ready.length > 0 && digest !== undefined && { digest }),
    ...(ready.length > 0 && sizeBytes !== undefined && { sizeBytes }),
    ...(lastPullTime !== undefined && lastPullTime !== '' && { lastPullTime }),
    ...(failed === undefined && pulling && progressOf(states)),
    ...(failed?.reason !== undefined && { reason: failed.reason }),
    ...(failed?.message !== undefined && { message: failed.message.slice(0, 4_096) }),
  };
}

/** Status of every declared model, from pull Jobs, what their pods said, and the progress they report. */
export function modelStatuses(chat: ChatApp, observed: Observed, now: Date): ModelStatus[] {
  const name = namesOf(chat).reports;
  const reports = observed.configMaps.find(({ metadata }) => metadata.name === name)?.data ?? {};
  return chat.spec.ollama.models.map((model) => modelStatus(chat, model, observed, reports, now));
}

/** One cell for `kubectl get`: `1/2`, with the percent of what is being pulled or the reason of what failed. */
export function modelsSummary(models: readonly ModelStatus[]): string {
  const ready = models.filter(({ phase }) => phase === 'Ready').length;
  const counts = `${ready}/${models.length}`;
  const failed = models.find(({ phase }) => phase === 'Failed');
  if (failed !== undefined) return `${counts} ${failed.reason ?? 'Failed'}`;
  const percents = models.flatMap(({ phase, percent }) => (phase === 'Pulling' ? [percent ?? 0] : []));
  if (percents.length === 0) return counts;
  return `${counts} ${Math.floor(percents.reduce((sum, each) => sum + each, 0) / percents.length)} %`;
}
