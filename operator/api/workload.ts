import * as z from 'zod';
import { boundedMap, duration, objectName, quantity, sizeQuantity, rules } from './scalars.ts';

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

const preserved = { 'x-kubernetes-preserve-unknown-fields': true, type: 'object' } as const;

/** Parts of a pod that a cluster's owner decides. */
export const podTemplateSchema = z
  .object({
    labels: boundedMap(z.string().max(63), 50).optional().describe('Further labels.'),
    annotations: boundedMap(z.string().max(4_096), 50).optional().describe('Annotations.'),
    nodeSelector: boundedMap(z.string().max(63), 50).optional().describe('Labels that a node must have.'),
    tolerations: z
      .array(z.looseObject({}).meta(preserved))
      .max(50)
      .optional()
      .describe('Taints that the pods accept, as in a pod.'),
    affinity: z.looseObject({}).meta(preserved).optional().describe('Where the pods like to be, as in a pod.'),
    priorityClassName: objectName.optional().describe('Importance of the pods.'),
    runtimeClassName: objectName.optional().describe('Container runtime of the pods.'),
  })
  .prefault({})
  .describe('Further settings of the pods.');

const serviceSchema = z
  .object({
    type: z
      .enum(['ClusterIP', 'NodePort', 'LoadBalancer'])
      .default('ClusterIP')
      .describe('How the Service is reached.'),
    port: z.int().min(1).max(65_535).default(80).describe('Port of the Service.'),
    nodePort: z.int().min(1).max(65_535).optional().describe('Port on every node; chosen by the cluster if not set.'),
    annotations: boundedMap(z.string().max(4_096), 50)
      .optional()
      .describe('Annotations, such as those of a load balancer.'),
  })
  .meta(
    rules({
      rule: "!has(self.nodePort) || (has(self.type) && self.type != 'ClusterIP')",
      message: 'nodePort needs type NodePort or LoadBalancer',
    }),
  )
  .prefault({})
  .describe('The Service that people reach.');

const replicas = z.int().min(0).max(100);

export const backendSchema = z
  .object({
    replicas: replicas.default(3).describe('Backends; each holds some of the connections. kubectl scale chat sets it.'),
    resources: resourcesSchema({ cpu: '50m', memory: '96Mi' }, { cpu: '1', memory: '384Mi' }),
    podTemplate: podTemplateSchema,
    terminationGracePeriod: duration.default('30s').describe('Time to hand connections over when a backend stops.'),
  })
  .prefault({})
  .describe('The servers that hold connections, rooms and the queue of replies.');

export const frontendSchema = z
  .object({
    replicas: replicas.default(2).describe('Frontends.'),
    resources: resourcesSchema({ cpu: '20m', memory: '64Mi' }, { cpu: '500m', memory: '256Mi' }),
    podTemplate: podTemplateSchema,
    terminationGracePeriod: duration.default('30s').describe('Time to hand connections over when a frontend stops.'),
    service: serviceSchema,
  })
  .prefault({})
  .describe('The servers of the page; they pass /api and /ws on to the backends.');

/** A data volume. It outlives the ChatApp unless `retention` says Delete. */
export function storageSchema(size: string) {
  return z
    .object({
      size: sizeQuantity.default(size).describe('Size of the volume.'),
      storageClassName: objectName.optional().describe("Class of the volume; the cluster's default if not set."),
      retention: z
        .enum(['Retain', 'Delete'])
        .default('Retain')
        .describe('What happens to the volume when the ChatApp is deleted.'),
    })
    .meta(
      rules(
        {
          rule: 'has(self.size) == has(oldSelf.size) && (!has(self.size) || self.size == oldSelf.size)',
          message:
            'the size of a volume cannot change yet: create a new ChatApp, or grow the claim by hand and leave this field',
        },
        {
          rule: 'has(self.storageClassName) == has(oldSelf.storageClassName) && (!has(self.storageClassName) || self.storageClassName == oldSelf.storageClassName)',
          message: 'the class of a volume cannot change once it exists',
        },
      ),
    )
    .prefault({})
    .describe('The volume.');
}
