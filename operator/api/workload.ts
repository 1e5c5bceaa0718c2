import * as z from 'zod';
import {
  annotationMap,
  asInKubernetes,
  boundedMap,
  cidr,
  dataKey,
  duration,
  labelMap,
  objectName,
  quantity,
  ruled,
  serverURL,
} from './scalars.ts';

/** Requests and limits of a container. */
export function resourcesSchema(requests: Record<string, string>, limits: Record<string, string>) {
  return z
    .object({
      requests: boundedMap(quantity, 20).default(requests).describe('What the scheduler sets aside.'),
      limits: boundedMap(quantity, 20).default(limits).describe('What the container may use at most.'),
    })
    .prefault({})
    .describe('Computing resources of each container.');
}

const optional = z.boolean().optional().describe('Whether pods start without it too; false if not set.');

/** Where the value of an environment variable comes from, as in a pod. */
const valueFromSchema = ruled(
  z.object({
    secretKeyRef: z
      .object({ name: objectName.describe('Name of the Secret.'), key: dataKey.describe('Key in it.'), optional })
      .optional()
      .describe('Key of a Secret of the same namespace.'),
    configMapKeyRef: z
      .object({ name: objectName.describe('Name of the ConfigMap.'), key: dataKey.describe('Key in it.'), optional })
      .optional()
      .describe('Key of a ConfigMap of the same namespace.'),
  }),
  {
    rule: 'has(self.secretKeyRef) != has(self.configMapKeyRef)',
    message: 'valueFrom names one thing: secretKeyRef or configMapKeyRef',
    holds: ({ secretKeyRef, configMapKeyRef }) => (secretKeyRef === undefined) !== (configMapKeyRef === undefined),
  },
);

/** Environment variables beside those that the operator sets. */
const envSchema = z
  .array(
    ruled(
      z.object({
        name: z
          .string()
          .min(1)
          .max(128)
          .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
          .describe('Name of the variable.'),
        value: z.string().max(4_096).optional().describe('Its value.'),
        valueFrom: valueFromSchema.optional().describe('Where its value is instead; pods roll when it changes there.'),
      }),
      {
        rule: 'has(self.value) != has(self.valueFrom)',
        message: 'an environment variable has a value or a valueFrom',
        holds: ({ value, valueFrom }) => (value === undefined) !== (valueFrom === undefined),
      },
    ),
  )
  .max(50);

/** Parts of a pod that a cluster's owner decides. */
export const podTemplateSchema = z
  .object({
    labels: labelMap().optional().describe('Further labels.'),
    annotations: annotationMap().optional().describe('Annotations.'),
    nodeSelector: labelMap().optional().describe('Labels that a node must have.'),
    tolerations: z.array(asInKubernetes()).max(50).optional().describe('Taints that the pods accept, as in a pod.'),
    affinity: asInKubernetes().optional().describe('Where the pods like to be, as in a pod.'),
    topologySpreadConstraints: z
      .array(asInKubernetes())
      .max(10)
      .optional()
      .describe('How the pods spread, as in a pod; over the nodes where that is possible if not set.'),
    env: envSchema.default([]).describe('Further environment of the main container.'),
    serviceAccountName: objectName
      .optional()
      .describe(
        'Service account of the pods, for instance one that a cloud knows; its token is mounted only where the pods report to the operator, which it may then do.',
      ),
    runtimeClassName: objectName.optional().describe('Container runtime of the pods.'),
  })
  .prefault({})
  .describe('Further settings of the pods.');

const serviceSchema = ruled(
  z.object({
    type: z
      .enum(['ClusterIP', 'NodePort', 'LoadBalancer'])
      .default('ClusterIP')
      .describe('How the Service is reached.'),
    port: z.int().min(1).max(65_535).default(80).describe('Port of the Service.'),
    nodePort: z.int().min(1).max(65_535).optional().describe('Port on every node; chosen by the cluster if not set.'),
    annotations: annotationMap().optional().describe('Annotations, such as those of a load balancer.'),
    loadBalancerSourceRanges: z
      .array(cidr)
      .max(50)
      .optional()
      .describe('Addresses that the load balancer lets in, such as 192.0.2.0/24.'),
    externalTrafficPolicy: z
      .enum(['Cluster', 'Local'])
      .optional()
      .describe("Local keeps people's addresses, and needs a frontend on the node they come to."),
  }),
  {
    rule: "!has(self.nodePort) || self.type != 'ClusterIP'",
    message: 'nodePort needs type NodePort or LoadBalancer',
    holds: ({ nodePort, type }) => nodePort === undefined || type !== 'ClusterIP',
  },
  {
    rule: "!has(self.externalTrafficPolicy) || self.type != 'ClusterIP'",
    message: 'externalTrafficPolicy needs type NodePort or LoadBalancer',
    holds: ({ externalTrafficPolicy, type }) => externalTrafficPolicy === undefined || type !== 'ClusterIP',
  },
  {
    rule: "!has(self.loadBalancerSourceRanges) || self.type == 'LoadBalancer'",
    message: 'loadBalancerSourceRanges needs type LoadBalancer',
    holds: ({ loadBalancerSourceRanges, type }) => loadBalancerSourceRanges === undefined || type === 'LoadBalancer',
  },
)
  .prefault({})
  .describe('The Service that people reach.');

