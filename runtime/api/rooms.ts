import { Router } from 'express';
import type { Author } from '../protocol/entries.ts';
import type { RoomDetails, RoomInfo, Rooms } from '../protocol/rest.ts';
import { directRequestSchema, newRoomSchema, roomChangeSchema } from '../protocol/rest.ts';
import type { Room } from '../rooms/access.ts';
import { mayModerate } from '../rooms/access.ts';
import type { ApiContext } from './app.ts';
import { bodyOf } from './body.ts';
import { checkCaller, personOf } from './person.ts';

/** `/api/rooms`, `/api/rooms/:room` and `/api/direct`. */
export function roomRoutes(context: ApiContext): Router {
  const router = Router();
  const { directory, making, moderation } = context;

  router.get('/api/rooms', async (request, response) => {
    const { user } = await personOf(context, request);
    const rooms = await directory.of(user);
    const infos = await Promise.all(rooms.map((room) => infoOf(context, user, room)));
    response.json({ rooms: infos } satisfies Rooms);
  });

  router.post('/api/rooms', async (request, response) => {
    checkCaller(context, request);
    const { user } = await personOf(context, request);
    const made = await making.make(user, bodyOf(newRoomSchema, request));
    response.status(201).json(await infoOf(context, user, made));
  });

  router.post('/api/direct', async (request, response) => {
    checkCaller(context, request);
    const { user } = await personOf(context, request);
    const room = await making.direct(user, bodyOf(directRequestSchema, request).user);
    response.json(await infoOf(context, user, room));
  });

  router.get('/api/rooms/:room', async (request, response) => {
    const { user } = await personOf(context, request);
    const room = await directory.open(user, request.params.room);
    const details: RoomDetails = { ...(await infoOf(context, user, room)), members: [...room.members] };
    const more = mayModerate(room, user) ? { systemPrompt: room.systemPrompt, banned: [...room.banned] } : {};
    response.json({ ...details, ...more } satisfies RoomDetails);
  });

  router.patch('/api/rooms/:room', async (request, response) => {
    checkCaller(context, request);
    const { user } = await personOf(context, request);
    const changed = await moderation.change(user, request.params.room, bodyOf(roomChangeSchema, request));
    response.json(await infoOf(context, user, changed));
  });

  router.delete('/api/rooms/:room', async (request, response) => {
    checkCaller(context, request);
    const { user } = await personOf(context, request);
    await moderation.remove(user, request.params.room);
    response.status(204).end();
  });

  router.post('/api/rooms/:room/clear', async (request, response) => {
    checkCaller(context, request);
    const { user } = await personOf(context, request);
    await moderation.clear(user, request.params.room);
    response.status(204).end();
  });

  return router;
}

async function infoOf({ store }: ApiContext, user: Author, room: Room): Promise<RoomInfo> {
  const { name, kind, origin, model, replies, lock } = room;
  // Each of two people sees the room under the name of the other one.
  const title = (kind === 'direct' && room.members.find(({ id }) => id !== user.id)?.name) || room.title;
  const moderator = mayModerate(room, user) ? 'yes' : 'no';
  return { name, title, model, kind, origin, replies, lock, moderator, ...(await store.reads.unread(name, user.id)) };
}
