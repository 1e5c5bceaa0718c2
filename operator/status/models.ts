import type { ChatApp } from '../api/chatapp.ts';
import type { Model } from '../api/spec.ts';
import type { ModelStatus } from '../api/status.ts';
import { pullProgressSchema, type PullProgress, type ServerReport } from '../../runtime/report.ts';
import { parsedJson } from '../resources/json.ts';
import type { Job } from '../resources/kubernetes.ts';
import { ollamaServers } from '../resources/ollama.ts';
import { reportKey } from '../resources/pulls.ts';
import { failureOf, jobOutcome, podOf, pullResult, type JobOutcome } from './jobs.ts';
import { memoryTrouble } from './memory.ts';
import type { Observed } from './observed.ts';
import { activePulls, pullStates, type PullState } from './pulls.ts';
import { removingModels } from './removals.ts';
import { scheduleProblem } from './schedule.ts';
import { reportsOf } from './reports.ts';
import { heldModel, serverReports } from './servers.ts';
import { podTrouble } from './trouble.ts';

type ReplicaState = Pick<ModelStatus, 'phase' | 'reason' | 'message' | 'digest' | 'sizeBytes' | 'lastPullTime'> & {
  progress?: PullProgress | undefined;
};

/** What the states of all models are made of. */
interface Facts {
  chat: ChatApp;
  observed: Observed;
  states: readonly PullState[];
  /** What pullers reported, by key. */
  reports: Record<string, string>;
  /** Why a pull that was not begun is not. */
  waiting: string;
  /** What the agents report, by replica. */
  servers: ReadonlyMap<number, ServerReport>;
  now: Date;
}

function pulled(job: Job, end: JobOutcome, { pull }: PullState, { chat, observed, servers }: Facts): ReplicaState {
  const trouble = memoryTrouble(chat, pull.model, heldModel(servers.get(pull.replica), pull.model.name));
  if (trouble !== undefined) return { phase: 'Failed', reason: 'OutOfMemory', message: trouble };
  const result = pullResult(job, observed.pods);
  const known = result?.ok === true ? { digest: withAlgorithm(result.digest), sizeBytes: result.sizeBytes } : {};
  return { phase: 'Ready', lastPullTime: end.at, ...known };
}

/** As `spec.ollama.models[].digest` takes it; Ollama says the bare hex. */
function withAlgorithm(digest: string): string {
  return digest.includes(':') ? digest : `sha256:${digest}`;
}

/** What a Job that has not ended does: its pod may be in trouble. Progress of an earlier Job of the same pull is none. */
function running(job: Job, { pull }: PullState, { chat, observed, reports, now }: Facts): ReplicaState {
  const pod = podOf(job, observed.pods);
  const trouble = pod && podTrouble(pod, now);
  if (trouble !== undefined) return { phase: 'Failed', reason: trouble.reason, message: trouble.message };
  const progress = pullProgressSchema.safeParse(parsedJson(reports[reportKey(chat, pull)])).data;
  const began = Date.parse(job.metadata.creationTimestamp ?? '');
  return { phase: 'Pulling', progress: progress && Date.parse(progress.time) < began ? undefined : progress };
}

function jobState(job: Job, state: PullState, facts: Facts): ReplicaState {
  const end = jobOutcome(job);
  if (end === undefined) return running(job, state, facts);
  if (end.outcome === 'complete') return pulled(job, end, state, facts);
  const failure = failureOf(job, end, facts.observed.pods);
  if (failure.reason !== 'Cancelled') return { phase: 'Failed', reason: failure.reason, message: failure.message };
  return { phase: 'Pending', message: `${failure.message}; another one goes on where it was` };
}

