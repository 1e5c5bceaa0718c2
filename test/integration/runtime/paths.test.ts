/** Chats below paths of one host, and one whose files come from a CDN. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { PathRouter } from '../../testbed/path-router.ts';
import { startPathRouter } from '../../testbed/path-router.ts';
import { until } from '../../testbed/wait.ts';
import { ChatClient } from './chat-client.ts';
import type { Cluster, RoleProcess } from './cluster.ts';
import { NOWHERE, startCluster } from './cluster.ts';

const INDEX = `<!doctype html>
<meta name="chatapp-base" content="" />
<link rel="manifest" href="/manifest.webmanifest" />
<script src="/assets/boot-b1b2c3d4.js"></script>
<script type="module" crossorigin src="/assets/app-a1b2c3d4.js"></script>
`;
const PAGE = { accept: 'text/html,*/*' };

function writePage(folder: string): string {
  const ui = path.join(folder, 'ui');
  fs.mkdirSync(path.join(ui, 'assets'), { recursive: true });
  for (const [name, text] of Object.entries({
    'index.html': INDEX,
    'manifest.webmanifest': '{"start_url":"."}',
    'assets/boot-b1b2c3d4.js': 'boot()',
    'assets/app-a1b2c3d4.js': 'app()',
  })) {
    fs.writeFileSync(path.join(ui, name), text);
  }
  return ui;
}

