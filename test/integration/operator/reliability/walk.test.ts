/** A walk at random over the schema of the ChatApp: the children follow each step, and at the end there is no trace of the way. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { before, describe, it } from 'mocha';
import { CONDITION, REASON, type Reason } from '../../../../operator/api/conditions.ts';
import { openApiSchema, type JsonSchema } from '../../../../operator/api/schema.ts';
import { specSchema } from '../../../../operator/api/spec.ts';
import type { KubeObject } from '../../../../operator/kube/object.ts';
import { TYPES } from '../../../../operator/resources/types.ts';
import { until } from '../../../testbed/wait.ts';
import { values } from '../arbitrary.ts';
import { pathTo } from '../operator.ts';
import { desiredOf, notAsBuilt, refusedBy, secretOf, type Wrong } from './as-built.ts';
import { canonical } from './canonical.ts';
import { REPEAT, SEED } from './seed.ts';
import { BUILD_TIMEOUT, NAME, sharedStage, type Stage } from './stage.ts';

/** Steps of all walks together; `WALK_STEPS` for more. */
const STEPS = Number(process.env['WALK_STEPS'] ?? 200);
/** ChatApps that walk side by side. */
const WALKS = 8;
/** Milliseconds at the end in which nothing may move. */
const STILL_MS = 3_000;
/** Most writes of the operator for one step: some 25 children refused, each tried again more and more slowly; without that it would be thousands. */
const MOST_WRITES = 400;
const MERGE = 'application/merge-patch+json';

/** Where a step may go, and what may stand there. */
interface Place {
  readonly path: readonly string[];
  readonly schema: JsonSchema;
}

/** Nothing follows a ChatApp that is suspended, and data volumes are not made anew: these have tests of their own. */
const APART = /^(suspend$|(ollama|redis)\.(mode|storage|external)|backup)/;
/** Few pods, so that the machine is busy with the operator. */
const COUNTS = /(replicas|Replicas)$/;

function placesOf(schema: JsonSchema, path: readonly string[] = []): Place[] {
  const properties = schema['properties'] as Record<string, JsonSchema> | undefined;
  if (properties === undefined || schema['x-kubernetes-preserve-unknown-fields'] === true) return [{ path, schema }];
  return Object.entries(properties)
    .flatMap(([name, child]) => placesOf(child, [...path, name]))
    .filter((place) => !APART.test(place.path.join('.')));
}

const PLACES = placesOf(openApiSchema(specSchema));

/** One change of the spec: a value for a place, or nothing there any more (`null`). */
interface Step {
  readonly place: Place;
  readonly value: unknown;
}

const steps = fc.constantFrom(...PLACES).chain((place) => {
  const value = COUNTS.test(place.path.join('.')) ? fc.constantFrom(0, 1, 2, -1) : values(place.schema);
  return fc
    .oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 5, arbitrary: value })
    .map((each): Step => ({ place, value: each }));
});

const patchOf = ({ place, value }: Step) => ({
  spec: place.path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value),
});

/** Small, and without trials: these are walked with where a step says so. */
const START = { backend: { replicas: 1 }, frontend: { replicas: 1 }, rollout: { preflight: false } };

/** Takes away whatever may keep pods from starting: only then do backends and frontends have what the spec says. */
const pods = { podTemplate: null, resources: null };
const STARTABLE = {
  image: null,
  imagePullSecrets: null,
  priorityClassName: null,
  backend: { ...pods, replicas: 1, autoscaling: null },
  frontend: { ...pods, replicas: 1, autoscaling: null },
  redis: { ...pods, image: null, maxMemory: null },
  ollama: { ...pods, image: null, gpu: null, pull: null },
  rollout: null,
};

/** Backends and frontends stay as they are for these reasons. */
const HELD: readonly string[] = [
  REASON.missingReference,
  REASON.preflightFailed,
  REASON.rolledBack,
] satisfies readonly Reason[];

/** How a step ended: the children are as the builders say, or the status says why some cannot be. */
type Outcome = 'followed' | 'held back' | 'impossible';

function without(object: KubeObject, annotation: string): KubeObject {
  const { annotations = {} } = object.metadata;
  const kept = Object.fromEntries(Object.entries(annotations).filter(([name]) => name !== annotation));
  return { ...object, metadata: { ...object.metadata, annotations: kept } };
}

