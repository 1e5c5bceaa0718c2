import type { ChatApp } from '../api/chatapp.ts';
import type { Child, Steps } from '../resources/children.ts';
import { basePathOf } from '../resources/frontend.ts';
import { atPath, httpRoutes, ingresses } from '../resources/ingress.ts';
import type { ConfigMap, Deployment } from '../resources/kubernetes.ts';
import { namesOf } from '../resources/metadata.ts';
import { missingOf } from '../resources/resolved.ts';
import { configMapOf, revisionOf, withTemplate, type Revision } from '../resources/revision.ts';
import { memoryConfigMap, readMemory, type RolloutMemory } from '../resources/rollout-memory.ts';
import { TYPES } from '../resources/types.ts';
import type { Observed } from '../status/observed.ts';
import type { RolloutFacts } from '../status/rollout.ts';
import { applyOwned, noteFailure } from './apply.ts';
import type { Scope } from './environment.ts';
import { planRollout, type RolloutPlan } from './rollout-plan.ts';

/** Children with the templates that they are to have now, and what is to be said and tried. */
export interface Rollout {
  steps: Steps;
  facts: RolloutFacts;
  jobs: Pick<RolloutPlan, 'create' | 'remove' | 'againInMs'>;
}

function remembered({ chat }: Pick<Scope, 'chat'>, { configMaps }: Observed): RolloutMemory {
  const name = namesOf(chat).rollout;
  return readMemory(configMaps.find(({ metadata }) => metadata.name === name));
}

/** What is known of rollouts of a ChatApp that is left alone. */
export function standingRollout(scope: Pick<Scope, 'chat'>, observed: Observed): RolloutFacts {
  const { good, next, rollback } = remembered(scope, observed);
  const { image, version } = next ?? good ?? {};
  const state = rollback === undefined ? { step: 'followed' as const } : { step: 'rolledBack' as const, rollback };
  return { state, image, version, lastGoodImage: good?.image, basePath: pathOf(next ?? good) };
}

function pathOf(revision: Revision | undefined): string | undefined {
  return revision && basePathOf(revision.frontend.spec);
}

/** The children with an Ingress and a route that lead to where the frontends are: they may be held, or have gone back. */
function leadingTo(path: string | undefined, chat: ChatApp, steps: Steps): Steps {
  if (path === undefined || path === chat.spec.ingress.path) return steps;
  const there = atPath(chat, path);
  const doors = new Map([...ingresses(there), ...httpRoutes(there)].map((object) => [object.kind, object]));
  return steps.map((step) => step.map((child) => ({ ...child, object: doors.get(child.type.kind) ?? child.object })));
}

interface Found {
  backend: Deployment;
  frontend: Deployment;
  config: ConfigMap;
}

/** The children that a revision is made of. */
function partsOf({ chat }: Scope, steps: Steps): Found {
  const names = namesOf(chat);
  const all = steps.flat().map(({ object }) => object);
  const deployment = (name: string) =>
    all.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name) as Deployment;
  const backend = deployment(names.backend);
  const mounted = backend.spec.template.spec.volumes?.flatMap(({ configMap }) => configMap?.name ?? []) ?? [];
  const config = all.find(({ kind, metadata }) => kind === 'ConfigMap' && mounted.includes(metadata.name)) as ConfigMap;
  return { backend, frontend: deployment(names.frontend), config };
}

/** The children with the templates of the target, and with the settings of every revision that is remembered. */
function stepsWith(steps: Steps, { backend, frontend, config }: Found, target: Revision, memory: RolloutMemory): Steps {
  const templates = new Map([
    [backend.metadata.name, target.backend],
    [frontend.metadata.name, target.frontend],
  ]);
  const given = steps.map((step) =>
    step.map((child): Child => {
      const template = child.type === TYPES.deployment ? templates.get(child.object.metadata.name) : undefined;
      return template === undefined ? child : { ...child, object: withTemplate(child.object as Deployment, template) };
    }),
  );
  const older = [memory.good, memory.next].flatMap((revision) => (revision && configMapOf(revision, config)) ?? []);
  const named = new Map(older.map((object) => [object.metadata.name, object]));
  named.delete(config.metadata.name);
  return [[...named.values()].map((object) => ({ type: TYPES.configMap, object })), ...given];
}

/** Writes down what was decided, before it is done. Nothing is remembered, and nothing written, before the first install worked. */
async function remember(scope: Scope, before: RolloutMemory, memory: RolloutMemory): Promise<void> {
  if (memory.good === undefined) return;
  const { chat, log } = scope;
  const { event } = scope.environment;
  const desired = memoryConfigMap(chat, memory);
  const { action } = await applyOwned(scope, { type: TYPES.configMap, object: desired });
  if (action === 'unchanged') return;
  const { good, next, rollback } = memory;
  log.info('rollout', { good: good.hash, next: next?.hash, rolledBack: rollback?.templateHash });
  if (next !== undefined && next.hash !== before.next?.hash) {
    event(chat, 'Normal', 'RollingOut', `image ${next.image} and its settings are rolled out`);
  }
  if (before.good !== undefined && good.hash !== before.good.hash) {
    event(chat, 'Normal', 'RolledOut', `image ${good.image} and its settings run`);
  }
}

/** Decides what backends and frontends get, and remembers it. Where that cannot be remembered, they are left alone. */
export async function rollOut(scope: Scope, observed: Observed, wanted: Steps): Promise<Rollout> {
  const { chat, environment } = scope;
  const parts = partsOf(scope, wanted);
  const before = remembered(scope, observed);
  const now = environment.now();
  const spec = revisionOf(parts.backend, parts.frontend, parts.config);
  const lacks = missingOf(scope.references).some(
    ({ component }) => component === 'backend' || component === 'frontend',
  );
  const situation = { chat, wanted: spec, memory: before, observed, startable: lacks ? 'later' : 'now', now } as const;
  const { target, memory, state, ...jobs } = planRollout(situation);
  try {
    await remember(scope, before, memory);
  } catch (error) {
    noteFailure(scope, `ConfigMap ${namesOf(chat).rollout}`, error);
    const facts = standingRollout(scope, observed);
    const steps = wanted.map((step) => step.filter(({ type }) => type !== TYPES.deployment));
    return { steps: leadingTo(facts.basePath, chat, steps), facts, jobs: { create: [], remove: [] } };
  }
  const { image, version } = target;
  const basePath = pathOf(target);
  const facts = { state, image, version, lastGoodImage: memory.good?.image, basePath };
  return { steps: leadingTo(basePath, chat, stepsWith(wanted, parts, target, memory)), facts, jobs };
}

/** Creates the preflight Jobs that are due and removes those that are not needed any more. */
export async function runPreflights(scope: Scope, { create, remove }: Rollout['jobs']): Promise<void> {
  const { applier } = scope.environment;
  const created = create.map(async (job) => {
    try {
      await applyOwned(scope, { type: TYPES.job, object: job });
    } catch (error) {
      noteFailure(scope, `Job ${job.metadata.name}`, error);
    }
  });
  await Promise.all([...created, ...remove.map((job) => applier.remove(TYPES.job, job))]);
}
