/** What a failed request to Ollama means, in the words of the protocol. */
import type { RunReason } from '../protocol/entries.ts';
import { Garbled, Silence } from './chat-stream.ts';
import { REASON_WORDS } from './runs.ts';

export function failureOf(error: unknown, model: string): { reason: RunReason; message: string } {
  if (error instanceof Silence) {
    return error.phase === 'first-token'
      ? { reason: 'FirstTokenTimeout', message: REASON_WORDS.noFirstToken }
      : { reason: 'TokenTimeout', message: REASON_WORDS.noToken };
  }
  if (error instanceof Garbled) return { reason: 'ModelGarbled', message: REASON_WORDS.garbled };
  if (isConnectTimeout(error)) return { reason: 'ConnectTimeout', message: REASON_WORDS.noConnection };
  if (isConnectionError(error)) return { reason: 'ModelUnavailable', message: REASON_WORDS.away };
  if (statusOf(error) === 404) return { reason: 'ModelNotReady', message: REASON_WORDS.notReady(model) };
  // Where Ollama sees the limit of its container, it says so itself.
  if (error instanceof Error && error.message.includes('requires more system memory')) {
    return { reason: 'ModelTooLarge', message: REASON_WORDS.tooLarge(model) };
  }
  return { reason: 'ModelError', message: REASON_WORDS.broken };
}

/** undici says `fetch failed` or `terminated` and gives the reason as cause. */
export function isConnectionError(error: unknown): boolean {
  return error instanceof TypeError && (error.message === 'fetch failed' || error.message === 'terminated');
}

function isConnectTimeout(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'UND_ERR_CONNECT_TIMEOUT';
}

function statusOf(error: unknown): number | undefined {
  const named = error instanceof Error && 'status_code' in error ? error.status_code : undefined;
  return typeof named === 'number' ? named : undefined;
}
