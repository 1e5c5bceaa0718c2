import * as z from 'zod';
import { duration, labelMap } from './scalars.ts';

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
        interval: duration.default('30s').describe('How often metrics are read.'),
        apiGroup: z
          .enum(['monitoring.coreos.com', 'azmonitoring.coreos.com'])
          .default('monitoring.coreos.com')
          .describe('API group of the kind: azmonitoring.coreos.com for managed Prometheus on Azure.'),
      })
      .prefault({})
      .describe('ServiceMonitors of backends and frontends.'),
  })
  .prefault({})
  .describe('How the chat is watched.');

export type ServiceMonitorSpec = z.output<typeof monitoringSchema>['serviceMonitor'];
