import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, it } from 'mocha';
import { mayCall, originOf, placeOf } from '../../../../runtime/auth/request-origin.ts';

const request = (headers: Record<string, string>): IncomingMessage =>
  ({ headers, socket: { remoteAddress: '10.0.0.9' } }) as unknown as IncomingMessage;

describe('where a request comes from', () => {
  const claimed = {
    host: 'pod',
    'x-forwarded-for': '1.1.1.1, 2.2.2.2',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'chat.example',
  };

  it('is what a frontend says, its own word last', () => {
    const origin = originOf(request(claimed), 'frontend');
    assert.deepEqual(origin, { address: '2.2.2.2', scheme: 'https', host: 'chat.example' });
    assert.deepEqual(originOf(request({ host: 'pod' }), 'frontend'), {
      address: '10.0.0.9',
      scheme: 'http',
      host: 'pod',
    });
  });

  it('is never what a client says', () => {
    assert.deepEqual(originOf(request(claimed), 'direct'), { address: '10.0.0.9', scheme: 'http', host: 'pod' });
  });
});

describe('an address, as limits count it', () => {
  for (const [address, place] of [
    ['10.1.2.3', '10.1.2.3'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:01:2:ffff::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['unknown', 'unknown'],
  ] as const) {
    it(`${address} is ${place}`, () => assert.equal(placeOf(address), place));
  }
});

describe('a page that calls', () => {
  const allowed = { publicURL: 'https://chat.example/', allowedOrigins: ['http://other.example:8080'] };
  for (const [origin, host, may] of [
    [undefined, 'x', true],
    ['http://localhost:8080', 'localhost:8080', true],
    ['http://localhost:8081', 'localhost:8080', false],
    ['https://chat.example', 'inner', true],
    ['http://chat.example', 'inner', false],
    ['http://other.example:8080', 'inner', true],
    ['http://other.example', 'inner', false],
    ['https://chat.example.evil.example', 'inner', false],
    ['null', 'inner', false],
    ['', '', false],
  ] as const) {
    it(`from ${origin ?? 'no browser'} to ${host} ${may ? 'may' : 'may not'}`, () => {
      assert.equal(mayCall(origin, { host, scheme: 'http' }, allowed), may);
    });
  }

  it('that came by http may not call what is reached by https', () => {
    const by = { host: 'own.example', scheme: 'https' } as const;
    assert.equal(mayCall('http://own.example', by, allowed), false);
    assert.equal(mayCall('https://own.example', by, allowed), true);
    assert.equal(mayCall('https://own.example', { ...by, scheme: 'http' }, allowed), true, 'TLS ended before us');
  });
});
