import { Router } from 'express';
import type { Left, Session, Sessions } from '../protocol/accounts.ts';
import { sessionRequestSchema } from '../protocol/accounts.ts';
import { nameRefused } from '../auth/login.ts';
import { Refusal } from '../rooms/refusal.ts';
import type { ApiContext } from './app.ts';
import { bodyOf } from './body.ts';
import { checkEntering } from './pace.ts';
import { addressOf } from './provider.ts';
import { checkCaller, clearSession, personOf, setSession } from './person.ts';

/** `/api/session`: who am I, enter, leave. `/api/sessions`: where else I am. */
export function sessionRoutes(context: ApiContext): Router {
  const router = Router();
  const { config, sessions, store, metrics, provider } = context;

  router.get('/api/session', async (request, response) => {
    const { user } = await personOf(context, request);
    const account = await store.accounts.find(user.id);
    response.json({ user, origin: account?.origin ?? 'name' } satisfies Session);
  });

  router.post('/api/session', async (request, response) => {
    checkCaller(context, request);
    if (config.auth.mode !== 'Guest') throw new Refusal('Forbidden', 'A name is not enough here: please sign in.');
    await checkEntering(context, request);
    const { name } = bodyOf(sessionRequestSchema, request, () => metrics.loginFailures.inc({ reason: 'name' }));
    const entered = await sessions.enter(name);
    if (!entered.ok) {
      metrics.loginFailures.inc({ reason: 'name' });
      throw nameRefused(name, entered.reason === 'taken' ? 'is in use right now' : 'is reserved');
    }
    setSession(context, request, response, entered.token);
    response.json({ user: entered.user, origin: 'name' } satisfies Session);
  });

  router.delete('/api/session', async (request, response) => {
    checkCaller(context, request);
    const { session } = await personOf(context, request);
    await sessions.end(session);
    clearSession(context, request, response);
    const redirect = await provider?.leaving(`${addressOf(context, request)}/`);
    if (redirect === undefined) response.status(204).end();
    else response.json({ redirect } satisfies Left);
  });

  router.get('/api/sessions', async (request, response) => {
    const { user, session } = await personOf(context, request);
    const known = await sessions.of(user.id);
    response.json({
      sessions: known.map(({ hash, created, agent, address }) => {
        return { id: hash, created, agent, address, current: hash === session ? 'yes' : 'no' };
      }),
    } satisfies Sessions);
  });

  router.delete('/api/sessions/:id', async (request, response) => {
    checkCaller(context, request);
    const { user, session } = await personOf(context, request);
    const own = await sessions.of(user.id);
    const { id } = request.params;
    const isOwn = id === session || own.some(({ hash }) => hash === id);
    if (!isOwn) throw new Refusal('NotFound', 'You have no such session.');
    await sessions.end(id);
    if (id === session) clearSession(context, request, response);
    response.status(204).end();
  });

  router.delete('/api/sessions', async (request, response) => {
    checkCaller(context, request);
    const { user, session } = await personOf(context, request);
    await sessions.end(session);
    await sessions.endAll(user.id);
    clearSession(context, request, response);
    response.status(204).end();
  });

  return router;
}
