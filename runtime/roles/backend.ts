/** One of a chat's backends. */
import { backendEnvironment, readEnvironment } from '../environment.ts';
import { log } from '../log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { serveMetrics } from '../metrics/server.ts';
import { redisStore } from '../store/redis/store.ts';
import { createChat } from './chat.ts';
import { readConfig } from './config-file.ts';
import { listen } from './listen.ts';
import { redisAddress } from './redis-address.ts';
import { stopOnSignal } from './stopping.ts';

/** Keep-alive connections of frontends end on their side first. */
const KEEP_ALIVE_MS = 65_000;

export async function runBackend(environment: NodeJS.ProcessEnv): Promise<void> {
  const settings = readEnvironment(backendEnvironment, environment);
  const config = await readConfig(settings.CHATAPP_CONFIG);
  const metrics = createMetrics('backend');
  const store = redisStore(redisAddress(settings), {
    answered: (seconds) => metrics.redisLatency.observe(seconds),
    reconnected: () => metrics.redisReconnects.inc(),
    refused: (error) => {
      log.error('the process cannot go on', { error });
      process.exit(1);
    },
  });
  const { POD_NAME: name, VERSION: version } = settings;
  const chat = createChat({ config, store, metrics, name, version, peers: 'frontend' });
  chat.server.keepAliveTimeout = KEEP_ALIVE_MS;
  const metricsServer = serveMetrics(metrics);
  await listen(metricsServer, 'metrics', settings.METRICS_PORT, settings.HOST);
  await listen(chat.server, 'backend', settings.PORT, settings.HOST);
  stopOnSignal(settings.GRACE_SECONDS, (withinMs) => chat.stop(withinMs));
  await chat.start();
}
