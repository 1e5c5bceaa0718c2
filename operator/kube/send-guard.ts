import type { Dispatcher } from 'undici';

/** Options of a request that asks once more when it goes out. */
export interface Guarded {
  /** What it throws, the request rejects with, as the cause of a HeldBackError. */
  beforeSend?: (() => void) | undefined;
}

/** A request did not go out: its guard threw `cause`. */
export class HeldBackError extends Error {
  override readonly name = 'HeldBackError';
}

/**
 * Has each request ask its guard in the moment in which it is written. Requests wait for a connection, and a process may be
 * paused meanwhile: what held when they were made need not hold then.
 */
export const guardSends: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const { beforeSend } = options as Guarded;
  if (beforeSend === undefined) return dispatch(options, handler);
  const start = handler.onRequestStart?.bind(handler);
  handler.onRequestStart = (controller, context) => {
    start?.(controller, context);
    try {
      beforeSend();
    } catch (error) {
      controller.abort(new HeldBackError('the request was held back', { cause: error }));
    }
  };
  return dispatch(options, handler);
};
