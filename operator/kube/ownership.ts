import { createHash } from 'node:crypto';
import type { KubeObject } from './object.ts';

/** Where an object carries the fingerprint; a symbol, so that it never gets into JSON. */
const fingerprint = Symbol('ownership');

interface ManagedFields {
  manager?: string;
  operation?: string;
  subresource?: string;
  fieldsV1?: unknown;
}

/**
 * Replaces `metadata.managedFields`, often half of an object, by a short fingerprint of which fields were applied by whom.
 * Changes the object it is given.
 */
export function foldManagedFields<T extends KubeObject>(object: T): T {
  // Not `delete`: V8 would keep each metadata as a hash table from then on, at five times the size.
  const { managedFields = [], ...metadata } = object.metadata as KubeObject['metadata'] & {
    managedFields?: ManagedFields[];
  };
  const applied = managedFields
    .filter(({ operation, subresource }) => operation === 'Apply' && subresource === undefined)
    .map(({ manager, fieldsV1 }) => JSON.stringify([manager, fieldsV1]))
    .sort();
  object.metadata = metadata;
  if (applied.length > 0) {
    withOwnership(object, createHash('sha256').update(applied.join()).digest('base64url').slice(0, 12));
  }
  return object;
}

/** Gives an object the fingerprint that it had before it was made text. Changes and returns the object. */
export function withOwnership<T extends KubeObject>(object: T, ownership: string): T {
  return Object.assign(object, { [fingerprint]: ownership });
}

/**
 * Changes whenever somebody takes a field from a manager that applied it, which they do by changing its value: the one
 * sign of a key added within a list that belongs to a manager as a whole. Undefined when nothing was ever applied.
 */
export function ownershipOf(object: KubeObject): string | undefined {
  return (object as { [fingerprint]?: string })[fingerprint];
}
