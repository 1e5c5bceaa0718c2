/** Progress of a pull, told to a real API server with no more than the puller's own right. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { readEnvironment, reportEnvironment } from '../../../runtime/environment.ts';
import type { PullProgress } from '../../../runtime/report.ts';
import type { ReportsTarget } from '../../../runtime/reports/config-map.ts';
import { inClusterTarget, ReportsConfigMap } from '../../../runtime/reports/config-map.ts';
import { Reporter } from '../../../runtime/reports/reporter.ts';
import type { ControlPlane } from '../../testbed/control-plane.ts';
import { startControlPlane } from '../../testbed/control-plane.ts';
import { KubeClient } from '../../testbed/kube-client.ts';
import { until } from '../../testbed/wait.ts';

const BASE = '/api/v1/namespaces/default';
const RBAC = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';

describe('reports of a pull', function () {
  this.timeout(60_000);
  let plane: ControlPlane;
  let client: KubeClient;
  let target: ReportsTarget;
  before(async function () {
    this.timeout(20 * 60_000);
    plane = await startControlPlane();
    client = new KubeClient(plane.kubeconfig);
    const metadata = { name: 'puller' };
    const rules = [{ apiGroups: [''], resources: ['configmaps'], resourceNames: ['reports'], verbs: ['patch'] }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'puller' };
    await client.ok('POST', `${BASE}/serviceaccounts`, { metadata });
    await client.ok('POST', `${RBAC}/roles`, { metadata, rules });
    const subjects = [{ kind: 'ServiceAccount', name: 'puller', namespace: 'default' }];
    await client.ok('POST', `${RBAC}/rolebindings`, { metadata, roleRef, subjects });
    for (const name of ['reports', 'others']) {
      await client.ok('POST', `${BASE}/configmaps`, { metadata: { name }, data: { mine: 'stays' } });
    }
    const { status } = await client.ok<{ status: { token: string } }>('POST', `${BASE}/serviceaccounts/puller/token`, {
      spec: { expirationSeconds: 600 },
    });
    const tokenFile = path.join(path.dirname(plane.kubeconfig), 'puller-token');
    fs.writeFileSync(tokenFile, `${status.token}\n`);
    const { server, caFile } = plane;
    target = { configMap: 'reports', namespace: 'default', server, tokenFile, caFile };
  });
  after(async () => {
    await client.close();
    await plane.stop();
  });

  const progress = (completedBytes: number): PullProgress => ({
    ...{ model: 'm', completedBytes, totalBytes: 100, speedBytesPerSecond: 5, remainingSeconds: 3 },
    time: '2026-01-01T00:00:00.000Z',
  });
  const dataOf = async (name: string): Promise<Record<string, string>> =>
    (await client.ok<{ data: Record<string, string> }>('GET', `${BASE}/configmaps/${name}`)).data;
  const patches = (): number =>
    fs
      .readFileSync(plane.auditLog, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"verb":"patch"') && line.includes('serviceaccount:default:puller')).length;

  it('change one key of one object, at most once a second, and the last one arrives', async () => {
    const reporter = new Reporter<PullProgress>(new ReportsConfigMap(target), 'pull-1');
    const began = Date.now();
    let sent = 0;
    await until(
      'a second and a half',
      () => {
        reporter.report(progress((sent += 1)));
        return Date.now() - began > 1500;
      },
      { timeout: 5000, every: 10 },
    );
    assert.ok(patches() <= 2, `${patches()} patches for ${sent} reports`);
    reporter.report(progress(100));
    await reporter.close();
    const data = await dataOf('reports');
    assert.equal(data.mine, 'stays');
    assert.deepEqual(JSON.parse(data['pull-1']!), progress(100));
  });

  it('that are forbidden do not disturb the pull', async () => {
    const reporter = new Reporter<PullProgress>(new ReportsConfigMap({ ...target, configMap: 'others' }), 'pull-1');
    reporter.report(progress(1));
    await reporter.close();
    assert.deepEqual(await dataOf('others'), { mine: 'stays' });
  });

  it('go nowhere outside of a cluster', async () => {
    const wanted = { REPORT_CONFIGMAP: 'reports', REPORT_NAMESPACE: 'default' };
    const targetIn = (environment: object) =>
      inClusterTarget(readEnvironment(reportEnvironment, { ...wanted, ...environment }));
    assert.equal(targetIn({}), undefined);
    const inside = targetIn({ KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' });
    const account = '/var/run/secrets/kubernetes.io/serviceaccount';
    assert.deepEqual(inside, {
      ...{ configMap: 'reports', namespace: 'default', server: 'https://[fd00::1]:6443' },
      ...{ tokenFile: `${account}/token`, caFile: `${account}/ca.crt` },
    });
    const reporter = new Reporter<PullProgress>(undefined, 'pull-1');
    reporter.report(progress(1));
    await reporter.close();
  });
});
