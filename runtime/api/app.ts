/** The REST API. Everything under `/api`; answers are never cached. */
import express from 'express';
import type { Express, RequestHandler } from 'express';
import type { RuntimeConfig } from '../config.ts';
import type { Assistant } from '../ai/assistant.ts';
import type { Administration } from '../auth/administration.ts';
import type { Callers } from '../auth/callers.ts';
import type { Externals } from '../auth/externals.ts';
import type { Login } from '../auth/login.ts';
import type { Provider } from '../auth/provider.ts';
import type { Peers } from '../auth/request-origin.ts';
import { originOf } from '../auth/request-origin.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Way } from '../protocol/accounts.ts';
import type { Config, Ready } from '../protocol/rest.ts';
import type { Post } from '../rooms/post.ts';
import { Refusal } from '../rooms/refusal.ts';
import type { Directory } from '../rooms/directory.ts';
import type { Making } from '../rooms/making.ts';
import { userRoomsOf } from '../rooms/user-rooms.ts';
import type { Moderation } from '../rooms/moderation.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { Store } from '../store/port.ts';
import { accountRoutes } from './accounts.ts';
import { adminRoutes } from './admin.ts';
import { documentRoute } from './document.ts';
import { errorHandler } from './errors.ts';
import { historyRoutes } from './history.ts';
import { measure } from './measure.ts';
import { memberRoutes } from './members.ts';
import { messageRoutes } from './messages.ts';
import { providerRoutes } from './provider.ts';
import type { RequestPace } from './request-pace.ts';
import { UNCOUNTED } from './request-pace.ts';
import { roomRoutes } from './rooms.ts';
import { sessionRoutes } from './session.ts';
import { userRoutes } from './users.ts';

export interface ApiContext {
  readonly config: RuntimeConfig;
  readonly version: string;
  readonly store: Store;
  readonly metrics: Metrics;
  readonly sessions: Sessions;
  readonly callers: Callers;
  readonly login: Login;
  readonly administration: Administration;
  readonly externals: Externals;
  /** Where people sign in, in mode OIDC. */
  readonly provider?: Provider | undefined;
  /** How people may enter. */
  readonly ways: readonly Way[];
  readonly rooms: Rooms;
  readonly directory: Directory;
  readonly making: Making;
  readonly moderation: Moderation;
  readonly post: Post;
  readonly assistant: Assistant;
  readonly peers: Peers;
  readonly pace: RequestPace;
  /** Answers what the API does not know, before its 404. */
  readonly alsoServe?: RequestHandler;
  /** `false` while this backend goes away. */
  readonly accepting: () => boolean;
}

/** JSON escapes can make a body six times as long as its text. */
const MAX_BODY_BYTES = 6 * 64 * 1024;

export function createApp(context: ApiContext): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(measure(context.metrics));
  app.use((_request, response, next) => {
    response.setHeader('cache-control', 'no-store');
    response.setHeader('x-content-type-options', 'nosniff');
    next();
  });
  app.use('/api', async (request, _response, next) => {
    const path = request.baseUrl + request.path;
    if (!Object.hasOwn(UNCOUNTED, path)) await context.pace.address(originOf(request, context.peers).address);
    next();
  });
  app.use(express.json({ limit: MAX_BODY_BYTES }));
  app.get('/api/health', (_request, response) => void response.json({ ok: true }));
  app.get('/api/ready', (_request, response) => {
    const redis = context.store.connected();
    const reason = context.store.trouble()?.message;
    const ready: Ready = {
      ready: redis && context.accepting(),
      redis,
      ollama: context.assistant.available(),
      ...(reason !== undefined && { reason }),
    };
    response.status(ready.ready ? 200 : 503).json(ready);
  });
  app.get('/api/config', (_request, response) => void response.json(publicConfig(context)));
  app.get('/api/openapi.json', documentRoute(context));
  app.use(sessionRoutes(context));
  app.use(accountRoutes(context));
  app.use(providerRoutes(context));
  app.use(userRoutes(context));
  app.use(adminRoutes(context));
  app.use(roomRoutes(context));
  app.use(memberRoutes(context));
  app.use(messageRoutes(context));
  app.use(historyRoutes(context));
  if (context.alsoServe !== undefined) app.use(context.alsoServe);
  app.use((request) => {
    throw new Refusal('NotFound', `There is no ${request.method} ${request.path}.`);
  });
  app.use(errorHandler);
  return app;
}

function publicConfig({ config, version, ways }: ApiContext): Config {
  const { title, assistant, rooms, limits } = config;
  return {
    title,
    assistant: { name: assistant.name, replies: rooms[0]?.replies ?? 'Never' },
    rooms: rooms.map((room) => ({ name: room.name, title: room.title, model: room.model })),
    limits: { maxMessageBytes: limits.maxMessageBytes },
    roomCreators: userRoomsOf(config).creators,
    ways: [...ways],
    version,
  };
}
