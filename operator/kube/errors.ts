/** The `Status` object by which the API server says what went wrong. */
export interface Status {
  kind?: string;
  message?: string;
  reason?: string;
  code?: number;
  details?: {
    name?: string;
    uid?: string;
    retryAfterSeconds?: number;
    causes?: { reason?: string; message?: string; field?: string }[];
  };
}

/** The API server answered, and the answer is no. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status code. */
  readonly status: number;
  /** Machine-readable reason, e.g. `NotFound`, `Conflict`, `Invalid`, `Expired`. */
  readonly reason: string;
  /** How long the server asks us to stay away, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The body as it came: usually a Status, else text. */
  readonly body: unknown;

  constructor(request: string, status: number, body: unknown, retryAfterMs?: number) {
    const told = isStatus(body) ? body : undefined;
    const reason = told?.reason ?? `HTTP ${status}`;
    super(`${request}: ${status} ${reason}: ${told?.message ?? textOf(body)}`);
    this.status = status;
    this.reason = reason;
    this.body = body;
    const seconds = told?.details?.retryAfterSeconds;
    const wait = retryAfterMs ?? (seconds === undefined ? undefined : seconds * 1000);
    if (wait !== undefined) this.retryAfterMs = wait;
  }

  /** The causes that the server names, each with the field it is about. */
  get causes(): { reason?: string; message?: string; field?: string }[] {
    return isStatus(this.body) ? (this.body.details?.causes ?? []) : [];
  }
}

/** No usable answer came: refused, reset, timed out, or cut off. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  /** The system's or the HTTP client's code, e.g. `ECONNREFUSED`. */
  readonly code: string;

  constructor(message: string, code: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** A stream that had nothing to say for longer than its limit: the connection may be half-open. */
export class InactivityError extends TransportError {}

/** Whether the error is an answer of the API server with one of these HTTP codes. */
export function isApiError(error: unknown, ...statuses: number[]): error is ApiError {
  return error instanceof ApiError && (statuses.length === 0 || statuses.includes(error.status));
}

/** How long the server asked us to stay away, the longest of all parts of an aggregate; undefined when it did not say. */
export function retryAfterOf(error: unknown): number | undefined {
  if (error instanceof AggregateError) {
    const waits = error.errors.map(retryAfterOf).filter((wait) => wait !== undefined);
    return waits.length === 0 ? undefined : Math.max(...waits);
  }
  return error instanceof ApiError ? error.retryAfterMs : undefined;
}

function isStatus(body: unknown): body is Status {
  return typeof body === 'object' && body !== null && (body as Status).kind === 'Status';
}

function textOf(body: unknown): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
