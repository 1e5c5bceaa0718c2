/** Models that this ChatApp pulled and does not name any more: its old pull Jobs are the memory of them. No I/O. */
import type { ChatApp } from '../api/chatapp.ts';
import { ANNOTATION } from '../api/labels.ts';
import type { ModelStatus } from '../api/status.ts';
import type { Job } from '../resources/kubernetes.ts';
import { ollamaServers } from '../resources/ollama.ts';
import { isDeclared, plainName } from '../resources/pulls.ts';
import type { Removal } from '../resources/remover.ts';
import { attemptOf, failureOf, jobOutcome, pullJobs } from './jobs.ts';
import type { Observed } from './observed.ts';

const annotation = (job: Job, name: keyof typeof ANNOTATION) => job.metadata.annotations?.[ANNOTATION[name]];

/** One model on one volume, and the Jobs about it. */
export interface RemovalState {
  removal: Removal;
  /** The Jobs that pulled it. */
  pulls: readonly Job[];
  /** The Jobs that remove it, the last attempt first; also those on their way out. */
  removes: readonly Job[];
  /** Whether the spec names it: then it is to come back. */
  standing: 'declared' | 'undeclared';
}

/** Models on volumes that are there which are undeclared, or are being removed although they are declared (again). */
export function removalStates(chat: ChatApp, observed: Observed): RemovalState[] {
  const { external } = chat.spec.ollama;
  const volumes = new Set([...observed.claims.map(({ metadata }) => metadata.uid), external?.url]);
  const removes = observed.jobs.filter((job) => annotation(job, 'remove') !== undefined);
  const keyOf = (job: Job) => `${plainName(annotation(job, 'model') ?? '')} ${annotation(job, 'volume') ?? ''}`;
  const byKey = Map.groupBy([...pullJobs(observed), ...removes], keyOf);
  return [...byKey.values()].flatMap((jobs): RemovalState[] => {
    const [first] = jobs;
    const claimUID = first && annotation(first, 'volume');
    if (first === undefined || claimUID === undefined || !volumes.has(claimUID)) return [];
    const model = annotation(first, 'model') ?? '';
    const removal: Removal = {
      model,
      source: jobs
        .map((job) => annotation(job, 'source'))
        .find((name) => name !== undefined && !isDeclared(chat, name)),
      replica: Number(annotation(first, 'replica')),
      claimUID,
    };
    const state = {
      removal,
      pulls: jobs.filter((job) => annotation(job, 'remove') === undefined),
      removes: jobs
        .filter((job) => annotation(job, 'remove') !== undefined)
        .toSorted((a, b) => attemptOf(b) - attemptOf(a)),
    };
    if (!isDeclared(chat, model)) return [{ ...state, standing: 'undeclared' }];
    return state.removes.length > 0 ? [{ ...state, standing: 'declared' }] : [];
  });
}

/** So often a removal that fails is tried whether or not somebody needs the servers; after that it waits until they are awake. */
const TRIES_THAT_WAKE = 3;

/** Whether the servers stay awake, or wake, for a removal that is due: it is to be tried, or at work. */
export function isWorthWaking({ removes: [last] }: RemovalState): boolean {
  const end = last && jobOutcome(last);
  if (last === undefined || end === undefined) return true;
  return end.outcome === 'failed' && attemptOf(last) < TRIES_THAT_WAKE;
}

/** Those that are to be removed now: the spec asks for it, and the server is there to do it. */
export function dueRemovals(chat: ChatApp, states: readonly RemovalState[]): RemovalState[] {
  const { pruneUndeclared, external } = chat.spec.ollama;
  if (!pruneUndeclared) return [];
  return states.filter(({ standing, removal: { replica, claimUID } }) => {
    const isThere = external === undefined ? replica < ollamaServers(chat) : claimUID === external.url;
    return standing === 'undeclared' && isThere;
  });
}

const DUE = 'the spec names it no more (ollama.pruneUndeclared)';
const PATIENT = '; it is tried again while the servers are awake for people';

/** A row for each model that is being removed, until no server has it. */
export function removingModels(chat: ChatApp, observed: Observed): ModelStatus[] {
  const mayWait = chat.spec.ollama.scaleToZero.enabled;
  const byModel = Map.groupBy(dueRemovals(chat, removalStates(chat, observed)), ({ removal }) => removal.model);
  return [...byModel].flatMap(([name, states]): ModelStatus[] => {
    const left = states.filter(({ removes: [last] }) => last === undefined || jobOutcome(last)?.outcome !== 'complete');
    if (left.length === 0) return [];
    const failure = left.flatMap(({ removes: [last] }) => {
      const end = last && jobOutcome(last);
      return last !== undefined && end?.outcome === 'failed' ? [failureOf(last, end, observed.pods)] : [];
    })[0];
    return [
      {
        name,
        phase: 'Removing',
        replicas: { ready: left.length, total: ollamaServers(chat) },
        ...(failure !== undefined && { reason: failure.reason }),
        message:
          failure === undefined ? DUE : `${failure.message}${mayWait && !left.some(isWorthWaking) ? PATIENT : ''}`,
      },
    ];
  });
}
