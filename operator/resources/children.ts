import type { ChatApp } from '../api/chatapp.ts';
import type { KubeObject, ResourceType } from '../kube/object.ts';
import { autoscalers, scaledObjects } from './autoscaler.ts';
import { backendDeployment, backendService } from './backend.ts';
import { configMap } from './config.ts';
import type { BuildContext } from './context.ts';
import { disruptionBudgets } from './disruption-budget.ts';
import { frontendDeployment, frontendMetricsService, frontendService } from './frontend.ts';
import { httpRoutes, ingresses } from './ingress.ts';
import { networkPolicies } from './network-policy.ts';
import { ollamaService, ollamaStatefulSet } from './ollama.ts';
import { redisService, redisStatefulSet } from './redis.ts';
import { reportAccess, reportsConfigMap } from './reports.ts';
import { serviceMonitor, serviceMonitorType } from './service-monitor.ts';
import { OPTIONAL_TYPES, TYPES } from './types.ts';

/** A child object as it should be. */
export interface Child {
  type: ResourceType;
  object: KubeObject;
}

/** Children in the order in which they are made; those of one step at the same time. */
export type Steps = readonly (readonly Child[])[];

/**
 * Every child of a ChatApp but its generated Secret (created, never applied) and its pull Jobs (planned from what is there).
 * Two steps: what others refer to goes first, so that no pod waits in an error for a ConfigMap or a name, and because the API
 * server lets nobody bind a Role that it cannot look at. Within a step the order does not matter and all are applied at the
 * same time.
 */
export function children(chat: ChatApp, context: BuildContext): Steps {
  return [before(chat), after(chat, context).filter(({ type }) => !isOptional(type) || context.has(type))];
}

/** Children that the ChatApp asks for, `Auto` apart, of kinds that this cluster does not have. */
export function missingChildren(chat: ChatApp, context: BuildContext): Child[] {
  const isAuto = ({ object }: Child) =>
    object.kind === 'ServiceMonitor' && chat.spec.monitoring.serviceMonitor.enabled === 'Auto';
  return optionalChildren(chat).filter((child) => !context.has(child.type) && !isAuto(child));
}

/** Whether a server is ours to make; an external one is there already. */
const isManaged = ({ spec }: ChatApp, server: 'redis' | 'ollama') => spec[server].mode === 'Managed';

const isOptional = (type: ResourceType) => Object.values<ResourceType>(OPTIONAL_TYPES).includes(type);

const all = (type: ResourceType, objects: readonly KubeObject[]) => objects.map((object) => ({ type, object }));

function before(chat: ChatApp): Child[] {
  const { accounts, roles } = reportAccess(chat);
  return [
    ...all(TYPES.configMap, [configMap(chat), reportsConfigMap(chat)]),
    ...all(TYPES.serviceAccount, accounts),
    ...all(TYPES.role, roles),
    ...all(TYPES.service, [
      ...(isManaged(chat, 'redis') ? [redisService(chat)] : []),
      ...(isManaged(chat, 'ollama') ? [ollamaService(chat)] : []),
      backendService(chat),
      frontendService(chat),
      frontendMetricsService(chat),
    ]),
    ...all(TYPES.networkPolicy, networkPolicies(chat)),
  ];
}

function after(chat: ChatApp, context: BuildContext): Child[] {
  return [
    ...all(TYPES.roleBinding, reportAccess(chat).bindings),
    ...all(TYPES.statefulSet, [
      ...(isManaged(chat, 'redis') ? [redisStatefulSet(chat, context)] : []),
      ...(isManaged(chat, 'ollama') ? [ollamaStatefulSet(chat, context)] : []),
    ]),
    ...all(TYPES.deployment, [backendDeployment(chat, context), frontendDeployment(chat, context)]),
    ...all(TYPES.disruptionBudget, disruptionBudgets(chat)),
    ...all(TYPES.autoscaler, autoscalers(chat, context)),
    ...all(TYPES.ingress, ingresses(chat)),
    ...optionalChildren(chat),
  ];
}

function optionalChildren(chat: ChatApp): Child[] {
  const { enabled } = chat.spec.monitoring.serviceMonitor;
  return [
    ...all(OPTIONAL_TYPES.httpRoute, httpRoutes(chat)),
    ...all(OPTIONAL_TYPES.scaledObject, scaledObjects(chat)),
    ...(enabled === 'Never' ? [] : [{ type: serviceMonitorType(chat), object: serviceMonitor(chat) }]),
  ];
}
