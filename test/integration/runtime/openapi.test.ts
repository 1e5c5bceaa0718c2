/** The description of the REST API, and whether the backends do as it says. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { Express } from 'express';
import { after, before, describe, it } from 'mocha';
import { Provider } from '../../../runtime/auth/provider.ts';
import type { RuntimeConfig } from '../../../runtime/config.ts';
import { createMetrics } from '../../../runtime/metrics/metrics.ts';
import type { Session, User, UserWithPassword } from '../../../runtime/protocol/accounts.ts';
import type { MessageResponse, RoomInfo } from '../../../runtime/protocol/rest.ts';
import { createChat } from '../../../runtime/roles/chat.ts';
import type { Cluster, RoleProcess } from './cluster.ts';
import { NOWHERE, startCluster, testConfig } from './cluster.ts';
import type { Document } from './described.ts';
import { Described } from './described.ts';
import { connectedStore } from './stores.ts';
import { Visitor } from './visitor.ts';

const ADMIN = { name: 'The Boss', password: 'a password of the boss' };
const PASSWORD = 'correct horse battery';
const OIDC: Extract<RuntimeConfig['auth'], { mode: 'OIDC' }> = {
  ...{ mode: 'OIDC', issuer: NOWHERE, clientID: 'chat', scopes: ['openid'] },
};

describe('the description of the REST API', function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let frontend: RoleProcess;
  /** Modes in which people enter in other ways: each has routes of its own. */
  let accounts: RoleProcess;
  let oidc: RoleProcess;
  let document: Document;
  let described: Described;

  before(async function () {
    this.timeout(120_000);
    cluster = await startCluster({
      backends: 1,
      environment: { ADMIN_USERNAME: ADMIN.name, ADMIN_PASSWORD: ADMIN.password, OIDC_CLIENT_SECRET: 'a secret' },
    });
    const configured = (name: string, auth: RuntimeConfig['auth']): Promise<RoleProcess> => {
      const file = path.join(cluster.folder, `${name}.json`);
      fs.writeFileSync(file, JSON.stringify({ ...testConfig(), auth }));
      return cluster.addBackend({ CHATAPP_CONFIG: file });
    };
    [accounts, oidc, frontend] = await Promise.all([
      configured('accounts', { mode: 'Accounts', allowSignup: true }),
      configured('oidc', OIDC),
      cluster.addFrontend(cluster.url(0)),
    ]);
    document = (await new Visitor(frontend.url).ask<Document>('GET', '/api/openapi.json')).body;
    described = new Described(document);
  });
  after(() => cluster.stop());

  it('is OpenAPI 3.1', async () => {
    const checked = await new Validator().validate({ ...structuredClone(document) });
    assert.deepEqual(checked, { valid: true });
  });

  it('has every route that the backend serves, and no other', async () => {
    const store = await connectedStore(cluster.redis);
    const provider = new Provider({ ...OIDC, clientSecret: 'a secret' });
    const chat = createChat({
      ...{ config: { ...testConfig(), auth: OIDC }, store, metrics: createMetrics('backend') },
      ...{ name: 'listed', version: 'test', peers: 'direct', provider },
    });
    try {
      const [app] = chat.server.listeners('request');
      const served = routesOf((app as Express).router.stack as unknown as Layer[]);
      const names = described.operations().map(({ method, path: way }) => `${method} ${way}`);
      assert.ok(served.length > 40, `${served.length} routes`);
      assert.deepEqual(names.sort(), served.sort());
    } finally {
      await chat.stop(100);
    }
  });

  it('holds for refusals of every route', async () => {
    const nobody = new Visitor(cluster.url(0));
    const guest = new Visitor(cluster.url(0));
    await described.ask(guest, 'POST /api/session', { body: { name: 'Guest' } });
    for (const { method, path: way, operation } of described.operations()) {
      const route = `${method.toUpperCase()} ${way}`;
      if (operation.security.length > 0) {
        assert.equal((await described.ask(nobody, route)).status, 401, route);
        if (operation.description.includes('administrator')) {
          assert.equal((await described.ask(guest, route)).status, 403, route);
        }
      }
      if (operation.requestBody !== undefined && !operation.description.includes('administrator')) {
        assert.ok((await described.ask(guest, route, { body: { wrong: 1 } })).status >= 400, route);
      }
    }
  });

  it('holds for a session that uses every route', async () => {
    const ask = described.ask.bind(described);
    const stranger = new Visitor(cluster.url(0));
    for (const name of ['health', 'ready', 'config', 'openapi.json']) await ask(stranger, `GET /api/${name}`);
    await ask(stranger, 'POST /api/session', { body: { name: 'Passing By' } });
    await ask(stranger, 'GET /api/session');
    await ask(stranger, 'DELETE /api/session');
    const abroad = new Visitor(oidc.url);
    for (const end of ['', '/callback']) {
      const { headers } = await ask(abroad, `GET /api/login/provider${end}`);
      assert.match(headers.get('location') ?? '', /^\/\?login=(provider-away|expired)$/);
    }

    const boss = new Visitor(accounts.url);
    await ask(boss, 'POST /api/login', { body: ADMIN });
    const made = await ask<UserWithPassword>(boss, 'POST /api/users', { body: { name: 'Carl', role: 'member' } });
    const { id } = made.body.user;
    await ask(boss, 'GET /api/users');
    await ask(boss, 'GET /api/admin/status');
    const changed = await ask<User>(boss, 'PATCH /api/users/{id}', { params: { id }, body: { role: 'guest' } });
    assert.equal(changed.body.role, 'guest');
    await ask(boss, 'POST /api/users/{id}/reset', { params: { id } });
    await ask(boss, 'DELETE /api/users/{id}/sessions', { params: { id } });

    const dora = new Visitor(accounts.url);
    const body = { name: 'Dora', password: PASSWORD };
    const { user } = (await ask<Session>(dora, 'POST /api/signup', { body })).body;
    await ask(new Visitor(accounts.url), 'POST /api/login', { body });
    const password = `${PASSWORD} staple`;
    await ask(dora, 'POST /api/password', { body: { current: PASSWORD, password } });
    const again = new Visitor(accounts.url);
    await ask(again, 'POST /api/login', { body: { ...body, password } });
    const known = await ask<{ sessions: { id: string; current: string }[] }>(dora, 'GET /api/sessions');
    const other = known.body.sessions.find(({ current }) => current === 'no')!;
    await ask(dora, 'DELETE /api/sessions/{id}', { params: { id: other.id } });
    await ask(dora, 'GET /api/people');
    await ask(dora, 'GET /api/models');

    const room = (
      await ask<RoomInfo>(dora, 'POST /api/rooms', { body: { title: 'Ours', kind: 'private', members: [id] } })
    ).body.name;
    const params = { room, user: id };
    await ask(dora, 'POST /api/direct', { body: { user: ADMIN.name } });
    const first = await ask<MessageResponse>(dora, 'POST /api/messages', { body: { text: 'in the first room' } });
    const { key, offset } = first.body;
    const twice = await ask(dora, 'POST /api/messages', { body: { text: 'in the first room', key } });
    assert.deepEqual([first.status, twice.status, twice.body], [201, 200, { key, offset }]);
    const post = { params, body: { text: 'words to find', replyTo: offset } };
    await ask(dora, 'POST /api/rooms/{room}/messages', post);
    await ask(dora, 'GET /api/messages');
    const page = await ask<{ entries: { kind: string }[] }>(dora, 'GET /api/rooms/{room}/messages', {
      ...{ params, query: { before: '9999999999999-0' } },
    });
    assert.deepEqual(
      page.body.entries.map(({ kind }) => kind),
      ['message'],
    );
    const found = await ask<{ hits: object[] }>(dora, 'GET /api/rooms/{room}/search', {
      ...{ params, query: { q: 'find' } },
    });
    assert.equal(found.body.hits.length, 1);
    for (const format of ['json', 'markdown']) {
      await ask(dora, 'GET /api/rooms/{room}/export', { params, query: { format } });
    }
    await ask(dora, 'GET /api/rooms');
    await ask(dora, 'PATCH /api/rooms/{room}', { params, body: { lock: 'locked', title: 'Ours alone' } });
    await ask(dora, 'POST /api/rooms/{room}/kick', { params, body: { user: id } });
    await ask(dora, 'PUT /api/rooms/{room}/members/{user}', { params });
    await ask(dora, 'PUT /api/rooms/{room}/bans/{user}', { params });
    await ask(dora, 'GET /api/rooms/{room}', { params });
    await ask(dora, 'DELETE /api/rooms/{room}/bans/{user}', { params });
    await ask(dora, 'PUT /api/rooms/{room}/members/{user}', { params });
    await ask(dora, 'DELETE /api/rooms/{room}/members/{user}', { params });
    await ask(dora, 'POST /api/rooms/{room}/clear', { params });
    await ask(dora, 'DELETE /api/rooms/{room}', { params });
    await ask(boss, 'DELETE /api/users/{id}', { params: { id } });
    await ask(dora, 'POST /api/account/delete', { body: { password } });
    assert.equal((await ask(dora, 'GET /api/session')).status, 401, `${user.name} is gone`);
    await ask(boss, 'DELETE /api/sessions');
    const used = described.operations().map(({ operation }) => operation.operationId);
    assert.deepEqual([...described.done].sort(), used.sort());
  });
});

/** What express keeps of a route, or of a router with routes in it. */
interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle?: { readonly stack?: readonly Layer[] };
}

function routesOf(layers: readonly Layer[]): string[] {
  return layers.flatMap(({ route, handle }) => {
    if (route === undefined) return routesOf(handle?.stack ?? []);
    const way = route.path.replaceAll(/:(\w+)/g, '{$1}');
    return Object.keys(route.methods).map((method) => `${method} ${way}`);
  });
}
