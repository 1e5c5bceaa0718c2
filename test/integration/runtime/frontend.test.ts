/** The frontend: files with their headers, and a way to the backends that adds and hides nothing. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { after, before, describe, it } from 'mocha';
import { until } from '../../testbed/wait.ts';
import { ChatClient, enter } from './chat-client.ts';
import type { Cluster, RoleProcess } from './cluster.ts';
import { metric, NOWHERE, startCluster } from './cluster.ts';

const SOON = { timeout: 10_000, every: 10 };
const SCRIPT = `console.log(${JSON.stringify('hello '.repeat(100))});`;

/** Written out: a change of the policy is to be meant. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; font-src 'self'; " +
  "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
  "require-trusted-types-for 'script'; trusted-types lit-html dompurify";

/** A request with exactly these headers; `fetch` adds some and decodes the body. */
function ask(
  url: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number; headers: http.IncomingHttpHeaders; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { headers, method, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    request.on('error', reject).end();
  });
}

describe('a frontend', function () {
  this.timeout(30_000);
  let cluster: Cluster;
  let frontend: RoleProcess;
  let environment: Record<string, string>;
  before(async function () {
    this.timeout(120_000);
    cluster = await startCluster({ backends: 1 });
    const ui = path.join(cluster.folder, 'ui');
    fs.mkdirSync(path.join(ui, 'chunks'), { recursive: true });
    fs.writeFileSync(path.join(ui, 'index.html'), '<!doctype html><title>Chat</title>');
    fs.writeFileSync(path.join(ui, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    fs.writeFileSync(path.join(ui, 'chunks/app-a1b2c3d4.js'), SCRIPT);
    fs.writeFileSync(path.join(ui, 'chunks/app-a1b2c3d4.js.gz'), gzipSync(SCRIPT));
    environment = { UI_DIR: ui };
    frontend = await cluster.addFrontend(cluster.url(0), environment);
  });
  after(() => cluster.stop());

  it('serves pages that are asked for again each time, under a strict policy', async () => {
    for (const page of ['/', '/index.html', '/r/general']) {
      const { status, headers, body } = await ask(frontend.url + page, { accept: 'text/html,*/*' });
      assert.equal(status, 200);
      assert.match(body.toString(), /<title>Chat/);
      assert.equal(headers['cache-control'], 'no-cache');
      assert.match(headers['content-type']!, /^text\/html/);
      assert.equal(headers['content-security-policy'], POLICY);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['referrer-policy'], 'no-referrer');
      assert.equal(headers['x-powered-by'], undefined);
    }
  });

  it('serves chunks that never change, compressed where asked, and says when nothing is new', async () => {
    const url = `${frontend.url}/chunks/app-a1b2c3d4.js`;
    const plain = await ask(url);
    assert.equal(plain.body.toString(), SCRIPT);
    assert.match(plain.headers['cache-control']!, /immutable/);
    const packed = await ask(url, { 'accept-encoding': 'gzip, br' });
    assert.equal(packed.headers['content-encoding'], 'gzip');
    assert.equal(packed.headers.vary, 'accept-encoding');
    assert.ok(packed.body.length < SCRIPT.length);
    assert.equal((await ask(url, { 'accept-encoding': 'gzip;q=0' })).headers['content-encoding'], undefined);
    const fresh = await ask(url, { 'if-none-match': plain.headers.etag! });
    assert.deepEqual([fresh.status, fresh.body.length], [304, 0]);
    const head = await ask(url, {}, 'HEAD');
    assert.deepEqual([head.status, head.body.length, head.headers['content-length']], [200, 0, String(SCRIPT.length)]);
    assert.equal((await ask(`${frontend.url}/favicon.svg`)).headers['cache-control'], 'no-cache');
  });

  it('does not take a missing file for a page, and serves nothing outside of the UI', async () => {
    for (const [file, accept] of [
      ['/chunks/app-00000000.js', 'text/html'],
      ['/r/general', '*/*'],
      ['/../config.json', 'text/html'],
      ['/%2e%2e/config.json', 'text/html'],
      ['/chunks/%00', '*/*'],
    ] as const) {
      assert.equal((await ask(frontend.url + file, { accept })).status, 404, file);
    }
    assert.equal((await ask(frontend.url, {}, 'POST')).status, 405);
    assert.equal((await ask(`${frontend.url}/healthz`)).status, 200);
  });

  it('hands API and WebSockets to a backend', async () => {
    const ann = await ChatClient.join(frontend.url, 'Ann through it');
    const bob = await ChatClient.join(cluster.url(0), 'Bob beside it');
    await ann.say('through the frontend '.repeat(150));
    await bob.say('and back');
    await until('both have both', () => ann.texts().length === 2 && bob.texts().length === 2, SOON);
    assert.equal(await metric(frontend, 'chatapp_ws_connections'), 1);
    const { headers, status } = await ask(`${frontend.url}/api/session`);
    assert.equal(status, 401);
    assert.match(headers['content-type']!, /json/);
    ann.cut();
    await until(
      'the backend knows',
      () => metric(cluster.backends[0]!, 'chatapp_ws_connections').then((n) => n === 1),
      SOON,
    );
    const client = new ChatClient(
      new (ann.ws.constructor as typeof import('ws').WebSocket)(`${frontend.url.replace('http', 'ws')}/ws`),
      '',
    );
    assert.equal((await client.ended()).code, 3500, 'close codes arrive');
  });

  it('believes nothing that a client says about itself', async () => {
    const answer = await fetch(`${frontend.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-proto': 'https', 'x-forwarded-for': '6.6.6.6' },
      body: '{"name":"Plain"}',
    });
    const [cookie] = answer.headers.getSetCookie();
    assert.match(cookie!, /^chatapp=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=3600$/);
  });

  it('believes the proxy in front of it, if there is one, and uses cookies for https alone then', async () => {
    const behind = await cluster.addFrontend(cluster.url(0), { ...environment, TRUSTED_PROXY_HOPS: '1' });
    const headers = {
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'chat.example',
      'x-forwarded-for': '6.6.6.6, 7.7.7.7',
    };
    const answer = await fetch(`${behind.url}/api/session`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', origin: 'https://chat.example' },
      body: '{"name":"Secure"}',
    });
    assert.equal(answer.status, 200);
    const [cookie] = answer.headers.getSetCookie();
    assert.match(cookie!, /^__Host-chatapp=[\w-]{43}; Secure; Path=\/; HttpOnly; SameSite=Lax; Max-Age=3600$/);
    const client = await ChatClient.connect(behind.url, cookie!.split(';')[0]!, headers);
    assert.equal((await client.request({ type: 'ping' })).type, 'pong');
    client.cut();
  });

  it('says in words that no backend answers, while its pages are still there', async () => {
    const alone = await cluster.addFrontend(NOWHERE, environment);
    const { status, headers, body } = await ask(`${alone.url}/api/config`);
    assert.equal(status, 503);
    const { error } = JSON.parse(body.toString()) as { error: { code: string; message: string } };
    assert.equal(error.code, 'Unavailable');
    assert.match(error.message, /No chat server answers/);
    assert.equal(headers['retry-after'], '2');
    const socket = await fetch(`${alone.url}/ws`, { headers: { accept: '*/*' } });
    assert.equal(socket.status, 404);
    await assert.rejects(
      new Promise((_resolve, reject) => {
        const client = http.get(`${alone.url}/ws`, { headers: { connection: 'Upgrade', upgrade: 'websocket' } });
        client.on('response', (response) => reject(new Error(`HTTP ${response.statusCode}`)));
      }),
      /HTTP 503/,
    );
    assert.equal((await ask(alone.url, { accept: 'text/html' })).status, 200);
    assert.equal(await metric(alone, 'chatapp_proxy_failures_total', 'kind="websocket"'), 1);
  });

  it('sends its sockets away when it stops', async () => {
    const leaving = await cluster.addFrontend(cluster.url(0), environment);
    const clients = await Promise.all(
      ['One', 'Two'].map(async (name) => ChatClient.connect(leaving.url, await enter(leaving.url, `${name} leaves`))),
    );
    await leaving.child.stop('SIGTERM');
    assert.match(leaving.child.ended() ?? '', /ended with 0/);
    for (const client of clients) assert.equal((await client.ended()).code, 1006);
  });
});
