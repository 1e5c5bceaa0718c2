/** Beside one Ollama server, in its pod. */
import path from 'node:path';
import { Agent } from '../agent/agent.ts';
import { Inventory } from '../agent/inventory.ts';
import { Rooms } from '../agent/room.ts';
import { agentServer } from '../agent/server.ts';
import { agentEnvironment, readEnvironment } from '../environment.ts';
import { serverReportKey } from '../report.ts';
import { inClusterTarget, ReportsConfigMap } from '../reports/config-map.ts';
import { listen } from './listen.ts';
import { stopOnSignal } from './stopping.ts';

export async function runAgent(environment: NodeJS.ProcessEnv): Promise<void> {
  const settings = readEnvironment(agentEnvironment, environment);
  const { DATA_DIR, MODELS_DIR, OLLAMA_URL, LOOK_EVERY_SECONDS } = settings;
  const rooms = new Rooms(DATA_DIR, path.join(MODELS_DIR, 'blobs'));
  const inventory = new Inventory(OLLAMA_URL);
  const target = inClusterTarget(settings);
  const reports = target === undefined ? undefined : new ReportsConfigMap(target);
  const key = serverReportKey(Number(/\d+$/.exec(settings.POD_NAME)?.[0] ?? 0));
  const agent = new Agent({
    ...{ rooms, inventory, lookEveryMs: LOOK_EVERY_SECONDS * 1000 },
    publish: async (text) => reports?.patch({ [key]: text }),
  });
  const server = agentServer(agent, rooms);
  await listen(server, 'agent', settings.PORT, settings.HOST);
  stopOnSignal(settings.GRACE_SECONDS, () => {
    agent.stop();
    server.close();
    server.closeAllConnections();
    return Promise.resolve();
  });
  await agent.watch();
}
