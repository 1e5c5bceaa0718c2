import type { ChatApp } from '../api/chatapp.ts';
import { CONDITION } from '../api/conditions.ts';
import { selectorLabels, type Component } from '../api/labels.ts';
import type { ChatAppStatus, Condition, ModelStatus, WorkloadStatus } from '../api/status.ts';
import type { BuildContext } from '../resources/context.ts';
import type { Deployment, Service, StatefulSet } from '../resources/kubernetes.ts';
import type { Rollback } from '../resources/rollout-memory.ts';
import { namesOf, serviceHost } from '../resources/metadata.ts';
import { serviceMonitorType } from '../resources/service-monitor.ts';
import { type Facts, verdicts } from './conditions.ts';
import { EXTERNAL_WORKLOAD, reachReports } from './external.ts';
import { modelStatuses, modelsSummary } from './models.ts';
import type { Failure, Observed } from './observed.ts';
import { failedProbe, probeOf } from './probe.ts';
import type { RolloutFacts } from './rollout.ts';
import { fullVolumes, serverReports, storageStatus, undeclaredModels } from './servers.ts';
import { demandOf, isAsleep, mayChatSleep } from './sleep.ts';
import { referenceTrouble } from './trouble.ts';
import type { Verdict } from './verdict.ts';
import { podsOf, workloadOf, type Workload } from './workload.ts';

/** Keeps the time of the last change of a condition that did not change. */
function dated(verdict: Verdict, chat: ChatApp, now: Date): Condition {
  const before = chat.status?.conditions?.find(({ type }) => type === verdict.type);
  const time =
    before?.status === verdict.status ? before.lastTransitionTime : now.toISOString().replace(/\.\d+Z$/, 'Z');
  return { ...verdict, lastTransitionTime: time, observedGeneration: chat.metadata.generation };
}

function phaseOf(chat: ChatApp, conditions: readonly Condition[]): NonNullable<ChatAppStatus['phase']> {
  const holds = (type: string) => conditions.some((each) => each.type === type && each.status === 'True');
  if (chat.metadata.deletionTimestamp !== undefined) return 'Deleting';
  if (chat.spec.suspend) return 'Suspended';
  if (holds(CONDITION.degraded)) return 'Degraded';
  if (holds(CONDITION.progressing)) return chat.status?.phase === undefined ? 'Pending' : 'Progressing';
  return holds(CONDITION.ready) ? 'Ready' : 'Degraded';
}

function originOf(chat: ChatApp, service: Service | undefined): string {
  const { publicURL, frontend } = chat.spec;
  if (publicURL !== undefined) return publicURL;
  const { mode, host: named, tls } = chat.spec.ingress;
  if (mode !== 'None' && named !== undefined) return `${tls === undefined ? 'http' : 'https'}://${named}`;
  const [ingress] = service?.status?.loadBalancer?.ingress ?? [];
  const host = ingress?.hostname ?? ingress?.ip ?? serviceHost(chat, namesOf(chat).frontend);
  return `http://${host}${frontend.service.port === 80 ? '' : `:${frontend.service.port}`}`;
}

/** Where people find the chat: with its path, unless it has the host to itself. */
function urlOf(chat: ChatApp, service: Service | undefined, path: string): string {
  return `${originOf(chat, service)}${path === '/' ? '' : path}`;
}

function shown({ replicas, readyReplicas, updatedReplicas, summary }: Workload): WorkloadStatus {
  return { replicas, readyReplicas, updatedReplicas, summary };
}

/** Its words stand in the conditions. */
function shownRollback({ templateHash, generation, from, to, reason, time }: Rollback): ChatAppStatus['rollback'] {
  return { templateHash, generation, from, to, reason, time };
}

/**
 * The whole status of a ChatApp, from what is observed now; of the old status only times and digests are kept.
 * @param models where a reconcile has found out already how they do
 */
export function chatAppStatus(
  chat: ChatApp,
  observed: Observed,
  failures: readonly Failure[],
  context: Pick<BuildContext, 'images' | 'has' | 'references'>,
  now: Date,
  rollout: RolloutFacts,
  models: readonly ModelStatus[] = modelStatuses(chat, observed, now),
): ChatAppStatus {
  const { spec } = chat;
  const names = namesOf(chat);
  const deployment = (name: string) => observed.deployments.find(({ metadata }) => metadata.name === name);
  const statefulSet = (name: string) => observed.statefulSets.find(({ metadata }) => metadata.name === name);
  const servers = serverReports(chat, observed);
  const storage = storageStatus(servers);
  const workload = (component: Component, object: Deployment | StatefulSet | undefined, wanted: number): Workload => {
    const found = workloadOf(object, wanted, podsOf(observed, component), now);
    return { ...found, trouble: referenceTrouble(context.references, component) ?? found.trouble };
  };
  const facts: Facts = {
    chat,
    claims: observed.claims,
    isMonitored: observed.serviceMonitors.length > 0,
    canMonitor: context.has(serviceMonitorType(chat)),
    suspended: spec.suspend,
    references: context.references,
    backend: workload('backend', deployment(names.backend), spec.backend.replicas),
    frontend: workload('frontend', deployment(names.frontend), spec.frontend.replicas),
    redis: spec.redis.mode === 'External' ? EXTERNAL_WORKLOAD : workload('redis', statefulSet(names.redis), 1),
    ollama:
      spec.ollama.mode === 'External'
        ? EXTERNAL_WORKLOAD
        : workload('ollama', statefulSet(names.ollama), spec.ollama.replicas),
    readings: reachReports(chat, observed),
    models,
    undeclaredModels: undeclaredModels(chat, servers),
    fullVolumes: fullVolumes(servers),
    isAsleep: isAsleep(chat, observed),
    demand: mayChatSleep(chat) ? demandOf(chat, observed) : undefined,
    failedProbe: failedProbe(chat, observed, now)?.probe,
    // They come in the order in which requests ended, which says nothing.
    failures: failures.toSorted((a, b) => (a.child < b.child ? -1 : 1)),
    rollout: rollout.state,
  };
  const probe = probeOf(chat, observed);
  const conditions = verdicts(facts).map((verdict) => dated(verdict, chat, now));
  const selector = Object.entries(selectorLabels(chat.metadata.name, 'backend')).map((pair) => pair.join('='));
  return {
    observedGeneration: chat.metadata.generation,
    phase: phaseOf(chat, conditions),
    url: urlOf(
      chat,
      observed.services.find(({ metadata }) => metadata.name === names.frontend),
      rollout.basePath ?? spec.ingress.path,
    ),
    image: rollout.image ?? spec.image ?? context.images.runtime,
    ...(rollout.version !== undefined && { version: rollout.version }),
    ...(rollout.lastGoodImage !== undefined && { lastGoodImage: rollout.lastGoodImage }),
    ...(rollout.state.step === 'rolledBack' && { rollback: shownRollback(rollout.state.rollback) }),
    selector: selector.join(','),
    backend: shown(facts.backend),
    frontend: shown(facts.frontend),
    ollama: shown(facts.ollama),
    redis: shown(facts.redis),
    modelsSummary: modelsSummary(facts.models),
    models: [...facts.models],
    ...(probe && { probe: { time: probe.time, firstTokenSeconds: probe.firstTokenSeconds, ok: probe.ok } }),
    ...(storage !== undefined && { storage }),
    conditions,
  };
}