function replicaState(state: PullState | undefined, facts: Facts): ReplicaState {
  if (state === undefined) return { phase: 'Pending', message: 'waits for its volume' };
  const { job, served, vanished, hold } = state;
  if (hold === 'removing') return { phase: 'Pending', message: 'waits for the end of its removal' };
  if (vanished !== undefined) {
    return { phase: 'Pending', message: `server ${state.pull.replica} does not have it any more: it is pulled again` };
  }
  const end = served && jobOutcome(served);
  if (served === undefined || end === undefined) {
    return job === undefined ? { phase: 'Pending', message: facts.waiting } : jobState(job, state, facts);
  }
  const before = pulled(served, end, state, facts);
  const looking = job && jobState(job, state, facts);
  if (looking?.phase !== 'Failed') return before;
  const message = `no newer one could be pulled, the one that is there serves on: ${looking.message ?? ''}`;
  return { ...before, reason: looking.reason, message };
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

function modelStatus(model: Model, facts: Facts): ModelStatus {
  const { chat } = facts;
  const total = ollamaServers(chat);
  const ours = facts.states.filter(({ pull }) => pull.model.name === model.name);
  const states = Array.from({ length: total }, (_, replica) =>
    replicaState(
      ours.find(({ pull }) => pull.replica === replica),
      facts,
    ),
  );
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
  const { reason, message } =
    failed ?? scheduleTrouble(model) ?? states.find((each) => each.message !== undefined) ?? {};
  return {
    name: model.name,
    phase: failed !== undefined ? 'Failed' : ready.length === total ? 'Ready' : pulling ? 'Pulling' : 'Pending',
    replicas: { ready: ready.length, total },
    ...(ready.length > 0 && digest !== undefined && { digest }),
    ...(ready.length > 0 && sizeBytes !== undefined && { sizeBytes }),
    ...(lastPullTime !== undefined && lastPullTime !== '' && { lastPullTime }),
    ...(failed === undefined && pulling && progressOf(states)),
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message: message.slice(0, 4_096) }),
  };
}

/** A schedule that the schema lets through and that means nothing. */
function scheduleTrouble({ refresh, refreshSchedule }: Model): { reason: string; message: string } | undefined {
  if (refresh !== 'Schedule' || refreshSchedule === undefined) return undefined;
  const problem = scheduleProblem(refreshSchedule);
  if (problem === undefined) return undefined;
  return { reason: 'InvalidSchedule', message: `refreshSchedule "${refreshSchedule}" means nothing: ${problem}` };
}

/** As many as the schema allows. */
const MAX_ROWS = 40;

/** Status of every declared model and of those that are being removed, from pull Jobs, what their pods said, and the progress they report. */
export function modelStatuses(chat: ChatApp, observed: Observed, now: Date): ModelStatus[] {
  const reports = reportsOf(chat, observed);
  const states = pullStates(chat, observed, now);
  const { maxParallel } = chat.spec.ollama.pull;
  const isFull = activePulls(chat, states, observed, now) >= maxParallel;
  const waiting = isFull ? `waits for its turn: ${maxParallel} at a time (ollama.pull.maxParallel)` : 'begins soon';
  const facts = { chat, observed, states, reports, servers: serverReports(chat, observed), waiting, now };
  const declared = chat.spec.ollama.models.map((model) => modelStatus(model, facts));
  return [...declared, ...removingModels(chat, observed)].slice(0, MAX_ROWS);
}

/** One cell for `kubectl get`: `1/2`, with the percent of what is being pulled or the reason of what failed. */
export function modelsSummary(all: readonly ModelStatus[]): string {
  const models = all.filter(({ phase }) => phase !== 'Removing');
  const ready = models.filter(({ phase }) => phase === 'Ready').length;
  const counts = `${ready}/${models.length}`;
  const failed = models.find(({ phase }) => phase === 'Failed');
  if (failed !== undefined) return `${counts} ${failed.reason ?? 'Failed'}`;
  const percents = models.flatMap(({ phase, percent }) => (phase === 'Pulling' ? [percent ?? 0] : []));
  if (percents.length === 0) return counts;
  return `${counts} ${Math.floor(percents.reduce((sum, each) => sum + each, 0) / percents.length)} %`;
}
