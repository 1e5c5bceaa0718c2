/**
 * How a real Ollama comes by what the operator gives it for a registry: its key, the registry's authority, a proxy. Each is
 * demanded by a server in front of the real registry.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { Ollama } from 'ollama';
import type { ChatAppSpecInput } from '../../../operator/api/spec.ts';
import { registryAccess } from '../../../operator/resources/registry-access.ts';
import { classify } from '../../../runtime/pull/classify.ts';
import { makeCertificates } from '../../testbed/certificates.ts';
import type { ModelRegistry } from '../../testbed/model-registry.ts';
import { startModelRegistry } from '../../testbed/model-registry.ts';
import { startOllama, testModel } from '../../testbed/ollama.ts';
import { findProgram, run } from '../../testbed/run.ts';
import { chatApp } from '../../unit/operator/chatapp.ts';

type Pull = NonNullable<ChatAppSpecInput['ollama']['pull']>;

describe('a real Ollama with what the operator gives it for its registry', function () {
  this.timeout(60_000);
  let registry: ModelRegistry;
  let folder: string;
  const doors: http.Server[] = [];
  before(async function () {
    this.timeout(20 * 60_000);
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-access-'));
    registry = await startModelRegistry();
    await makeCertificates(folder);
  });
  after(async () => {
    for (const door of doors) door.close().closeAllConnections();
    await registry.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** Hands a request on to the registry; the address that a download is told is the one it came by. */
  const handOn = (request: http.IncomingMessage, response: http.ServerResponse, scheme = 'http'): void => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://any');
    const onward = http.request(`${registry.url}${pathname}${search}`, {
      method: request.method,
      headers: request.headers,
    });
    onward.once('response', (answer) => {
      const location = answer.headers.location?.replace(/^http:/, `${scheme}:`);
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...(location && { location }) });
      answer.pipe(response);
    });
    onward.once('error', () => response.destroy());
    request.pipe(onward);
  };
  const open = async (door: http.Server): Promise<string> => {
    doors.push(door);
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(door.address() as AddressInfo).port}`;
  };

  /** Pulls with an Ollama that has the environment and the files of the operator's, at other places. Its words when it fails. */
  const pull = async (spec: Pull, files: Readonly<Record<string, string>>, model: string, insecure: boolean) => {
    const { env, mounts, volumes } = registryAccess(chatApp({ ollama: { models: [{ name: 'm' }], pull: spec } }));
    const home = fs.mkdtempSync(path.join(folder, 'pod-'));
    for (const { name, mountPath } of mounts) {
      const [item] = volumes.find((volume) => volume.name === name)!.secret!.items!;
      fs.mkdirSync(path.join(home, mountPath), { recursive: true });
      fs.copyFileSync(files[item!.key]!, path.join(home, mountPath, item!.path));
      fs.chmodSync(path.join(home, mountPath), 0o555);
    }
    const own = Object.fromEntries(
      env
        .filter(({ value }) => value !== '/data')
        .map(({ name, value = '' }) => [name, value.startsWith('/etc/') ? path.join(home, value) : value]),
    );
    const ollama = await startOllama({ models: 'none', env: own });
    try {
      await new Ollama({ host: ollama.url }).pull({ model, insecure });
      return 'pulled';
    } catch (error) {
      return (error as Error).message;
    } finally {
      await ollama.stop();
    }
  };

  it('shows its key to a registry that wants a login', async () => {
    const key = path.join(folder, 'id_ed25519');
    await run(findProgram('ssh-keygen')!, ['-q', '-t', 'ed25519', '-N', '', '-f', key], { timeout: 10_000 });
    const [, publicKey] = fs.readFileSync(`${key}.pub`, 'utf8').split(' ');
    const door = http.createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://any');
      const { authorization = '', host = '' } = request.headers;
      if (pathname === '/token') {
        const isKnown = authorization.startsWith(`${publicKey}:`);
        response.writeHead(isKnown ? 200 : 401).end(JSON.stringify(isKnown ? { token: 'let-me-in' } : {}));
      } else if (authorization !== 'Bearer let-me-in' && request.headers.range === undefined) {
        // Downloads themselves go by an address that is known to those only who were let in.
        const challenge = `Bearer realm="http://${host}/token",service="${host}",scope="repository:library/smollm2:pull"`;
        response.writeHead(401, { 'www-authenticate': challenge }).end();
      } else {
        handOn(request, response);
      }
    });
    const model = `${await open(door)}/library/${testModel}`;
    const [known, stranger] = await Promise.all([
      pull({ keySecretRef: { name: 'key' } }, { id_ed25519: key }, model, true),
      pull({}, {}, model, true),
    ]);
    assert.equal(known, 'pulled');
    assert.equal(classify(stranger).reason, 'Unauthorized', stranger);
  });

  it('trusts the authority that signed for the registry, and nobody unknown', async () => {
    const read = (file: string) => fs.readFileSync(path.join(folder, file));
    const door = https.createServer({ key: read('apiserver.key'), cert: read('apiserver.crt') }, (request, response) =>
      handOn(request, response, 'https'),
    );
    const model = `${await open(door)}/library/${testModel}`;
    const [known, stranger] = await Promise.all([
      pull({ caSecretRef: { name: 'ca' } }, { 'ca.crt': path.join(folder, 'ca.crt') }, model, false),
      pull({}, {}, model, false),
    ]);
    assert.equal(known, 'pulled');
    assert.equal(classify(stranger).reason, 'Untrusted', stranger);
  });

  it('takes the way through the proxy', async () => {
    const asked = new Set<string>();
    const door = http.createServer((request, response) => {
      asked.add(new URL(request.url ?? '', 'http://direct').host);
      handOn(request, response);
    });
    const proxy = `http://${await open(door)}`;
    assert.equal(await pull({ proxy }, {}, `models.example/library/${testModel}`, true), 'pulled');
    assert.deepEqual([...asked], ['models.example']);
  });
});
