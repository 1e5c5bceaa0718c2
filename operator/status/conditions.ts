/** One pure function for each condition: from what is observed to what holds. */
import { CONDITION, REASON, type ConditionType, type Reason } from '../api/conditions.ts';
import type { ChatApp } from '../api/chatapp.ts';
import { COMPONENT_LABEL, type Component } from '../api/labels.ts';
import { notImplemented } from '../api/not-implemented.ts';
import type { ModelStatus } from '../api/status.ts';
import type { DemandReport, ProbeReport, ReachReport } from '../../runtime/report.ts';
import type { Claim } from '../resources/kubernetes.ts';
import { missingOf, wordsOf, type Resolved } from '../resources/resolved.ts';
import { externalOllama, externalRedis } from './external.ts';
import type { Failure } from './observed.ts';
import type { RolloutState } from './rollout.ts';
import { rolloutProgress, rolloutTrouble } from './rollout-verdicts.ts';
import { no, yes, type Verdict } from './verdict.ts';
import type { Workload } from './workload.ts';

/** Everything that the conditions are made of. */
export interface Facts {
  chat: ChatApp;
  claims: readonly Claim[];
  /** Whether the cluster knows the kind of ServiceMonitor that the ChatApp asks for. */
  canMonitor: boolean;
  isMonitored: boolean;
  suspended: boolean;
  references: readonly Resolved[];
  backend: Workload;
  frontend: Workload;
  redis: Workload;
  ollama: Workload;
  models: readonly ModelStatus[];
  /** Words about models that nobody asked for, and about volumes that are nearly full. */
  undeclaredModels: string | undefined;
  fullVolumes: string | undefined;
  /** There is no model server, because nobody asks. */
  isAsleep: boolean;
  /** When somebody last asked; only of a chat whose model servers may sleep. */
  demand: DemandReport | undefined;
  /** A synthetic question that was not answered lately. */
  failedProbe: ProbeReport | undefined;
  failures: readonly Failure[];
  rollout: RolloutState;
  /** What backends say of servers that somebody else runs. */
  readings: readonly ReachReport[];
}

/** Words about fields that this version does not act on; nothing when the ChatApp asks for none of them. */
function unserved(chat: ChatApp, under = ''): string | undefined {
  const fields = notImplemented(chat.spec).filter((field) => field.startsWith(under));
  if (fields.length === 0) return undefined;
  return `this version does nothing about ${fields.join(', ')}: remove it, or see docs/limits.md`;
}

function componentReady(type: ConditionType, component: Component, workload: Workload): Verdict {
  const { replicas, readyReplicas, trouble } = workload;
  if (replicas === 0) return no(type, REASON.scaledToZero, `${component}.replicas is 0: nobody serves`);
  const count = `${readyReplicas} of ${replicas} ready`;
  if (readyReplicas > 0) {
    return yes(type, REASON.available, trouble === undefined ? count : `${count}; ${trouble.message}`);
  }
  if (trouble !== undefined) return no(type, trouble.reason, trouble.message);
  return no(type, REASON.creating, `${count}; waiting for the first`);
}

const backendReady = ({ backend }: Facts) => componentReady(CONDITION.backendReady, 'backend', backend);
const frontendReady = ({ frontend }: Facts) => componentReady(CONDITION.frontendReady, 'frontend', frontend);

function redisReady({ chat, redis, backend, readings }: Facts): Verdict {
  const type = CONDITION.redisReady;
  if (chat.spec.redis.mode === 'External') return externalRedis(type, backend, readings);
  return componentReady(type, 'redis', redis);
}

function ollamaReady(facts: Facts): Verdict {
  const { chat, ollama, backend, readings, isAsleep, demand, failedProbe } = facts;
  const type = CONDITION.ollamaReady;
  const asked = demand === undefined ? '' : `; the last reply was at ${demand.time}`;
  if (isAsleep) return yes(type, REASON.asleep, `no server runs while nobody asks: the next question wakes it${asked}`);
  const isExternal = chat.spec.ollama.mode === 'External';
  const verdict = isExternal ? externalOllama(type, backend, readings) : componentReady(type, 'ollama', ollama);
  if (verdict.status === 'True' && failedProbe !== undefined) {
    return no(type, REASON.probeFailed, probeWords(failedProbe));
  }
  // The first start of all is none of these: no backend has told of demand yet.
  const isWaking = verdict.reason === REASON.creating && demand !== undefined;
  return isWaking ? { ...verdict, reason: REASON.waking, message: `${verdict.message}${asked}` } : verdict;
}

