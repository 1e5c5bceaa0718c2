import type { Request, Response } from 'express';
import type { RuntimeConfig } from '../config.ts';
import type { Callers } from '../auth/callers.ts';
import type { CookieScope } from '../auth/cookie.ts';
import { cookie } from '../auth/cookie.ts';
import type { Peers } from '../auth/request-origin.ts';
import { mayCall, originOf } from '../auth/request-origin.ts';
import type { Present, Sessions } from '../auth/sessions.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { Refusal } from '../rooms/refusal.ts';
import type { SessionPlace } from '../store/port.ts';
import type { RequestPace } from './request-pace.ts';

/** Who calls: by the same signs as on the WebSocket. */
export interface PersonContext {
  readonly config: RuntimeConfig;
  readonly callers: Callers;
  readonly sessions: Sessions;
  readonly metrics: Metrics;
  readonly peers: Peers;
  readonly pace: RequestPace;
}

/** Which cookie is the session of this chat. */
export function cookieScope({ peers, config }: PersonContext, request: Request): CookieScope {
  return { scheme: originOf(request, peers).scheme, basePath: config.basePath };
}

const NOT_NAMED = 'Nobody told the chat who you are, or your account is disabled: come by its usual address.';

/** Counts the request of a person too. @throws Refusal when no living session comes with it, or too many of theirs */
export async function personOf(context: PersonContext, request: Request): Promise<Present> {
  const found = await context.callers.find(request);
  if (found !== undefined) {
    await context.pace.person(found.user.id);
    return found;
  }
  const isNamed = context.config.auth.mode === 'TrustedHeader';
  throw new Refusal('Unauthorized', isNamed ? NOT_NAMED : 'Please enter first.');
}

/** @throws Refusal when nobody calls, or somebody who is no administrator */
export async function administratorOf(context: PersonContext, request: Request): Promise<Present> {
  const person = await personOf(context, request);
  if (person.user.role === 'admin') return person;
  throw new Refusal('Forbidden', 'Only administrators of this chat may do that.');
}

/** @throws Refusal when the page that calls belongs to somebody else */
export function checkCaller(context: PersonContext, request: Request): void {
  if (mayCall(request.headers.origin, originOf(request, context.peers), context.config)) return;
  context.metrics.loginFailures.inc({ reason: 'origin' });
  throw new Refusal('Unauthorized', 'This page may not use the chat: its address is not allowed.');
}

const AGENT_LENGTH = 200;

/** Where a request is from, as a session remembers it. */
export function placeOf(context: PersonContext, request: Request): SessionPlace {
  const { address } = originOf(request, context.peers);
  return { address, agent: (request.headers['user-agent'] ?? '').slice(0, AGENT_LENGTH) };
}

export function setSession(context: PersonContext, request: Request, response: Response, token: string): void {
  response.setHeader('set-cookie', cookie.set(token, cookieScope(context, request), context.sessions.maxAgeSeconds));
}

export function clearSession(context: PersonContext, request: Request, response: Response): void {
  response.setHeader('set-cookie', cookie.clear(cookieScope(context, request)));
}
