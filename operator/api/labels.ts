import { GROUP } from './group.ts';

/** What the parts of a chat are called: the last word of their names and their component label. */
export type Component = 'backend' | 'frontend' | 'ollama' | 'redis' | 'puller' | 'preflight' | 'shared';

export const MANAGED_BY = 'chatapp-operator';
export const INSTANCE_LABEL = 'app.kubernetes.io/instance';
export const COMPONENT_LABEL = 'app.kubernetes.io/component';

/** Selects everything that the operator made. */
export const MANAGED_SELECTOR = `app.kubernetes.io/managed-by=${MANAGED_BY}`;

/** Labels that pick the pods of one component; they never change, because selectors cannot. */
export function selectorLabels(instance: string, component: Component): Record<string, string> {
  return {
    'app.kubernetes.io/name': 'chatapp',
    [INSTANCE_LABEL]: instance,
    [COMPONENT_LABEL]: component,
  };
}

export function labels(instance: string, component: Component): Record<string, string> {
  return { ...selectorLabels(instance, component), 'app.kubernetes.io/managed-by': MANAGED_BY };
}

/** On Services whose `metrics` port Prometheus reads. */
export const METRICS_LABEL = `${GROUP}/metrics`;

export const ANNOTATION = {
  /** Hash of the object as the operator applied it. */
  appliedHash: `${GROUP}/applied-hash`,
  /** Hash of the Secret that the pods read: a new one rolls them. */
  secretHash: `${GROUP}/secret-hash`,
  /** Hash of what the pods take from Secrets and ConfigMaps that the ChatApp refers to: another one rolls them. */
  referenceHash: `${GROUP}/reference-hash`,
  /** On pods: hash of the template that the spec gave them, annotations apart. */
  templateHash: `${GROUP}/template-hash`,
  /** Which template a preflight Job tries, and for which generation of the ChatApp. */
  preflight: `${GROUP}/preflight`,
  generation: `${GROUP}/generation`,
  /** Which model a pull Job pulls, onto which replica, and which try it is. */
  model: `${GROUP}/model`,
  replica: `${GROUP}/replica`,
  pull: `${GROUP}/pull`,
  attempt: `${GROUP}/attempt`,
  /** Name in the registry, where that is another. */
  source: `${GROUP}/source`,
  /** On a Job that removes a model: which model from which volume. */
  remove: `${GROUP}/remove`,
  /** UID of the volume that it pulls onto. */
  volume: `${GROUP}/volume`,
  /** Time of refreshSchedule for which it looks for a newer model. */
  tick: `${GROUP}/tick`,
  /** Hash of the settings of pulls that it was made with. */
  settings: `${GROUP}/pull-settings`,
  /** On a Deployment whose number of pods an autoscaler decides. */
  scaledBy: `${GROUP}/scaled-by`,
} as const;
