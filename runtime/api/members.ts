import { Router } from 'express';
import type { Request } from 'express';
import type { Author } from '../protocol/entries.ts';
import type { Models, People } from '../protocol/rest.ts';
import { personRequestSchema } from '../protocol/rest.ts';
import { presentPeople } from '../rooms/acquaintances.ts';
import { Refusal } from '../rooms/refusal.ts';
import type { ApiContext } from './app.ts';
import { bodyOf } from './body.ts';
import { checkCaller, personOf } from './person.ts';

/** Who is in a room: `/api/rooms/:room/members`, `/kick` and `/bans`; `/api/people` and `/api/models` to choose from. */
export function memberRoutes(context: ApiContext): Router {
  const router = Router();
  const { moderation, config, assistant, store } = context;
  const caller = async (request: Request): Promise<Author> => {
    checkCaller(context, request);
    return (await personOf(context, request)).user;
  };

  router.put('/api/rooms/:room/members/:user', async (request, response) => {
    await moderation.addMember(await caller(request), request.params.room, whom(request.params.user));
    response.status(204).end();
  });

  router.delete('/api/rooms/:room/members/:user', async (request, response) => {
    await moderation.removeMember(await caller(request), request.params.room, whom(request.params.user));
    response.status(204).end();
  });

  router.post('/api/rooms/:room/kick', async (request, response) => {
    const user = await caller(request);
    await moderation.kick(user, request.params.room, bodyOf(personRequestSchema, request).user);
    response.status(204).end();
  });

  router.put('/api/rooms/:room/bans/:user', async (request, response) => {
    await moderation.ban(await caller(request), request.params.room, whom(request.params.user));
    response.status(204).end();
  });

  router.delete('/api/rooms/:room/bans/:user', async (request, response) => {
    await moderation.unban(await caller(request), request.params.room, whom(request.params.user));
    response.status(204).end();
  });

  router.get('/api/people', async (request, response) => {
    await personOf(context, request);
    response.json({ people: await presentPeople(store) } satisfies People);
  });

  router.get('/api/models', async (request, response) => {
    await personOf(context, request);
    const names = [...config.ollama.models, ...config.rooms.map(({ model }) => ({ name: model }))];
    const models = [...new Set(names.map(({ name }) => name))].map((name) => ({ name, state: assistant.state(name) }));
    response.json({ models } satisfies Models);
  });

  return router;
}

function whom(part: string): string {
  const parsed = personRequestSchema.safeParse({ user: part });
  if (!parsed.success) throw new Refusal('BadFrame', 'That is nobody.');
  return parsed.data.user;
}