export const disruptionBudgetSchema = z
  .object({
    enabled: z.boolean().default(true).describe('Only one pod at a time may be evicted, where there are two or more.'),
  })
  .prefault({})
  .describe('What a drain of nodes may do.');

const minReplicas = z.int().min(1).max(100).describe('Pods at least.');
const maxReplicas = z.int().min(1).max(100).describe('Pods at most.');

const autoscalingFields = {
  minReplicas: minReplicas.default(2),
  maxReplicas: maxReplicas.default(10),
  targetCPU: z
    .int()
    .min(10)
    .max(200)
    .default(70)
    .describe('Percent of the requested CPU that pods use before there are more of them.'),
  behavior: z
    .object({
      stabilizationWindow: duration
        .default('10m')
        .describe('How long fewer pods would have had to be enough before one goes; at most 1h.'),
      podsPerMinute: z.int().min(1).max(100).default(1).describe('Pods that may go in a minute.'),
    })
    .prefault({})
    .describe('How slowly pods go again: connections do not move to others by themselves.'),
};

const bounds = {
  rule: 'self.minReplicas <= self.maxReplicas',
  message: 'autoscaling.minReplicas must not be more than maxReplicas',
  holds: (scaling: { minReplicas: number; maxReplicas: number }) => scaling.minReplicas <= scaling.maxReplicas,
};

const backendAutoscalingSchema = ruled(
  z.object({
    ...autoscalingFields,
    keda: z
      .object({
        serverAddress: serverURL.describe(
          'Prometheus that knows the connections, such as http://prometheus.monitoring:9090.',
        ),
        connectionsPerReplica: z
          .int()
          .min(1)
          .max(100_000)
          .default(500)
          .describe('Connections that one backend should hold.'),
      })
      .optional()
      .describe('A ScaledObject of KEDA by connections instead of a HorizontalPodAutoscaler, where KEDA is installed.'),
  }),
  bounds,
);

const replicas = z.int().min(0).max(100);

/** `kubectl scale` writes `replicas`, which would do nothing while something else decides. */
const scaledByItself = (part: 'backend' | 'frontend') => ({
  rule: '!has(self.autoscaling) || !has(oldSelf.autoscaling) || self.replicas == oldSelf.replicas',
  message: `${part}.autoscaling decides how many there are: change its minReplicas and maxReplicas, or remove it first`,
});

const startsWithPods = {
  rule: '!has(self.autoscaling) || self.replicas > 0',
  message:
    'with autoscaling, replicas is what it begins with and must be at least 1: autoscalers leave alone what has none',
  holds: ({ autoscaling, replicas: count }: { autoscaling?: unknown; replicas: number }) =>
    autoscaling === undefined || count > 0,
};

export const backendSchema = ruled(
  z.object({
    replicas: replicas.default(3).describe('Backends; each holds some of the connections. kubectl scale chat sets it.'),
    autoscaling: backendAutoscalingSchema
      .optional()
      .describe('Backends by load; replicas is then what it begins with.'),
    resources: resourcesSchema({ cpu: '50m', memory: '96Mi' }, { cpu: '1', memory: '384Mi' }),
    podTemplate: podTemplateSchema,
    podDisruptionBudget: disruptionBudgetSchema,
    terminationGracePeriod: duration.default('30s').describe('Time to hand connections over when a backend stops.'),
  }),
  scaledByItself('backend'),
  startsWithPods,
)
  .prefault({})
  .describe('The servers that hold connections, rooms and the queue of replies.');

export const frontendSchema = ruled(
  z.object({
    replicas: replicas.default(2).describe('Frontends.'),
    autoscaling: ruled(z.object(autoscalingFields), bounds)
      .optional()
      .describe('Frontends by load; replicas is then what it begins with.'),
    resources: resourcesSchema({ cpu: '20m', memory: '64Mi' }, { cpu: '500m', memory: '256Mi' }),
    podTemplate: podTemplateSchema,
    podDisruptionBudget: disruptionBudgetSchema,
    terminationGracePeriod: duration.default('30s').describe('Time to hand connections over when a frontend stops.'),
    service: serviceSchema,
  }),
  scaledByItself('frontend'),
  startsWithPods,
)
  .prefault({})
  .describe('The servers of the page; they pass /api and /ws on to the backends.');
