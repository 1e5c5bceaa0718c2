/** Sign-in at a real provider, through frontends, over three backends; and who tries to come in by what others began. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Left, Session } from '../../../runtime/protocol/accounts.ts';
import type { Config } from '../../../runtime/protocol/rest.ts';
import { makeCertificates } from '../../testbed/certificates.ts';
import type { IdentityProvider } from '../../testbed/identity-provider.ts';
import { CLIENT, identityProvider } from '../../testbed/identity-provider.ts';
import { freePorts } from '../../testbed/port.ts';
import { Browser } from './browser.ts';
import { ChatClient } from './chat-client.ts';
import type { Cluster } from './cluster.ts';
import { startCluster } from './cluster.ts';

const CALLBACK = '/api/login/provider/callback';

describe('a chat whose people sign in at a provider', function () {
  this.timeout(60_000);
  let folder: string;
  let provider: IdentityProvider;
  let cluster: Cluster;
  /** Three frontends, each before another backend, under one name: a browser comes by each of them. */
  let url: string;
  let others: string[];
  const groups = new Map<string, readonly string[]>([['boss', ['staff', 'chat-admins']]]);

  before(async function () {
    this.timeout(120_000);
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-oidc-'));
    await makeCertificates(folder);
    const [port = 0, publicPort = 0] = await freePorts(2);
    url = `http://127.0.0.1:${publicPort}`;
    provider = identityProvider({
      ...{ port, certificates: folder, groups },
      redirectURIs: [url + CALLBACK],
      logoutURIs: [`${url}/`],
    });
    const { url: issuer } = provider;
    cluster = await startCluster({
      config: (config) => ({
        ...config,
        publicURL: url,
        auth: {
          ...{ mode: 'OIDC', issuer, clientID: CLIENT.id, scopes: ['profile', 'groups'], adminGroup: 'chat-admins' },
        },
      }),
      environment: { OIDC_CLIENT_SECRET: CLIENT.secret, OIDC_CA_FILE: path.join(folder, 'ca.crt') },
    });
    await cluster.addFrontend(cluster.url(0), { PORT: String(publicPort) });
    others = [cluster.url(1), cluster.url(2)];
  });
  after(async () => {
    await cluster.stop();
    await provider.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const browser = (): Browser => new Browser(fs.readFileSync(path.join(folder, 'ca.crt')));
  /** Begins at the chat. @returns where it sends the browser */
  const begin = async (who: Browser): Promise<string> => {
    const { status, location } = await who.visit(`${url}/api/login/provider`);
    assert.equal(status, 303);
    return location!;
  };
  /** All the way. @returns where the browser is in the end */
  const enter = async (who: Browser, name: string): Promise<string | undefined> =>
    (await who.visit(await who.signIn(await begin(who), name))).location;
  const sessionAt = async (base: string, who: Browser): Promise<{ status: number; body: Session }> => {
    const response = await fetch(`${base}/api/session`, { headers: { cookie: who.cookiesOf(url) } });
    return { status: response.status, body: (await response.json()) as Session };
  };
  const changed = (address: string, name: string, value: string): string => {
    const next = new URL(address);
    next.searchParams.set(name, value);
    return next.href;
  };

  it('goes on without its provider, says that it is away, and asks it again', async () => {
    const early = browser();
    assert.equal(await begin(early), `${url}/?login=provider-away`);
    assert.equal((await fetch(`${url}/api/ready`)).status, 200);
    const config = (await (await fetch(`${url}/api/config`)).json()) as Config;
    assert.deepEqual(config.ways, ['provider']);
    await provider.start();
    assert.equal(await enter(early, 'early'), `${url}/`);
    const late = browser();
    const back = await late.signIn(await begin(late), 'late');
    await provider.stop();
    assert.equal((await late.visit(back)).location, `${url}/?login=provider-away`, 'between leaving and coming back');
    await provider.start();
    assert.equal(await enter(late, 'late'), `${url}/`);
  });

  it('knows people on every backend, the same ones each time, and administrators by their group', async () => {
    const [first, second, boss] = [browser(), browser(), browser()];
    assert.equal(await enter(first, 'ann'), `${url}/`);
    assert.equal(await enter(second, 'ann'), `${url}/`);
    assert.equal(await enter(boss, 'boss'), `${url}/`);
    const { body } = await sessionAt(url, first);
    assert.deepEqual([body.user.name, body.user.role, body.origin], ['ann of Example', 'member', 'provider']);
    for (const other of others) assert.equal((await sessionAt(other, second)).body.user.id, body.user.id);
    assert.equal((await sessionAt(others[0]!, boss)).body.user.role, 'admin');
    const client = await ChatClient.connect(others[1]!, second.cookiesOf(url));
    await client.rejoin('general');
    await client.say('hello');
    groups.set('boss', ['staff']);
    assert.equal(await enter(boss, 'boss'), `${url}/`);
    assert.equal((await sessionAt(url, boss)).body.user.role, 'member', 'with the next sign-in');
    client.cut();
  });

  it('has people out everywhere, and says where they leave the provider too', async () => {
    const leaver = browser();
    await enter(leaver, 'leaver');
    const cookie = leaver.cookiesOf(url);
    const client = await ChatClient.connect(others[0]!, cookie);
    const left = await fetch(`${url}/api/session`, { method: 'DELETE', headers: { cookie } });
    const { redirect } = (await left.json()) as Left;
    assert.equal((await client.ended()).code, 3500);
    assert.equal((await sessionAt(others[1]!, leaver)).status, 401);
    const there = new URL(redirect);
    assert.equal(there.origin, provider.url);
    assert.equal(there.searchParams.get('post_logout_redirect_uri'), `${url}/`);
    assert.equal((await leaver.visit(redirect)).status, 200, 'the provider asks whether it is meant');
  });

  it('takes an answer once, and from the browser that asked for it only', async () => {
    const [victim, thief] = [browser(), browser()];
    const answer = await victim.signIn(await begin(victim), 'victim');
    await begin(thief);
    assert.equal((await thief.visit(answer)).location, `${url}/?login=expired`, 'an answer that was stolen');
    assert.equal((await victim.visit(answer)).location, `${url}/?login=expired`, 'and whose thief was faster');
    const again = await victim.signIn(await begin(victim), 'victim');
    assert.equal((await victim.visit(again)).location, `${url}/`);
    assert.equal((await victim.visit(again)).location, `${url}/?login=expired`, 'an answer that was used');
    for (const state of ['', 'x', 'x'.repeat(5000)]) {
      assert.equal((await thief.visit(changed(again, 'state', state))).location, `${url}/?login=expired`);
    }
    assert.equal((await sessionAt(url, thief)).status, 401);
  });

  it('takes no code that was made for another sign-in, or was used', async () => {
    const [victim, thief] = [browser(), browser()];
    const stolen = new URL(await victim.signIn(await begin(victim), 'victim')).searchParams.get('code')!;
    const own = await thief.signIn(await begin(thief), 'thief');
    assert.equal((await thief.visit(changed(own, 'code', stolen))).location, `${url}/?login=failed`, 'PKCE');
    const used = await thief.signIn(await begin(thief), 'thief');
    assert.equal((await thief.visit(used)).location, `${url}/`);
    const next = await thief.signIn(await begin(thief), 'thief');
    const code = new URL(used).searchParams.get('code')!;
    assert.equal((await thief.visit(changed(next, 'code', code))).location, `${url}/?login=failed`);
  });

  it('takes no token with another nonce, and no answer of another issuer', async () => {
    const mallory = browser();
    const nonce = await mallory.signIn(changed(await begin(mallory), 'nonce', 'of-somebody-else'), 'mallory');
    assert.equal((await mallory.visit(nonce)).location, `${url}/?login=failed`);
    const issuer = await mallory.signIn(await begin(mallory), 'mallory');
    assert.equal(
      (await mallory.visit(changed(issuer, 'iss', 'https://evil.example'))).location,
      `${url}/?login=failed`,
    );
    const refused = await mallory.signIn(await begin(mallory), 'mallory');
    const { searchParams } = new URL(refused);
    const answer = new URLSearchParams({
      ...{ error: 'access_denied', state: searchParams.get('state')!, iss: searchParams.get('iss')! },
    });
    assert.equal((await mallory.visit(`${url}${CALLBACK}?${answer.toString()}`)).location, `${url}/?login=refused`);
    assert.equal((await sessionAt(url, mallory)).status, 401);
  });

  it('believes no provider that calls itself otherwise', async () => {
    const issuer = provider.url.replace('localhost', '127.0.0.1');
    const file = path.join(folder, 'other.json');
    const config = JSON.parse(fs.readFileSync(path.join(cluster.folder, 'config.json'), 'utf8')) as { auth: object };
    fs.writeFileSync(file, JSON.stringify({ ...config, auth: { ...config.auth, issuer } }));
    const backend = await cluster.addBackend({ CHATAPP_CONFIG: file });
    const { location } = await browser().visit(`${backend.url}/api/login/provider`);
    assert.match(location!, /\?login=provider-away$/);
    assert.match(fs.readFileSync(backend.logFile, 'utf8'), /the provider cannot be used.*issuer/);
  });

  it('writes no code, token or secret into its logs', async () => {
    const reader = browser();
    const answer = new URL(await reader.signIn(await begin(reader), 'reader'));
    await reader.visit(answer.href);
    const logs = cluster.logs();
    assert.ok(logs.includes('a sign-in at the provider failed'));
    // Each attack above failed for its own reason.
    assert.match(logs, /"answer":"invalid_grant"/);
    assert.match(logs, /unexpected ID Token \\"nonce\\" claim value/);
    assert.match(logs, /unexpected \\"iss\\" \(issuer\) response parameter value/);
    assert.match(logs, /"failure":"refused",.*"answer":"access_denied"/);
    const secrets = ['code', 'state'].map((name) => answer.searchParams.get(name)!);
    const cookies = reader
      .cookiesOf(url)
      .split('; ')
      .map((cookie) => cookie.split('=')[1]!);
    for (const secret of [...secrets, ...cookies, CLIENT.secret, 'eyJ', 'hello']) assert.ok(!logs.includes(secret));
  });
});
