/** Objects in a form in which two runs can be compared: without what the server or chance decides. */
import type { KubeObject } from '../../../../operator/kube/object.ts';

/** Fields that the server, other controllers or the clock fill in. */
const FOREIGN = new Set([
  'managedFields',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'observedGeneration',
  'clusterIP',
  'clusterIPs',
  'nodePort',
  'healthCheckNodePort',
  'volumeName',
  'chatapp.dev/applied-hash',
  'pv.kubernetes.io/bind-completed',
  'pv.kubernetes.io/bound-by-controller',
]);

/** UIDs, hashes in names and annotations; long numbers look the same. */
const OPAQUE = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<![0-9a-z])[0-9a-f]{8,}(?![0-9a-z])/g;
const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

function cleaned(object: KubeObject): string {
  const { kind } = object;
  const text = JSON.stringify(
    object,
    (name, value: unknown) => {
      if (FOREIGN.has(name) || (name === 'status' && kind !== 'ChatApp' && typeof value === 'object')) return undefined;
      if (kind === 'Secret' && name === 'data') return Object.keys(value as object).sort();
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
      return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
    },
    1,
  );
  return text.replaceAll(TIME, 'TIME').replaceAll(object.metadata.namespace ?? '', 'NAMESPACE');
}

/** Text with what is opaque in it masked. */
export function masked(text: string): string {
  return text.replaceAll(OPAQUE, '#');
}

/**
 * One text for each object, in an order that does not depend on chance. Opaque words become numbers by their first
 * occurrence, so that a reference to the wrong object still shows.
 */
export function canonical(objects: readonly KubeObject[]): string[] {
  const texts = objects.map(cleaned).map((text) => ({ text, key: masked(text) }));
  texts.sort((a, b) => (a.key < b.key ? -1 : 1));
  const numbers = new Map<string, number>();
  const numberOf = (word: string): string => {
    if (!numbers.has(word)) numbers.set(word, numbers.size + 1);
    return `#${numbers.get(word)}`;
  };
  return texts.map(({ text }) => text.replaceAll(OPAQUE, numberOf));
}
