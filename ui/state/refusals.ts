/** What the server refused, in the language of the page. */
import type { Refused } from '../../runtime/protocol/frames.ts';
import { RequestRefused } from '../../runtime/protocol/link.ts';
import { ApiRefusal } from '../../runtime/protocol/rest-client.ts';
import { formatNumber, formatSpan, speaksAsServer, words } from '../locales/words.ts';

/** What is known of a refusal; an answer of a proxy in front has no code. */
type Said = { readonly [Part in keyof Refused]?: Refused[Part] | undefined };

/** A sentence for people about whatever was thrown. */
export function refusalWords(error: unknown): string {
  if (error instanceof RequestRefused || error instanceof ApiRefusal) return wordsOf(error);
  return words.unavailable.heading;
}

/** Of a step that asks for the present password once more. */
export function passwordWords(error: unknown): string {
  const isWrong = error instanceof ApiRefusal && error.code === 'Forbidden' && !speaksAsServer();
  return isWrong ? words.refusals.password : refusalWords(error);
}

/** Of a login that came to nothing. */
export function loginWords(error: unknown): string {
  const isWrong = error instanceof ApiRefusal && error.code === 'Unauthorized' && !speaksAsServer();
  return isWrong ? words.refusals.login : refusalWords(error);
}

/**
 * The server's own sentence where the page speaks as it does, for that knows more; else what the code means, with the number
 * that came with it. Of a code that only newer servers have, their sentence.
 */
export function wordsOf({ code, message = '', retryAfterMs, limit }: Said): string {
  const { codes, wait, most, other } = words.refusals;
  if (message !== '' && speaksAsServer()) return message;
  if (code === undefined) return other;
  if (!Object.hasOwn(codes, code)) return message === '' ? other : message;
  if (code === 'RateLimited' && retryAfterMs !== undefined) {
    return wait(formatSpan(Math.ceil(retryAfterMs / 1000)));
  }
  if (limit !== undefined) return most(formatNumber(limit));
  return codes[code];
}
