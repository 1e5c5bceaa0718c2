import { Router } from 'express';
import type { User, Users, UserWithPassword } from '../protocol/accounts.ts';
import { newUserSchema, userChangeSchema, usersQuerySchema } from '../protocol/accounts.ts';
import { Refusal } from '../rooms/refusal.ts';
import type { ApiContext } from './app.ts';
import { bodyOf } from './body.ts';
import { administratorOf, checkCaller } from './person.ts';

/** `/api/users`: for administrators. */
export function userRoutes(context: ApiContext): Router {
  const router = Router();
  const { administration } = context;

  router.get('/api/users', async (request, response) => {
    await administratorOf(context, request);
    const query = usersQuerySchema.safeParse(request.query);
    if (!query.success) throw new Refusal('BadFrame', '"after" is the "next" of an answer.');
    response.json((await administration.list(query.data.after)) satisfies Users);
  });

  router.post('/api/users', async (request, response) => {
    checkCaller(context, request);
    await administratorOf(context, request);
    const made = await administration.make(bodyOf(newUserSchema, request));
    response.status(201).json(made satisfies UserWithPassword);
  });

  router.patch('/api/users/:id', async (request, response) => {
    checkCaller(context, request);
    const { user } = await administratorOf(context, request);
    const changed = await administration.change(user.id, request.params.id, bodyOf(userChangeSchema, request));
    response.json(changed satisfies User);
  });

  router.delete('/api/users/:id', async (request, response) => {
    checkCaller(context, request);
    const { user } = await administratorOf(context, request);
    await administration.remove(user.id, request.params.id);
    response.status(204).end();
  });

  router.post('/api/users/:id/reset', async (request, response) => {
    checkCaller(context, request);
    const { user } = await administratorOf(context, request);
    response.json((await administration.reset(user.id, request.params.id)) satisfies UserWithPassword);
  });

  router.delete('/api/users/:id/sessions', async (request, response) => {
    checkCaller(context, request);
    await administratorOf(context, request);
    await administration.endSessions(request.params.id);
    response.status(204).end();
  });

  return router;
}
