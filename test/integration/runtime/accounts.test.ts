/** Accounts over three backends, and who tries to get at those of others. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { passwordAccount } from '../../../runtime/auth/login.ts';
import { Passwords } from '../../../runtime/auth/passwords.ts';
import type { Sessions, User, Users, UserWithPassword } from '../../../runtime/protocol/accounts.ts';
import { sessionsSchema, usersSchema, userWithPasswordSchema } from '../../../runtime/protocol/accounts.ts';
import type { Store } from '../../../runtime/store/port.ts';
import type { Config } from '../../../runtime/protocol/rest.ts';
import { until } from '../../testbed/wait.ts';
import { ChatClient } from './chat-client.ts';
import type { Cluster } from './cluster.ts';
import { metric, startCluster } from './cluster.ts';
import { connectedStore } from './stores.ts';
import { Visitor } from './visitor.ts';

const ADMIN = { name: 'Boss', password: 'the-password-of-the-secret' };
const PASSWORD = 'a good and long password';
const ANN = { name: 'Ann', password: 'correct horse battery' };

describe('a chat with accounts', function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let store: Store;
  let hash: Promise<string>;
  let admin: Visitor;
  let visitors = 0;
  /** Each from an address of their own, as a frontend tells it. */
  const visitor = (backend = 0): Visitor =>
    new Visitor(cluster.url(backend), { 'x-forwarded-for': `192.0.2.${(visitors += 1)}` });

  before(async function () {
    this.timeout(120_000);
    cluster = await startCluster({
      config: (config) => ({ ...config, auth: { mode: 'Accounts', allowSignup: true } }),
      environment: { ADMIN_USERNAME: ADMIN.name, ADMIN_PASSWORD: ADMIN.password },
    });
    store = await connectedStore(cluster.redis);
    hash = new Passwords().hash(PASSWORD);
    admin = await visitor().logIn(ADMIN.name, ADMIN.password);
  });
  after(async () => {
    await store.close();
    await cluster.stop();
  });

  /** Puts an account into the store. One hash for all: each costs as much as a login. */
  const made = async (name: string): Promise<{ user: { id: string }; password: string }> => {
    const account = passwordAccount(name, 'member', await hash);
    assert.equal(await store.accounts.create(account), 'done');
    return { user: account, password: PASSWORD };
  };

  it('says how people enter, and lets nobody in by name only', async () => {
    const { body } = await visitor().ask<Config>('GET', '/api/config');
    assert.deepEqual(body.ways, ['password', 'signup']);
    assert.equal(await visitor().code('POST', '/api/session', { name: 'Just a name' }), '403 Forbidden');
    assert.equal(await visitor().code('GET', '/api/session'), '401 Unauthorized');
  });

  it('has people sign up and log in, on any backend, as members', async () => {
    const ann = visitor();
    const { status, body } = await ann.ask<{ user: User; origin: string }>('POST', '/api/signup', ANN);
    assert.deepEqual([status, body.user.name, body.user.role, body.origin], [201, 'Ann', 'member', 'password']);
    const again = await visitor(1).logIn(' ANN ', ANN.password);
    const session = await again.at(cluster.url(2)).ask<{ user: User }>('GET', '/api/session');
    assert.deepEqual(session.body.user, body.user);
    const client = await again.connect();
    await client.rejoin('general');
    await client.say('hello');
    assert.equal((await client.next('welcome')).user.id, body.user.id);
    client.cut();
  });

  it('gives nobody the name of somebody else, or one that looks like it', async () => {
    for (const name of ['ann', 'Аnn', 'A.n.n', 'Assistant', 'Admin', 'Bоss']) {
      assert.equal(
        await visitor(1).code('POST', '/api/signup', { name, password: 'long enough' }),
        '409 NameRefused',
        name,
      );
    }
    for (const password of ['short', 'x'.repeat(200)]) {
      assert.equal(await visitor().code('POST', '/api/signup', { name: 'Pat', password }), '400 BadFrame');
    }
    const own = { name: 'Patricia Ann', password: 'patricia  ann' };
    assert.equal(await visitor().code('POST', '/api/signup', own), '400 BadFrame', 'a name is no password');
  });

  it('answers a wrong name as a wrong password, with the same words and after the same time', async () => {
    const timed = async (name: string): Promise<{ took: number; words: string }> => {
      const start = performance.now();
      const { status, body } = await visitor().ask('POST', '/api/login', { name, password: 'not the right one' });
      return { took: performance.now() - start, words: `${status} ${JSON.stringify(body)}` };
    };
    const names = ['Ann', 'Nobody 1', 'Ann', 'Nobody 2', 'Ann', 'Nobody 3'];
    const answers: Awaited<ReturnType<typeof timed>>[] = [];
    for (const name of names) answers.push(await timed(name));
    assert.equal(new Set(answers.map(({ words }) => words)).size, 1, JSON.stringify(answers));
    assert.match(answers[0]!.words, /^401 .*Unauthorized/);
    // The fastest of each: a busy machine makes single ones slow. Without the hash it would be a hundred times faster.
    const fastest = (unknown: boolean): number =>
      Math.min(...answers.filter((_, at) => (at % 2 === 1) === unknown).map(({ took }) => took));
    assert.ok(fastest(true) > fastest(false) / 5, `${fastest(true)} ms, ${fastest(false)} ms`);
    assert.ok((await metric(cluster.backends[0]!, 'chatapp_login_failures_total', 'reason="password"')) >= 6);
  });

  it('has who guesses wait, over all backends, for unknown names too, and with the right password', async () => {
    const { password } = await made('Target');
    // So many were there before that the next one makes all others wait for a minute.
    const before = { free: 100, longestMs: 900_000 };
    for (const [name, what] of [
      ['Target', 'account:target'],
      ['No such target', 'account:nosuchtarget'],
    ] as const) {
      for (let i = 0; i < 9; i++) await store.attempts.begin([{ what, ...before }]);
      // All at once: not more of them are tried than one after the other.
      const guesses = [0, 1, 2, 0].map((backend, at) =>
        visitor(backend).code('POST', '/api/login', { name, password: `guess number ${at}` }),
      );
      assert.deepEqual((await Promise.all(guesses)).sort(), [
        '401 Unauthorized',
        ...['429 RateLimited', '429 RateLimited', '429 RateLimited'],
      ]);
    }
    await store.attempts.succeeded('account:target', 'address:none');
    await store.attempts.begin([{ what: 'account:target', free: -5, longestMs: 900_000 }]);
    const { status, body, headers } = await visitor(1).ask('POST', '/api/login', { name: 'target', password });
    assert.equal(status, 429);
    const wait = body.error!.retryAfterMs!;
    assert.ok(wait > 60_000 && wait <= 128_000 && Number(headers.get('retry-after')) === Math.ceil(wait / 1000));
    await store.attempts.succeeded('account:target', 'address:none');
    await visitor(2).logIn('Target', password);
  });

  it('has an address wait that tries many names', async () => {
    const before = { what: 'address:198.51.100.1', free: 100, longestMs: 60_000 };
    for (let i = 0; i < 15; i++) await store.attempts.begin([before]);
    const guess = (at: number): Promise<string> => {
      const spray = new Visitor(cluster.url(at), { 'x-forwarded-for': '198.51.100.1' });
      return spray.code('POST', '/api/login', { name: `Sprayed ${at}`, password: 'not the right one' });
    };
    const codes = await Promise.all([0, 1, 2].map(guess));
    assert.deepEqual(codes.sort(), ['401 Unauthorized', '429 RateLimited', '429 RateLimited']);
    await visitor().logIn(ADMIN.name, ADMIN.password);
  });

  it('stays able to answer others while many passwords are tried', async () => {
    let answered = 0;
    const tries = Array.from({ length: 4 }, async (_, at) => {
      const code = await visitor().code('POST', '/api/login', { name: `Crowd ${at}`, password: 'not the right one' });
      answered += 1;
      return code;
    });
    assert.equal(await visitor().code('GET', '/api/health'), '200');
    assert.ok(answered < 4, 'the last one to ask need not wait for all others');
    assert.deepEqual(new Set(await Promise.all(tries)), new Set(['401 Unauthorized']));
  });

  it('ends the other sessions with a change of password, on every backend at once', async () => {
    const { password } = await made('Changer');
    const [one, two] = await Promise.all([0, 1].map((backend) => visitor(backend).logIn('Changer', password)));
    const [kept, thief] = await Promise.all([one!.connect(), two!.at(cluster.url(2)).connect()]);
    const wanted = 'another good password';
    const wrong = { current: 'not the right one', password: wanted };
    assert.equal(await one!.code('POST', '/api/password', wrong), '403 Forbidden');
    assert.equal(await one!.code('POST', '/api/password', { current: password, password: wanted }), '204');
    assert.equal((await thief.ended()).code, 3500);
    assert.equal(await two!.code('GET', '/api/session'), '401 Unauthorized');
    assert.equal(await one!.at(cluster.url(2)).code('GET', '/api/session'), '200');
    assert.equal((await kept.request({ type: 'ping' })).type, 'pong', 'the session that changed it goes on');
    assert.equal(await visitor().code('POST', '/api/login', { name: 'Changer', password }), '401 Unauthorized');
    await visitor().logIn('Changer', wanted);
    kept.cut();
  });

  it('lists sessions, ends one, and ends all with their sockets everywhere', async () => {
    const { password } = await made('Traveller');
    const places = await Promise.all([0, 1, 2].map((backend) => visitor(backend).logIn('Traveller', password)));
    const clients = await Promise.all(places.map((place, at) => place.at(cluster.url(at + 1)).connect()));
    const { body } = await places[0]!.ask<Sessions>('GET', '/api/sessions');
    const listed = sessionsSchema.parse(body).sessions;
    assert.deepEqual(listed.map(({ current }) => current).sort(), ['no', 'no', 'yes']);
    const foreign = (await admin.ask<Sessions>('GET', '/api/sessions')).body.sessions[0]!.id;
    assert.equal(await places[0]!.code('DELETE', `/api/sessions/${foreign}`), '404 NotFound');
    assert.equal(await admin.code('GET', '/api/session'), '200', 'nobody ends the session of somebody else');
    const other = listed.find(({ current }) => current === 'no')!.id;
    assert.equal(await places[0]!.code('DELETE', `/api/sessions/${other}`), '204');
    await until('one socket is closed', () => clients.filter(({ closed }) => closed?.code === 3500).length === 1, {
      timeout: 10_000,
      every: 10,
    });
    assert.equal(await places[0]!.code('DELETE', '/api/sessions'), '204');
    for (const client of clients) assert.equal((await client.ended()).code, 3500);
    for (const place of places) assert.equal(await place.code('GET', '/api/session'), '401 Unauthorized');
    const copy = places[1]!;
    await assert.rejects(ChatClient.connect(cluster.url(0), copy.cookie), /closed with 3500/);
  });

  it('has people delete their accounts: nothing of them enters any more, and the name is free', async () => {
    const { user, password } = await made('Leaver');
    const leaver = await visitor(1).logIn('Leaver', password);
    const client = await leaver.connect();
    await client.rejoin('general');
    await client.say('something to stay');
    assert.equal(await leaver.code('POST', '/api/account/delete', { password: 'not the right one' }), '403 Forbidden');
    assert.equal(await leaver.code('POST', '/api/account/delete', { password }), '204');
    assert.equal((await client.ended()).code, 3500);
    assert.equal(await visitor().code('POST', '/api/login', { name: 'Leaver', password }), '401 Unauthorized');
    assert.equal(await admin.code('POST', '/api/account/delete', { password: ADMIN.password }), '403 Forbidden');
    assert.notEqual((await made('Leaver')).user.id, user.id);
  });

  it('lets administrators see, make, change, reset and remove accounts, and nobody else', async () => {
    const answer = await admin.ask('POST', '/api/users', { name: 'Somebody', role: 'member' });
    const { user, password } = userWithPasswordSchema.parse(answer.body);
    const somebody = await visitor(1).logIn('Somebody', password);
    const requests = [
      ['GET', '/api/users'],
      ['POST', '/api/users', { name: 'More', role: 'admin' }],
      ['PATCH', `/api/users/${user.id}`, { role: 'admin' }],
      ['POST', `/api/users/${user.id}/reset`],
      ['DELETE', `/api/users/${user.id}/sessions`],
      ['DELETE', `/api/users/${user.id}`],
    ] as const;
    for (const [method, path, body] of requests) {
      assert.equal(await somebody.code(method, path, body), '403 Forbidden', `${method} ${path}`);
      assert.equal(await visitor().code(method, path, body), '401 Unauthorized', `${method} ${path}`);
    }
    const users = usersSchema.parse((await admin.ask<Users>('GET', '/api/users')).body);
    assert.ok(users.users.some(({ id }) => id === user.id));
    assert.ok(!JSON.stringify(users).includes('scrypt'), 'no hash of a password leaves the server');
    assert.equal(await admin.code('POST', '/api/users', { name: 'somebody', role: 'member' }), '409 NameRefused');

    const reset = await admin.ask<UserWithPassword>('POST', `/api/users/${user.id}/reset`);
    assert.equal(await somebody.code('GET', '/api/session'), '401 Unauthorized');
    assert.equal(await visitor().code('POST', '/api/login', { name: 'Somebody', password }), '401 Unauthorized');
    await somebody.logIn('Somebody', reset.body.password);
    assert.equal(await admin.code('DELETE', `/api/users/${user.id}/sessions`), '204');
    assert.equal(await somebody.code('GET', '/api/session'), '401 Unauthorized');

    await somebody.logIn('Somebody', reset.body.password);
    assert.equal(await admin.code('DELETE', `/api/users/${user.id}`), '204');
    assert.equal(await somebody.code('GET', '/api/session'), '401 Unauthorized');
    assert.equal(await admin.code('PATCH', `/api/users/${user.id}`, { role: 'admin' }), '404 NotFound');
  });

  it('has a disabled account out at once, everywhere, and tells only who knows its password', async () => {
    const { user, password } = await made('Disabled');
    const person = await visitor(1).logIn('Disabled', password);
    const clients = await Promise.all([0, 1, 2].map((backend) => person.at(cluster.url(backend)).connect()));
    assert.equal(await admin.code('PATCH', `/api/users/${user.id}`, { state: 'disabled' }), '200');
    for (const client of clients) assert.equal((await client.ended()).code, 3500);
    assert.equal(await person.code('GET', '/api/session'), '401 Unauthorized');
    assert.equal(await visitor().code('POST', '/api/login', { name: 'Disabled', password }), '403 Forbidden');
    const wrong = { name: 'Disabled', password: 'not the right one' };
    assert.equal(await visitor().code('POST', '/api/login', wrong), '401 Unauthorized');
    assert.equal(await admin.code('PATCH', `/api/users/${user.id}`, { state: 'active' }), '200');
    await person.logIn('Disabled', password);
  });

  it('gives another role at once: sockets come back with it', async () => {
    const { user, password } = await made('Riser');
    const riser = await visitor(1).logIn('Riser', password);
    const client = await riser.connect();
    assert.equal(await admin.code('PATCH', `/api/users/${user.id}`, { role: 'admin' }), '200');
    assert.equal((await client.ended()).code, 3000);
    const back = await riser.connect();
    assert.equal((await back.next('welcome')).user.role, 'admin');
    assert.equal(await riser.code('GET', '/api/users'), '200');
    const { body } = await admin.ask<{ user: User }>('GET', '/api/session');
    assert.equal(await admin.code('PATCH', `/api/users/${body.user.id}`, { role: 'member' }), '403 Forbidden');
    back.cut();
  });

  it('takes nothing from pages and forms of other sites', async () => {
    const foreign = new Visitor(cluster.url(0), { origin: 'https://evil.example' });
    const own = admin.at(cluster.url(1));
    for (const path of ['/api/login', '/api/signup', '/api/password', '/api/account/delete', '/api/users']) {
      assert.equal(await foreign.code('POST', path, { ...ANN, role: 'admin' }), '401 Unauthorized', path);
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
        const headers = { cookie: own.cookie, 'content-type': type };
        const body = JSON.stringify({ name: 'Forged', role: 'admin', password: ADMIN.password });
        const answer = await fetch(own.url + path, { method: 'POST', headers, body });
        assert.equal(answer.status, 400, `${path} ${type}`);
      }
    }
  });

  it('writes no password, token or hash into its logs', () => {
    const logs = cluster.logs();
    assert.ok(logs.includes('a password was reset by an administrator'));
    const secrets = [
      PASSWORD,
      ADMIN.password,
      ANN.password,
      'another good password',
      'not the right one',
      'scrypt',
      'hello',
    ];
    for (const secret of [...secrets, admin.cookie.split('=')[1]!]) assert.ok(!logs.includes(secret), secret);
  });
});

