/** Errors of the REST API: a JSON body with the codes and words of the protocol. */
import type { ErrorRequestHandler, Response } from 'express';
import type { ErrorBody } from '../protocol/rest.ts';
import { explain } from '../gateway/requests.ts';
import { Refusal } from '../rooms/refusal.ts';
import { STATUS } from './status.ts';

function sendError(response: Response, error: ErrorBody['error']): void {
  if (error.retryAfterMs !== undefined) response.setHeader('retry-after', Math.ceil(error.retryAfterMs / 1000));
  response.status(STATUS[error.code]).json({ error } satisfies ErrorBody);
}

/** The last handler: whatever was thrown becomes an answer. */
export const errorHandler: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  sendError(response, explain(refusalOf(error)));
};

/** Errors of the body parser have an HTTP status of their own. */
function refusalOf(error: unknown): unknown {
  if (!(error instanceof Error) || !('status' in error)) return error;
  if (error.status === 413) return new Refusal('TooLarge', 'The body is too large.');
  if (error.status === 400) return new Refusal('BadFrame', 'The body is not JSON.');
  return error;
}
