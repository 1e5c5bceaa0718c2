import type { ErrorCode } from '../protocol/frames.ts';

/** HTTP status of each error code. */
export const STATUS: Readonly<Record<ErrorCode, number>> = {
  BadFrame: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  NotJoined: 409,
  Conflict: 409,
  NameRefused: 409,
  TooLarge: 413,
  Locked: 423,
  RateLimited: 429,
  Unsupported: 501,
  Unavailable: 503,
};
