/** Requests that frontend and backend could take for different ones: whoever manages that speaks past every check of the frontend. */
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, describe, it } from 'mocha';
import { enter } from './chat-client.ts';
import type { Cluster, RoleProcess } from './cluster.ts';
import { startCluster } from './cluster.ts';

/** A whole request as bytes that enters under a name: if it ever arrives by itself, the name is taken. */
function hidden(name: string): string {
  const body = JSON.stringify({ name });
  const head = `POST /api/session HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 6.6.6.6\r\nContent-Type: application/json`;
  return `${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

const CLOSE = 'Connection: close';
const chunk = (bytes: string): string => `${bytes.length.toString(16)}\r\n${bytes}\r\n0\r\n\r\n`;

describe('a frontend among smugglers', function () {
  this.timeout(30_000);
  let cluster: Cluster;
  let frontend: RoleProcess;
  before(async function () {
    this.timeout(120_000);
    cluster = await startCluster({ backends: 1 });
    frontend = await cluster.addFrontend(cluster.url(0));
  });
  after(() => cluster.stop());

  /** Sends bytes as they are. @returns all that is answered until the frontend closes */
  const raw = (head: readonly string[], body: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(frontend.url);
      const socket = net.connect({ host: hostname, port: Number(port) });
      let answer = '';
      socket.on('data', (part: Buffer) => (answer += part.toString()));
      socket.on('error', reject).on('close', () => resolve(answer));
      socket.write(`${[...head, 'Host: chat.example', '', ''].join('\r\n')}${body}`);
    });

  const tricks: readonly (readonly [string, (inner: string) => { head: string[]; body: string }])[] = [
    [
      'a body in chunks where none is usual',
      (inner) => ({ head: ['DELETE /api/session HTTP/1.1', CLOSE, 'Transfer-Encoding: chunked'], body: chunk(inner) }),
    ],
    [
      'a GET with a body in chunks',
      (inner) => ({ head: ['GET /api/config HTTP/1.1', CLOSE, 'Transfer-Encoding: chunked'], body: chunk(inner) }),
    ],
    [
      'a length that is declared a matter of the connection',
      (inner) => ({
        head: ['DELETE /api/session HTTP/1.1', 'Connection: close, content-length', `Content-Length: ${inner.length}`],
        body: inner,
      }),
    ],
    [
      'two lengths',
      (inner) => ({
        head: ['POST /api/x HTTP/1.1', CLOSE, 'Content-Length: 5', 'Transfer-Encoding: chunked'],
        body: `0\r\n\r\n${inner}`,
      }),
    ],
    [
      'bytes after a handshake that fails',
      (inner) => ({
        head: ['GET /ws HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 1'],
        body: inner,
      }),
    ],
  ];
  for (const [index, [title, make]] of tricks.entries()) {
    it(`lets nobody hide a request in ${title}`, async () => {
      const name = `Hidden ${index}`;
      const { head, body } = make(hidden(name));
      const answer = await raw(head, body);
      assert.ok(!answer.includes('set-cookie'), answer);
      await enter(cluster.url(0), name);
    });
  }

  it('never has one person’s request begin inside of another’s', async () => {
    for (let i = 0; i < 3; i++) {
      const answer = await raw(['GET /api/config HTTP/1.1', CLOSE, 'Content-Length: 40'], 'x'.repeat(40));
      assert.match(answer, /^HTTP\/1.1 (?:200|400)/);
      await enter(frontend.url, `After it ${i}`);
    }
  });

  it('hands on the bodies that people mean', async () => {
    const cookie = await enter(frontend.url, 'In chunks');
    const text = 'äöü'.repeat(200);
    const answer = await raw(
      [
        'POST /api/messages HTTP/1.1',
        CLOSE,
        'Content-Type: application/json',
        `Cookie: ${cookie}`,
        'Transfer-Encoding: chunked',
      ],
      `0258\r\n{"text":"${'y'.repeat(0x258 - 11)}"}\r\n0\r\n\r\n`,
    );
    assert.match(answer, /^HTTP\/1.1 201/);
    const post = await fetch(`${frontend.url}/api/messages`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    });
    assert.equal(post.status, 201);
  });
});
