/** Beside one Ollama server, in its pod. */
import path from 'node:path';
import { Agent } from '../agent/agent.ts';
import { Inventory } from '../agent/inventory.ts';
import { publish } from '../agent/publisher.ts';
import { Rooms } from '../agent/room.ts';
import { agentServer } from '../agent/server.ts';
import { agentEnvironment, readEnvironment } from '../environment.ts';
import { log } from '../log.ts';
import { serverReportKey } from '../report.ts';
import { listen } from './listen.ts';
import { stopOnSignal } from './stopping.ts';

export async function runAgent(environment: NodeJS.ProcessEnv): Promise<void> {
  const settings = readEnvironment(agentEnvironment, environment);
  const { DATA_DIR, MODELS_DIR, OLLAMA_URL, LOOK_EVERY_SECONDS } = settings;
  const rooms = new Rooms(DATA_DIR, path.join(MODELS_DIR, 'blobs'));
  const inventory = new Inventory(OLLAMA_URL);
  const agent = new Agent({ rooms, inventory, publish: publisher(settings), lookEveryMs: LOOK_EVERY_SECONDS * 1000 });
  const server = agentServer(agent, rooms);
  await listen(server, 'agent', settings.PORT, settings.HOST);
  stopOnSignal(settings.GRACE_SECONDS, async () => {
    agent.stop();
    server.closeAllConnections();
    await Promise.resolve(server.close());
  });
  await agent.watch();
}

type Settings = ReturnType<typeof agentEnvironment.parse>;

function publisher(settings: Settings): (text: string) => Promise<void> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port, POD_NAME, ACCOUNT_DIR } = settings;
  const { REPORT_NAMESPACE: namespace, REPORT_CONFIGMAP: configMap } = settings;
  if (host === undefined || namespace === undefined || configMap === undefined) {
    log.info('nobody is told: there is no REPORT_CONFIGMAP, or no cluster');
    return () => Promise.resolve();
  }
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const key = serverReportKey(Number(/\d+$/.exec(POD_NAME)?.[0] ?? 0));
  const target = { server, namespace, configMap, key, accountFolder: ACCOUNT_DIR };
  return (text) => publish(target, text);
}
