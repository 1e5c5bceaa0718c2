import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ChatClient } from '../integration/runtime/chat-client.ts';
import { startChild, type Child } from '../testbed/child.ts';
import { freePort } from '../testbed/port.ts';
import { ensureKubectl } from '../testbed/tools.ts';
import { until } from '../testbed/wait.ts';
import { apply, chatField, demo, field, kubeconfigPath, kubectl, READY, site } from './cluster.ts';

const GUEST = 'guest';

describe('a chat on the Redis and the Ollama of another one', function () {
  this.timeout(8 * 60_000);
  let folder: string;
  let forward: Child | undefined;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-guest-'));
  });
  after(async () => {
    await forward?.stop();
    await kubectl('delete', 'namespace', GUEST, '--ignore-not-found', '--wait=false');
    await kubectl('-n', demo.namespace, 'delete', 'networkpolicy', 'lets-guests-in', '--ignore-not-found');
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** Makes the chat, lets it in at the other one, and waits for it. */
  async function settle(): Promise<void> {
    const encoded = await field(demo.namespace, 'secret/demo-secret', '.data.redis-password');
    const password = Buffer.from(encoded, 'base64').toString();
    const { models, pull } = JSON.parse(await field(demo.namespace, 'chat/demo', '.spec.ollama')) as {
      models: object[];
      pull: object;
    };
    const server = `${demo.namespace}.svc`;
    const spec = {
      backend: { replicas: 1 },
      frontend: { replicas: 1 },
      redis: { mode: 'External', external: { urlSecretRef: { name: 'redis' } } },
      ollama: { mode: 'External', external: { url: `http://demo-ollama-0.demo-ollama.${server}:11434` }, models, pull },
    };
    const from = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': GUEST } } }];
    const component = { key: 'app.kubernetes.io/component', operator: 'In', values: ['redis', 'ollama'] };
    const policy = { policyTypes: ['Ingress'], podSelector: { matchExpressions: [component] }, ingress: [{ from }] };
    const meta = (name: string, namespace: string) => ({ metadata: { name, namespace } });
    const enforce = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: GUEST, labels: enforce } },
      {
        apiVersion: 'v1',
        kind: 'Secret',
        ...meta('redis', GUEST),
        stringData: { url: `redis://:${encodeURIComponent(password)}@demo-redis.${server}:6379/0` },
      },
      { apiVersion: 'chatapp.dev/v1alpha1', kind: 'ChatApp', ...meta(GUEST, GUEST), spec },
    );
    const reason = '.status.conditions[?(@.type=="RedisReady")].reason';
    await chatField(GUEST, GUEST, reason, /^Unreachable$/);
    await apply({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      ...meta('lets-guests-in', demo.namespace),
      spec: policy,
    });
    await chatField(GUEST, GUEST, READY, /^True$/);
    await chatField(GUEST, GUEST, '.status.phase', /^Ready$/);
  }

  it('says that nobody lets it in, then works: people chat, the model answers, and the other one is as it was', async () => {
    const state = '{.metadata.generation} {.status.phase} {.status.models[0].lastPullTime}';
    const podsOf = () => kubectl('-n', demo.namespace, 'get', 'pods', '-o', 'jsonpath={.items[*].metadata.uid}');
    const before = [await kubectl('-n', demo.namespace, 'get', 'chat/demo', '-o', `jsonpath=${state}`), await podsOf()];
    await settle();
    assert.equal((await kubectl('-n', GUEST, 'get', 'statefulsets,pvc', '-o', 'name')).trim(), '');
    const port = await freePort();
    forward = await startChild({
      name: 'port-forward',
      program: await ensureKubectl(),
      args: ['--kubeconfig', kubeconfigPath(), '-n', GUEST, 'port-forward', 'service/guest-frontend', `${port}:80`],
      logFile: path.join(folder, 'forward.log'),
    });
    const url = `http://127.0.0.1:${port}`;
    const isUp = async (): Promise<boolean> => (await fetch(`${url}/healthz`)).ok;
    await until('the way to it is open', isUp, { timeout: 30_000, hopeless: () => forward?.ended() });
    const host = await ChatClient.join(site.url, 'Hostess');
    const guest = await ChatClient.join(url, 'Guest');
    const other = await ChatClient.join(url, 'Other guest');
    const said = await guest.say('@Assistant Say yes.');
    await until('the other guest hears it', () => other.texts().includes('@Assistant Say yes.'), { timeout: 20_000 });
    const end = await guest.end(await guest.started(said), 90_000);
    assert.equal(end.outcome, 'done');
    assert.ok(end.text.length > 0);
    assert.equal((await host.request({ type: 'ping' })).type, 'pong');
    assert.ok(!host.texts().includes('@Assistant Say yes.'), 'rooms of one name in one Redis are two rooms');
    for (const client of [host, guest, other]) client.cut();
    const after = [await kubectl('-n', demo.namespace, 'get', 'chat/demo', '-o', `jsonpath=${state}`), await podsOf()];
    assert.deepEqual(after, before);
  });
});
