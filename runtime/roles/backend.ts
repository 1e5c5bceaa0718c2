/** One of a chat's backends. */
import { readFile } from 'node:fs/promises';
import type { RuntimeConfig } from '../config.ts';
import { runtimeConfigSchema } from '../config.ts';
import { backendEnvironment, readEnvironment, UsageError } from '../environment.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { serveMetrics } from '../metrics/server.ts';
import { redisStore } from '../store/redis/store.ts';
import { createChat } from './chat.ts';
import { listen } from './listen.ts';
import { stopOnSignal } from './stopping.ts';

/** Keep-alive connections of frontends end on their side first. */
const KEEP_ALIVE_MS = 65_000;

export async function runBackend(environment: NodeJS.ProcessEnv): Promise<void> {
  const settings = readEnvironment(backendEnvironment, environment);
  const config = await readConfig(settings.CHATAPP_CONFIG);
  const metrics = createMetrics('backend');
  const { REDIS_HOST: host, REDIS_PORT: port, REDIS_PASSWORD: password } = settings;
  const store = redisStore(
    { host, port, ...(password === undefined ? {} : { password }) },
    {
      answered: (seconds) => metrics.redisLatency.observe(seconds),
      reconnected: () => metrics.redisReconnects.inc(),
    },
  );
  const { POD_NAME: name, VERSION: version } = settings;
  const chat = createChat({ config, store, metrics, name, version, peers: 'frontend' });
  chat.server.keepAliveTimeout = KEEP_ALIVE_MS;
  const metricsServer = serveMetrics(metrics);
  await listen(metricsServer, 'metrics', settings.METRICS_PORT, settings.HOST);
  await listen(chat.server, 'backend', settings.PORT, settings.HOST);
  stopOnSignal(settings.GRACE_SECONDS, (withinMs) => chat.stop(withinMs));
  await chat.start();
}

async function readConfig(path: string): Promise<RuntimeConfig> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`The configuration ${path} (CHATAPP_CONFIG) cannot be read`, { cause: error });
  }
  const parsed = runtimeConfigSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new UsageError(`The configuration ${path} is wrong:\n${problems.join('\n')}`);
}
