import { NameConflictError } from '../kube/apply.ts';
import { isApiError } from '../kube/errors.ts';
import { errorText } from '../kube/log.ts';
import { keyOf } from '../kube/object.ts';
import { children, type Child } from '../resources/children.ts';
import type { BuildContext } from '../resources/context.ts';
import { storeOf, type Scope } from './environment.ts';

/** Notes a child that could not be made; the others go on. */
export function noteFailure(scope: Scope, child: string, error: unknown): void {
  const kind = error instanceof NameConflictError ? 'conflict' : 'refused';
  scope.failures.push({ child, kind, message: errorText(error) });
  scope.log.warn('child failed', { child, error });
}

async function applyChild(scope: Scope, { type, object }: Child): Promise<void> {
  const { applier, stores } = scope.environment;
  const child = `${type.kind} ${object.metadata.name}`;
  try {
    const { action, differing } = await applier.apply(type, object, storeOf(stores, type).get(keyOf(object)));
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
