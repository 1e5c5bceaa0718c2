import assert from 'node:assert/strict';
import { ollamaTrouble } from '../../../../runtime/ai/server-trouble.ts';

const answered = (status: number) => Object.assign(new Error('a word of a proxy'), { status_code: status });
const failed = (code: string) => new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });

describe('trouble with an Ollama server', () => {
  const cases: [string, unknown, string | undefined][] = [
    ['a token that is refused', answered(401), 'Unauthorized'],
    ['a token that may not', answered(403), 'Unauthorized'],
    ['a proxy before nothing', answered(502), 'Unreachable'],
    ['a model that is not there', answered(404), undefined],
    ['a model that cannot be loaded', answered(500), undefined],
    ['an unknown authority', failed('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'Untrusted'],
    ['another name', failed('ERR_TLS_CERT_ALTNAME_INVALID'), 'Untrusted'],
    ['nobody there', failed('ECONNREFUSED'), 'Unreachable'],
    ['a connection that broke', new TypeError('terminated'), 'Unreachable'],
    ['no answer', new DOMException('late', 'TimeoutError'), 'Unreachable'],
    ['an error line of a pull', new Error('pull model manifest: 401: unauthorized'), undefined],
  ];
  for (const [what, error, reason] of cases) {
    it(`${what} is ${reason ?? 'none'}`, () => assert.equal(ollamaTrouble(error)?.reason, reason));
  }
});
