import assert from 'node:assert/strict';
import net from 'node:net';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { repository } from '../testbed/folders.ts';
import type { KubeObject } from '../testbed/kube-client.ts';
import { attempt } from '../testbed/run.ts';
import { demo, kubectl, kubectlAttempt, make, site } from './cluster.ts';

describe('make up', function () {
  this.timeout(10 * 60_000);

  it('ends with a chat that answers at the printed URL', async () => {
    assert.equal((await make('url')).trim(), site.url);
    const page = await fetch(site.url);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /<script type="module"/);
    const config = (await (await fetch(`${site.url}/api/config`)).json()) as { rooms: unknown[] };
    assert.equal(config.rooms.length, 1);
  });

  it('can be said again: nothing is made anew', async () => {
    const pods = async () => {
      const text = await kubectl('-n', demo.namespace, 'get', 'pods', '-o', 'json');
      const { items } = JSON.parse(text) as { items: { metadata: { name: string; deletionTimestamp?: string } }[] };
      // Pods of an earlier scenario may still be on their way out.
      return items
        .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
        .map(({ metadata }) => metadata.name);
    };
    const before = await pods();
    assert.ok((await make('up')).includes(site.url));
    assert.deepEqual(await pods(), before);
  });

  it('shows in kubectl what people want to know', async () => {
    const table = await kubectl('-n', demo.namespace, 'get', 'chat');
    assert.match(table, /^NAME +READY +PHASE +BACKEND +MODELS +URL +AGE\n/);
    assert.match(table, /^demo +True +Ready +3\/3 +1\/1 +http/m);
    await kubectl('-n', demo.namespace, 'wait', '--for=condition=Ready', '--timeout=30s', 'chat/demo');
    const events = await kubectl(
      '-n',
      demo.namespace,
      'get',
      'events',
      '--field-selector',
      'involvedObject.kind=ChatApp',
    );
    assert.match(events, /ModelPulled/);
  });

  it('refuses what breaks the schema with a sentence', async () => {
    const { end, stderr } = await kubectlAttempt('-n', demo.namespace, 'scale', 'chat/demo', '--replicas=1000');
    assert.notEqual(end, 0);
    assert.match(stderr, /spec\.backend\.replicas.*should be less than or equal to 100/s);
  });

  it('has an operator for one namespace, which gets no right in any other', async () => {
    const folder = path.join(repository, 'config/namespaced');
    const objects = parseAllDocuments(await kubectl('kustomize', folder)).map(
      (document) => document.toJS() as KubeObject,
    );
    const global = objects.filter(({ metadata }) => metadata.namespace === undefined).map(({ kind }) => kind);
    assert.deepEqual(global.sort(), ['CustomResourceDefinition', 'Namespace']);
    const applied = await kubectl('apply', '--dry-run=server', '--server-side', '--force-conflicts', '-k', folder);
    assert.match(applied, /role\.rbac\.authorization\.k8s\.io\/chatapp-operator serverside-applied/);
  });

  it('says in words that a port is taken, and ends with an error', async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    const options = { timeout: 60_000, cwd: repository };
    const { end, stdout, stderr } = await attempt('make', ['up', 'CLUSTER=chatapp-taken', `PORT=${port}`], options);
    server.close();
    assert.notEqual(end, 0);
    assert.match(stdout + stderr, new RegExp(`port ${port}`, 'i'));
    assert.match(stdout + stderr, /make up PORT=/);
  });
});
