import * as z from 'zod';
import { annotationMap, hostName, labelMap, objectName, ruled } from './scalars.ts';

export const ingressSchema = ruled(
  z.object({
    mode: z
      .enum(['None', 'Ingress', 'Gateway'])
      .default('None')
      .describe('Ingress: an Ingress object. Gateway: an HTTPRoute of the Gateway API. None: neither.'),
    host: hostName.optional().describe('Name that people type, such as chat.example.org.'),
    className: objectName.optional().describe("Class of the Ingress; the cluster's default if not set."),
    annotations: annotationMap().optional().describe('Annotations of the Ingress or HTTPRoute.'),
    tls: z
      .object({
        secretName: objectName.describe('Secret of the certificate.'),
        issuerRef: z
          .object({
            name: objectName.describe('Name of the issuer.'),
            kind: z.enum(['Issuer', 'ClusterIssuer']).default('ClusterIssuer').describe('Its kind.'),
          })
          .optional()
          .describe('Issuer of cert-manager that fills the Secret.'),
      })
      .optional()
      .describe('https; with a Gateway, its listener decides and this is not needed.'),
    gateway: z
      .object({
        name: objectName.describe('Name of the Gateway.'),
        namespace: objectName.optional().describe("Its namespace; the ChatApp's if not set."),
        sectionName: objectName.optional().describe('Listener of the Gateway; all if not set.'),
      })
      .optional()
      .describe('Gateway that carries the chat.'),
  }),
  {
    rule: "self.mode == 'None' || has(self.host)",
    message: 'ingress.host is needed: the name that people type',
    holds: ({ mode, host }) => mode === 'None' || host !== undefined,
  },
  {
    rule: "self.mode != 'Gateway' || has(self.gateway)",
    message: 'ingress.gateway is needed in mode Gateway: name the Gateway that carries the chat',
    holds: ({ mode, gateway }) => mode !== 'Gateway' || gateway !== undefined,
  },
)
  .prefault({})
  .describe('How the chat is reached from outside.');

const selectorSchema = z.object({
  matchLabels: labelMap().optional().describe('Labels that must be there.'),
});

/** Somebody on the network; everything named must hold. */
const peerSchema = ruled(
  z.object({
    namespaceSelector: selectorSchema.optional().describe('Pods of namespaces with these labels.'),
    podSelector: selectorSchema.optional().describe('Pods with these labels.'),
    ipBlock: z
      .object({
        cidr: z
          .string()
          .max(43)
          .regex(/^[0-9a-fA-F.:]+\/[0-9]+$/)
          .describe('Addresses, such as 192.0.2.0/24.'),
      })
      .optional()
      .describe('Addresses outside of the cluster.'),
  }),
  {
    rule: 'has(self.namespaceSelector) || has(self.podSelector) || has(self.ipBlock)',
    message: 'name a namespaceSelector, a podSelector or an ipBlock: an empty entry would mean nobody or everybody',
    holds: ({ namespaceSelector, podSelector, ipBlock }) =>
      namespaceSelector !== undefined || podSelector !== undefined || ipBlock !== undefined,
  },
  {
    rule: '!has(self.ipBlock) || (!has(self.namespaceSelector) && !has(self.podSelector))',
    message: 'ipBlock stands alone: make two entries',
    holds: ({ namespaceSelector, podSelector, ipBlock }) =>
      ipBlock === undefined || (namespaceSelector === undefined && podSelector === undefined),
  },
);

export const networkPolicySchema = z
  .object({
    enabled: z.boolean().default(true).describe('Everything is refused but what the chat needs (docs/network.md).'),
    allowedFrom: z
      .array(peerSchema)
      .max(20)
      .default([])
      .describe('Who may reach the frontends; everybody if nobody is named.'),
    monitoringNamespace: objectName
      .optional()
      .describe('Namespace whose pods may read the metrics; any namespace if not set.'),
    egress: z
      .array(
        z.object({
          to: peerSchema.describe('Whom the backends may reach.'),
          port: z.int().min(1).max(65_535).describe('TCP port.'),
        }),
      )
      .max(20)
      .default([])
      .describe('Further servers that the backends may reach.'),
  })
  .prefault({})
  .describe('Who may speak to whom.');

export type Ingress = z.output<typeof ingressSchema>;
export type NetworkPolicySpec = z.output<typeof networkPolicySchema>;
export type NetworkPeer = z.output<typeof peerSchema>;
