import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { demoChat, modelRegistry } from '../../testbed/demo.ts';
import { overlay } from '../../testbed/deploy.ts';
import { podStatus, usualOutcome, type Pod } from '../../testbed/node-helper.ts';

describe('what is applied', () => {
  it('is config/default with the images of this cluster', () => {
    const own = { operator: 'chatapp.local/operator:abc', runtime: 'chatapp.local/runtime:def' };
    const text = overlay('../../config/default', own, { redis: 'r:1', ollama: 'o:1' });
    const { resources, images, patches } = parse(text) as {
      resources: string[];
      images: unknown[];
      patches: [{ patch: string }];
    };
    assert.deepEqual(resources, ['../../config/default']);
    assert.deepEqual(images, [{ name: 'chatapp/operator', newName: 'chatapp.local/operator', newTag: 'abc' }]);
    assert.match(patches[0].patch, /name: RUNTIME_IMAGE\n\s+value: chatapp\.local\/runtime:def/);
    assert.match(patches[0].patch, /name: REDIS_IMAGE\n\s+value: r:1/);
  });

  it('is a chat that pulls from the registry in the cluster only where there is no internet', () => {
    const spec = (registry: 'public' | 'in the cluster') =>
      (demoChat({ model: 'm', registry, url: 'http://localhost:8080' })[1] as { spec: { ollama: object } }).spec.ollama;
    assert.deepEqual(spec('public'), { models: [{ name: 'm' }] });
    assert.deepEqual(spec('in the cluster'), {
      models: [{ name: 'm' }],
      pull: { registry: 'models.models.svc:5000', insecure: true },
    });
  });

  it('is a model registry that a restricted namespace takes', () => {
    const text = JSON.stringify(modelRegistry('r:1'));
    assert.match(text, /"pod-security.kubernetes.io\/enforce":"restricted"/);
    assert.match(text, /"readOnlyRootFilesystem":true/);
  });
});

describe('the helper that stands in for a kubelet', () => {
  const pod = (owner: string): Pod => ({
    metadata: { name: 'p', ownerReferences: [{ kind: owner, name: 'o' }] },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  });

  it('ends the pods of Jobs with success and makes all others ready', () => {
    assert.equal(usualOutcome(pod('Job')), 'Succeeded');
    assert.equal(usualOutcome(pod('ReplicaSet')), 'Ready');
  });

  it('reports what a kubelet would', () => {
    const failing = JSON.stringify(podStatus(pod('ReplicaSet'), 'ImagePullBackOff', 'now'));
    assert.match(failing, /"phase":"Pending"/);
    assert.match(failing, /"waiting":\{"reason":"ImagePullBackOff"/);
    assert.match(failing, /"type":"Ready","status":"False"/);
    assert.match(JSON.stringify(podStatus(pod('Job'), 'Failed', 'now')), /"exitCode":1/);
    const told = podStatus(pod('Job'), { outcome: 'Failed', message: 'why' }, 'now');
    assert.match(JSON.stringify(told), /"message":"why"/);
  });
});
