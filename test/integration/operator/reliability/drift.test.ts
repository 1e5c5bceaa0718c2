/** Somebody else edits every owned field of every child, and deletes every child: it is healed, and theirs stays. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { differences } from '../../../../operator/kube/difference.ts';
import { pathOfObject, type KubeObject } from '../../../../operator/kube/object.ts';
import type { Child } from '../../../../operator/resources/children.ts';
import { TYPES } from '../../../../operator/resources/types.ts';
import { until } from '../../../testbed/wait.ts';
import { desiredOf } from './as-built.ts';
import { editsOf, leavesOf, type Leaf, type Step } from './edits.ts';
import { ALL, randomOf, REPEAT, sample, SEED } from './seed.ts';
import { BUILD_TIMEOUT, NAME, sharedStage, type Stage } from './stage.ts';
import { RICH } from './workloads.ts';

/** Fields of each child that are edited in `make test`. */
const EDITS = 3;
const THEIRS = { 'example.org/theirs': 'stays' };

type Outcome = 'healed' | 'refused' | 'no change';

describe(`what others do to the children (${REPEAT}, RELIABILITY=all)`, function () {
  this.timeout(ALL ? 60 * 60_000 : 180_000);
  let stage: Stage;
  const namespace = 'drift';

  before(async function () {
    this.timeout(BUILD_TIMEOUT);
    stage = await sharedStage();
    await stage.bed.namespace(namespace);
    await stage.bed.create(namespace, NAME, RICH);
    await stage.settled(namespace);
  });

  async function desired(): Promise<Child[]> {
    const live = await stage.live(namespace);
    const secret = live.find(({ object }) => object.metadata.name === `${NAME}-secret`)!;
    return desiredOf(await stage.chat(namespace), secret.object);
  }

  const read = async (child: Child): Promise<KubeObject | undefined> => {
    const { status, body } = await stage.bed.client.send<KubeObject>('GET', pathOfObject(child.type, child.object));
    return status === 200 ? body : undefined;
  };
  const edit = (child: Child, steps: readonly Step[]) =>
    stage.bed.client.send<KubeObject>(
      'PATCH',
      pathOfObject(child.type, child.object),
      steps,
      'application/json-patch+json',
    );
  const healed = (child: Child, what: string): Promise<KubeObject> =>
    until(
      `${child.type.kind} ${child.object.metadata.name} ${what} is healed`,
      async () => {
        const live = await read(child);
        return live !== undefined && differences(child.object, live).length === 0 && live;
      },
      { timeout: 30_000, every: 25 },
    );

  /** Edits one field, in the first way that the API server takes, and waits until it is as it was. */
  async function tryEdit(child: Child, leaf: Leaf): Promise<Outcome> {
    let outcome: Outcome = 'refused';
    for (const step of editsOf(leaf)) {
      const { status, body } = await edit(child, [step]);
      if (status !== 200) continue;
      const changed = differences(child.object, body).length > 0;
      if (!changed) outcome = 'no change';
      if (!changed) continue;
      await healed(child, leaf.pointer);
      return 'healed';
    }
    return outcome;
  }

  it('heals every owned field, and leaves the labels and annotations of others', async () => {
    const counts = { healed: 0, refused: 0, 'no change': 0 };
    const refused: string[] = [];
    const ofOneChild = async (child: Child, at: number): Promise<void> => {
      const { kind, metadata } = child.object;
      const theirs = { metadata: { annotations: THEIRS, labels: THEIRS } };
      await stage.bed.client.ok('PATCH', pathOfObject(child.type, child.object), theirs, {
        type: 'application/merge-patch+json',
      });
      const leaves = leavesOf(child.object, await read(child));
      for (const leaf of sample(leaves, EDITS, randomOf(SEED + at))) {
        const outcome = await tryEdit(child, leaf);
        counts[outcome] += 1;
        if (outcome === 'refused') refused.push(`${kind} ${metadata.name} ${leaf.pointer}`);
      }
      const live = await healed(child, 'as a whole');
      assert.deepEqual(
        [live.metadata.annotations?.['example.org/theirs'], live.metadata.labels?.['example.org/theirs']],
        ['stays', 'stays'],
        metadata.name,
      );
    };
    const children = await desired();
    await Promise.all(children.map(ofOneChild));
    console.log(`      edited fields: ${JSON.stringify(counts)}`);
    if (ALL) console.log(refused.map((each) => `      the API server refuses ${each}`).join('\n'));
    assert.ok(counts.healed > children.length, JSON.stringify(counts));
    await stage.settled(namespace);
  });

  it('brings back every child that is deleted', async () => {
    const jobs = (await stage.owned(namespace)).filter(({ type }) => type === TYPES.job || type === TYPES.secret);
    const children = [...(await desired()), ...jobs];
    await Promise.all(
      children.map(async (child) => {
        const old = await read(child);
        const path = pathOfObject(child.type, child.object);
        await stage.bed.client.ok('DELETE', path, { propagationPolicy: 'Background' });
        const isBack = async () => {
          const live = await read(child);
          return live !== undefined && live.metadata.uid !== old?.metadata.uid;
        };
        await until(`${child.type.kind} ${child.object.metadata.name} is back`, isBack, { timeout: 60_000 });
      }),
    );
    await stage.settled(namespace);
  });
});
