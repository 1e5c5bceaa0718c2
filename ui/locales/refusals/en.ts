/** What refusals mean, in English; for words of the server's own see `ui/state/refusals.ts`. */
import type { ErrorCode } from '../../../runtime/protocol/frames.ts';

const codes: Record<ErrorCode, string> = {
  BadFrame: 'What you wrote is too short, too long, or of the wrong kind.',
  Unauthorized: 'Please enter the chat first.',
  NotFound: 'That is not there any more.',
  RateLimited: 'That was very often. Please wait a moment.',
  TooLarge: 'That is too much.',
  NotJoined: 'You are not in this room. Open it again.',
  Unavailable: 'The chat cannot do that right now. Try again in a moment.',
  Forbidden: 'You may not do that here.',
  Locked: 'This room is locked: only its moderators write here.',
  Conflict: 'That is in use or deleted, or somebody was faster.',
  NameRefused: 'This name cannot be had. Please choose another one.',
  Unsupported: 'This chat cannot do that.',
};

export const refusals = {
  codes,
  login: 'This name and this password do not go together.',
  password: 'This is not your present password.',
  wait: (span: string) => `That was very often. Please wait ${span}.`,
  most: (limit: string) => `That is too much: ${limit} at most.`,
  other: 'The chat refused that.',
};
