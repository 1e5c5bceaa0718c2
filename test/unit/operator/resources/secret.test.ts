import assert from 'node:assert/strict';
import { generatedSecret, mended, secretHash } from '../../../../operator/resources/secret.ts';
import { chatApp } from '../chatapp.ts';

const chat = chatApp();
const base64 = (text: string) => Buffer.from(text).toString('base64');
const secret = generatedSecret(chat);
const holding = (data: Record<string, string>) => ({ ...secret, data });
const changed = (more: Record<string, string>) => holding({ ...secret.data, ...more });

describe('the generated Secret', () => {
  it('is another one each time', () => {
    assert.notEqual(secretHash(secret), secretHash(generatedSecret(chat)));
  });

  it('is left alone where it is whole, with whatever else is in it, which rolls nothing', () => {
    assert.equal(mended(chat, secret), undefined);
    assert.equal(mended(chat, changed({ note: 'x' })), undefined);
    assert.equal(secretHash(changed({ note: 'x' })), secretHash(secret));
  });

  it('gets its file back from the password', () => {
    const file = { 'redis.conf': secret.data!['redis.conf']! };
    assert.deepEqual(mended(chat, changed({ 'redis.conf': base64('requirepass other\n') })), file);
    const { 'redis-password': password, ...rest } = secret.data!;
    assert.deepEqual(mended(chat, holding({ 'redis-password': password! })), rest);
  });

  it('takes a password that somebody chose, and the file follows', () => {
    const chosen = changed({ 'redis-password': base64('chosen-by-somebody') });
    const { 'frontend-key': key, ...file } = mended(chat, chosen)!;
    assert.deepEqual(file, { 'redis.conf': base64('requirepass chosen-by-somebody\n') });
    assert.notEqual(key, secret.data!['frontend-key'], 'the key of the frontends is another one too');
    assert.notEqual(secretHash(chosen), secretHash(secret));
  });

  it('gets a new password where there is none that Redis could use', () => {
    for (const data of [
      {},
      { 'redis-password': base64('short') },
      { 'redis-password': base64('with a\nline or two') },
    ]) {
      const made = mended(chat, holding(data));
      assert.deepEqual(Object.keys(made ?? {}).sort(), ['frontend-key', 'redis-password', 'redis.conf']);
    }
  });
});
