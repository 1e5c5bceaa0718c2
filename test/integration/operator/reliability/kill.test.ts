/** kill -9 of the operator after every single write of a workload: it ends as if nothing had been. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type { LastReply } from '../../kube/request-limit.ts';
import { BUILD_TIMEOUT, NAME, sharedStage, writesIn, type End, type Stage } from './stage.ts';
import { ALL, randomOf, REPEAT, sample, SEED } from './seed.ts';
import { WORKLOADS, type Workload } from './workloads.ts';

/** Points of each workload at which it is killed in `make test`; of all of them, so many at a time. */
const POINTS = 4;

interface Point {
  readonly write: number;
  readonly reply: LastReply;
}

describe(`the operator, killed in the middle of its work (${REPEAT}, RELIABILITY=all)`, function () {
  this.timeout(ALL ? 60 * 60_000 : 240_000);
  let stage: Stage;
  const random = randomOf(SEED);

  before(async function () {
    this.timeout(BUILD_TIMEOUT);
    stage = await sharedStage();
  });

  async function prepare(workload: Workload, namespace: string): Promise<void> {
    await stage.bed.namespace(namespace);
    if (workload.before === undefined) return;
    await stage.bed.create(namespace, NAME, workload.before);
    await stage.settled(namespace);
  }

  /** The work without any disturbance: how it ends, and in how many writes. */
  async function undisturbed(workload: Workload): Promise<{ end: End; writes: number }> {
    const namespace = `whole-${workload.name}`;
    await prepare(workload, namespace);
    const before = stage.writes(namespace).length;
    await workload.act(stage, namespace);
    await stage.settled(namespace);
    return { end: await stage.end(namespace), writes: stage.writes(namespace).length - before };
  }

  /** Kills it when exactly so many writes have reached the API server, the last of them answered or not. */
  async function killAt(workload: Workload, namespace: string, { write, reply }: Point): Promise<void> {
    const limit = stage.proxy.passOnly(writesIn(namespace), write, reply);
    await workload.act(stage, namespace);
    // A write fewer than without disturbance is possible: two changes of status may have become one.
    await Promise.race([limit.reached, stage.settled(namespace)]);
    if (reply === 'delivered') await Promise.race([limit.exceeded, stage.settled(namespace)]);
    await stage.bed.stopOperator('SIGKILL');
    limit.lift('drop');
    await stage.bed.freeLease();
    await stage.bed.startOperator();
  }

  for (const workload of WORKLOADS) {
    it(`ends the same: ${workload.name}`, async () => {
      const { end, writes } = await undisturbed(workload);
      const every = Array.from({ length: writes }, (_, i) => i + 1).flatMap((write) =>
        (['delivered', 'lost'] as const).map((reply) => ({ write, reply })),
      );
      const points = sample(every, POINTS, random);
      const namespaceOf = ({ write, reply }: Point): string => `killed-${workload.name}-${write}-${reply}`;
      for (let at = 0; at < points.length; at += POINTS) {
        const some = points.slice(at, at + POINTS);
        await Promise.all(some.map((point) => prepare(workload, namespaceOf(point))));
        for (const point of some) await killAt(workload, namespaceOf(point), point);
        for (const point of some) {
          await stage.settled(namespaceOf(point));
          assert.deepEqual(await stage.end(namespaceOf(point)), end, namespaceOf(point));
        }
      }
    });
  }
});
