/** Conditions of servers that somebody else runs: made of what the backends say, for the operator asks nobody itself. */
import { REASON, type ConditionType } from '../api/conditions.ts';
import type { ChatApp } from '../api/chatapp.ts';
import { reachKey, reachReportSchema, type ReachReport } from '../../runtime/report.ts';
import { namesOf } from '../resources/metadata.ts';
import { parsedJson } from '../resources/json.ts';
import type { Observed } from './observed.ts';
import type { Verdict } from './verdict.ts';
import { podsOf, type Workload } from './workload.ts';

/** A server that has no pods of ours. */
export const EXTERNAL_WORKLOAD: Workload = {
  replicas: 0,
  readyReplicas: 0,
  updatedReplicas: 0,
  summary: 'External',
  settled: true,
};

/** What the backends that are there say; the words of pods that are gone do not count. */
export function reachReports(chat: ChatApp, observed: Observed): ReachReport[] {
  const { reports: name } = namesOf(chat);
  const reports = observed.configMaps.find(({ metadata }) => metadata.name === name)?.data ?? {};
  return podsOf(observed, 'backend').flatMap(({ metadata }) => {
    const { data } = reachReportSchema.safeParse(parsedJson(reports[reachKey(metadata.name)]));
    return data === undefined ? [] : [data];
  });
}

/** Redis as the backends see it: they are ready only while it answers them. */
export function externalRedis(type: ConditionType, backend: Workload, readings: readonly ReachReport[]): Verdict {
  const { readyReplicas, replicas } = backend;
  if (readyReplicas > 0) {
    const message = `it answers ${readyReplicas} of ${replicas} backends`;
    return { type, status: 'True', reason: REASON.available, message };
  }
  const states = readings.map(({ redis }) => redis);
  return refused(type, states) ?? unknown(type, backend);
}

/** Ollama as the backends see it. */
export function externalOllama(type: ConditionType, backend: Workload, readings: readonly ReachReport[]): Verdict {
  const states = readings.flatMap(({ ollama }) => (ollama === undefined ? [] : [ollama]));
  const good = states.filter(({ ok }) => ok).length;
  if (good > 0) {
    const message = `it answers ${good} of ${states.length} backends`;
    return { type, status: 'True', reason: REASON.available, message };
  }
  return refused(type, states) ?? unknown(type, backend);
}

function refused(type: ConditionType, states: readonly ReachReport['redis'][]): Verdict | undefined {
  const state = states.find(({ ok }) => !ok);
  if (state === undefined || state.ok) return undefined;
  return { type, status: 'False', reason: state.reason, message: state.message };
}

function unknown(type: ConditionType, { replicas }: Workload): Verdict {
  const message =
    replicas === 0 ? 'backend.replicas is 0: nobody is there to say' : 'no backend has said yet whether it answers';
  return { type, status: 'Unknown', reason: replicas === 0 ? REASON.scaledToZero : REASON.waiting, message };
}
