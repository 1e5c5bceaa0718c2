import type { ServerTrouble } from '../report.ts';

/** What Node and OpenSSL call a certificate that is not good. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)/;

/** Answers of a proxy in front of an Ollama that is away. */
const AWAY = new Set([502, 503, 504]);

/**
 * What keeps an Ollama server itself from being used, as opposed to a model or a registry; nothing when it is none of that.
 * @param error what a request to it threw
 */
export function ollamaTrouble(error: unknown): ServerTrouble | undefined {
  const status = statusOf(error);
  if (status === 401 || status === 403) {
    const message = `The Ollama server wants a token, or another one (HTTP ${status}): check ollama.external.tokenSecretRef`;
    return { reason: 'Unauthorized', message };
  }
  if (status !== undefined) {
    return AWAY.has(status) ? unreachable(`what is in front of it answers HTTP ${status}`) : undefined;
  }
  if (!(error instanceof TypeError)) return isTimeout(error) ? unreachable('no answer in time') : undefined;
  const code = codeOf(error.cause);
  if (CERTIFICATE.test(code)) {
    const message = `The certificate of the Ollama server is not trusted (${code}): check ollama.external.caSecretRef`;
    return { reason: 'Untrusted', message };
  }
  return unreachable(code === '' ? 'the connection broke' : code);
}

const unreachable = (why: string): ServerTrouble => {
  return { reason: 'Unreachable', message: `The Ollama server does not answer (${why})` };
};

const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError';

function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error && 'status_code' in error ? error.status_code : undefined;
  return typeof status === 'number' ? status : undefined;
}

/** undici says `fetch failed` and gives the reason as cause; that of several addresses has one for each. */
function codeOf(cause: unknown): string {
  if (cause instanceof AggregateError) return codeOf(cause.errors[0]);
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : '';
}
