import assert from 'node:assert/strict';
import { seconds } from '../../../../operator/api/duration.ts';
import { children } from '../../../../operator/resources/children.ts';
import { configMap, runtimeConfig } from '../../../../operator/resources/config.ts';
import type { Deployment, PodSpec, StatefulSet } from '../../../../operator/resources/kubernetes.ts';
import { ollamaThreads } from '../../../../operator/resources/ollama.ts';
import { pullJob } from '../../../../operator/resources/puller.ts';
import { pullFingerprint, pullSource } from '../../../../operator/resources/pulls.ts';
import { quantityValue } from '../../../../operator/resources/quantity.ts';
import { generatedSecret } from '../../../../operator/resources/secret.ts';
import { runtimeConfigSchema } from '../../../../runtime/config.ts';
import { chatApp, context } from '../chatapp.ts';

const pull = { model: { name: 'tinyllama' }, replica: 0, claimUID: 'claim' };

function podSpecs(chat = chatApp()): [string, PodSpec][] {
  const workloads = children(chat, context)
    .flat()
    .flatMap(({ object }) => ('spec' in object ? [object as Deployment | StatefulSet] : []))
    .filter(({ spec }) => 'template' in spec);
  return [...workloads, pullJob(chat, context, pull, 1)].map((each) => [each.metadata.name, each.spec.template.spec]);
}

describe('children', () => {
  it('are all owned by the ChatApp and labelled', () => {
    for (const { object } of children(chatApp(), context).flat()) {
      assert.equal(object.metadata.ownerReferences?.[0]?.uid, 'chat-uid', object.metadata.name);
      assert.equal(object.metadata.ownerReferences[0].controller, true);
      assert.equal(object.metadata.labels?.['app.kubernetes.io/instance'], 'demo');
      assert.equal(object.metadata.namespace, 'chat');
    }
  });

  it('have names of their own, also for the longest ChatApp', () => {
    const names = children(chatApp({}, 'a'.repeat(50)), context)
      .flat()
      .map(({ type, object }) => `${type.kind} ${object.metadata.name}`);
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.ok(name.split(' ')[1]!.length <= 63, name);
  });

  it('pass Pod Security "restricted", write to no root file system and carry no token they do not need', () => {
    for (const [name, spec] of podSpecs()) {
      assert.equal(spec.securityContext['runAsNonRoot'], true, name);
      assert.deepEqual(spec.securityContext['seccompProfile'], { type: 'RuntimeDefault' });
      const reports = name.includes('-pull-') || name === 'demo-backend';
      assert.equal(spec.automountServiceAccountToken, reports, name);
      for (const { securityContext, resources } of [...(spec.initContainers ?? []), ...spec.containers]) {
        assert.equal(securityContext?.['allowPrivilegeEscalation'], false);
        assert.equal(securityContext['readOnlyRootFilesystem'], true);
        assert.deepEqual(securityContext['capabilities'], { drop: ['ALL'] });
        assert.ok(resources?.limits['memory'] !== undefined, `${name} has no memory limit`);
      }
    }
  });

  it('give the token of Ollama to the agent beside it, and not to the server', () => {
    const [, spec] = podSpecs().find(([name]) => name === 'demo-ollama')!;
    const token = spec.volumes?.find(({ projected }) => projected !== undefined)?.name;
    const mounting = [...(spec.initContainers ?? []), ...spec.containers]
      .filter(({ volumeMounts }) => volumeMounts?.some(({ name }) => name === token))
      .map(({ name }) => name);
    assert.deepEqual(mounting, ['agent']);
    assert.equal(spec.initContainers?.[0]?.restartPolicy, 'Always');
  });

  it('keep the image of the agent until the backends run another one well', () => {
    const chat = chatApp({ image: 'new' });
    const image = (status: object) => {
      const live = { ...chat, status };
      const ollama = children(live, context)
        .flat()
        .find(({ object }) => object.kind === 'StatefulSet' && object.metadata.name === 'demo-ollama');
      return (ollama?.object as StatefulSet).spec.template.spec.initContainers?.[0]?.image;
    };
    assert.deepEqual([image({}), image({ lastGoodImage: 'old' })], ['new', 'old']);
  });

  it('hold no secret in arguments or plain environment', () => {
    const secret = Buffer.from(generatedSecret(chatApp()).data!['redis-password']!, 'base64').toString();
    assert.ok(secret.length >= 32);
    for (const [name, spec] of podSpecs()) assert.ok(!JSON.stringify(spec).includes('requirepass'), name);
  });

  it('take the wishes of the pod template, but not its labels where selectors need ours', () => {
    const labels = { team: 'blue', 'app.kubernetes.io/instance': 'other' };
    const chat = chatApp({ backend: { podTemplate: { labels, nodeSelector: { disk: 'ssd' } } } });
    const backend = children(chat, context)
      .flat()
      .find(({ object }) => object.metadata.name === 'demo-backend' && object.kind === 'Deployment')
      ?.object as Deployment;
    assert.equal(backend.spec.template.metadata.labels['team'], 'blue');
    assert.equal(backend.spec.template.metadata.labels['app.kubernetes.io/instance'], 'demo');
    assert.deepEqual(backend.spec.template.spec.nodeSelector, { disk: 'ssd' });
  });

  it('leave the time to drain before a backend is killed', () => {
    const [, spec] = podSpecs().find(([name]) => name === 'demo-backend')!;
    const env = Object.fromEntries(spec.containers[0]!.env!.map(({ name, value }) => [name, value]));
    const grace = seconds(chatApp().spec.backend.terminationGracePeriod);
    assert.equal(spec.terminationGracePeriodSeconds, grace);
    assert.ok(Number(env['GRACE_SECONDS']) + spec.containers[0]!.lifecycle!.preStop.sleep.seconds < grace);
  });
});

