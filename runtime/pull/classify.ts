/**
 * What an error of a pull means. Ollama answers 200 whatever happens after "pulling manifest": the words of its `error`
 * lines are all there is. Every line in the table of the test was provoked from Ollama 0.17.4.
 */
import type { PullFailure } from '../report.ts';

/** `delete-first`: what was downloaded may be wrong and would be taken for good by the next pull. */
export type Remedy = 'again' | 'delete-first' | 'none';

export interface Diagnosis {
  readonly reason: PullFailure;
  readonly remedy: Remedy;
  /** For people, with what they can do. */
  readonly advice: string;
}

const RULES: readonly (Diagnosis & { readonly words: RegExp })[] = [
  {
    words: /file does not exist|model '.*' not found/,
    reason: 'NotFound',
    remedy: 'none',
    advice: 'The registry has no such model or tag: check its name.',
  },
  {
    words: /invalid model name|model is required/,
    reason: 'NotFound',
    remedy: 'none',
    advice: 'This is not a model name: write model:tag, or host/namespace/model:tag.',
  },
  {
    words: /no space left on device|disk quota exceeded/,
    reason: 'OutOfSpace',
    remedy: 'none',
    advice: 'The volume of the Ollama server is full: make it larger or remove models.',
  },
  {
    words: /digest mismatch/,
    reason: 'DigestMismatch',
    remedy: 'delete-first',
    advice: 'What came is not what the registry announced: a proxy or the registry is faulty.',
  },
  {
    words: /gave HTTP response to HTTPS client/,
    reason: 'Untrusted',
    remedy: 'none',
    advice: 'The registry speaks plain http: allow it (insecure: true) or give it a certificate.',
  },
  {
    words: /x509:|certificate|tls: (?!handshake timeout)/i,
    reason: 'Untrusted',
    remedy: 'none',
    advice: 'The certificate of the registry is not trusted by the Ollama server.',
  },
  {
    words: /\b401\b|\b403\b|unauthori[sz]ed|access denied|realm host/i,
    reason: 'Unauthorized',
    remedy: 'none',
    advice: 'The registry wants a login, or this one may not read the model.',
  },
  {
    words: /permission denied|read-only file system/,
    reason: 'ServerError',
    remedy: 'none',
    advice: 'The Ollama server cannot write to its volume.',
  },
  {
    words: /^(?:pull model manifest: )?(?:429|5\d\d): /,
    reason: 'ServerError',
    remedy: 'again',
    advice: 'The registry is in trouble.',
  },
  {
    words: /connection refused|no such host|no route to host|network is unreachable|i\/o timeout|TLS handshake timeout/,
    reason: 'Unreachable',
    remedy: 'again',
    advice: 'The Ollama server cannot reach the registry: check its name, the network and network policies.',
  },
  {
    words: /connection reset|unexpected EOF|\bEOF$|context deadline exceeded|server misbehaving/,
    reason: 'Unreachable',
    remedy: 'again',
    advice: 'The connection from the Ollama server to the registry broke.',
  },
];

const UNKNOWN: Diagnosis = {
  reason: 'ServerError',
  remedy: 'again',
  advice: 'The Ollama server or the registry failed.',
};

/** @param words the text of an error line or answer of Ollama */
export function classify(words: string): Diagnosis {
  const { reason, remedy, advice } = RULES.find((rule) => rule.words.test(words)) ?? UNKNOWN;
  return { reason, remedy, advice };
}
