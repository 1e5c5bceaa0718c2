import type { ChatApp } from '../api/chatapp.ts';
import { seconds } from '../api/duration.ts';
import { ANNOTATION } from '../api/labels.ts';
import { childName, fingerprint, slug } from '../api/names.ts';
import type { BuildContext } from './context.ts';
import type { EnvVar, Job } from './kubernetes.ts';
import { modelMemory } from './memory.ts';
import { childMetadata, namesOf } from './metadata.ts';
import { agentURL, ollamaEnvironment, ollamaURL } from './ollama.ts';
import { container, environment, podTemplate, TMP } from './pod.ts';
import { isDeclared, pullFingerprint, pullSettings, pullSource, reportKey, type Pull } from './pulls.ts';
import { reportingAccount } from './reports.ts';
import { referenceAnnotation } from './resolved.ts';

/** Servers of ours may be starting still; one that should be there is not waited for much longer than this. */
const EXTERNAL_WAIT_SECONDS = 20;

/** A Job that has one Ollama replica pull one model. Job templates cannot change: another pull is another Job. */
export function pullJob(chat: ChatApp, context: BuildContext, pull: Pull, attempt: number): Job {
  const { model, replica, claimUID, tick } = pull;
  const { reports } = namesOf(chat);
  const { registry, insecure, stallTimeout, timeout, retries, podTemplate: template } = chat.spec.ollama.pull;
  const access = ollamaEnvironment(chat);
  const id = pullFingerprint(chat, pull);
  const settings = pullSettings(chat);
  const source = pullSource(model, registry);
  const memory = modelMemory(chat);
  const env: EnvVar[] = [
    { name: 'OLLAMA_URL', value: ollamaURL(chat, replica) },
    ...(chat.spec.ollama.mode === 'External'
      ? [{ name: 'SERVER_WAIT_SECONDS', value: String(EXTERNAL_WAIT_SECONDS) }]
      : [{ name: 'AGENT_URL', value: agentURL(chat, replica) }]),
    ...access.env,
    { name: 'MODEL', value: model.name },
    ...(source === undefined ? [] : [{ name: 'SOURCE', value: source }]),
    // Another model of this chat may have that name for its own.
    ...(source !== undefined && isDeclared(chat, source) ? [{ name: 'SOURCE_STAYS', value: 'true' }] : []),
    { name: 'INSECURE', value: String(insecure) },
    ...(model.digest === undefined ? [] : [{ name: 'DIGEST', value: model.digest }]),
    ...(tick === undefined ? [] : [{ name: 'REFRESH', value: 'true' }]),
    ...(memory === undefined ? [] : [{ name: 'MEMORY_LIMIT_BYTES', value: String(memory.limitBytes) }]),
    { name: 'STALL_TIMEOUT_SECONDS', value: String(seconds(stallTimeout)) },
    { name: 'TIMEOUT_SECONDS', value: String(seconds(timeout)) },
    { name: 'RETRIES', value: String(retries) },
    { name: 'REPORT_NAMESPACE', value: chat.metadata.namespace },
    { name: 'REPORT_CONFIGMAP', value: reports },
    { name: 'REPORT_KEY', value: reportKey(chat, pull) },
    { name: 'TERMINATION_LOG', value: '/dev/termination-log' },
  ];
  const main = container(
    chat,
    { requests: { cpu: '10m', memory: '48Mi' }, limits: { cpu: '500m', memory: '192Mi' } },
    {
      name: 'pull',
      image: chat.spec.image ?? context.images.runtime,
      args: ['pull'],
      env: environment(env, template.env),
      volumeMounts: [...access.mounts, TMP.mount],
    },
  );
  const annotations = {
    [ANNOTATION.model]: model.name,
    ...(source !== undefined && { [ANNOTATION.source]: source }),
    [ANNOTATION.replica]: String(replica),
    [ANNOTATION.volume]: claimUID,
    [ANNOTATION.pull]: id,
    [ANNOTATION.settings]: settings,
    ...referenceAnnotation(chat, context.references, 'puller'),
    ...(tick !== undefined && { [ANNOTATION.tick]: tick }),
    [ANNOTATION.attempt]: String(attempt),
  };
  const name = childName(
    chat.metadata.name,
    'pull',
    slug(model.name, 20),
    String(replica),
    fingerprint(`${id}-${settings}`),
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
        template,
        spec: {
          restartPolicy: 'Never',
          serviceAccountName: reportingAccount(chat, 'puller'),
          automountServiceAccountToken: true,
          terminationGracePeriodSeconds: 5,
          containers: [main],
          volumes: [...access.volumes, TMP.volume],
        },
      }),
    },
  };
}
