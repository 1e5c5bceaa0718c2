import { ollamaTrouble } from '../ai/server-trouble.ts';
import { wordsOf } from '../log.ts';
import type { PullFailure } from '../report.ts';
import type { Remedy } from './classify.ts';
import { classify } from './classify.ts';

/** A pull that did not work, with what to do about it. */
export class PullError extends Error {
  override readonly name = 'PullError';
  readonly reason: PullFailure;
  readonly remedy: Remedy;
  /** Of OutOfSpace, where it is known: so many free bytes would do. */
  readonly neededBytes: number | undefined;

  constructor(reason: PullFailure, remedy: Remedy, message: string, neededBytes?: number) {
    super(message);
    this.reason = reason;
    this.remedy = remedy;
    this.neededBytes = neededBytes;
  }
}

/** @param url base URL of the Ollama server, for the words */
export function pullError(error: unknown, url: string): PullError {
  if (error instanceof PullError) return error;
  const trouble = ollamaTrouble(error);
  if (trouble !== undefined) {
    const remedy = trouble.reason === 'Unreachable' ? 'again' : 'none';
    return new PullError(trouble.reason, remedy, `${trouble.message}: ${url} (${wordsOf(error)}).`);
  }
  const words = error instanceof Error ? error.message.trim() : String(error);
  const { reason, remedy, advice } = classify(words);
  return new PullError(reason, remedy, `${advice} (${words})`);
}