describe('chats below paths of one host', function () {
  this.timeout(60_000);
  const clusters: Cluster[] = [];
  const frontends: RoleProcess[] = [];
  let router: PathRouter;
  let ui: string;
  before(async function () {
    this.timeout(120_000);
    const chatAt = async (basePath: string): Promise<RoleProcess> => {
      const cluster = await startCluster({ backends: 1, config: (config) => ({ ...config, basePath }) });
      clusters.push(cluster);
      ui = writePage(cluster.folder);
      return cluster.addFrontend(cluster.url(0), { UI_DIR: ui, BASE_PATH: basePath, TRUSTED_PROXY_HOPS: '1' });
    };
    const [one, two] = await Promise.all([chatAt('/a'), chatAt('/a.b/c')]);
    frontends.push(one, two);
    router = await startPathRouter({ '/a': one.url, '/a.b/c': two.url });
  });
  after(async () => {
    await router.stop();
    await Promise.all(clusters.map((cluster) => cluster.stop()));
  });

  it('have their pages, files and rooms there, and say where', async () => {
    for (const base of ['/a', '/a.b/c']) {
      for (const page of ['/', '/index.html', '/r/general', '/r/general?x=1']) {
        const answer = await fetch(router.url + base + page, { headers: PAGE });
        const html = await answer.text();
        assert.equal(answer.status, 200, base + page);
        assert.ok(html.includes(`<meta name="chatapp-base" content="${base}" />`));
        assert.ok(html.includes(`href="${base}/manifest.webmanifest"`));
        for (const [, address] of html.matchAll(/(?:src|href)="([^"]*)"/g)) {
          assert.equal((await fetch(router.url + address!)).status, 200, address);
        }
        assert.match(answer.headers.get('content-security-policy')!, /; script-src 'self'; style-src 'self'; /);
      }
      for (const query of ['', '?x=1']) {
        const door = await fetch(router.url + base + query, { redirect: 'manual' });
        assert.deepEqual([door.status, door.headers.get('location')], [308, `${base}/${query}`]);
      }
      const asset = await fetch(`${router.url}${base}/assets/app-a1b2c3d4.js`);
      assert.equal(asset.headers.get('access-control-allow-origin'), null, 'files are for the own page');
    }
  });

  it('keep their sessions and sockets apart in one browser, over http and https', async () => {
    for (const scheme of ['http', 'https']) {
      const origin = `${scheme}://chat.example`;
      const via = { 'x-forwarded-proto': scheme, 'x-forwarded-host': 'chat.example', origin };
      const jar = new Map<string, string>();
      const call = async (base: string, method: string, name?: string): Promise<Response> => {
        const cookie = [...jar].map((pair) => pair.join('=')).join('; ');
        const body = name === undefined ? {} : { body: JSON.stringify({ name }) };
        const headers = { ...via, cookie, 'content-type': 'application/json' };
        const answer = await fetch(`${router.url}${base}/api/session`, { method, headers, ...body });
        for (const line of answer.headers.getSetCookie()) {
          const [, key, value] = /^([^=]+)=([^;]*); (?:Secure; )?Path=\/;/.exec(line)!;
          if (value === '') jar.delete(key!);
          else jar.set(key!, value!);
        }
        return answer;
      };
      const nameAt = async (base: string): Promise<string | undefined> => {
        const { user } = (await (await call(base, 'GET')).json()) as { user?: { name: string } };
        return user?.name;
      };
      assert.equal((await call('/a', 'POST', `Ann ${scheme}`)).status, 200);
      assert.equal((await call('/a.b/c', 'POST', `Bea ${scheme}`)).status, 200);
      const prefix = scheme === 'https' ? '__Host-' : '';
      assert.deepEqual([...jar.keys()], [`${prefix}chatapp+a`, `${prefix}chatapp+a.b+c`]);
      assert.deepEqual([await nameAt('/a'), await nameAt('/a.b/c')], [`Ann ${scheme}`, `Bea ${scheme}`]);

      const cookies = [...jar].map((pair) => pair.join('=')).join('; ');
      const [ann, bea] = await Promise.all(
        ['/a', '/a.b/c'].map((base) => ChatClient.connect(router.url + base, cookies, via)),
      );
      for (const client of [ann!, bea!]) await client.request({ type: 'join', room: 'general' });
      await ann!.say(`for a ${scheme}`);
      await bea!.say(`for b ${scheme}`);
      const sees = (client: ChatClient, text: string) =>
        until(`${text} is there`, () => client.texts().includes(text), { timeout: 20_000, every: 10 });
      await sees(ann!, `for a ${scheme}`);
      await sees(bea!, `for b ${scheme}`);
      assert.ok(!ann!.texts().some((text) => text.startsWith('for b')));

      assert.equal((await call('/a', 'DELETE')).status, 204);
      assert.equal((await ann!.ended(20_000)).code, 3500);
      assert.deepEqual([await nameAt('/a'), await nameAt('/a.b/c')], [undefined, `Bea ${scheme}`]);
      assert.equal((await bea!.request({ type: 'ping' })).type, 'pong');
      bea!.cut();
    }
  });

  it('answer nothing outside of their path but the question whether they live', async () => {
    const [{ url }] = frontends as [RoleProcess];
    for (const outside of ['/', '/r/general', '/api/config', '/assets/app-a1b2c3d4.js', '/aa/', '/index.html', '/ws']) {
      const answer = await fetch(url + outside, { headers: PAGE });
      assert.deepEqual([answer.status, await answer.text()], [404, 'not found: the chat is at /a/\n'], outside);
      assert.match(answer.headers.get('content-security-policy')!, /default-src 'none'/);
    }
    assert.equal((await fetch(`${url}/api/session`, { method: 'POST', body: '{"name":"Out"}' })).status, 404);
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    for (const outside of ['/ws', '/b/ws', '/a/other']) {
      const socket = new WebSocket(url.replace('http', 'ws') + outside);
      const said = await new Promise((resolve) => {
        socket.addEventListener('open', () => resolve('open'));
        socket.addEventListener('error', () => resolve('refused'));
      });
      assert.equal(said, 'refused', outside);
    }
  });

  it('name a CDN for scripts and styles where there is one, with their hashes, and let it have them', async () => {
    const cdn = 'https://cdn.example.org';
    const env = { UI_DIR: ui, BASE_PATH: '/a', ASSET_BASE_URL: cdn };
    const { url } = await clusters[0]!.addFrontend(NOWHERE, env);
    for (const encoding of ['identity', 'gzip', 'br']) {
      const answer = await fetch(`${url}/a/`, { headers: { ...PAGE, 'accept-encoding': encoding } });
      assert.equal(answer.headers.get('content-encoding'), encoding === 'identity' ? null : encoding);
      const html = await answer.text();
      assert.match(html, /<script src="\/a\/assets\/boot-b1b2c3d4\.js">/);
      assert.match(html, /integrity="sha384-[^"]+" src="https:\/\/cdn\.example\.org\/a\/assets\/app-a1b2c3d4\.js"/);
      assert.match(html, /href="\/a\/manifest\.webmanifest"/);
      const policy = answer.headers.get('content-security-policy')!;
      assert.match(policy, /; script-src 'self' https:\/\/cdn\.example\.org 'sha256-[^']+'; /);
      assert.match(policy, /; style-src 'self' https:\/\/cdn\.example\.org; connect-src 'self'; img-src 'self'; /);
    }
    const cors = async (file: string) => (await fetch(url + file)).headers.get('access-control-allow-origin');
    assert.equal(await cors('/a/assets/app-a1b2c3d4.js'), '*');
    assert.equal(await cors('/a/'), null);
    assert.equal(await cors('/a/manifest.webmanifest'), null);
    assert.equal(await cors('/a/api/config'), null);
  });

  it('do not start with a path or an address of which a page cannot be made, and say which', async () => {
    for (const [name, value] of [
      ['BASE_PATH', 'chat'],
      ['BASE_PATH', '/chat/'],
      ['BASE_PATH', '/../chat'],
      ['BASE_PATH', '/"><script>'],
      ['ASSET_BASE_URL', 'https://cdn.example.org/path'],
      ['ASSET_BASE_URL', 'https://cdn.example.org; script-src *'],
    ] as const) {
      const started = clusters[0]!.addFrontend(NOWHERE, { UI_DIR: ui, [name]: value });
      await assert.rejects(started, new RegExp(`${name}: Invalid string`), `${name}=${value}`);
    }
  });
});