describe(`a walk over the schema (${REPEAT} WALK_STEPS=${STEPS})`, function () {
  this.timeout(120_000 + STEPS * 3_000);
  let stage: Stage;

  before(async function () {
    this.timeout(BUILD_TIMEOUT);
    stage = await sharedStage();
  });

  /** Whether each of the wrong children is held back for a reason that the status names, or is refused by the API server. */
  async function excuse(wrong: readonly Wrong[], reason: string | undefined): Promise<Outcome | undefined> {
    if (wrong.length === 0) return 'followed';
    if (reason === undefined) return undefined;
    const isWorkload = ({ child }: Wrong) => child?.type === TYPES.deployment || child?.type === TYPES.statefulSet;
    if (HELD.includes(reason) && wrong.every(isWorkload)) return 'held back';
    const refused = await Promise.all(wrong.map(async ({ child }) => child && refusedBy(stage.bed.client, child)));
    return refused.every((each) => each !== undefined) ? 'impossible' : undefined;
  }

  /** Resolves once status and children have followed the spec, as far as they can. */
  async function followed(namespace: string): Promise<Outcome> {
    let words = '';
    const holds = async (): Promise<Outcome | undefined> => {
      const chat = await stage.chat(namespace);
      const { status, metadata } = chat;
      words = `generation ${status?.observedGeneration} of ${metadata.generation}`;
      if (status?.observedGeneration !== metadata.generation) return undefined;
      const wrong = notAsBuilt(chat, stage.followed(namespace));
      const degraded = status.conditions?.find(({ type }) => type === CONDITION.degraded);
      words = `${wrong.map((each) => each.words).join('; ')}; ${degraded?.reason}: ${degraded?.message}`;
      return excuse(wrong, degraded?.status === 'True' ? degraded.reason : undefined);
    };
    try {
      return await until(`${namespace} follows`, holds, { timeout: 60_000, every: 50 });
    } catch (error) {
      throw new Error(`${namespace}: ${words}`, { cause: error });
    }
  }

  /** The same, once the backends have run what they were given: only then do the agents beside the model servers follow. */
  async function arrived(namespace: string): Promise<Outcome> {
    await followed(namespace);
    const isKnownToWork = async (): Promise<boolean> => {
      const { status } = await stage.chat(namespace);
      return status?.image !== undefined && status.lastGoodImage === status.image;
    };
    await until(`the image of ${namespace} is known to work`, isKnownToWork, { timeout: 60_000, every: 50 });
    return followed(namespace);
  }

  async function take(namespace: string, step: Step): Promise<Outcome | 'refused'> {
    const path = pathTo('ChatApp', namespace, NAME);
    const { metadata, spec } = await stage.chat(namespace);
    const { status, text } = await stage.bed.client.send('PATCH', path, patchOf(step), MERGE);
    if (status === 200) return followed(namespace);
    assert.ok(status === 400 || status === 422, text);
    const now = await stage.chat(namespace);
    assert.deepEqual([now.metadata.generation, now.spec], [metadata.generation, spec]);
    return 'refused';
  }

  async function goBack(namespace: string, spec: object): Promise<void> {
    const back = [{ op: 'replace', path: '/spec', value: spec }];
    await stage.bed.client.ok('PATCH', pathTo('ChatApp', namespace, NAME), back, {
      type: 'application/json-patch+json',
    });
    await followed(namespace);
  }

  async function walk(namespace: string, at: number): Promise<Record<Outcome | 'refused', number>> {
    const counts = { followed: 0, refused: 0, 'held back': 0, impossible: 0 };
    for (const step of fc.sample(steps, { seed: SEED + at, numRuns: Math.ceil(STEPS / WALKS) })) {
      const before = stage.writes(namespace).length;
      const { spec } = await stage.chat(namespace);
      const what = `${step.place.path.join('.')} = ${JSON.stringify(step.value)}`;
      try {
        const outcome = await take(namespace, step);
        counts[outcome] += 1;
        // What the schema cannot know: it is told, and the way goes on from where it was.
        if (outcome === 'impossible' || outcome === 'held back') await goBack(namespace, spec);
      } catch (error) {
        throw new Error(`${namespace} after ${what}`, { cause: error });
      }
      const writes = stage.writes(namespace).length - before;
      assert.ok(writes <= MOST_WRITES, `${what}: ${writes} writes`);
    }
    return counts;
  }

  /**
   * The children that the builders name, in a form in which two ChatApps can be compared. Left out are: the Secret (passwords
   * drawn at random), data volumes (kept from the beginning), Jobs (pulls of models that were there on the way, trials) and
   * ConfigMaps of settings that older ReplicaSets still name, with what is remembered of rollouts.
   */
  async function childrenOf(namespace: string): Promise<string[]> {
    const chat = await stage.chat(namespace);
    const live = await stage.live(namespace);
    const idOf = ({ kind, metadata }: { kind: string; metadata: { name: string } }) => `${kind} ${metadata.name}`;
    const wanted = new Set(desiredOf(chat, secretOf(chat, live)!).map(({ object }) => idOf(object)));
    const owned = live.map(({ object }) => object).filter((object) => wanted.has(idOf(object)));
    // How many templates a Deployment has had is history, too; left in, it would also change the order of the objects.
    return canonical(owned.map((object) => without(object, 'deployment.kubernetes.io/revision')));
  }

  it('goes where it is led, and leaves no trace', async () => {
    const { bed } = stage;
    const spaces = Array.from({ length: WALKS }, (_, at) => `walk-${at}`);
    for (const namespace of spaces) {
      await bed.namespace(namespace);
      await bed.create(namespace, NAME, START);
    }
    await Promise.all(spaces.map((namespace) => stage.settled(namespace)));
    const counts = await Promise.all(spaces.map(walk));
    console.log(`      steps of each walk: ${counts.map((each) => JSON.stringify(each)).join(' ')}`);
    await Promise.all(
      spaces.map(async (namespace) => {
        await bed.patch('ChatApp', namespace, NAME, { spec: STARTABLE });
        const fresh = `${namespace}-fresh`;
        await bed.namespace(fresh);
        const { spec } = await stage.chat(namespace);
        await bed.create(fresh, NAME, spec);
        const ends = await Promise.all([arrived(namespace), arrived(fresh)]);
        assert.deepEqual(ends, ['followed', 'followed'], namespace);
      }),
    );
    for (const namespace of spaces) {
      assert.deepEqual(await childrenOf(namespace), await childrenOf(`${namespace}-fresh`), namespace);
    }
    const before = spaces.map((namespace) => stage.writes(namespace).length);
    // Not a wait for something: this is the time in which nothing may happen.
    await sleep(STILL_MS);
    assert.deepEqual(
      spaces.map((namespace) => stage.writes(namespace).length),
      before,
    );
  });
});
