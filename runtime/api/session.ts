import { Router } from 'express';
import type { Request } from 'express';
import { cookie } from '../auth/cookie.ts';
import { originOf } from '../auth/request-origin.ts';
import type { Session } from '../protocol/rest.ts';
import { sessionRequestSchema } from '../protocol/rest.ts';
import { Refusal } from '../rooms/refusal.ts';
import type { ApiContext } from './app.ts';
import { checkCaller, cookieScope, personOf } from './person.ts';

/** `/api/session`: who am I, enter, leave. */
export function sessionRoutes(context: ApiContext): Router {
  const router = Router();
  const { sessions } = context;

  router.get('/api/session', async (request, response) => {
    const { user } = await personOf(context, request);
    response.json({ user } satisfies Session);
  });

  router.post('/api/session', async (request, response) => {
    checkCaller(context, request);
    await checkPace(context, request);
    const parsed = sessionRequestSchema.safeParse(request.body);
    if (!parsed.success) {
      context.metrics.loginFailures.inc({ reason: 'name' });
      throw new Refusal('BadFrame', parsed.error.issues[0]?.message ?? 'a name is needed');
    }
    const entered = await sessions.enter(parsed.data.name);
    if (!entered.ok) {
      context.metrics.loginFailures.inc({ reason: 'name' });
      const why = { reserved: 'is reserved', taken: 'is in use right now' }[entered.reason];
      throw new Refusal('NameRefused', `The name "${parsed.data.name}" ${why}: please choose another one.`);
    }
    response.setHeader('set-cookie', cookie.set(entered.token, cookieScope(context, request), sessions.maxAgeSeconds));
    response.json({ user: entered.user } satisfies Session);
  });

  router.delete('/api/session', async (request, response) => {
    checkCaller(context, request);
    const { token } = await personOf(context, request);
    await sessions.leave(token);
    response.setHeader('set-cookie', cookie.clear(cookieScope(context, request)));
    response.status(204).end();
  });

  return router;
}

/** An address may enter as often in a minute as it may have connections. */
async function checkPace(context: ApiContext, request: Request): Promise<void> {
  const { address } = originOf(request, context.peers);
  const { connectionsPerAddress } = context.config.limits;
  const { allowed, retryAfterMs } = await context.store.limits.take(`session:${address}`, connectionsPerAddress);
  if (allowed) return;
  context.metrics.rateLimited.inc({ kind: 'session' });
  throw new Refusal('RateLimited', 'Too many people entered from your address: please wait.', retryAfterMs);
}
