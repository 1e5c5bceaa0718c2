import * as z from 'zod';
import { boundedMap, lasting, labelMap, secretRef, serverURL } from './scalars.ts';

const rulesSchema = z
  .object({
    enabled: z.boolean().default(false).describe('Make a PrometheusRule with alerts.'),
    labels: labelMap().default({}).describe('Labels by which a Prometheus selects it.'),
    thresholds: boundedMap(z.number().min(0).max(1_000_000_000), 50)
      .default({})
      .describe('Thresholds by the name of the alert; the usual one where none is given.'),
    runbookBaseURL: serverURL.optional().describe('Where the pages about alerts are.'),
  })
  .prefault({})
  .describe('Alerts.');

const dashboardsSchema = z
  .object({
    enabled: z.boolean().default(false).describe('Make dashboards for Grafana.'),
    mode: z
      .enum(['ConfigMap', 'GrafanaDashboard'])
      .default('ConfigMap')
      .describe("ConfigMap: for Grafana's sidecar. GrafanaDashboard: for its operator."),
    labels: labelMap().default({ grafana_dashboard: '1' }).describe('Labels by which they are found.'),
    folder: z.string().min(1).max(100).optional().describe('Folder of Grafana.'),
    instanceSelector: labelMap().default({}).describe('Labels of the Grafana, in mode GrafanaDashboard.'),
  })
  .prefault({})
  .describe('Dashboards.');

const address = z
  .string()
  .max(254)
  .regex(/^[^\s@]+@[^\s@]+$/);

const emailSchema = z.object({
  to: z.array(address).min(1).max(20).describe('Who gets them.'),
  from: address.describe('Who sends them.'),
  smarthost: z
    .string()
    .max(300)
    .regex(/^[-.A-Za-z0-9]+:[0-9]{1,5}$/)
    .describe('Mail server and port, such as smtp.example.org:587.'),
  authSecretRef: secretRef('password').optional().describe('Password for it; its user is the sender.'),
  requireTLS: z.boolean().default(true).describe('Whether nothing may go there in the clear.'),
});

export const monitoringSchema = z
  .object({
    serviceMonitor: z
      .object({
        enabled: z
          .enum(['Auto', 'Always', 'Never'])
          .default('Auto')
          .describe(
            'Auto: where the cluster knows ServiceMonitors. Always: their absence is shown in MonitoringReady. Never: none.',
          ),
        labels: labelMap()
          .default({})
          .describe('Labels by which a Prometheus selects it, such as release: prometheus.'),
        interval: lasting.default('30s').describe('How often metrics are read.'),
        apiGroup: z
          .enum(['monitoring.coreos.com', 'azmonitoring.coreos.com'])
          .default('monitoring.coreos.com')
          .describe('API group of the kind: azmonitoring.coreos.com for managed Prometheus on Azure.'),
      })
      .prefault({})
      .describe('ServiceMonitors of backends and frontends.'),
    rules: rulesSchema,
    dashboards: dashboardsSchema,
    alerts: z
      .object({ email: emailSchema.optional().describe('Alerts by e-mail.') })
      .prefault({})
      .describe('Who hears of alerts.'),
    probe: z
      .object({
        enabled: z.boolean().default(false).describe('Ask the model a question now and then; no room shows it.'),
        interval: lasting.default('5m').describe('How often.'),
      })
      .prefault({})
      .describe('Shows that the model answers, and how fast.'),
  })
  .prefault({})
  .describe('How the chat is watched.');

export type ServiceMonitorSpec = z.output<typeof monitoringSchema>['serviceMonitor'];