describe('the administrator of the Secret', function () {
  this.timeout(120_000);

  it('is made once by all backends, keeps a password of their own, and gets that of a changed Secret', async () => {
    const cluster = await startCluster({
      backends: 2,
      environment: { ADMIN_USERNAME: 'Admin', ADMIN_PASSWORD: 'first secret' },
    });
    try {
      const at = (backend: number): Visitor => new Visitor(cluster.url(backend));
      const { body } = await at(0).ask<Config>('GET', '/api/config');
      assert.deepEqual(body.ways, ['name', 'password'], 'in mode Guest too');
      assert.equal(await at(0).code('POST', '/api/session', { name: 'Guest' }), '200');
      assert.equal(await at(0).code('POST', '/api/session', { name: 'аdmin' }), '409 NameRefused');
      const boss = await at(0).logIn('Admin', 'first secret');
      const { users } = (await boss.ask<Users>('GET', '/api/users')).body;
      assert.deepEqual(
        users.map(({ name, role }) => [name, role]),
        [['Admin', 'admin']],
      );
      const own = { current: 'first secret', password: 'a password of my own' };
      assert.equal(await boss.code('POST', '/api/password', own), '204');
      const third = await cluster.addBackend();
      await new Visitor(third.url).logIn('Admin', own.password);
      const fourth = await cluster.addBackend({ ADMIN_PASSWORD: 'second secret' });
      const client = new Visitor(fourth.url);
      await client.logIn('Admin', 'second secret');
      assert.equal(await boss.code('GET', '/api/session'), '401 Unauthorized', 'whoever had the old one is out');
    } finally {
      await cluster.stop();
    }
  });
});
