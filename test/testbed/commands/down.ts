import { allClusters, Cluster, reservedNames } from '../cluster.ts';
import { docker, engineAnswers } from '../docker.ts';
import { stopOwnEngine } from '../engine.ts';
import { withLock } from '../lock.ts';
import { say, task } from '../progress.ts';

/** Removes a cluster, and stops the engine if the test bed started it and nothing else runs there. */
export async function down(name: string): Promise<void> {
  const cluster = new Cluster(name);
  await withLock(`cluster ${name}`, async () => {
    const { isThere } = await engineAnswers();
    if (!isThere) {
      say('No container engine runs, so no cluster does.');
      cluster.release();
      return;
    }
    if ((await cluster.state()) === 'absent') say(`There is no cluster ${name}.`);
    else await task(`removing the cluster ${name}`, () => cluster.delete());
    cluster.release();
    await stopOwnEngine(engineUse);
  });
}

/** Who uses the engine, in words: clusters, those that are just being made, other containers. */
async function engineUse(): Promise<string | undefined> {
  const clusters = [...new Set([...(await allClusters()), ...reservedNames()])];
  if (clusters.length > 0) return `it is for the cluster ${clusters.join(', ')}`;
  return (await docker(['ps', '-q'])).trim() === '' ? undefined : 'it runs other containers';
}
