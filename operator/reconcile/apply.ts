import { NameConflictError } from '../kube/apply.ts';
import { isApiError } from '../kube/errors.ts';
import { errorText } from '../kube/log.ts';
import { keyOf, pathOfObject, type KubeObject } from '../kube/object.ts';
import { children, type Child } from '../resources/children.ts';
import type { BuildContext } from '../resources/context.ts';
import { FIELD_MANAGER, storeOf, type Scope } from './environment.ts';

/** Notes a child that could not be made; the others go on. */
export function noteFailure(scope: Scope, child: string, error: unknown): void {
  const kind = error instanceof NameConflictError ? 'conflict' : 'refused';
  scope.failures.push({ child, kind, message: errorText(error) });
  scope.log.warn('child failed', { child, error });
}

/**
 * Applies a child. Where the server refuses it although it exists, something that others put into one of its lists stands in
 * the way (two ports of one name, say), which apply merges and does not remove: then our lists are put there whole, once.
 */
async function applyOrReplace({ environment }: Scope, { type, object }: Child) {
  const { applier, stores, transport } = environment;
  const live = storeOf(stores, type).get(keyOf(object));
  try {
    return await applier.apply(type, object, live);
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

async function applyChild(scope: Scope, { type, object }: Child): Promise<void> {
  const child = `${type.kind} ${object.metadata.name}`;
  try {
    const { action, differing } = await applyOrReplace(scope, { type, object });
    if (action === 'unchanged') return;
    scope.log.info('child applied', { child, action, ...(differing && { differing }) });
  } catch (error) {
    // The namespace is on its way out, and everything in it.
    if (isApiError(error, 403) && error.causes.some(({ reason }) => reason === 'NamespaceTerminating')) return;
    noteFailure(scope, child, error);
  }
}

/** Makes every child be as it should be, step by step, the children of one step at the same time. */
export async function applyChildren(scope: Scope, context: BuildContext): Promise<void> {
  for (const step of children(scope.chat, context)) await Promise.all(step.map((child) => applyChild(scope, child)));
}
