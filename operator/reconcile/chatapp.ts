import type { ChatApp } from '../api/chatapp.ts';
import type { ModelStatus } from '../api/status.ts';
import type { Result, Run } from '../kube/controller.ts';
import { children } from '../resources/children.ts';
import type { BuildContext } from '../resources/context.ts';
import { secretHash } from '../resources/secret.ts';
import { TYPES } from '../resources/types.ts';
import { chatAppStatus } from '../status/chatapp.ts';
import { modelStatuses } from '../status/models.ts';
import type { Observed } from '../status/observed.ts';
import { failedProbe } from '../status/probe.ts';
import type { RolloutFacts } from '../status/rollout.ts';
import { sleepOf } from '../status/sleep.ts';
import { isUnschedulable, SCHEDULING_GRACE_MS } from '../status/trouble.ts';
import { applyChildren, noteFailure } from './apply.ts';
import type { Environment, Scope } from './environment.ts';
import { changes } from './events.ts';
import { pullModels } from './models.ts';
import { observe, withWritten } from './observe.ts';
import { ownerCheck, OwnerGoneError } from './owner.ts';
import { prune } from './prune.ts';
import { resolve, startable } from './references.ts';
import { rollOut, runPreflights, standingRollout } from './rollout.ts';
import { backendSecretHash } from './rotation.ts';
import { ensureSecret } from './secret.ts';

/** Names that are taken may become free without our seeing it: look again after so long. */
const CONFLICT_AGAIN_MS = 30_000;

/**
 * Brings everything of one ChatApp in line with its spec: Secret, children, leftovers, models, then the status, which tells
 * also of what failed on the way. Children of a deleted ChatApp go by their owner references.
 */
export async function reconcileChatApp(
  environment: Environment,
  key: string,
  { log }: Pick<Run, 'log'>,
): Promise<Result> {
  const chat = environment.stores.chatApp.get(key);
  const references = await resolve(environment, key, chat);
  if (chat === undefined) return undefined;
  const requireOwner = ownerCheck(chat, environment.transport);
  const scope: Scope = { chat, environment, references, log, failures: [], requireOwner, written: [] };
  try {
    return await bringInLine(scope);
  } catch (error) {
    if (!(error instanceof OwnerGoneError)) throw error;
    log.info('the ChatApp is gone', {});
    return undefined;
  }
}

async function bringInLine(scope: Scope): Promise<Result> {
  const { chat, environment } = scope;
  const observed = observe(scope);
  const models = modelStatuses(chat, observed, environment.now());
  const changed = isLeftAlone(chat) ? undefined : await change(scope, observed, models);
  const rollout = changed?.rollout ?? standingRollout(scope, observed);
  await writeStatus(scope, withWritten(observed, scope.written), models, rollout);
  const soon = observed.pods.some(isUnschedulable) ? SCHEDULING_GRACE_MS : undefined;
  const expiry = failedProbe(chat, observed, environment.now())?.forMs;
  return outcome(scope, [...(changed?.againInMs ?? []), soon, expiry]);
}

function isLeftAlone({ spec, metadata }: ChatApp): boolean {
  return spec.suspend || metadata.deletionTimestamp !== undefined;
}

/** How the rollout stands, and the milliseconds until something is to be looked at again. */
interface Changed {
  rollout: RolloutFacts;
  againInMs: readonly (number | undefined)[];
}

/** Everything that writes, but the status. */
async function change(scope: Scope, observed: Observed, models: readonly ModelStatus[]): Promise<Changed | undefined> {
  const { chat, environment } = scope;
  const sleep = sleepOf(chat, observed, models, environment.now());
  const context = await contextOf(scope, observed, sleep.state);
  if (context === undefined) return undefined;
  const { steps, jobs, facts } = await rollOut(scope, observed, children(chat, context));
  await applyChildren(scope, context, observed, startable(steps, scope.references));
  await runPreflights(scope, jobs);
  await prune(scope, observed, steps);
  const pullAgainInMs = await pullModels(scope, observed, context);
  const sleepInMs = sleep.state === 'awake' ? sleep.againInMs : undefined;
  return { rollout: facts, againInMs: [jobs.againInMs, pullAgainInMs, sleepInMs] };
}

/** Without its Secret nothing can be made: then the status says why. */
async function contextOf(
  scope: Scope,
  observed: Observed,
  ollama: BuildContext['ollama'],
): Promise<BuildContext | undefined> {
  const { chat, references, environment } = scope;
  const { images, has } = environment;
  try {
    const hash = secretHash(await ensureSecret(scope, observed));
    const backendHash = backendSecretHash(chat, observed, hash);
    return { images, has, references, ollama, secretHash: hash, backendSecretHash: backendHash };
  } catch (error) {
    noteFailure(scope, 'Secret', error);
    return undefined;
  }
}

async function writeStatus(
  { chat, environment, references, failures }: Scope,
  observed: Observed,
  models: readonly ModelStatus[],
  rollout: RolloutFacts,
): Promise<void> {
  const { images, has } = environment;
  const context = { images, has, references };
  const status = chatAppStatus(chat, observed, failures, context, environment.now(), rollout, models);
  const { action } = await environment.statusWriter.writeStatus(TYPES.chatApp, chat, status);
  if (action === 'unchanged') return;
  for (const { type, reason, note } of changes(chat, status)) environment.event(chat, type, reason, note);
}

function outcome({ failures }: Scope, againInMs: readonly (number | undefined)[]): Result {
  const refused = failures.filter(({ kind }) => kind === 'refused');
  if (refused.length > 0) throw new Error(refused.map(({ child, message }) => `${child}: ${message}`).join('; '));
  const requeueAfterMs = soonest([...(failures.length > 0 ? [CONFLICT_AGAIN_MS] : []), ...againInMs]);
  return requeueAfterMs === undefined ? undefined : { requeueAfterMs };
}

function soonest(waitsMs: readonly (number | undefined)[]): number | undefined {
  const known = waitsMs.filter((ms) => ms !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
