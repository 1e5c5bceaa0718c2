/** What there is to say of a route of the REST API: the rows that the document and the reference page are made of. */
import type * as z from 'zod';
import type { ErrorCode } from '../protocol/frames.ts';
import type { SchemaName } from './schemas.ts';

/**
 * Who may call. `account`: a person with a password; `member`: of the room, where it is a private one; `moderator`: of the
 * room. All but `anybody` need a session.
 */
export type Caller = 'anybody' | 'person' | 'account' | 'member' | 'moderator' | 'administrator';

/** What an answer holds: a schema, nothing, a redirect, or a file. */
export type Content = SchemaName | 'nothing' | 'redirect' | 'file';

/** What counts a call beside what counts them all; see `api/request-pace.ts`. */
export type Limit = 'entering' | 'attempts' | 'messages' | 'rooms' | 'searches' | 'exports';

export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As express writes it. */
  readonly path: `/api/${string}`;
  /** Unique among the routes. */
  readonly name: string;
  readonly summary: string;
  readonly caller: Caller;
  readonly query?: z.ZodObject;
  readonly body?: SchemaName;
  /** By HTTP status. */
  readonly answers: Readonly<Record<number, Content>>;
  /** Beside those that follow from the rest, see `errorsOf`. */
  readonly errors?: readonly ErrorCode[];
  readonly limits?: readonly Limit[];
}

/** Error codes that a route can answer with. @param counted whether its calls are counted */
export function errorsOf(
  { method, caller, body, query, errors = [], limits = [] }: Route,
  counted: boolean,
): readonly ErrorCode[] {
  const guarded = caller !== 'anybody' || method !== 'get';
  const all: readonly ErrorCode[] = [
    ...(body !== undefined ? (['BadFrame', 'TooLarge'] as const) : []),
    ...(query !== undefined ? (['BadFrame'] as const) : []),
    ...(guarded ? (['Unauthorized'] as const) : []),
    ...(caller === 'administrator' || caller === 'moderator' ? (['Forbidden'] as const) : []),
    ...(counted || limits.length > 0 ? (['RateLimited', 'Unavailable'] as const) : []),
    ...errors,
  ];
  return [...new Set(all)];
}
