import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { hopelessModels, isUp, progressLine, type Chat } from './chat-status.ts';
import type { Cluster } from './cluster.ts';
import { demo, demoChat, modelRegistry, type DemoOptions } from './demo.ts';
import { repository } from './folders.ts';
import type { ForeignImages } from './images.ts';
import { KubeClient } from './kube-client.ts';
import { explainChat } from './kubernetes-words.ts';
import { duration, say } from './progress.ts';

export interface OwnImages {
  readonly operator: string;
  readonly runtime: string;
}

/** A kustomization over config/default that names the images of this cluster. `base` is relative to its own folder. */
export function overlay(base: string, own: OwnImages, foreign: Pick<ForeignImages, 'redis' | 'ollama'>): string {
  const [newName, newTag] = own.operator.split(':');
  const env = Object.entries({ RUNTIME_IMAGE: own.runtime, REDIS_IMAGE: foreign.redis, OLLAMA_IMAGE: foreign.ollama });
  const patch = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'chatapp-operator', namespace: 'chatapp-system' },
    spec: {
      template: { spec: { containers: [{ name: 'operator', env: env.map(([name, value]) => ({ name, value })) }] } },
    },
  };
  return stringify({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [base],
    images: [{ name: 'chatapp/operator', newName, newTag }],
    patches: [{ patch: stringify(patch) }],
  });
}

function yaml(objects: readonly object[]): string {
  return objects.map((object) => stringify(object)).join('---\n');
}

/** Applies the kind, the rights and the operator, and waits until the operator is ready. */
export async function deployOperator(cluster: Cluster, own: OwnImages, foreign: ForeignImages): Promise<void> {
  const folder = path.join(cluster.folder, 'overlay');
  fs.mkdirSync(folder, { recursive: true });
  const base = path.relative(fs.realpathSync(folder), path.join(fs.realpathSync(repository), 'config/default'));
  fs.writeFileSync(path.join(folder, 'kustomization.yaml'), overlay(base, own, foreign));
  await cluster.kubectl(['apply', '--server-side', '--force-conflicts', '-k', folder]);
  if (foreign.modelRegistry !== undefined) {
    await cluster.kubectl(['apply', '-f', '-'], { input: yaml(modelRegistry(foreign.modelRegistry)) });
  }
  const crd = 'crd/chatapps.chatapp.dev';
  await cluster.kubectl(['wait', '--for=condition=Established', '--timeout=30s', crd]);
  const rollout = ['rollout', 'status', 'deployment/chatapp-operator', '-n', 'chatapp-system', '--timeout=150s'];
  try {
    await cluster.kubectl(rollout, { timeout: 160_000 });
  } catch (error) {
    const of = ['-n', 'chatapp-system', '--tail=20', '-l', 'app.kubernetes.io/name=chatapp-operator'];
    const log = await cluster.kubectl(['logs', ...of]).catch(() => '(it has no log)');
    throw new Error(`The operator did not become ready. Its log ends:\n${log}`, { cause: error });
  }
}

/** Applies the ChatApp of `make up`. */
export async function applyDemo(cluster: Cluster, options: DemoOptions): Promise<void> {
  await cluster.kubectl(['apply', '-f', '-'], { input: yaml(demoChat(options)) });
}

/** Waits until people can chat with this runtime image and the model answers, and says how far it is. Throws what stands in the way. */
export async function waitForDemo(cluster: Cluster, image: string, timeout: number): Promise<void> {
  const client = new KubeClient(cluster.kubeconfig);
  const url = `/apis/chatapp.dev/v1alpha1/namespaces/${demo.namespace}/chatapps/${demo.name}`;
  const started = performance.now();
  let last = '';
  try {
    for (;;) {
      const chat = await client.ok<Chat>('GET', url);
      const line = progressLine(chat);
      if (line !== last) say(`      ${duration(performance.now() - started).padStart(7)}  ${line}`);
      last = line;
      if (isUp(chat, image)) return;
      const hopeless = hopelessModels(chat);
      const isLate = performance.now() - started > timeout;
      if (hopeless !== undefined || isLate) {
        const reason = hopeless ?? `The chat is not up after ${duration(timeout)}.`;
        throw new Error(`${reason}\n${await explainChat(cluster)}`);
      }
      await sleep(500);
    }
  } finally {
    await client.close();
  }
}
