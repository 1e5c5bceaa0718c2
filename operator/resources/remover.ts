import type { ChatApp } from '../api/chatapp.ts';
import { ANNOTATION } from '../api/labels.ts';
import { childName, fingerprint, slug } from '../api/names.ts';
import type { BuildContext } from './context.ts';
import type { Job } from './kubernetes.ts';
import { childMetadata } from './metadata.ts';
import { ollamaEnvironment, ollamaURL } from './ollama.ts';
import { container, environment, podTemplate, TMP } from './pod.ts';

/** One model that one Ollama replica should have no more. */
export interface Removal {
  model: string;
  /** Name that it was pulled by, if that was another. */
  source: string | undefined;
  replica: number;
  /** UID of the volume that it is on, or URL of an external server. */
  claimUID: string;
}

/** Seconds that one Job waits for its server; the operator then begins again. */
const TIMEOUT = 600;

/** A Job that has one Ollama replica delete one model. */
export function removeJob(chat: ChatApp, context: BuildContext, removal: Removal, attempt: number): Job {
  const { model, source, replica, claimUID } = removal;
  const access = ollamaEnvironment(chat);
  const template = chat.spec.ollama.pull.podTemplate;
  const env = [
    { name: 'OLLAMA_URL', value: ollamaURL(chat, replica) },
    ...access.env,
    { name: 'MODEL', value: model },
    ...(source === undefined ? [] : [{ name: 'SOURCE', value: source }]),
    { name: 'TIMEOUT_SECONDS', value: String(TIMEOUT) },
    { name: 'TERMINATION_LOG', value: '/dev/termination-log' },
  ];
  const image = chat.spec.image ?? context.images.runtime;
  const main = container(
    chat,
    { requests: { cpu: '10m', memory: '48Mi' }, limits: { cpu: '500m', memory: '192Mi' } },
    {
      name: 'remove',
      image,
      args: ['remove'],
      env: environment(env, template.env),
      volumeMounts: [...access.mounts, TMP.mount],
    },
  );
  const id = fingerprint(JSON.stringify([model, claimUID]), 12);
  const annotations = {
    [ANNOTATION.model]: model,
    ...(source !== undefined && { [ANNOTATION.source]: source }),
    [ANNOTATION.replica]: String(replica),
    [ANNOTATION.volume]: claimUID,
    [ANNOTATION.remove]: id,
    [ANNOTATION.attempt]: String(attempt),
  };
  const parts = [slug(model, 20), String(replica), id.slice(0, 8), String(attempt)];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { ...childMetadata(chat, 'puller', childName(chat.metadata.name, 'remove', ...parts)), annotations },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: TIMEOUT + 60,
      template: podTemplate(chat, {
        component: 'puller',
        template,
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 5,
          containers: [main],
          volumes: [...access.volumes, TMP.volume],
        },
      }),
    },
  };
}
