/** What the server refused, in the language of the page. */
import type { ErrorCode } from '../../runtime/protocol/frames.ts';
import { ApiRefusal } from '../../runtime/protocol/rest-client.ts';
import { formatSpan, speaksAsServer, words } from '../locales/words.ts';

/** A sentence for people: the server's own where the page speaks as it does, else what the code means. */
export function refusalWords(error: unknown): string {
  if (!(error instanceof ApiRefusal)) return words.unavailable.heading;
  if (speaksAsServer() && error.message !== '') return error.message;
  const { code, retryAfterMs } = error;
  if (code === 'RateLimited' && retryAfterMs !== undefined) {
    return words.refusals.wait(formatSpan(Math.ceil(retryAfterMs / 1000)));
  }
  return code === undefined ? words.refusals.other : refusalOf(code);
}

function refusalOf(code: ErrorCode): string {
  const { refusals } = words;
  switch (code) {
    case 'NameRefused':
      return words.entry.refused;
    case 'Unauthorized':
      return refusals.unauthorized;
    case 'Forbidden':
      return refusals.forbidden;
    case 'Conflict':
      return refusals.conflict;
    case 'NotFound':
      return refusals.notFound;
    case 'TooLarge':
    case 'BadFrame':
      return refusals.bad;
    case 'RateLimited':
      return refusals.fast;
    case 'Unavailable':
      return words.unavailable.heading;
    case 'Locked':
    case 'NotJoined':
    case 'Unsupported':
      return refusals.other;
  }
}
