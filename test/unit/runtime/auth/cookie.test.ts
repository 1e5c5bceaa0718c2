import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { cookie, tokenOf } from '../../../../runtime/auth/cookie.ts';

describe('the session cookie', () => {
  const token = 'A'.repeat(42) + '_';

  it('is read by the name of its scheme only', () => {
    assert.equal(tokenOf(`a=b; chatapp=${token}; c=d`, { scheme: 'http' }), token);
    assert.equal(tokenOf(`__Host-chatapp=${token}`, { scheme: 'https' }), token);
    assert.equal(tokenOf(`chatapp=${token}`, { scheme: 'https' }), undefined);
    assert.equal(tokenOf(`xchatapp=${token}`, { scheme: 'http' }), undefined);
  });

  it('is nothing in any other form', () => {
    for (const value of [
      undefined,
      '',
      'chatapp',
      'chatapp=',
      'chatapp=short',
      `chatapp=${token}x`,
      `chatapp="${token}"`,
    ]) {
      assert.equal(tokenOf(value, { scheme: 'http' }), undefined);
    }
  });

  it('is cleared under the name it was set by', () => {
    assert.match(
      cookie.set(token, { scheme: 'https' }, 9),
      /^__Host-chatapp=A+_; Secure; Path=\/; HttpOnly; SameSite=Lax; Max-Age=9$/,
    );
    assert.match(cookie.clear({ scheme: 'http' }), /^chatapp=; Path=\/; .*Max-Age=0$/);
  });

  for (const [basePath, name] of [
    ['/', 'chatapp'],
    ['/a', 'chatapp+a'],
    ['/a/b', 'chatapp+a+b'],
    ['/a.b', 'chatapp+a.b'],
  ] as const) {
    it(`has a name of its own below ${basePath}, also where it is bound to the whole host`, () => {
      const { groups } = /^(?<name>[^=]+)=A+_; Secure; Path=\/; /.exec(
        cookie.set(token, { scheme: 'https', basePath }, 9),
      )!;
      assert.equal(groups!['name'], `__Host-${name}`);
      assert.match(name, /^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/, 'a token of RFC 9110');
      const jar = `chatapp=${'B'.repeat(43)}; chatapp+x=${'C'.repeat(43)}; ${name}=${token}`;
      const isRoot = basePath === '/';
      assert.equal(tokenOf(jar, { scheme: 'http', basePath }), isRoot ? 'B'.repeat(43) : token);
    });
  }
});
