/** The REST calls that a page makes itself; everything else goes over the WebSocket. */
import type { Config, ErrorBody, Session } from '../../runtime/protocol/rest.ts';
import { basePath } from './base-path.ts';

/** The server understood and said no; `message` is for people. `status` is the HTTP status. */
export class ApiRefusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** No server answered, or one that cannot serve now (5xx). */
export class Unreachable extends Error {}

const DEADLINE_MS = 10_000;

async function call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
  const init =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  let response: Response;
  try {
    response = await fetch(basePath() + path, {
      method,
      ...init,
      cache: 'no-store',
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
  } catch (cause) {
    throw new Unreachable(`${method} ${path} was not answered`, { cause });
  }
  if (response.status >= 500) throw new Unreachable(`${method} ${path} was answered with ${response.status}`);
  const text = await response.text();
  const value: unknown = text === '' ? undefined : parse(text);
  if (response.ok) return value;
  throw new ApiRefusal(
    response.status,
    (value as Partial<ErrorBody> | undefined)?.error?.message ?? response.statusText,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Unreachable('the answer was not from the chat', { cause });
  }
}

/** @throws Unreachable, ApiRefusal */
export async function getConfig(): Promise<Config> {
  return (await call('GET', '/api/config')) as Config;
}

/** @returns `undefined` for somebody who has not entered. @throws Unreachable, ApiRefusal */
export async function getSession(): Promise<Session | undefined> {
  try {
    return (await call('GET', '/api/session')) as Session;
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 401) return undefined;
    throw error;
  }
}

/** Enters as a guest. @throws ApiRefusal when the name cannot be had, Unreachable */
export async function postSession(name: string): Promise<Session> {
  return (await call('POST', '/api/session', { name })) as Session;
}

/** Leaves. @throws Unreachable, ApiRefusal */
export async function deleteSession(): Promise<void> {
  await call('DELETE', '/api/session');
}
