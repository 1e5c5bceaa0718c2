import { NameConflictError, type Applied } from '../kube/apply.ts';
import { isApiError } from '../kube/errors.ts';
import { errorText } from '../kube/log.ts';
import { keyOf, pathOfObject, type KubeObject } from '../kube/object.ts';
import { ANNOTATION } from '../api/labels.ts';
import { scaledByOther, scalerOf } from '../resources/autoscaler.ts';
import { missingChildren, type Child, type Steps } from '../resources/children.ts';
import type { BuildContext } from '../resources/context.ts';
import type { Deployment, StatefulSet } from '../resources/kubernetes.ts';
import { namesOf } from '../resources/metadata.ts';
import { TYPES } from '../resources/types.ts';
import type { Observed } from '../status/observed.ts';
import { FIELD_MANAGER, storeOf, type Scope } from './environment.ts';
import { OwnerGoneError } from './owner.ts';
import { growVolumes } from './volumes.ts';

/** Notes a child that could not be made; the others go on. Throws on what ends the reconcile: nobody is left to make it for. */
export function noteFailure(scope: Scope, child: string, error: unknown): void {
  if (error instanceof OwnerGoneError) throw error;
  // The namespace is on its way out, and everything in it: nobody waits for this child.
  if (isApiError(error, 403) && error.causes.some(({ reason }) => reason === 'NamespaceTerminating')) return;
  const kind = error instanceof NameConflictError ? 'conflict' : 'refused';
  scope.failures.push({ child, kind, message: errorText(error) });
  scope.log.warn('child failed', { child, error });
}

/** Applies an object of a ChatApp; one that is to be made only while the ChatApp is there. */
export async function applyOwned(scope: Scope, { type, object }: Child): Promise<Applied<KubeObject>> {
  const { applier, stores } = scope.environment;
  const live = storeOf(stores, type).get(keyOf(object));
  if (live === undefined) await scope.requireOwner();
  return applier.apply(type, object, live);
}

/**
 * Applies a child. Where the server refuses it although it exists, something that others put into one of its lists stands in
 * the way (two ports of one name, say), which apply merges and does not remove: then our lists are put there whole, once.
 */
async function applyOrReplace(scope: Scope, child: Child): Promise<Applied<KubeObject>> {
  const { applier, stores, transport } = scope.environment;
  const { type, object } = child;
  const live = storeOf(stores, type).get(keyOf(object));
  try {
    return await applyOwned(scope, child);
  } catch (error) {
    if (live === undefined || !isApiError(error, 422)) throw error;
    const body = { ...object, metadata: { uid: live.metadata.uid } };
    const contentType = 'application/merge-patch+json';
    const query = { fieldManager: FIELD_MANAGER };
    const replaced = await transport.request<KubeObject>('PATCH', pathOfObject(type, object), {
      body,
      contentType,
      query,
    });
    return applier.apply(type, object, replaced);
  }
}

/** Holds the number of pods from the moment we let go of it until an autoscaler takes it. */
const HANDOVER_MANAGER = `${FIELD_MANAGER}-handover`;

/**
 * The Deployment of a part that an autoscaler scales: created with the number that the spec says, then without one. Letting
 * go of a field that nobody else owns would set it to its default, 1: another field manager takes it first, as it is.
 */
async function handOver(scope: Scope, context: BuildContext, child: Child): Promise<Child> {
  const { chat, environment } = scope;
  const names = namesOf(chat);
  const part = (['backend', 'frontend'] as const).find((each) => names[each] === child.object.metadata.name);
  const scaler = child.type === TYPES.deployment && part !== undefined ? scalerOf(chat, context, part) : undefined;
  const live = environment.stores.deployment.get(keyOf(child.object));
  if (scaler === undefined || live === undefined) return child;
  if (live.metadata.annotations?.[ANNOTATION.scaledBy] === undefined) {
    const { apiVersion, kind } = child.object;
    const { name, uid, resourceVersion } = live.metadata;
    const body = { apiVersion, kind, metadata: { name, uid, resourceVersion }, spec: { replicas: live.spec.replicas } };
    await environment.transport.request('PATCH', pathOfObject(child.type, child.object), {
      body,
      contentType: 'application/apply-patch+yaml',
      query: { fieldManager: HANDOVER_MANAGER },
    });
  }
  return { ...child, object: scaledByOther(child.object as Deployment, scaler) };
}

/** What of a child can be applied now: the rest takes steps of its own. */
async function prepared(
  scope: Scope,
  context: BuildContext,
  observed: Observed,
  wanted: Child,
): Promise<Child | undefined> {
  if (wanted.type !== TYPES.statefulSet) return handOver(scope, context, wanted);
  const { now, refused } = await growVolumes(scope, wanted.object as StatefulSet, observed);
  for (const error of refused) noteFailure(scope, `StatefulSet ${wanted.object.metadata.name}`, error);
  return now && { ...wanted, object: now };
}

async function applyChild(scope: Scope, context: BuildContext, observed: Observed, wanted: Child): Promise<void> {
  const child = `${wanted.type.kind} ${wanted.object.metadata.name}`;
  try {
    const ready = await prepared(scope, context, observed, wanted);
    if (ready === undefined) return;
    const { action, object, differing } = await applyOrReplace(scope, ready);
    if (action === 'unchanged') return;
    scope.written.push(object);
    scope.log.info('child applied', { child, action, ...(differing && { differing }) });
  } catch (error) {
    noteFailure(scope, child, error);
  }
}

/** Makes every child be as it should be, step by step, the children of one step at the same time. */
export async function applyChildren(
  scope: Scope,
  context: BuildContext,
  observed: Observed,
  steps: Steps,
): Promise<void> {
  for (const step of steps) {
    await Promise.all(step.map((child) => applyChild(scope, context, observed, child)));
  }
  for (const { type, object } of missingChildren(scope.chat, context)) {
    const message = `${type.kind} (${type.group}) is not a kind of this cluster: install what brings it, or change the spec`;
    scope.failures.push({ child: `${type.kind} ${object.metadata.name}`, kind: 'missing', message });
  }
}
