import { createHash } from 'node:crypto';
import { controllerOf, keyOf, type KubeObject } from './object.ts';

/** An object ready to be applied: it carries the hash of itself as an annotation. */
export interface Prepared<T> {
  body: T;
  hash: string;
}

/**
 * Brings a desired object into the form that is sent: without undefined fields, a Secret's `stringData` as `data` (the
 * server never shows the former), and with the hash of all that as an annotation.
 */
export function prepare<T extends KubeObject>(desired: T, hashAnnotation: string): Prepared<T> {
  const body = JSON.parse(JSON.stringify(desired)) as T & { data?: object; stringData?: Record<string, string> };
  if (body.kind === 'Secret' && body.stringData !== undefined) {
    const encoded = Object.entries(body.stringData).map(([name, text]) => [name, Buffer.from(text).toString('base64')]);
    body.data = { ...body.data, ...(Object.fromEntries(encoded) as object) };
    delete body.stringData;
  }
  const hash = hashOf(body);
  body.metadata.annotations = { ...body.metadata.annotations, [hashAnnotation]: hash };
  return { body, hash };
}

/** A short hash of a JSON value that does not depend on the order of keys. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('base64url').slice(0, 22);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** Somebody else's object has the name that one of ours should have. Trying again helps once it is gone. */
export class NameConflictError extends Error {
  override readonly name = 'NameConflictError';
  /** The object in the way. */
  readonly kind: string;
  readonly key: string;

  constructor(live: KubeObject) {
    const owner = controllerOf(live);
    const whose = owner === undefined ? 'it has no owner' : `it belongs to ${owner.kind} ${owner.name}`;
    super(`${live.kind} ${keyOf(live)} exists and is not ours (${whose}): delete or rename it`);
    this.kind = live.kind;
    this.key = keyOf(live);
  }
}

/**
 * `never`: an object that we did not make is left alone. `unowned`: one that nobody controls may be taken over.
 */
export type Adoption = 'never' | 'unowned';

/** Throws NameConflictError unless the live object belongs to the desired one's owner, or may be adopted. */
export function requireOurs(body: KubeObject, live: KubeObject, hashAnnotation: string, adopt: Adoption): void {
  const owner = controllerOf(body);
  const marked = live.metadata.annotations?.[hashAnnotation] !== undefined;
  const ours =
    owner === undefined
      ? marked && controllerOf(live) === undefined
      : live.metadata.ownerReferences?.some(({ uid }) => uid === owner.uid) === true;
  if (ours || (adopt === 'unowned' && controllerOf(live) === undefined)) return;
  throw new NameConflictError(live);
}