function probeWords({ time, firstTokenSeconds, message = 'it said nothing' }: ProbeReport): string {
  return `the model was asked at ${time} and did not answer within ${firstTokenSeconds} s: ${message}; see the log of ollama`;
}

/** Models that nobody asked for are named whatever the others do. */
function modelsReady(facts: Facts): Verdict {
  const verdict = declaredModels(facts);
  const { undeclaredModels: others } = facts;
  return others === undefined ? verdict : { ...verdict, message: `${verdict.message}; ${others}` };
}

const failureReason = (models: readonly ModelStatus[]): Reason => {
  const failed = models.filter(({ phase }) => phase === 'Failed');
  return failed.every(({ reason }) => reason === 'OutOfMemory') ? REASON.outOfMemory : REASON.pullFailed;
};

function declaredModels({ models: all, isAsleep }: Facts): Verdict {
  const models = all.filter(({ phase }) => phase !== 'Removing');
  const type = CONDITION.modelsReady;
  const failed = models.filter(({ phase }) => phase === 'Failed');
  if (failed.length > 0) {
    const words = failed.map(({ name, reason, message }) => `${name}: ${reason ?? 'Failed'}: ${message ?? ''}`);
    return no(type, failureReason(models), words.join('; '));
  }
  const waiting = models.filter(({ phase }) => phase !== 'Ready');
  if (waiting.length === 0) {
    const notes = models.flatMap(({ name, message }) => (message === undefined ? [] : [`${name}: ${message}`]));
    const words = [`${models.length} of ${models.length} ready`, ...notes].join('; ');
    return yes(type, isAsleep ? REASON.asleep : REASON.available, words);
  }
  const words = waiting.map(
    ({ name, phase, percent, message = 'is on its way' }) =>
      `${name} ${phase === 'Pulling' ? `${percent ?? 0} %` : message}`,
  );
  return no(type, REASON.pulling, words.join('; '));
}

function storageReady({ chat, claims: all, fullVolumes }: Facts): Verdict {
  const type = CONDITION.storageReady;
  // Volumes of a server that was ours before stay, and nobody uses them.
  const isUsed = (server: string) =>
    (server !== 'redis' && server !== 'ollama') || chat.spec[server].mode === 'Managed';
  const claims = all.filter(({ metadata }) => isUsed(metadata.labels?.[COMPONENT_LABEL] ?? ''));
  if (chat.spec.redis.mode === 'External' && chat.spec.ollama.mode === 'External') {
    return yes(type, REASON.disabled, 'Redis and Ollama are external: the chat needs no volume');
  }
  const lost = claims.find(({ status }) => status?.phase === 'Lost');
  if (lost !== undefined) {
    const words = `the volume of claim ${lost.metadata.name} is gone: bring it back, or delete the claim for an empty one`;
    return no(type, REASON.volumeLost, words);
  }
  const waiting = claims.filter(({ status }) => status?.phase !== 'Bound').map(({ metadata }) => metadata.name);
  if (claims.length === 0 || waiting.length > 0) {
    const whom = waiting.length > 0 ? `${waiting.join(', ')} wait for volumes` : 'no claim is there yet';
    return no(
      type,
      REASON.waiting,
      `${whom}: a class without a provisioner, or no space, shows in kubectl describe pvc`,
    );
  }
  const bound = `${claims.length} volumes are bound`;
  if (fullVolumes !== undefined) return yes(type, REASON.nearlyFull, `${bound}; ${fullVolumes}`);
  return yes(type, REASON.available, bound);
}

function monitoringReady({ chat, canMonitor, isMonitored, failures }: Facts): Verdict {
  const type = CONDITION.monitoringReady;
  const { enabled, apiGroup } = chat.spec.monitoring.serviceMonitor;
  const asked = unserved(chat, 'monitoring');
  if (asked !== undefined) return no(type, REASON.notImplemented, asked);
  if (enabled === 'Never') return yes(type, REASON.disabled, 'monitoring.serviceMonitor.enabled is Never');
  const refused = failures.find(({ child }) => child.startsWith('ServiceMonitor '));
  if (canMonitor && refused !== undefined) return no(type, REASON.applyFailed, refused.message);
  if (isMonitored) return yes(type, REASON.available, 'a ServiceMonitor is there');
  if (canMonitor) return no(type, REASON.creating, 'the ServiceMonitor is on its way');
  const words = `this cluster has no ServiceMonitor of ${apiGroup}`;
  if (enabled === 'Auto') return yes(type, REASON.disabled, `${words}: one is made as soon as it has`);
  return no(type, REASON.kindMissing, `${words}: install what brings it, or set monitoring.serviceMonitor.enabled`);
}

