import { Router } from 'express';
import type { Status } from '../protocol/rest.ts';
import { connectedPeople } from '../rooms/acquaintances.ts';
import { peopleIn } from '../rooms/people.ts';
import type { ApiContext } from './app.ts';
import { administratorOf } from './person.ts';

/** `/api/admin/status`: for administrators. */
export function adminRoutes(context: ApiContext): Router {
  const router = Router();
  const { config, store, directory } = context;

  router.get('/api/admin/status', async (request, response) => {
    const { user } = await administratorOf(context, request);
    const [connected, waiting, running, rooms] = await Promise.all([
      connectedPeople(store),
      store.runs.waiting(),
      store.runs.running(),
      directory.of(user),
    ]);
    const counted = await Promise.all(
      rooms.map(async ({ name }) => ({ room: name, people: (await peopleIn(store, name)).length })),
    );
    const { messagesPerMinute, aiRepliesPerMinute, maxMessageBytes, connectionsPerUser, connectionsPerAddress } =
      config.limits;
    response.json({
      people: new Set(connected.map(({ id }) => id)).size,
      connections: connected.length,
      rooms: counted.filter(({ people }) => people > 0),
      queue: { waiting: waiting.length, running, most: config.queue.maxWaiting },
      servers: serversOf(context),
      limits: { messagesPerMinute, aiRepliesPerMinute, maxMessageBytes, connectionsPerUser, connectionsPerAddress },
    } satisfies Status);
  });

  return router;
}

function serversOf({ assistant }: ApiContext): Status['servers'] {
  return assistant.views().map(({ url, isUp, models, loaded }) => ({
    // Without what an address may have beside it, such as a password.
    name: new URL(url).host,
    state: isUp ? 'up' : 'away',
    models: isUp
      ? [...models]
          .sort()
          .map((name) => ({ name, state: loaded.has(name) ? ('loaded' as const) : ('stored' as const) }))
      : [],
  }));
}
