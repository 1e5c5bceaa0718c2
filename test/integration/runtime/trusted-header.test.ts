/** A proxy says who people are: who else tries to. */
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, it } from 'mocha';
import type { Session, Sessions, Users } from '../../../runtime/protocol/accounts.ts';
import type { Config } from '../../../runtime/protocol/rest.ts';
import type { Cluster, RoleProcess } from './cluster.ts';
import { startCluster } from './cluster.ts';
import { Visitor } from './visitor.ts';

const KEY = 'the-key-of-the-frontends';

describe('a chat whose proxy says who people are', function () {
  this.timeout(60_000);
  let cluster: Cluster;
  /** It believes whoever comes from this machine, and the other one nobody. */
  let believing: RoleProcess;
  let wary: RoleProcess;

  before(async function () {
    this.timeout(120_000);
    cluster = await startCluster({
      config: (config) => ({ ...config, auth: { mode: 'TrustedHeader', adminGroup: 'chat admins' } }),
      environment: { FRONTEND_KEY: KEY },
    });
    const environment = { FRONTEND_KEY: KEY, TRUSTED_PROXY_HOPS: '1', USER_HEADER: 'Remote-User' };
    [believing, wary] = await Promise.all([
      cluster.addFrontend(cluster.url(0), { ...environment, TRUSTED_PROXIES: '10.0.0.0/8,127.0.0.0/8' }),
      cluster.addFrontend(cluster.url(1), { ...environment, TRUSTED_PROXIES: '10.0.0.0/8,fd00::/8' }),
    ]);
  });
  after(() => cluster.stop());

  const named = (user: string, more: Record<string, string> = {}): Visitor =>
    new Visitor(believing.url, { 'remote-user': Buffer.from(user).toString('latin1'), ...more });
  const who = async (visitor: Visitor): Promise<Session> => (await visitor.ask<Session>('GET', '/api/session')).body;

  it('knows people by what the proxy says, the same ones each time, without a cookie', async () => {
    const { body } = await named('ann').ask<Config>('GET', '/api/config');
    assert.deepEqual(body.ways, []);
    const ann = await named('ann').ask<Session>('GET', '/api/session');
    assert.deepEqual([ann.body.user.name, ann.body.user.role, ann.body.origin], ['ann', 'member', 'header']);
    assert.deepEqual(ann.headers.getSetCookie(), []);
    assert.equal((await who(named('ann'))).user.id, ann.body.user.id);
    assert.equal((await who(named('Jürgen Groß'))).user.name, 'Jürgen Groß');
    const mail = new Visitor(believing.url, { 'x-forwarded-email': 'eve@example.org' });
    assert.equal((await who(mail)).user.name, 'eve@example.org');
    const client = await named('ann').connect();
    await client.rejoin('general');
    await client.say('hello');
    client.cut();
    assert.equal(await named('ann').code('POST', '/api/session', { name: 'Else' }), '403 Forbidden');
  });

  it('gives people whose names look alike, and look like the assistant, names of their own', async () => {
    const people = await Promise.all(['Sam', 'sаm', 'S.A.M.', 'Assistant'].map((name) => who(named(name))));
    const names = people.map(({ user }) => user.name);
    assert.equal(new Set(people.map(({ user }) => user.id)).size, 4);
    assert.equal(names.filter((name) => / \d$/.test(name)).length, 3, names.join(', '));
    assert.equal(names[3], 'Assistant 2');
  });

  it('believes no header of anybody but the proxy', async () => {
    const claims = {
      ...{ 'remote-user': 'boss', 'x-forwarded-user': 'boss', 'x-forwarded-groups': 'chat admins' },
      ...{ 'x-chatapp-user': 'boss', 'x-chatapp-groups': 'chat%20admins', 'x-chatapp-key': KEY },
    };
    const liar = new Visitor(wary.url, claims);
    assert.equal(await liar.code('GET', '/api/session'), '401 Unauthorized');
    await assert.rejects(liar.connect(), /closed with 3500/);
    const unnamed = new Visitor(believing.url, {
      ...{ 'x-chatapp-user': 'boss', 'x-chatapp-key': KEY, 'x-forwarded-user': 'boss' },
    });
    assert.equal(await unnamed.code('GET', '/api/session'), '401 Unauthorized', 'only what the proxy sets');
    const mixed = await who(named('mallory', { 'x-chatapp-user': 'boss', 'x-chatapp-groups': 'chat%20admins' }));
    assert.deepEqual([mixed.user.name, mixed.user.role], ['mallory', 'member']);
  });

  it('believes no frontend that cannot prove that it is one', async () => {
    for (const key of [{}, { 'x-chatapp-key': '' }, { 'x-chatapp-key': `${KEY}x` }, { 'x-chatapp-key': 'x' }]) {
      const direct = new Visitor(cluster.url(2), { 'x-chatapp-user': 'boss', 'remote-user': 'boss', ...key });
      assert.equal(await direct.code('GET', '/api/session'), '401 Unauthorized');
      await assert.rejects(direct.connect(), /closed with 3500/);
    }
  });

  it('takes nobody for anybody when a header is there twice', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = ['Remote-User', 'mallory', 'Remote-User', 'boss', 'Host', new URL(believing.url).host];
      const request = http.request(`${believing.url}/api/session`, { headers, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.on('error', reject).end();
    });
    assert.equal(status, 401);
  });

  it('makes administrators of a group, at once, and no longer than they are in it', async () => {
    const groups = { 'x-forwarded-groups': 'staff, chat admins' };
    const boss = named('Boss', groups);
    assert.equal((await who(boss)).user.role, 'admin');
    assert.equal(await boss.code('GET', '/api/users'), '200');
    const socket = await boss.connect();
    const former = named('Boss', { 'x-forwarded-groups': 'staff, chat admins of old' });
    assert.equal(await former.code('GET', '/api/users'), '403 Forbidden');
    assert.equal((await socket.ended()).code, 3000, 'a socket comes back as what its person is now');
    const back = await former.connect();
    assert.equal((await back.next('welcome')).user.role, 'member');
    back.cut();
  });

  it('has people out whom an administrator disables, and those who log out until they come again', async () => {
    const boss = named('Chief', { 'x-forwarded-groups': 'chat admins' });
    const target = named('target');
    const { user } = await who(target);
    const sockets = await Promise.all([target.connect(), target.connect()]);
    assert.equal(await boss.code('PATCH', `/api/users/${user.id}`, { role: 'admin' }), '403 Forbidden');
    assert.equal(await boss.code('PATCH', `/api/users/${user.id}`, { state: 'disabled' }), '200');
    for (const socket of sockets) assert.equal((await socket.ended()).code, 3500);
    assert.equal(await target.code('GET', '/api/session'), '401 Unauthorized');
    await assert.rejects(target.connect(), /closed with 3500/);
    assert.equal(await boss.code('PATCH', `/api/users/${user.id}`, { state: 'active' }), '200');
    const socket = await target.connect();
    assert.equal(await target.code('DELETE', '/api/session'), '204');
    assert.equal((await socket.ended()).code, 3500);
    const { users } = (await boss.ask<Users>('GET', '/api/users')).body;
    assert.ok(users.some(({ id, origin }) => id === user.id && origin === 'header'));
    assert.equal((await boss.ask('POST', `/api/users/${user.id}/reset`)).status, 403);
  });

  it('believes addresses of the proxy only', async () => {
    const addressOf = async (visitor: Visitor): Promise<string | undefined> => {
      const { sessions } = (await visitor.ask<Sessions>('GET', '/api/sessions')).body;
      return sessions[0]?.address;
    };
    assert.equal(await addressOf(named('traveller', { 'x-forwarded-for': '1.1.1.1, 192.0.2.9' })), '192.0.2.9');
  });
});
