/** What became of references: which are missing, and the fingerprint of what they say. */
import type { ChatApp } from '../api/chatapp.ts';
import { ANNOTATION, type Component } from '../api/labels.ts';
import { fingerprint } from '../api/names.ts';
import type { KubeObject } from '../kube/object.ts';
import type { ConfigMap, Secret, Strings } from './kubernetes.ts';
import type { Reference } from './references.ts';

/** A reference and what is known of it. */
export interface Resolved extends Reference {
  /** The object, where it is there. */
  object?: KubeObject | undefined;
  /** Why it cannot be said whether it is there. */
  error?: string | undefined;
}

function valueOf({ object, key }: Resolved): string | undefined {
  if (object === undefined || key === undefined) return undefined;
  const { data, binaryData } = object as (Secret | ConfigMap) & { binaryData?: Strings };
  return data?.[key] ?? binaryData?.[key];
}

/** Whether pods cannot start for want of it, or it cannot be said whether they can. */
function isMissing(reference: Resolved): boolean {
  const { object, key, optional, error } = reference;
  if (error !== undefined) return true;
  return !optional && (object === undefined || (key !== undefined && valueOf(reference) === undefined));
}

/** The references that keep pods from starting. */
export function missingOf(references: readonly Resolved[]): readonly Resolved[] {
  return references.filter(isMissing);
}

/** Says what is missing, for whom, and what to do. */
export function wordsOf({ kind, name, key, field, object, error }: Resolved): string {
  const what = key === undefined ? `${kind} ${name}` : `key ${key} of ${kind} ${name}`;
  if (error !== undefined) return `${field} needs ${what}, which cannot be read: ${error}`;
  const [why, act] =
    object === undefined ? ['which does not exist', 'create it'] : ['which has no such key', 'add the key'];
  return `${field} needs ${what}, ${why}: ${act}, or change ${field}`;
}

/**
 * An annotation for the pods of a component that changes with each value that they take from elsewhere, and with nothing
 * else; none where they take none.
 */
export function referenceAnnotation(
  chat: ChatApp,
  references: readonly Resolved[],
  component: Component,
): Strings | undefined {
  const values = references
    .filter((each) => each.component === component && each.key !== undefined)
    .map((each) => [each.kind, each.name, each.key, valueOf(each) ?? null]);
  if (values.length === 0) return undefined;
  // The UID makes equal values look different in different chats.
  const text = JSON.stringify([chat.metadata.uid, ...new Set(values.map((each) => JSON.stringify(each)).sort())]);
  return { [ANNOTATION.referenceHash]: fingerprint(text, 16) };
}
