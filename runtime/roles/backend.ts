/** One of a chat's backends. */
import type { Assistant } from '../ai/assistant.ts';
import { reachOllamaBy } from '../ai/ollama.ts';
import type * as z from 'zod';
import type { Provider } from '../auth/provider.ts';
import type { RuntimeConfig } from '../config.ts';
import type { Credentials } from '../auth/login.ts';
import { type adminEnvironment, backendEnvironment, readEnvironment, UsageError } from '../environment.ts';
import { log } from '../log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { serveMetrics } from '../metrics/server.ts';
import { inClusterTarget, ReportsConfigMap } from '../reports/config-map.ts';
import { ReachReporter } from '../reports/reach.ts';
import type { Store } from '../store/port.ts';
import { redisStore } from '../store/redis/store.ts';
import { authorityOf } from './authority.ts';
import { collectWhenCalm } from '../calm.ts';
import { createChat } from './chat.ts';
import { readConfig } from './config-file.ts';
import { listen } from './listen.ts';
import { ollamaAccess } from './ollama-access.ts';
import { redisAddress } from './redis-address.ts';
import { stopOnSignal } from './stopping.ts';

/** Keep-alive connections of frontends end on their side first. */
const KEEP_ALIVE_MS = 65_000;

export async function runBackend(environment: NodeJS.ProcessEnv): Promise<void> {
  const settings = readEnvironment(backendEnvironment, environment);
  const config = await readConfig(settings.CHATAPP_CONFIG);
  const metrics = createMetrics('backend');
  const store = redisStore(await redisAddress(settings), {
    answered: (seconds) => metrics.redisLatency.observe(seconds),
    reconnected: () => metrics.redisReconnects.inc(),
    refused: (error) => {
      log.error('the process cannot go on', { error });
      process.exit(1);
    },
  });
  reachOllamaBy(await ollamaAccess(settings));
  const { POD_NAME: name, VERSION: version } = settings;
  const target = inClusterTarget(settings);
  const reports = target && new ReportsConfigMap(target);
  const admin = administratorOf(settings);
  const frontendKey = settings.FRONTEND_KEY;
  if (config.auth.mode === 'TrustedHeader' && frontendKey === undefined) {
    throw new UsageError('FRONTEND_KEY must be set in mode TrustedHeader: nobody could come in without it');
  }
  const provider = await providerOf(config, settings);
  const chat = createChat({
    ...{ config, store, metrics, name, version, peers: 'frontend', reports, admin, frontendKey, provider },
  });
  chat.server.keepAliveTimeout = KEEP_ALIVE_MS;
  const metricsServer = serveMetrics(metrics);
  await listen(metricsServer, 'metrics', settings.METRICS_PORT, settings.HOST);
  await listen(chat.server, 'backend', settings.PORT, settings.HOST);
  const servers = settings.REPORT_REACH && reports ? reachReporter(reports, name, store, chat.assistant) : undefined;
  void servers?.watch();
  collectWhenCalm();
  stopOnSignal(settings.GRACE_SECONDS, async (withinMs) => {
    await Promise.all([servers?.close(), chat.stop(withinMs)]);
  });
  await chat.start();
}

/** @throws UsageError when half of it is missing */
function administratorOf(settings: z.infer<typeof adminEnvironment>): Credentials | undefined {
  const { ADMIN_USERNAME: name, ADMIN_PASSWORD: password } = settings;
  if (name !== undefined && password !== undefined) return { name, password };
  if (name === undefined && password === undefined) return undefined;
  throw new UsageError('ADMIN_USERNAME and ADMIN_PASSWORD belong together: one of them is missing or empty');
}

/** Loaded where it is needed only. @throws UsageError */
async function providerOf(
  { auth }: RuntimeConfig,
  settings: z.infer<typeof backendEnvironment>,
): Promise<Provider | undefined> {
  if (auth.mode !== 'OIDC') return undefined;
  const { OIDC_CLIENT_SECRET: clientSecret } = settings;
  if (clientSecret === undefined) throw new UsageError('OIDC_CLIENT_SECRET must be set in mode OIDC');
  const authority = await authorityOf(settings, 'OIDC_CA_FILE');
  const { Provider } = await import('../auth/provider.ts');
  return new Provider({ ...auth, clientSecret, authority });
}

/** Only servers that somebody else runs are told of: the others have pods that tell. */
function reachReporter(reports: ReportsConfigMap, pod: string, store: Store, assistant: Assistant): ReachReporter {
  return new ReachReporter(reports, pod, () => {
    const trouble = store.trouble();
    const ollama = assistant.servers();
    return { redis: trouble === undefined ? { ok: true } : { ok: false, ...trouble }, ...(ollama && { ollama }) };
  });
}
