import type { ErrorCode } from '../protocol/frames.ts';

/** A request that cannot be granted, in the words of the protocol; the same on WebSocket and REST. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ErrorCode;
  /** Milliseconds after which asking again may help. */
  readonly retryAfterMs: number | undefined;
  /** How much there may be at most. */
  readonly limit: number | undefined;

  constructor(code: ErrorCode, message: string, retryAfterMs?: number, limit?: number) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
    this.limit = limit;
  }
}

/** More than there may be; `message` says of what. */
export const tooLarge = (message: string, limit: number): Refusal => new Refusal('TooLarge', message, undefined, limit);
