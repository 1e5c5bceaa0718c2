/** Every line was provoked from Ollama 0.17.4, except where the comment says so. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { classify } from '../../../../runtime/pull/classify.ts';

const MANIFEST = 'http://127.0.0.1:5999/v2/library/smollm2/manifests/135m';
const TABLE: readonly [words: string, reason: string, remedy: string][] = [
  ['pull model manifest: file does not exist', 'NotFound', 'none'],
  ['invalid model name', 'NotFound', 'none'],
  ["model 'nope' not found", 'NotFound', 'none'],
  [
    `pull model manifest: Get "${MANIFEST}": dial tcp 127.0.0.1:5999: connect: connection refused`,
    'Unreachable',
    'again',
  ],
  [
    `pull model manifest: Get "${MANIFEST}": dial tcp: lookup nohost.invalid on 10.0.0.1:53: no such host`,
    'Unreachable',
    'again',
  ],
  [`pull model manifest: Get "${MANIFEST}": http: server gave HTTP response to HTTPS client`, 'Untrusted', 'none'],
  ['pull model manifest: 503: {"errors":[{"code":"UNAVAILABLE","message":"fault"}]}\n', 'ServerError', 'again'],
  ['pull model manifest: realm host "" does not match original host "127.0.0.1:5000"', 'Unauthorized', 'none'],
  ['500: ', 'ServerError', 'again'],
  ['http: no Location header in response', 'ServerError', 'again'],
  [
    'digest mismatch, file must be downloaded again: want sha256:b179, got sha256:72d0',
    'DigestMismatch',
    'delete-first',
  ],
  ['write /data/blobs/sha256-b179-partial: no space left on device', 'OutOfSpace', 'none'],
  ['open /data/manifests/127.0.0.1:5000/library/smollm2/135m: permission denied', 'ServerError', 'none'],
  // Words of Go's standard library, not provoked.
  [
    `pull model manifest: Get "${MANIFEST}": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    'Untrusted',
    'none',
  ],
  [`pull model manifest: Get "${MANIFEST}": net/http: TLS handshake timeout`, 'Unreachable', 'again'],
  [`pull model manifest: Get "${MANIFEST}": dial tcp 10.9.9.9:443: i/o timeout`, 'Unreachable', 'again'],
  ['read tcp 10.0.0.1:1->10.0.0.2:2: read: connection reset by peer', 'Unreachable', 'again'],
  ['unexpected EOF', 'Unreachable', 'again'],
  ['pull model manifest: 401: unauthorized', 'Unauthorized', 'none'],
  ['something new', 'ServerError', 'again'],
];

describe('an error of a pull', () => {
  for (const [words, reason, remedy] of TABLE) {
    it(`${reason}: ${words.slice(-70).trim()}`, () => {
      const diagnosis = classify(words);
      assert.deepEqual([diagnosis.reason, diagnosis.remedy], [reason, remedy]);
      assert.ok(diagnosis.advice.endsWith('.'));
    });
  }
});
