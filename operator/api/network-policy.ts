import * as z from 'zod';
import { cidr, labelMap, objectName, ruled } from './scalars.ts';

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
        cidr: cidr.describe('Addresses, such as 192.0.2.0/24.'),
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

export type NetworkPolicySpec = z.output<typeof networkPolicySchema>;
export type NetworkPeer = z.output<typeof peerSchema>;
