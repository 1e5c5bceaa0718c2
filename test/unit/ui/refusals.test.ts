import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import type { ErrorCode } from '../../../runtime/protocol/frames.ts';
import { errorCodeSchema } from '../../../runtime/protocol/frames.ts';
import { RequestRefused } from '../../../runtime/protocol/link.ts';
import { ApiRefusal } from '../../../runtime/protocol/rest-client.ts';
import { ar } from '../../../ui/locales/ar.ts';
import { en } from '../../../ui/locales/en.ts';
import { fr } from '../../../ui/locales/fr.ts';
import { useLanguage } from '../../../ui/locales/words.ts';
import { loginWords, passwordWords, refusalWords, wordsOf } from '../../../ui/state/refusals.ts';

const message = 'What the server says.';

describe('what the server refused', () => {
  afterEach(() => useLanguage('en', []));

  it('has words for every code, in every language', () => {
    for (const { refusals } of [en, fr, ar]) {
      assert.deepEqual(Object.keys(refusals.codes).sort(), errorCodeSchema.options.toSorted());
      for (const code of errorCodeSchema.options) assert.match(refusals.codes[code], /\p{L}.*\.$/u, code);
      assert.equal(new Set(Object.values(refusals.codes)).size, errorCodeSchema.options.length);
    }
  });

  it('is said by the server in English, which knows more', () => {
    assert.equal(refusalWords(new RequestRefused({ code: 'Locked', message })), message);
    assert.equal(wordsOf({ code: 'Locked', message: '' }), en.refusals.codes.Locked);
    assert.equal(refusalWords(new ApiRefusal(404, 'Not Found')), 'Not Found');
  });

  it('is said by its code elsewhere, with the number that came with it', async () => {
    await useLanguage('fr', ['fr-FR']);
    for (const code of errorCodeSchema.options) assert.equal(wordsOf({ code, message }), fr.refusals.codes[code]);
    const soon = { code: 'RateLimited', message, retryAfterMs: 20_500 } as const;
    assert.equal(refusalWords(new RequestRefused(soon)), 'C’est trop souvent. Veuillez patienter environ 20 s.');
    const much = { code: 'TooLarge', message, limit: 4096 } as const;
    assert.match(refusalWords(new ApiRefusal(413, message, much)), /^C’est trop\s: 4\s096 au plus\.$/u);
    const long = { code: 'BadFrame', message, limit: 40 } as const;
    assert.match(refusalWords(new ApiRefusal(400, message, long)), /^C’est trop\s: 40 au plus\.$/u);
    assert.equal(refusalWords(new ApiRefusal(404, 'Not Found')), fr.refusals.other, 'no word of the chat’s own');
    assert.equal(refusalWords(new Error('whatever')), fr.unavailable.heading);
  });

  it('is said by the server where the page does not know the code', async () => {
    await useLanguage('ar', []);
    const code = 'OfTomorrow' as ErrorCode;
    assert.equal(wordsOf({ code, message }), message);
    assert.equal(wordsOf({ code, message: '' }), ar.refusals.other);
  });

  it('is about name and password when somebody signs in', async () => {
    await useLanguage('fr', []);
    const error = (code: ErrorCode): ApiRefusal => new ApiRefusal(401, message, { code, message });
    assert.equal(loginWords(error('Unauthorized')), fr.refusals.login);
    assert.equal(loginWords(error('Forbidden')), fr.refusals.codes.Forbidden);
  });

  it('is about the present password where that is asked for once more', async () => {
    const error = (code: ErrorCode): ApiRefusal => new ApiRefusal(403, message, { code, message });
    assert.equal(passwordWords(error('Forbidden')), message, 'the server says it in English');
    for (const [language, { refusals }] of Object.entries({ fr, ar })) {
      await useLanguage(language as 'fr', []);
      assert.equal(passwordWords(error('Forbidden')), refusals.password);
      assert.equal(passwordWords(error('NameRefused')), refusals.codes.NameRefused, 'the new one is too weak');
    }
  });
});
