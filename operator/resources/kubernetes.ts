/** The parts of Kubernetes' own kinds that are used here, as JSON has them (client-node's types rename `exec` and `from`). */
import type { KubeObject } from '../kube/object.ts';

export type Strings = Record<string, string>;
export type Quantities = Record<string, string | number>;

interface KeyRef {
  name: string;
  key: string;
  optional?: boolean | undefined;
}

export interface EnvVar {
  name: string;
  value?: string | undefined;
  valueFrom?:
    | {
        secretKeyRef?: KeyRef | undefined;
        configMapKeyRef?: KeyRef | undefined;
        fieldRef?: { fieldPath: string };
      }
    | undefined;
}

export interface Probe {
  httpGet?: { path: string; port: string };
  exec?: { command: string[] };
  periodSeconds?: number;
  timeoutSeconds?: number;
  failureThreshold?: number;
}

export interface Container {
  name: string;
  image: string;
  imagePullPolicy?: string;
  command?: string[];
  args?: string[];
  env?: EnvVar[];
  ports?: { name: string; containerPort: number }[];
  resources?: { requests: Quantities; limits: Quantities };
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
  startupProbe?: Probe;
  readinessProbe?: Probe;
  livenessProbe?: Probe;
  lifecycle?: { preStop: { sleep: { seconds: number } } };
  securityContext?: Record<string, unknown>;
  terminationMessagePolicy?: string;
  /** Of an init container: it goes on beside the others. */
  restartPolicy?: 'Always';
}

export interface Volume {
  name: string;
  emptyDir?: { sizeLimit?: string };
  configMap?: { name: string };
  persistentVolumeClaim?: { claimName: string };
  secret?: { secretName: string; items?: { key: string; path: string }[] };
  projected?: { sources: Record<string, unknown>[] };
}

export interface PodSpec {
  initContainers?: Container[];
  containers: Container[];
  volumes?: Volume[];
  restartPolicy?: string;
  serviceAccountName?: string;
  automountServiceAccountToken: boolean;
  enableServiceLinks: boolean;
  imagePullSecrets?: { name: string }[];
  securityContext: Record<string, unknown>;
  terminationGracePeriodSeconds?: number;
  nodeSelector?: Strings;
  tolerations?: Record<string, unknown>[];
  affinity?: Record<string, unknown>;
  priorityClassName?: string;
  runtimeClassName?: string;
  topologySpreadConstraints?: Record<string, unknown>[];
}

export interface PodTemplateSpec {
  metadata: { labels: Strings; annotations?: Strings };
  spec: PodSpec;
}

export interface Deployment extends KubeObject {
  spec: {
    /** Not ours to say while an autoscaler does. */
    replicas?: number;
    revisionHistoryLimit: number;
    progressDeadlineSeconds: number;
    selector: { matchLabels: Strings };
    strategy: { type: string; rollingUpdate: { maxUnavailable: number; maxSurge: number } };
    template: PodTemplateSpec;
  };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    readyReplicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
  };
}

export interface StatefulSet extends KubeObject {
  spec: {
    replicas: number;
    serviceName: string;
    podManagementPolicy: string;
    selector: { matchLabels: Strings };
    template: PodTemplateSpec;
    persistentVolumeClaimRetentionPolicy?: { whenDeleted: string; whenScaled: string };
    /** None where the volume is a claim that is there already. */
    volumeClaimTemplates?: Claim[];
  };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    readyReplicas?: number;
    updatedReplicas?: number;
    currentRevision?: string;
    updateRevision?: string;
  };
}

export interface ReplicaSet extends KubeObject {
  spec: { template: PodTemplateSpec };
}

export interface Service extends KubeObject {
  spec: {
    type?: string;
    clusterIP?: string;
    publishNotReadyAddresses?: boolean;
    loadBalancerSourceRanges?: string[];
    externalTrafficPolicy?: string;
    selector: Strings;
    ports: { name: string; port: number; targetPort: string; nodePort?: number }[];
  };
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } };
}

export interface Job extends KubeObject {
  spec: { backoffLimit: number; activeDeadlineSeconds: number; template: PodTemplateSpec };
  status?: {
    active?: number;
    completionTime?: string;
    conditions?: { type: string; status: string; reason?: string; message?: string; lastTransitionTime?: string }[];
  };
}

export interface Claim extends KubeObject {
  spec: {
    accessModes: string[];
    resources: { requests: { storage: string } };
    storageClassName?: string;
  };
  status?: { phase?: string; capacity?: { storage?: string } };
}

export interface ConfigMap extends KubeObject {
  data?: Strings;
}

export interface Secret extends KubeObject {
  /** Values in base64. */
  data?: Strings;
}

export interface ContainerState {
  waiting?: { reason?: string; message?: string };
  terminated?: { reason?: string; message?: string; exitCode?: number; finishedAt?: string };
}

export interface ContainerStatus {
  name: string;
  ready: boolean;
  restartCount: number;
  state?: ContainerState;
  lastState?: ContainerState;
}

export interface Pod extends KubeObject {
  spec: { containers: { name: string }[] };
  status?: {
    phase?: string;
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
}
