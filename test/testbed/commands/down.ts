import { allClusters, Cluster } from '../cluster.ts';
import { docker, engineAnswers } from '../docker.ts';
import { ownEngine, stopOwnEngine } from '../engine.ts';
import { withLock } from '../lock.ts';
import { say, task } from '../progress.ts';

/** Removes a cluster, and stops the engine if the test bed started it and nothing else runs there. */
export async function down(name: string): Promise<void> {
  const cluster = new Cluster(name);
  await withLock(`cluster ${name}`, async () => {
    const { isThere } = await engineAnswers();
    if (!isThere) {
      say('No container engine runs, so no cluster does.');
      return;
    }
    if ((await cluster.state()) === 'absent') say(`There is no cluster ${name}.`);
    else await task(`removing the cluster ${name}`, () => cluster.delete());
    await stopUnusedEngine();
  });
}

async function stopUnusedEngine(): Promise<void> {
  if (ownEngine() === undefined) return;
  const others = await allClusters();
  if (others.length > 0) {
    say(`The container engine goes on: it runs the cluster ${others.join(', ')}.`);
    return;
  }
  if ((await docker(['ps', '-q'])).trim() !== '') {
    say('The container engine goes on: it runs other containers.');
    return;
  }
  await task('stopping the container engine that the test bed had started', stopOwnEngine);
}
