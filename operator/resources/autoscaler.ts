import type { ChatApp } from '../api/chatapp.ts';
import { seconds } from '../api/duration.ts';
import { ANNOTATION } from '../api/labels.ts';
import type { Autoscaling } from '../api/spec.ts';
import type { KubeObject } from '../kube/object.ts';
import { METRICS } from '../../runtime/metrics/names.ts';
import type { BuildContext } from './context.ts';
import type { Deployment } from './kubernetes.ts';
import { childMetadata, namesOf } from './metadata.ts';
import { OPTIONAL_TYPES } from './types.ts';

type Part = 'backend' | 'frontend';

/** Connections do not move to other pods by themselves: pods go slowly. */
function behavior({ behavior: { stabilizationWindow, podsPerMinute } }: Pick<Autoscaling, 'behavior'>) {
  return {
    scaleDown: {
      stabilizationWindowSeconds: Math.min(3_600, seconds(stabilizationWindow)),
      policies: [{ type: 'Pods', value: podsPerMinute, periodSeconds: 60 }],
    },
  };
}

/** Who decides how many pods a part has, beside its `replicas`. A ScaledObject only where the cluster knows that kind. */
export function scalerOf(chat: ChatApp, context: BuildContext, part: Part): 'HPA' | 'KEDA' | undefined {
  const { autoscaling } = chat.spec[part];
  if (autoscaling === undefined) return undefined;
  if (!('keda' in autoscaling) || autoscaling.keda === undefined) return 'HPA';
  return context.has(OPTIONAL_TYPES.scaledObject) ? 'KEDA' : undefined;
}

/** HorizontalPodAutoscalers by CPU. */
export function autoscalers(chat: ChatApp, context: BuildContext): KubeObject[] {
  return (['backend', 'frontend'] as const).flatMap((part) => {
    const { autoscaling } = chat.spec[part];
    if (autoscaling === undefined || scalerOf(chat, context, part) !== 'HPA') return [];
    const { minReplicas, maxReplicas, targetCPU } = autoscaling;
    const name = namesOf(chat)[part];
    return {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: childMetadata(chat, part, name),
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        minReplicas,
        maxReplicas,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: targetCPU } },
          },
        ],
        behavior: behavior(autoscaling),
      },
    };
  });
}

/** A ScaledObject of KEDA: backends by the connections that they hold. */
export function scaledObjects(chat: ChatApp): KubeObject[] {
  const { autoscaling } = chat.spec.backend;
  if (autoscaling?.keda === undefined) return [];
  const { minReplicas, maxReplicas, keda } = autoscaling;
  const { namespace } = chat.metadata;
  const name = namesOf(chat).backend;
  const query = `sum(${METRICS.connections.name}{namespace="${namespace}",service="${name}"})`;
  return [
    {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: childMetadata(chat, 'backend', name),
      spec: {
        scaleTargetRef: { name },
        minReplicaCount: minReplicas,
        maxReplicaCount: maxReplicas,
        advanced: { horizontalPodAutoscalerConfig: { behavior: behavior(autoscaling) } },
        triggers: [
          {
            type: 'prometheus',
            metadata: { serverAddress: keda.serverAddress, query, threshold: String(keda.connectionsPerReplica) },
          },
        ],
      },
    } as KubeObject,
  ];
}

/** The Deployment without a say in how many pods there are, and a mark that tells so. */
export function scaledByOther(deployment: Deployment, scaler: 'HPA' | 'KEDA'): Deployment {
  const spec = { ...deployment.spec };
  delete spec.replicas;
  const annotations = { ...deployment.metadata.annotations, [ANNOTATION.scaledBy]: scaler };
  return { ...deployment, metadata: { ...deployment.metadata, annotations }, spec };
}
