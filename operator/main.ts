/** The operator: wiring only. */
import type { KubeConfig } from '@kubernetes/client-node';
import library from '@dot-i/k8s-operator';
import { collectWhenCalm } from '../runtime/calm.ts';
import { ANNOTATION } from './api/labels.ts';
import { checkClusterVersion } from './cluster-version.ts';
import { createLogger, type Logger } from './kube/log.ts';
import { Manager, type End } from './kube/manager.ts';
import { Metrics } from './kube/metrics.ts';
import { createTransport } from './kube/transport.ts';
import { FIELD_MANAGER, type Environment } from './reconcile/environment.ts';
import { reconcileChatApp } from './reconcile/chatapp.ts';
import { TYPES } from './resources/types.ts';
import { readSettings, type Settings } from './settings.ts';
import { watchAll } from './watches.ts';

/** Its caches are most of its heap, and change little: much less than they take again is worth collecting. */
const LEFT_BEHIND = { factor: 1.25, room: 16 * 1024 * 1024 };

class ChatAppOperator extends library.default {
  readonly #settings: Settings;
  readonly #log: Logger;
  #manager: Manager | undefined;

  constructor(settings: Settings, log: Logger) {
    super(log);
    this.#settings = settings;
    this.#log = log;
  }

  /** Resolves when the operator has ended. */
  get ended(): Promise<End> {
    return this.#manager?.ended ?? Promise.resolve('stopped');
  }

  /** Called by `start`: resolves when the caches are filled and the election is joined. */
  protected override async init(): Promise<void> {
    const { images, watchNamespace, podNamespace, podName, port } = this.#settings;
    const metrics = new Metrics();
    const server = serverOf(this.kubeConfig);
    const transport = createTransport(this.kubeConfig, {
      userAgent: FIELD_MANAGER,
      observe: metrics.requests(server.host),
    });
    const version = await checkClusterVersion(transport);
    this.#log.info('starting', { server: server.href, version, namespace: watchNamespace ?? 'all', images });
    const manager = new Manager({
      name: 'chatapp',
      primary: TYPES.chatApp,
      reconcile: (key, _signal, run) => reconcileChatApp(environment, key, run),
      transport,
      fieldManager: FIELD_MANAGER,
      apply: { hashAnnotation: ANNOTATION.appliedHash },
      instance: podName,
      ...(podNamespace !== undefined && { leader: { namespace: podNamespace, name: FIELD_MANAGER } }),
      // Watching which kinds exist needs a cluster-wide right.
      discovery: watchNamespace === undefined ? 'watch' : 'poll',
      health: { port },
      log: this.#log,
      metrics,
    });
    const environment: Environment = {
      transport: manager.client,
      ...watchAll(manager, watchNamespace),
      applier: manager.applier,
      statusWriter: manager.statusWriter,
      references: manager.references,
      images,
      now: () => new Date(),
      event: (chat, type, reason, note) => manager.events.record(chat, { type, reason, note }),
    };
    this.#manager = manager;
    const { healthPort } = await manager.start();
    collectWhenCalm(LEFT_BEHIND);
    this.#log.info('ready', { port: healthPort });
  }

  /** Takes no more work, lets what is under way end, hands the Lease over. */
  override stop(): void {
    super.stop();
    void this.#manager?.stop();
  }
}

function serverOf(kubeConfig: KubeConfig): URL {
  const server = kubeConfig.getCurrentCluster()?.server;
  if (server === undefined) throw new Error('there is no cluster: set KUBECONFIG, or run in a cluster');
  return new URL(server);
}

const HELP = `Makes and keeps chats on Kubernetes: watches ChatApps and everything made for them.

Usage: npm run operator    (KUBECONFIG says which cluster; in a cluster, the service account)

Environment:
  RUNTIME_IMAGE, REDIS_IMAGE, OLLAMA_IMAGE   images of ChatApps that name none
  WATCH_NAMESPACE                            one namespace to look after; all if not set
  POD_NAMESPACE, POD_NAME                    where the Lease is, and who takes it; no election if not set
  PORT                                       /healthz, /readyz and /metrics; 8080 if not set
  LOG_LEVEL                                  debug, info, warn or error; info if not set
`;

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(HELP);
    return;
  }
  const settings = readSettings(process.env);
  const log = createLogger({ level: settings.logLevel });
  const operator = new ChatAppOperator(settings, log);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => operator.stop());
  await operator.start();
  const how = await operator.ended;
  log.info('ended', { how });
  // Without its Lease another instance writes: this one must be gone.
  process.exit(how === 'stopped' ? 0 : 1);
}

try {
  await main();
} catch (error) {
  createLogger().error('the operator cannot go on', { error });
  process.exit(1);
}
