import type { ChatApp } from '../api/chatapp.ts';
import { seconds } from '../api/duration.ts';
import { ANNOTATION } from '../api/labels.ts';
import { childName, fingerprint, slug } from '../api/names.ts';
import type { Model } from '../api/spec.ts';
import type { BuildContext } from './context.ts';
import type { EnvVar, Job } from './kubernetes.ts';
import { childMetadata, namesOf } from './metadata.ts';
import { ollamaURL } from './ollama.ts';
import { container, podTemplate, TMP } from './pod.ts';

/** One model that one Ollama replica should have. */
export interface Pull {
  model: Pick<Model, 'name' | 'source'>;
  replica: number;
  /** UID of the volume it goes to: a new volume needs the model again. */
  claimUID: string;
}

/** Name under which the registry has the model, if it is not the declared one; `library` is where names without a namespace live. */
export function pullSource(
  { name, source }: Pick<Model, 'name' | 'source'>,
  registry: string | undefined,
): string | undefined {
  if (registry === undefined) return source;
  const wanted = source ?? name;
  return `${registry}/${wanted.includes('/') ? wanted : `library/${wanted}`}`;
}

/** Says whether two pulls are the same work: of one model, from one place, onto one volume. */
export function pullFingerprint(chat: ChatApp, { model, claimUID }: Pull): string {
  const { registry, insecure } = chat.spec.ollama.pull;
  return fingerprint(JSON.stringify([model.name, pullSource(model, registry), insecure, claimUID]), 12);
}

/** A Job that has one Ollama replica pull one model. Job templates cannot change: another pull is another Job. */
export function pullJob(chat: ChatApp, context: BuildContext, pull: Pull, attempt: number): Job {
  const { model, replica } = pull;
  const { puller, reports } = namesOf(chat);
  const { registry, insecure, stallTimeout, timeout, retries } = chat.spec.ollama.pull;
  const id = pullFingerprint(chat, pull);
  const source = pullSource(model, registry);
  const env: EnvVar[] = [
    { name: 'OLLAMA_URL', value: ollamaURL(chat, replica) },
    { name: 'MODEL', value: model.name },
    ...(source === undefined ? [] : [{ name: 'SOURCE', value: source }]),
    { name: 'INSECURE', value: String(insecure) },
    { name: 'STALL_TIMEOUT_SECONDS', value: String(seconds(stallTimeout)) },
    { name: 'TIMEOUT_SECONDS', value: String(seconds(timeout)) },
    { name: 'RETRIES', value: String(retries) },
    { name: 'REPORT_NAMESPACE', value: chat.metadata.namespace },
    { name: 'REPORT_CONFIGMAP', value: reports },
    { name: 'REPORT_KEY', value: id },
    { name: 'TERMINATION_LOG', value: '/dev/termination-log' },
  ];
  const main = container(
    chat,
    { requests: { cpu: '10m', memory: '48Mi' }, limits: { cpu: '500m', memory: '192Mi' } },
    { name: 'pull', image: chat.spec.image ?? context.images.runtime, args: ['pull'], env, volumeMounts: [TMP.mount] },
  );
  const annotations = {
    [ANNOTATION.model]: model.name,
    [ANNOTATION.replica]: String(replica),
    [ANNOTATION.pull]: id,
    [ANNOTATION.attempt]: String(attempt),
  };
  const name = childName(
    chat.metadata.name,
    'pull',
    slug(model.name, 20),
    String(replica),
    id.slice(0, 8),
    String(attempt),
  );
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { ...childMetadata(chat, 'puller', name), annotations },
    spec: {
      // The puller tries again by itself; after that the operator does, more and more slowly.
      backoffLimit: 0,
      activeDeadlineSeconds: seconds(timeout) + 60,
      template: podTemplate(chat, {
        component: 'puller',
        template: {},
        spec: {
          restartPolicy: 'Never',
          serviceAccountName: puller,
          automountServiceAccountToken: true,
          terminationGracePeriodSeconds: 5,
          containers: [main],
          volumes: [TMP.volume],
        },
      }),
    },
  };
}
