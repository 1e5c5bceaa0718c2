import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { forwardedHeaders, framing } from '../../../../runtime/frontend/forwarding.ts';
import { isAmong, type Naming, networks } from '../../../../runtime/frontend/proxies.ts';

const from = (headers: Record<string, string | string[]>, hops = 0): Record<string, string | string[]> =>
  forwardedHeaders({ address: '10.1.1.1', headers }, hops);
const CLAIMS = {
  'x-forwarded-for': '1.1.1.1, 2.2.2.2, 3.3.3.3',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'claimed.example',
};

describe('headers to a backend', () => {
  it('say what this process saw, not what the client claims', () => {
    const identity = {
      'x-real-ip': '1.1.1.1',
      'x-remote-user': 'root',
      forwarded: 'for=1.1.1.1',
      'x-auth-user': 'root',
    };
    assert.deepEqual(from({ ...CLAIMS, ...identity, host: 'seen.example', accept: '*/*' }), {
      ...{ host: 'seen.example', accept: '*/*' },
      ...{ 'x-forwarded-for': '10.1.1.1', 'x-forwarded-proto': 'http', 'x-forwarded-host': 'seen.example' },
    });
  });

  it('believe exactly as many proxies as are there', () => {
    assert.equal(from(CLAIMS, 1)['x-forwarded-for'], '3.3.3.3');
    assert.equal(from(CLAIMS, 2)['x-forwarded-for'], '2.2.2.2');
    assert.equal(from(CLAIMS, 9)['x-forwarded-for'], '1.1.1.1', 'never more than there is');
    assert.equal(from({}, 1)['x-forwarded-for'], '10.1.1.1');
    assert.equal(from(CLAIMS, 1)['x-forwarded-proto'], 'https');
    assert.equal(from(CLAIMS, 1)['x-forwarded-host'], 'claimed.example');
  });

  it('say whom a known proxy names, and of anybody else nothing that they claim', () => {
    const names = { user: 'remote-user', email: 'remote-email', groups: 'remote-groups' };
    const naming = (network: string): Naming => ({ proxies: networks([network]), headers: names, key: 'the key' });
    const headers = {
      ...CLAIMS,
      ...{ 'remote-user': 'ann', 'remote-groups': 'a, b c', 'x-chatapp-user': 'boss', 'x-chatapp-key': 'x' },
    };
    const headersDistinct = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
    const peer = { address: '::ffff:10.1.1.1', headers, headersDistinct };
    assert.deepEqual(forwardedHeaders(peer, 1, naming('10.1.0.0/16')), {
      ...{ 'x-chatapp-user': 'ann', 'x-chatapp-groups': 'a%2C%20b%20c', 'x-chatapp-key': 'the key' },
      ...{ 'x-forwarded-for': '3.3.3.3', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'claimed.example' },
    });
    assert.deepEqual(forwardedHeaders(peer, 1, naming('10.2.0.0/16')), {
      ...{ 'x-forwarded-for': '::ffff:10.1.1.1', 'x-forwarded-proto': 'http', 'x-forwarded-host': '' },
    });
    const twice = { ...peer, headersDistinct: { ...headersDistinct, 'remote-user': ['boss', 'ann'] } };
    assert.equal(forwardedHeaders(twice, 1, naming('10.1.0.0/16'))['x-chatapp-user'], undefined);
  });

  it('know networks from what is none', () => {
    assert.ok(isAmong(networks(['fd00::/8']), 'fd12::1'));
    assert.ok(!isAmong(networks(['fd00::/8', '10.0.0.0/8']), '192.0.2.1'));
    assert.ok(!isAmong(networks(['10.0.0.0/8']), ''));
    for (const wrong of ['10.0.0.0', '10.0.0.0/33', '10.0.0/8', '300.0.0.0/8', 'x/8', '::/129', '::/']) {
      assert.throws(() => networks([wrong]), /is no network/, wrong);
    }
  });

  it('leave out what belongs to the connection', () => {
    const headers = from({
      connection: 'keep-alive, X-Mine',
      'x-mine': '1',
      'keep-alive': '5',
      te: 'x',
      upgrade: 'h2c',
      cookie: 'a=b',
    });
    assert.deepEqual(
      Object.keys(headers).filter((name) => !name.startsWith('x-forwarded')),
      ['cookie'],
    );
  });

  it('say where a body ends as this process understood it, whatever the client calls a matter of the connection', () => {
    assert.deepEqual(framing({}), {});
    assert.deepEqual(framing({ 'content-length': '0' }), {});
    assert.deepEqual(framing({ connection: 'content-length', 'content-length': '5' }), { 'content-length': '5' });
    assert.deepEqual(framing({ connection: 'transfer-encoding', 'transfer-encoding': 'chunked' }), {
      'transfer-encoding': 'chunked',
    });
    assert.equal(from({ 'content-length': '5' })['content-length'], undefined);
  });
});