function backupReady({ chat }: Facts): Verdict {
  const asked = unserved(chat, 'backup');
  if (asked !== undefined) return no(CONDITION.backupReady, REASON.notImplemented, asked);
  return yes(CONDITION.backupReady, REASON.disabled, 'the ChatApp asks for no backups');
}

/** People can chat: a backend and a frontend of any revision answer, and Redis works. The model is not needed for that. */
function ready(facts: Facts): Verdict {
  // Backends are not ready without Redis: it comes first where it is known to be why.
  const parts = [redisReady(facts), backendReady(facts), frontendReady(facts)];
  const missing = parts.find(({ status }) => status === 'False') ?? parts.find(({ status }) => status !== 'True');
  if (missing === undefined) return yes(CONDITION.ready, REASON.available, 'people can chat');
  return no(CONDITION.ready, REASON.unavailable, `${missing.type}: ${missing.reason}: ${missing.message}`);
}

function progressing(facts: Facts): Verdict {
  const { suspended, backend, frontend, redis, ollama, models, isAsleep } = facts;
  const type = CONDITION.progressing;
  if (suspended) return no(type, REASON.suspended, 'spec.suspend is true: nothing is changed');
  const rollout = rolloutProgress(facts.rollout, backend.settled && frontend.settled);
  if (rollout !== undefined) return rollout;
  const all = Object.entries({ redis, ...(!isAsleep && { ollama }), backend, frontend });
  const waits = ({ trouble }: Workload) => trouble?.reason === REASON.missingReference;
  const moving = all.find(([, workload]) => !workload.settled && !waits(workload));
  if (moving !== undefined) {
    const [name, { summary }] = moving;
    return yes(type, REASON.rollingOut, `${name} is on its way: ${summary} ready`);
  }
  if (models.some(({ phase }) => phase === 'Pulling' || phase === 'Pending')) {
    return yes(type, REASON.pulling, declaredModels(facts).message);
  }
  const held = all.find(([, workload]) => waits(workload));
  if (held !== undefined) return no(type, REASON.missingReference, `${held[0]} waits: ${held[1].trouble?.message}`);
  return no(type, REASON.complete, 'everything is as the spec says');
}

function degraded(facts: Facts): Verdict {
  const type = CONDITION.degraded;
  const { chat, failures, models, redis, ollama, backend, frontend } = facts;
  const conflict = failures.find(({ kind }) => kind === 'conflict');
  if (conflict !== undefined) return yes(type, REASON.nameConflict, conflict.message);
  // Each by its words: several components may lack the same.
  const lacking = new Set(missingOf(facts.references).map(wordsOf));
  if (lacking.size > 0) return yes(type, REASON.missingReference, [...lacking].join('; '));
  const missing = failures.find(({ kind }) => kind === 'missing');
  const refused = failures.find(({ kind }) => kind === 'refused');
  if (refused !== undefined) return yes(type, REASON.applyFailed, `${refused.child}: ${refused.message}`);
  if (missing !== undefined) return yes(type, REASON.kindMissing, missing.message);
  const rollout = rolloutTrouble(facts.rollout);
  if (rollout !== undefined) return rollout;
  for (const { trouble } of [redis, backend, frontend, ollama]) {
    if (trouble !== undefined) return yes(type, trouble.reason, trouble.message);
  }
  const external = [
    ...(chat.spec.redis.mode === 'External' ? [redisReady(facts)] : []),
    ...(chat.spec.ollama.mode === 'External' ? [ollamaReady(facts)] : []),
  ];
  const away = external.find(({ status }) => status === 'False');
  if (away !== undefined) return yes(type, away.reason, `${away.type}: ${away.message}`);
  if (models.some(({ phase }) => phase === 'Failed')) {
    return yes(type, failureReason(models), declaredModels(facts).message);
  }
  if (facts.failedProbe !== undefined) return yes(type, REASON.probeFailed, probeWords(facts.failedProbe));
  const asked = unserved(chat);
  if (asked !== undefined) return yes(type, REASON.notImplemented, asked);
  return no(type, REASON.asExpected, 'nothing needs attention');
}

/** All conditions, in the order people read them. */
export function verdicts(facts: Facts): Verdict[] {
  const list = [
    ready,
    progressing,
    degraded,
    backendReady,
    frontendReady,
    redisReady,
    ollamaReady,
    modelsReady,
    storageReady,
    monitoringReady,
    backupReady,
  ];
  return list.map((condition) => condition(facts));
}
