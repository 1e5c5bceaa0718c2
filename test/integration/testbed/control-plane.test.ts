import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, describe, it } from 'mocha';
import { startControlPlane, type ControlPlane } from '../../testbed/control-plane.ts';
import { KubeClient } from '../../testbed/kube-client.ts';
import { usualOutcome } from '../../testbed/node-helper.ts';
import { until } from '../../testbed/wait.ts';

const container = {
  name: 'c',
  image: 'example.com/c:1',
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};
const securityContext = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
const timeout = 20_000;

describe('the control plane of plain processes', function () {
  this.timeout(120_000);
  let plane: ControlPlane;
  let client: KubeClient;

  before(async () => {
    plane = await startControlPlane({ nodeHelper: true, podSecurity: 'restricted' });
    client = new KubeClient(plane.kubeconfig);
  });
  after(async () => {
    await client.close();
    await plane.stop();
  });

  it('brings up a Deployment, ends a Job and binds a claim', async () => {
    const labels = { app: 'web' };
    await client.ok('POST', '/apis/apps/v1/namespaces/default/deployments', {
      metadata: { name: 'web' },
      spec: {
        replicas: 3,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { securityContext, containers: [container] } },
      },
    });
    await client.ok('POST', '/apis/batch/v1/namespaces/default/jobs', {
      metadata: { name: 'once' },
      spec: { template: { spec: { restartPolicy: 'Never', securityContext, containers: [container] } } },
    });
    await client.ok('POST', '/api/v1/namespaces/default/persistentvolumeclaims', {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
    const status = async <Status>(path: string): Promise<Status> =>
      (await client.ok<{ status: Status }>('GET', path)).status;
    const of = '/namespaces/default';
    await until(
      'three replicas are ready',
      async () => (await status<{ readyReplicas?: number }>(`/apis/apps/v1${of}/deployments/web`)).readyReplicas === 3,
      { timeout },
    );
    await until(
      'the Job has succeeded',
      async () => (await status<{ succeeded?: number }>(`/apis/batch/v1${of}/jobs/once`)).succeeded === 1,
      { timeout },
    );
    await until(
      'the claim is bound',
      async () => (await status<{ phase?: string }>(`/api/v1${of}/persistentvolumeclaims/data`)).phase === 'Bound',
      { timeout },
    );
  });

  it('lets pods become what a test says', async () => {
    const unready = async (): Promise<boolean> => {
      const { status } = await client.ok<{ status: { unavailableReplicas?: number } }>(
        'GET',
        '/apis/apps/v1/namespaces/default/deployments/web',
      );
      return status.unavailableReplicas === 3;
    };
    plane.nodeHelper!.setRule(() => 'ImagePullBackOff');
    await until('no replica is available', unready, { timeout });
    plane.nodeHelper!.setRule(usualOutcome);
    await until('all replicas are back', async () => !(await unready()), { timeout });
  });

  it('refuses a pod that the Pod Security level forbids', async () => {
    const pod = { metadata: { name: 'root' }, spec: { containers: [{ name: 'c', image: 'example.com/c:1' }] } };
    const answer = await client.send('POST', '/api/v1/namespaces/default/pods', pod);
    assert.equal(answer.status, 403);
    assert.match(answer.text, /violates PodSecurity \\"restricted/);
  });

  it('keeps data and address when the API server is killed and comes back', async () => {
    const before = plane.pids.apiServer;
    await plane.restartApiServer('SIGKILL');
    assert.notEqual(plane.pids.apiServer, before);
    assert.equal((await client.send('GET', '/apis/apps/v1/namespaces/default/deployments/web')).status, 200);
  });

  it('removes what belongs to a deleted object', async () => {
    await client.ok('DELETE', '/apis/apps/v1/namespaces/default/deployments/web');
    const pods = '/api/v1/namespaces/default/pods?labelSelector=app%3Dweb';
    const count = async (): Promise<number> => (await client.ok<{ items: unknown[] }>('GET', pods)).items.length;
    await until('the pods are gone', async () => (await count()) === 0, { timeout });
  });

  it('writes down every request', () => {
    const events = fs.readFileSync(plane.auditLog, 'utf8').trim().split('\n');
    const created = events.map((line) => JSON.parse(line) as { verb: string; objectRef?: { name?: string } });
    assert.ok(created.some(({ verb, objectRef }) => verb === 'create' && objectRef?.name === 'web'));
  });
});
