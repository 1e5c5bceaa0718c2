import { randomBytes } from 'node:crypto';
import { Router } from 'express';
import type { Request, Response } from 'express';
import { originOf } from '../auth/request-origin.ts';
import type { MessageResponse } from '../protocol/rest.ts';
import { messageRequestSchema, messagesQuerySchema } from '../protocol/rest.ts';
import { Refusal } from '../rooms/refusal.ts';
import type { ApiContext } from './app.ts';
import { checkCaller, personOf } from './person.ts';

/** `/api/rooms/:room/messages`, and `/api/messages` for the first room. */
export function messageRoutes(context: ApiContext): Router {
  const router = Router();
  const firstRoom = context.config.rooms[0]?.name ?? '';
  router.get('/api/messages', (request, response) => read(context, firstRoom, request, response));
  router.post('/api/messages', (request, response) => write(context, firstRoom, request, response));
  router.get('/api/rooms/:room/messages', (request, response) => read(context, request.params.room, request, response));
  router.post('/api/rooms/:room/messages', (request, response) =>
    write(context, request.params.room, request, response),
  );
  return router;
}

async function read(context: ApiContext, room: string, request: Request, response: Response): Promise<void> {
  const { user } = await personOf(context, request);
  await context.directory.open(user, room);
  const query = messagesQuerySchema.safeParse(request.query);
  if (!query.success) throw new Refusal('BadFrame', '"before" is not an offset.');
  const { entries, hasMore } = await context.rooms.history(room, query.data.before);
  response.type('json').send(`{"entries":${entries},"hasMore":${hasMore}}`);
}

async function write(context: ApiContext, room: string, request: Request, response: Response): Promise<void> {
  checkCaller(context, request);
  const { user } = await personOf(context, request);
  const sender = { user, address: originOf(request, context.peers).address };
  const parsed = messageRequestSchema.safeParse(request.body);
  if (!parsed.success) throw new Refusal('BadFrame', parsed.error.issues[0]?.message ?? 'a text is needed');
  const { text, replyTo, key = randomBytes(16).toString('base64url') } = parsed.data;
  const { offset, duplicate } = await context.post.message(sender, { room, key, text, replyTo });
  await context.assistant.consider(room, sender, { offset, text });
  response.status(duplicate ? 200 : 201).json({ key, offset } satisfies MessageResponse);
}
