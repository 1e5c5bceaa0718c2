import type { KubeClient, KubeObject } from './kube-client.ts';

/** A pod, as far as the helper looks into it. */
export interface Pod extends KubeObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly { readonly name: string; readonly image: string }[];
    readonly initContainers?: readonly { readonly name: string; readonly image: string }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/**
 * What becomes of a pod: `Ready` and `NotReady` run; `Succeeded` and `Failed` have ended; `Pending` is bound to the node and
 * never starts; `ImagePullBackOff` and `CrashLoopBackOff` wait with that reason.
 */
export type PodOutcome =
  'Ready' | 'NotReady' | 'Succeeded' | 'Failed' | 'Pending' | 'ImagePullBackOff' | 'CrashLoopBackOff';

/** What becomes of a pod whose containers have last words, as those that have ended or that crash do. */
export interface Fate {
  readonly outcome: PodOutcome;
  /** Termination message of its containers. */
  readonly message: string;
}

/** Decides what becomes of a pod. It is asked again whenever the pod changes. */
export type PodRule = (pod: Pod) => PodOutcome | Fate;

/** Pods of Jobs have succeeded at once, all others are ready. */
export const usualOutcome = (pod: Pod): PodOutcome =>
  pod.metadata.ownerReferences?.some((owner) => owner.kind === 'Job') === true ? 'Succeeded' : 'Ready';

/** A pod that has ended stays as it is: nothing may start it again. */
function isOver(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** The name of the one node. */
export const helperNode = 'testbed';

function containerStatus(
  container: { readonly name: string; readonly image: string },
  outcome: PodOutcome,
  now: string,
  message?: string,
): object {
  const base = { name: container.name, image: container.image, imageID: container.image };
  const ended = (exitCode: number, reason: string): object => ({
    ...{ exitCode, reason, startedAt: now, finishedAt: now },
    ...(message !== undefined && { message }),
  });
  switch (outcome) {
    case 'Ready':
    case 'NotReady':
      return {
        ...base,
        ready: outcome === 'Ready',
        started: true,
        restartCount: 0,
        state: { running: { startedAt: now } },
      };
    case 'Succeeded':
      return { ...base, ready: false, restartCount: 0, state: { terminated: ended(0, 'Completed') } };
    case 'Failed':
      return { ...base, ready: false, restartCount: 0, state: { terminated: ended(1, 'Error') } };
    case 'CrashLoopBackOff':
      return {
        ...base,
        ready: false,
        restartCount: 3,
        state: { waiting: { reason: outcome, message: 'back-off restarting failed container' } },
        lastState: { terminated: ended(1, 'Error') },
      };
    case 'ImagePullBackOff':
      return {
        ...base,
        ready: false,
        restartCount: 0,
        state: { waiting: { reason: outcome, message: `Back-off pulling image "${container.image}"` } },
      };
    case 'Pending':
      return { ...base, ready: false, restartCount: 0, state: { waiting: { reason: 'ContainerCreating' } } };
  }
}

const phases: Readonly<Record<PodOutcome, string>> = {
  Ready: 'Running',
  NotReady: 'Running',
  Succeeded: 'Succeeded',
  Failed: 'Failed',
  Pending: 'Pending',
  ImagePullBackOff: 'Pending',
  CrashLoopBackOff: 'Running',
};

/** The status that a kubelet would report for a pod with this outcome. It has no address: nothing listens for the pod. */
export function podStatus(pod: Pod, fate: PodOutcome | Fate, now: string): object {
  const { outcome, message } = typeof fate === 'string' ? { outcome: fate, message: undefined } : fate;
  const condition = (type: string, isTrue: boolean): object => ({
    type,
    status: isTrue ? 'True' : 'False',
    lastTransitionTime: now,
    ...(outcome === 'Succeeded' && !isTrue && { reason: 'PodCompleted' }),
  });
  const isReady = outcome === 'Ready';
  return {
    phase: phases[outcome],
    startTime: now,
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('ContainersReady', isReady),
      condition('Ready', isReady),
    ],
    containerStatuses: pod.spec.containers.map((container) => containerStatus(container, outcome, now, message)),
    initContainerStatuses: (pod.spec.initContainers ?? []).map((container) =>
      containerStatus(container, outcome === 'Pending' ? 'Pending' : 'Succeeded', now),
    ),
  };
}

export interface NodeHelper {
  /** Changes what becomes of pods; pods that are there already follow at once. */
  setRule(rule: PodRule): void;
}

/**
 * Stands in for scheduler and kubelet where there are no containers: makes one node, binds every pod to it, reports each pod
 * as the rule says, and removes pods that are marked for deletion. It works until the client is closed.
 */
export async function startNodeHelper(client: KubeClient, report: (words: string) => void): Promise<NodeHelper> {
  let rule: PodRule = usualOutcome;
  const pods = new Map<string, Pod>();
  const reported = new Map<string, string>();
  await registerNode(client);

  const act = async (pod: Pod): Promise<void> => {
    const { name, namespace, uid } = pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    if (pod.metadata.deletionTimestamp !== undefined) {
      if (pod.spec.nodeName !== undefined) {
        await client.ok('DELETE', path, { gracePeriodSeconds: 0, preconditions: { uid } }, { allow: [404, 409] });
      }
    } else if (pod.spec.nodeName === undefined) {
      const target = { apiVersion: 'v1', kind: 'Node', name: helperNode };
      const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace, uid }, target };
      await client.ok('POST', `${path}/binding`, binding, { allow: [404, 409] });
    } else if (!isOver(pod)) {
      const fate = rule(pod);
      const words = JSON.stringify(fate);
      if (reported.get(uid!) === words) return;
      reported.set(uid!, words);
      const status = podStatus(pod, fate, new Date().toISOString());
      const patch = { metadata: { uid }, status };
      await client.ok('PATCH', `${path}/status`, patch, { type: 'application/merge-patch+json', allow: [404, 409] });
    }
  };
  const actAndReport = (pod: Pod): void => {
    act(pod).catch((error: unknown) => {
      reported.delete(pod.metadata.uid!);
      if (!client.isClosed) report(`node helper: ${error instanceof Error ? error.message : String(error)}`);
    });
  };

  await client.follow('/api/v1/pods', (type, item) => {
    const pod = item as Pod;
    if (type === 'DELETED') {
      pods.delete(pod.metadata.uid!);
      reported.delete(pod.metadata.uid!);
    } else {
      pods.set(pod.metadata.uid!, pod);
      actAndReport(pod);
    }
  });
  return {
    setRule(next) {
      rule = next;
      for (const pod of pods.values()) actAndReport(pod);
    },
  };
}

async function registerNode(client: KubeClient): Promise<void> {
  const labels = { 'kubernetes.io/hostname': helperNode, 'kubernetes.io/os': 'linux' };
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: helperNode, labels } };
  await client.ok('POST', '/api/v1/nodes', node, { allow: [409] });
  const amounts = { cpu: '9999', memory: '9999Gi', pods: '99999' };
  const now = new Date().toISOString();
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'NodeHelper',
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  };
  const status = { capacity: amounts, allocatable: amounts, conditions: [ready] };
  await client.ok('PATCH', `/api/v1/nodes/${helperNode}/status`, { status }, { type: 'application/merge-patch+json' });
}