describe('runtime configuration', () => {
  it('is what the runtime accepts, with a room and a model where none is named', () => {
    const config = runtimeConfigSchema.parse(runtimeConfig(chatApp()));
    assert.deepEqual(
      config.rooms.map(({ name, model, replies }) => ({ name, model, replies })),
      [{ name: 'general', model: 'tinyllama', replies: 'Always' }],
    );
    assert.equal(config.title, 'demo');
    assert.deepEqual(config.ollama.urls, ['http://demo-ollama-0.demo-ollama.chat.svc:11434']);
  });

  it('has another name when, and only when, its content differs', () => {
    assert.equal(configMap(chatApp()).metadata.name, configMap(chatApp({ backend: { replicas: 5 } })).metadata.name);
    assert.notEqual(configMap(chatApp()).metadata.name, configMap(chatApp({ chat: { title: 'x' } })).metadata.name);
  });

  it('gives Ollama the whole cores of its limit', () => {
    const withLimit = (cpu: string) => chatApp({ ollama: { models: [{ name: 'm' }], resources: { limits: { cpu } } } });
    assert.deepEqual(
      ['500m', '1', '2500m'].map((cpu) => ollamaThreads(withLimit(cpu))),
      [1, 1, 2],
    );
  });
});

describe('pull', () => {
  it('takes names from a registry of its own in three parts', () => {
    assert.equal(pullSource({ name: 'tinyllama' }, undefined), undefined);
    assert.equal(pullSource({ name: 'smollm2:135m' }, 'reg:5000'), 'reg:5000/library/smollm2:135m');
    assert.equal(pullSource({ name: 'a', source: 'team/b:1' }, 'reg:5000'), 'reg:5000/team/b:1');
  });

  it('is another one on another volume or from another place', () => {
    const here = pullFingerprint(chatApp(), pull);
    assert.notEqual(here, pullFingerprint(chatApp(), { ...pull, claimUID: 'other' }));
    const mirror = chatApp({ ollama: { models: [{ name: 'tinyllama' }], pull: { registry: 'reg:5000' } } });
    assert.notEqual(here, pullFingerprint(mirror, pull));
  });
});

describe('quantity', () => {
  it('reads what the schema lets through', () => {
    assert.deepEqual(['500m', '1Ki', '2', '1.5G', 3].map(quantityValue), [0.5, 1_024, 2, 1.5e9, 3]);
  });
});
