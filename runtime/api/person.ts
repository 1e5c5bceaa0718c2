import type { Request } from 'express';
import type { RuntimeConfig } from '../config.ts';
import type { CookieScope } from '../auth/cookie.ts';
import { tokenOf } from '../auth/cookie.ts';
import type { Peers } from '../auth/request-origin.ts';
import { mayCall, originOf } from '../auth/request-origin.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Author } from '../protocol/entries.ts';
import { Refusal } from '../rooms/refusal.ts';

/** Who calls: by the session cookie, the same as on the WebSocket. */
export interface PersonContext {
  readonly config: RuntimeConfig;
  readonly sessions: Sessions;
  readonly metrics: Metrics;
  readonly peers: Peers;
}

/** Which cookie is the session of this chat. */
export function cookieScope({ peers, config }: PersonContext, request: Request): CookieScope {
  return { scheme: originOf(request, peers).scheme, basePath: config.basePath };
}

/** @throws Refusal when no living session comes with the request */
export async function personOf(context: PersonContext, request: Request): Promise<{ user: Author; token: string }> {
  const token = tokenOf(request.headers.cookie, cookieScope(context, request));
  const found = token === undefined ? undefined : await context.sessions.find(token);
  if (token === undefined || found === undefined) throw new Refusal('Unauthorized', 'Please enter your name first.');
  return { user: found.user, token };
}

/** @throws Refusal when the page that calls belongs to somebody else */
export function checkCaller(context: PersonContext, request: Request): void {
  if (mayCall(request.headers.origin, originOf(request, context.peers), context.config)) return;
  context.metrics.loginFailures.inc({ reason: 'origin' });
  throw new Refusal('Unauthorized', 'This page may not use the chat: its address is not allowed.');
}
