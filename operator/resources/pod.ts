import type { ChatApp } from '../api/chatapp.ts';
import { labels, selectorLabels, type Component } from '../api/labels.ts';
import type { PodTemplate, Resources } from '../api/spec.ts';
import type { Container, EnvVar, PodSpec, PodTemplateSpec, Strings } from './kubernetes.ts';

/** The user that distroless images are made for. */
const UID = 65_532;

/** Passes Pod Security "restricted", with a read-only root file system on top. */
const containerSecurity = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
};

const podSecurity = {
  runAsNonRoot: true,
  runAsUser: UID,
  runAsGroup: UID,
  fsGroup: UID,
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
};

export const TMP = { volume: { name: 'tmp', emptyDir: {} }, mount: { name: 'tmp', mountPath: '/tmp' } };

/** Our variables and those of the ChatApp's owner, whose word counts where both name one. */
export function environment(ours: readonly EnvVar[], theirs: readonly EnvVar[]): EnvVar[] {
  const named = new Set(theirs.map(({ name }) => name));
  return [...ours.filter(({ name }) => !named.has(name)), ...theirs];
}

/** A container with what all of ours have in common. */
export function container(chat: ChatApp, resources: Resources, own: Container): Container {
  return {
    imagePullPolicy: chat.spec.imagePullPolicy,
    resources: { requests: { ...resources.requests }, limits: { ...resources.limits } },
    securityContext: containerSecurity,
    terminationMessagePolicy: 'FallbackToLogsOnError',
    ...own,
  };
}

interface PodOptions {
  component: Component;
  template: Partial<PodTemplate>;
  annotations?: Strings;
  spec: Omit<PodSpec, 'automountServiceAccountToken' | 'enableServiceLinks' | 'securityContext'> & {
    automountServiceAccountToken?: boolean;
  };
}

/** A pod template with what all of ours have in common, and what the ChatApp's owner wants of it. */
export function podTemplate(chat: ChatApp, { component, template, annotations, spec }: PodOptions): PodTemplateSpec {
  const instance = chat.metadata.name;
  const { nodeSelector, tolerations, affinity, runtimeClassName, serviceAccountName } = template;
  const { commonLabels, priorityClassName, imagePullSecrets } = chat.spec;
  const spread = template.topologySpreadConstraints ?? spec.topologySpreadConstraints;
  const allAnnotations = { ...template.annotations, ...annotations };
  return {
    metadata: {
      labels: { ...commonLabels, ...template.labels, ...labels(instance, component) },
      ...(Object.keys(allAnnotations).length > 0 && { annotations: allAnnotations }),
    },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: podSecurity,
      ...(imagePullSecrets.length > 0 && { imagePullSecrets }),
      ...(nodeSelector && { nodeSelector }),
      ...(tolerations && { tolerations }),
      ...(affinity && { affinity }),
      ...(priorityClassName && { priorityClassName }),
      ...(runtimeClassName && { runtimeClassName }),
      // Always said: one that was said and is left out stays, because the server keeps a copy of it under its old name.
      serviceAccountName: serviceAccountName ?? 'default',
      ...spec,
      ...(spread && { topologySpreadConstraints: spread }),
    },
  };
}

/** Replicas of one component on different nodes where that is possible; never a reason not to start. */
export function spread(chat: ChatApp, component: Component): Record<string, unknown>[] {
  return [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: selectorLabels(chat.metadata.name, component) },
    },
  ];
}
