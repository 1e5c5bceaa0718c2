import type { ChatApp } from '../api/chatapp.ts';
import { seconds } from '../api/duration.ts';
import { ANNOTATION, labels } from '../api/labels.ts';
import { childName } from '../api/names.ts';
import type { Container, Job, PodSpec } from './kubernetes.ts';
import { childMetadata } from './metadata.ts';
import type { Template } from './revision.ts';

/** A container that does the same as a backend up to the moment when people would come. */
function tried(backend: Container): Container {
  const { image, imagePullPolicy, env, resources, volumeMounts, securityContext, terminationMessagePolicy } = backend;
  return {
    name: 'preflight',
    image,
    args: ['preflight'],
    ...(imagePullPolicy && { imagePullPolicy }),
    ...(env && { env }),
    ...(resources && { resources }),
    ...(volumeMounts && { volumeMounts }),
    ...(securityContext && { securityContext }),
    ...(terminationMessagePolicy && { terminationMessagePolicy }),
  };
}

function podOf({ containers: [backend], ...template }: PodSpec): PodSpec {
  const spec: PodSpec = {
    ...template,
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 5,
    containers: backend === undefined ? [] : [tried(backend)],
  };
  delete spec.topologySpreadConstraints;
  return spec;
}

/**
 * A Job that tries a template of the backends: it has to start, to read its settings and to find Redis with data that it
 * understands. Job templates cannot change: another template, or another try, is another Job.
 */
export function preflightJob(chat: ChatApp, template: Template, attempt: number): Job {
  const { name: instance, generation } = chat.metadata;
  const name = childName(instance, 'preflight', template.hash.slice(0, 8), String(generation), String(attempt));
  const annotations = {
    [ANNOTATION.preflight]: template.hash,
    [ANNOTATION.generation]: String(generation),
    [ANNOTATION.attempt]: String(attempt),
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { ...childMetadata(chat, 'preflight', name), annotations },
    spec: {
      // One try a Job: the operator tries again, more and more slowly.
      backoffLimit: 0,
      activeDeadlineSeconds: Math.max(1, seconds(chat.spec.rollout.progressDeadline)),
      template: {
        metadata: { labels: { ...template.labels, ...labels(instance, 'preflight') } },
        spec: podOf(template.spec),
      },
    },
  };
}
