/** All parts of one backend, wired. The store decides whether it is one of many or alone. */
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Assistant } from '../ai/assistant.ts';
import type { RequestHandler } from 'express';
import { createApp } from '../api/app.ts';
import { RequestPace } from '../api/request-pace.ts';
import { Administration } from '../auth/administration.ts';
import { Callers } from '../auth/callers.ts';
import { Externals } from '../auth/externals.ts';
import type { Credentials } from '../auth/login.ts';
import { Login } from '../auth/login.ts';
import { Passwords } from '../auth/passwords.ts';
import type { Provider } from '../auth/provider.ts';
import type { Peers } from '../auth/request-origin.ts';
import { Sessions } from '../auth/sessions.ts';
import { waysOf } from '../auth/ways.ts';
import type { RuntimeConfig } from '../config.ts';
import { Doorkeeper } from '../gateway/admission.ts';
import { frameText } from '../gateway/framing.ts';
import { Gateway } from '../gateway/gateway.ts';
import { Living } from '../gateway/living.ts';
import { log, wordsOf } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { Alterations } from '../rooms/alterations.ts';
import { Directory } from '../rooms/directory.ts';
import { Making } from '../rooms/making.ts';
import { Moderation } from '../rooms/moderation.ts';
import { Notices } from '../rooms/notices.ts';
import { Post } from '../rooms/post.ts';
import type { ReportsConfigMap } from '../reports/config-map.ts';
import { Rooms } from '../rooms/rooms.ts';
import type { Store } from '../store/port.ts';

export interface ChatOptions {
  readonly config: RuntimeConfig;
  readonly store: Store;
  readonly metrics: Metrics;
  readonly name: string;
  readonly version: string;
  readonly peers: Peers;
  /** Whom a Secret names as the first administrator. */
  readonly admin?: Credentials | undefined;
  /** By which frontends prove that they are some, in mode TrustedHeader. */
  readonly frontendKey?: string | undefined;
  /** Where people sign in, in mode OIDC. */
  readonly provider?: Provider | undefined;
  /** Where parts of the chat report; none outside of a cluster. */
  readonly reports?: ReportsConfigMap | undefined;
  /** Answers what the API does not know, before its 404. */
  readonly alsoServe?: RequestHandler;
}

export interface Chat {
  /** Serves the API and `/ws`. */
  readonly server: Server;
  readonly assistant: Assistant;
  /** Begins to work as soon as the store answers. */
  start(): Promise<void>;
  stop(withinMs: number): Promise<void>;
}

/** Sockets leave over this time at most; replies under way may take the rest of the grace. */
const SOCKETS_LEAVE_MS = 3000;
const START_RETRY_MS = 200;

export function createChat(options: ChatOptions): Chat {
  const { config, metrics, name, version, peers, reports } = options;
  let state: 'starting' | 'accepting' | 'stopping' = 'starting';
  const directory = new Directory(config, options.store);
  const notices = new Notices(options.store, directory);
  const store = { ...options.store, log: notices.watched(options.store.log) };
  const assistant = new Assistant({ config, store, metrics, name, reports, directory });
  const rooms = new Rooms({ store, metrics, encode: frameText }, name, directory, config.history);
  const post = new Post(config, store, directory, metrics);
  const alterations = new Alterations(config, store, directory, metrics);
  const making = new Making(config, store, directory);
  const moderation = new Moderation({ config, store, directory, assistant });
  const sessions = new Sessions(store, config.assistant.name, config.session.maxAgeSeconds);
  const externals = new Externals(store, config.assistant.name);
  const { frontendKey } = options;
  const callers = new Callers({ config, sessions, externals, peers, frontendKey });
  const accounts = { config, store, sessions, metrics, passwords: new Passwords() };
  const login = new Login(accounts);
  const administration = new Administration(accounts, login);
  const ways = waysOf(config.auth, options.admin);
  const living = new Living(store.leases);
  const doorkeeper = new Doorkeeper({ config, callers, store, metrics, peers, living });
  const services = { directory, notices, rooms, post, alterations, assistant };
  const gateway = new Gateway({ name, version, services, doorkeeper, sessions, control: store.control, metrics });
  const app = createApp({
    ...{
      config,
      version,
      store,
      metrics,
      sessions,
      callers,
      login,
      administration,
      externals,
      ways,
      rooms,
      directory,
      making,
      moderation,
      post,
      assistant,
      peers,
      pace: new RequestPace(config, store, metrics),
    },
    ...(options.alsoServe === undefined ? {} : { alsoServe: options.alsoServe }),
    provider: options.provider,
    accepting: () => state === 'accepting',
  });
  const server = createServer(app);
  gateway.attach(server);

  return {
    server,
    assistant,
    async start() {
      for (;;) {
        try {
          if (options.admin !== undefined) await administration.bootstrap(options.admin);
          await living.begin();
          await directory.listen();
          await gateway.listen();
          await assistant.listen();
          if (state === 'starting') state = 'accepting';
          return;
        } catch (error) {
          log.debug('waiting for the store', { error: wordsOf(error) });
          await delay(START_RETRY_MS);
        }
      }
    },
    async stop(withinMs) {
      state = 'stopping';
      const socketsMs = Math.min(SOCKETS_LEAVE_MS, withinMs / 3);
      await Promise.all([gateway.drain(socketsMs), assistant.drain(withinMs / 2)]);
      server.close();
      server.closeIdleConnections();
      await living.end();
      await delay(Math.min(withinMs / 10, 500));
      rooms.close();
      notices.close();
      gateway.close();
      server.closeAllConnections();
      reports?.close();
      await store.close();
    },
  };
}
