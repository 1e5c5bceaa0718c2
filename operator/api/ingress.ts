import * as z from 'zod';
import { annotationMap, hostName, objectName, ruled } from './scalars.ts';

export const ingressSchema = ruled(
  z.object({
    mode: z
      .enum(['None', 'Ingress', 'Gateway'])
      .default('None')
      .describe('Ingress: an Ingress object. Gateway: an HTTPRoute of the Gateway API. None: neither.'),
    host: hostName.optional().describe('Name that people type, such as chat.example.org.'),
    path: z
      .string()
      .max(200)
      .regex(/^\/([-_~A-Za-z0-9][-._~A-Za-z0-9]*(\/[-_~A-Za-z0-9][-._~A-Za-z0-9]*)*)?$/)
      .default('/')
      .describe(
        'Path under which the chat is, such as /chat: page, API and WebSockets are below it, and nothing has to be rewritten on the way.',
      ),
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
    assetBaseURL: z
      .string()
      .max(300)
      .regex(/^https?:\/\/[-.A-Za-z0-9]+(:[0-9]{1,5})?$/)
      .optional()
      .describe(
        "Origin of a CDN that gives the page's scripts and styles, under the same paths as the chat; the chat itself if not set.",
      ),
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
  {
    rule: "!has(self.tls) || !has(self.assetBaseURL) || self.assetBaseURL.startsWith('https:')",
    message: 'ingress.assetBaseURL must begin with https:// where there is tls: browsers refuse the scripts otherwise',
    holds: ({ tls, assetBaseURL }) => tls === undefined || (assetBaseURL?.startsWith('https:') ?? true),
  },
)
  .prefault({})
  .describe('How the chat is reached from outside.');

export type Ingress = z.output<typeof ingressSchema>;
