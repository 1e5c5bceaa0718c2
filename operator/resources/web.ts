/** What backend and frontend have in common: both are Deployments of the runtime image that serve http. */
import type { ChatApp } from '../api/chatapp.ts';
import { seconds } from '../api/duration.ts';
import { selectorLabels, type Component } from '../api/labels.ts';
import { fingerprint } from '../api/names.ts';
import type { PodTemplate, Resources } from '../api/spec.ts';
import type { BuildContext } from './context.ts';
import type { Deployment, EnvVar, Strings, Volume } from './kubernetes.ts';
import { childMetadata } from './metadata.ts';
import { container, environment, podTemplate, spread, TMP } from './pod.ts';
import { referenceAnnotation } from './resolved.ts';

export const HTTP_PORT = 8_080;
export const METRICS_PORT = 9_090;

/** Endpoints need a moment to learn that a pod goes: it serves on for so long before it hears of its end. */
const PRE_STOP_SECONDS = 3;

interface WebOptions {
  name: string;
  component: Component & ('backend' | 'frontend');
  settings: { replicas: number; resources: Resources; podTemplate: PodTemplate; terminationGracePeriod: string };
  annotations?: Strings;
  env: EnvVar[];
  mounts?: { name: string; mountPath: string; readOnly: boolean }[];
  volumes?: Volume[];
  paths: { live: string; ready: string };
  /** Account whose token the pods carry; they carry none without it. */
  account?: string;
}

export function webDeployment(chat: ChatApp, context: BuildContext, options: WebOptions): Deployment {
  const { name, component, settings, annotations, env, mounts = [], volumes = [], paths, account } = options;
  const grace = seconds(settings.terminationGracePeriod);
  const get = (path: string) => ({ httpGet: { path, port: 'http' }, timeoutSeconds: 3 });
  const image = chat.spec.image ?? context.images.runtime;
  const main = container(chat, settings.resources, {
    name: component,
    image,
    args: [component],
    env: environment(
      [
        { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'PORT', value: String(HTTP_PORT) },
        { name: 'METRICS_PORT', value: String(METRICS_PORT) },
        // A page of another release offers to reload itself.
        { name: 'VERSION', value: fingerprint(image) },
        { name: 'GRACE_SECONDS', value: String(Math.max(1, grace - PRE_STOP_SECONDS - 2)) },
        ...env,
      ],
      settings.podTemplate.env,
    ),
    ports: [
      { name: 'http', containerPort: HTTP_PORT },
      { name: 'metrics', containerPort: METRICS_PORT },
    ],
    volumeMounts: [...mounts, TMP.mount],
    startupProbe: { ...get(paths.live), periodSeconds: 1, failureThreshold: 60 },
    readinessProbe: { ...get(paths.ready), periodSeconds: 2, failureThreshold: 2 },
    livenessProbe: { ...get(paths.live), periodSeconds: 10, failureThreshold: 3 },
    lifecycle: { preStop: { sleep: { seconds: PRE_STOP_SECONDS } } },
  });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: childMetadata(chat, component, name),
    spec: {
      replicas: settings.replicas,
      revisionHistoryLimit: 3,
      progressDeadlineSeconds: Math.max(1, seconds(chat.spec.rollout.progressDeadline)),
      selector: { matchLabels: selectorLabels(chat.metadata.name, component) },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: podTemplate(chat, {
        component,
        template: settings.podTemplate,
        annotations: { ...annotations, ...referenceAnnotation(chat, context.references, component) },
        spec: {
          ...(account !== undefined && { serviceAccountName: account, automountServiceAccountToken: true }),
          terminationGracePeriodSeconds: grace,
          topologySpreadConstraints: spread(chat, component),
          containers: [main],
          volumes: [...volumes, TMP.volume],
        },
      }),
    },
  };
}
