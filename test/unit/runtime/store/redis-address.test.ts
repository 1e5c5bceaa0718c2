import assert from 'node:assert/strict';
import { whereAndWho, parseRedisURL } from '../../../../runtime/store/redis/address.ts';
import { redisTrouble } from '../../../../runtime/store/redis/trouble.ts';

describe('addresses of Redis', () => {
  it('are taken apart', () => {
    const server = { host: 'cache.example.org', port: 6379 };
    const cases: [string, 'redis' | 'sentinel', object][] = [
      ['redis://cache.example.org', 'redis', { servers: [server] }],
      ['redis://cache.example.org/', 'redis', { servers: [server] }],
      [
        'redis://:secret@cache.example.org:1/2\n',
        'redis',
        { servers: [{ ...server, port: 1 }], password: 'secret', database: 2 },
      ],
      ['redis://ann@cache.example.org', 'redis', { servers: [server], username: 'ann' }],
      [
        'rediss://a%40b:p%3Aq:r@[::1]:7',
        'redis',
        { servers: [{ host: '::1', port: 7 }], username: 'a@b', password: 'p:q:r', tls: {} },
      ],
      [
        'redis://a:1,b',
        'sentinel',
        {
          servers: [
            { host: 'a', port: 1 },
            { host: 'b', port: 26379 },
          ],
        },
      ],
    ];
    for (const [text, kind, expected] of cases) assert.deepEqual(parseRedisURL(text, kind), expected);
  });

  it('that make no sense are refused without being told', () => {
    const wrong = [
      '',
      'cache',
      'http://x:hidden@y',
      'redis://hidden@',
      'redis://a:hidden@x,y',
      'redis://u:hidden%@x',
      'redis://u:hidden@x/one',
      'redis://hidden@x:port',
    ];
    for (const text of wrong) {
      assert.throws(
        () => parseRedisURL(text, 'redis'),
        (error: Error) => !error.message.includes('hidden'),
        text,
      );
    }
  });

  it('become what the client wants', () => {
    const servers = [{ host: 'a', port: 1 }] as const;
    const memory = 'may-forget';
    assert.deepEqual(whereAndWho({ servers, memory, database: 2, tls: { authority: 'PEM' } }), {
      ...{ host: 'a', port: 1, db: 2, tls: { ca: 'PEM' } },
    });
    const sentinel = { masterName: 'main', password: 'theirs' };
    assert.deepEqual(whereAndWho({ servers, memory, password: 'ours', tls: {}, sentinel }), {
      ...{ sentinels: [{ host: 'a', port: 1 }], name: 'main', failoverDetector: true },
      ...{ password: 'ours', sentinelPassword: 'theirs', tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true },
    });
  });
});

describe('trouble with Redis', () => {
  const cases: [string, string | undefined, string, RegExp][] = [
    ['WRONGPASS invalid username-password pair or user is disabled.', undefined, 'Unauthorized', /password/],
    ['NOAUTH Authentication required.', undefined, 'Unauthorized', /password/],
    ["NOPERM this user has no permissions to run the 'info' command", undefined, 'Unauthorized', /does not let/],
    ['self-signed certificate in certificate chain', 'SELF_SIGNED_CERT_IN_CHAIN', 'Untrusted', /caSecretRef/],
    ["Hostname/IP does not match certificate's altnames", 'ERR_TLS_CERT_ALTNAME_INVALID', 'Untrusted', /name/],
    ['connect ECONNREFUSED 127.0.0.1:6379', 'ECONNREFUSED', 'Unreachable', /Nothing listens/],
    ['getaddrinfo ENOTFOUND nowhere', 'ENOTFOUND', 'Unreachable', /name of the host/],
    ['connect ETIMEDOUT', 'ETIMEDOUT', 'Unreachable', /networkPolicy\.egress/],
    ['ERR DB index is out of range', undefined, 'Unreachable', /no database/],
    ['failed to connect to sentinel a:1 because NOAUTH', undefined, 'Unauthorized', /sentinel\.passwordSecretRef/],
    [
      'failed to connect to sentinel a:1 because ERR No such master with that name',
      undefined,
      'Unreachable',
      /masterName/,
    ],
    ['something else', undefined, 'Unreachable', /does not answer/],
  ];
  for (const [message, code, reason, words] of cases) {
    it(`${message} is ${reason}`, () => {
      const trouble = redisTrouble(Object.assign(new Error(message), code === undefined ? {} : { code }));
      assert.equal(trouble.reason, reason);
      assert.match(trouble.message, words);
    });
  }
});
