/** What the operator is interrupted at: ChatApps that are created, and one that is changed. */
import type { Stage } from './stage.ts';
import { NAME } from './stage.ts';

const autoscaling = { minReplicas: 2, maxReplicas: 4 };

/** Something of everything. */
export const RICH = {
  commonLabels: { team: 'blue' },
  backend: { autoscaling, replicas: 2 },
  frontend: { autoscaling, replicas: 2, service: { type: 'LoadBalancer' } },
  ollama: { models: [{ name: 'tinyllama' }, { name: 'smollm2:135m' }], replicas: 2 },
  ingress: { mode: 'Ingress', host: 'chat.example.org', tls: { secretName: 'tls' } },
  networkPolicy: { monitoringNamespace: 'monitoring' },
  monitoring: { serviceMonitor: { enabled: 'Always' } },
};

/** Little of it: things are changed, handed over and removed. */
export const LESS = {
  commonLabels: { team: null },
  chat: { title: 'Less' },
  backend: { autoscaling: null, podDisruptionBudget: { enabled: false } },
  frontend: { autoscaling: null, replicas: 1, service: { type: 'ClusterIP' } },
  ollama: { models: [{ name: 'tinyllama' }], replicas: 1 },
  ingress: { mode: 'None' },
  networkPolicy: { enabled: false },
  monitoring: { serviceMonitor: { enabled: 'Never' } },
};

/** A piece of work for the operator. */
export interface Workload {
  readonly name: string;
  /** What is there before, if anything. */
  readonly before?: object;
  /** What somebody then does. */
  act(stage: Stage, namespace: string): Promise<void>;
}

export const WORKLOADS: readonly Workload[] = [
  { name: 'smallest', act: ({ bed }, namespace) => bed.create(namespace, NAME, { backend: { replicas: 1 } }) },
  { name: 'rich', act: ({ bed }, namespace) => bed.create(namespace, NAME, RICH) },
  {
    name: 'less',
    before: RICH,
    act: ({ bed }, namespace) => bed.patch('ChatApp', namespace, NAME, { spec: LESS }),
  },
];
