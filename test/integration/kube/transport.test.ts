import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { InactivityError, isApiError, TransportError } from '../../../operator/kube/errors.ts';
import { fenced, NotLeadingError } from '../../../operator/kube/fence.ts';
import { pathOf } from '../../../operator/kube/object.ts';
import { createTransport, type Transport } from '../../../operator/kube/transport.ts';
import type { ControlPlane } from '../../testbed/control-plane.ts';
import { FaultProxy } from './fault-proxy.ts';
import * as plane from './plane.ts';
import { configMap, configMaps, create } from './plane.ts';

describe('the transport', function () {
  this.timeout(20_000);
  let control: ControlPlane;
  let transport: Transport;
  let proxy: FaultProxy;
  let proxied: Transport;

  before(async function () {
    this.timeout(plane.buildTimeout);
    control = await plane.sharedPlane();
    transport = plane.admin(control);
    proxy = await FaultProxy.start(control.kubeconfig);
    proxied = createTransport(proxy.config);
  });
  after(async () => {
    await transport.close();
    await proxied.close();
    await proxy.stop();
  });

  it('reads a token file again when the token in it was refused', async () => {
    const namespace = await plane.newNamespace(transport);
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }];
    const good = (await plane.limitedConfig(control, transport, namespace, rules)).getCurrentUser()?.token ?? '';
    const folder = mkdtempSync(path.join(tmpdir(), 'chatapp-token-'));
    const tokenFile = path.join(folder, 'token');
    const config = plane.tokenConfig(control, '');
    config.users = [{ name: 'limited', authProvider: { name: 'tokenFile', config: { tokenFile } } }];
    const rotating = createTransport(config);
    const list = (): Promise<unknown> => rotating.request('GET', `/api/v1/namespaces/${namespace}/configmaps`);
    try {
      writeFileSync(tokenFile, 'expired\n');
      await assert.rejects(list(), (error) => isApiError(error, 401));
      writeFileSync(tokenFile, `${good}\n`);
      await list();
      writeFileSync(tokenFile, 'expired\n');
      await list();
    } finally {
      await rotating.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('gives up a connection on which nothing is heard', async () => {
    const toVersion = ({ path: asked }: { path: string }): boolean => asked === '/version';
    proxy.arm(toVersion, { kind: 'half-open' });
    const began = performance.now();
    await assert.rejects(proxied.request('GET', '/version', { timeoutMs: 500 }), (error) => {
      assert.ok(error instanceof TransportError);
      assert.match(error.message, /GET \/version: no usable answer from http:.*UND_ERR_HEADERS_TIMEOUT/);
      return true;
    });
    assert.ok(performance.now() - began < 3_000);
    await proxied.request('GET', '/version');
  });

  it('ends a stream that stays silent, and one that is aborted', async () => {
    const url = '/api/v1/namespaces/default/secrets';
    const query = { watch: true, resourceVersion: 0 };
    proxy.freeze();
    const silent = readAll(proxied.stream(url, { query, inactivityMs: 400 }));
    await assert.rejects(silent, InactivityError);
    proxy.thaw();
    const abort = new AbortController();
    const aborted = readAll(proxied.stream(url, { query, signal: abort.signal }));
    const reason = new Error('enough');
    abort.abort(reason);
    await assert.rejects(aborted, reason);
  });

  it('says what could not be reached', async () => {
    const config = plane.tokenConfig(control, 'x', 'https://127.0.0.1:1');
    const nowhere = createTransport(config);
    await assert.rejects(
      nowhere.request('GET', '/version'),
      /no usable answer from https:\/\/127.0.0.1:1 \(ECONNREFUSED\)/,
    );
    await nowhere.close();
  });

  it('asks a write once more when it goes out: what waited for a connection is not sent by one who leads no more', async () => {
    const namespace = await plane.newNamespace(transport);
    const one = createTransport(proxy.config, { connections: 1 });
    let leads = true;
    const writer = fenced(one, () => leads);
    const write = (name: string) => create(writer, configMaps, configMap(namespace, name));
    const limit = proxy.passOnly(({ method, path: asked }) => method === 'POST' && asked.includes(namespace), 0);
    const [first, second] = [write('first'), write('second').catch((error: unknown) => error)];
    await limit.exceeded;
    leads = false;
    limit.lift('pass');
    await first;
    assert.ok((await second) instanceof NotLeadingError);
    await assert.rejects(one.request('GET', pathOf(configMaps, namespace, 'second')), (error) =>
      isApiError(error, 404),
    );
    await one.close();
  });

  it('counts every request by method and code', async () => {
    const seen: string[] = [];
    const counted = plane.admin(control, { observe: (method, code, host) => seen.push(`${method} ${code} ${host}`) });
    await counted.request('GET', '/version');
    await assert.rejects(counted.request('GET', '/api/v1/namespaces/none-such'));
    const { host } = new URL(control.server);
    assert.deepEqual(seen, [`GET 200 ${host}`, `GET 404 ${host}`]);
    await counted.close();
  });
});

async function readAll(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}
