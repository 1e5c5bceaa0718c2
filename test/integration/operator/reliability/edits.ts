/** Edits of owned fields, made from the desired objects themselves. */
import { differences } from '../../../../operator/kube/difference.ts';

/** A place in a live object that is owned, as a JSON pointer, with the value that is desired there. */
export interface Leaf {
  readonly pointer: string;
  readonly value: unknown;
}

/** A step of a JSON patch (RFC 6902). */
export type Step =
  | { readonly op: 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/**
 * What says which object it is and whose; another value of it is another object. Putting an owner back takes the right to
 * delete where the API server enforces that, as here: not of every kind the operator has it (apply.test.ts has that heal).
 */
const IDENTITY = new Set([
  '/apiVersion',
  '/kind',
  '/metadata/name',
  '/metadata/namespace',
  '/metadata/ownerReferences',
]);

const escape = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every leaf of `desired`, where `live` has it: elements of lists may stand elsewhere there. */
export function leavesOf(desired: unknown, live: unknown, pointer = ''): Leaf[] {
  if (IDENTITY.has(pointer) || live === undefined) return [];
  if (Array.isArray(desired) && Array.isArray(live)) {
    return desired.flatMap((element: unknown, i) => {
      const same = (each: unknown): boolean => differences({ a: element }, { a: each }).length === 0;
      const at = same(live[i]) ? i : live.findIndex(same);
      return at < 0 ? [] : leavesOf(element, live[at], `${pointer}/${at}`);
    });
  }
  if (isMap(desired) && isMap(live) && Object.keys(desired).length > 0) {
    return Object.entries(desired).flatMap(([name, value]) =>
      leavesOf(value, live[name], `${pointer}/${escape(name)}`),
    );
  }
  return desired === undefined ? [] : [{ pointer, value: desired }];
}

/** Other values of a kind that the API server may take; the first that it takes is used. */
function othersOf(value: unknown): unknown[] {
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number') return [value + 1, value - 1, value * 2];
  if (typeof value !== 'string') return [];
  const known = ENUMS.find((words) => words.includes(value))?.filter((word) => word !== value) ?? [];
  const number = /^(\d+)(\D*)$/.exec(value);
  return [...known, ...(number === null ? [] : [`${Number(number[1]) + 1}${number[2]}`]), `${value}-x`, `x${value}`];
}

const ENUMS: readonly (readonly string[])[] = [
  ['IfNotPresent', 'Always', 'Never'],
  ['ClusterIP', 'NodePort', 'LoadBalancer'],
  ['TCP', 'UDP'],
  ['Retain', 'Delete'],
  ['DoNotSchedule', 'ScheduleAnyway'],
  ['Ingress', 'Egress'],
  ['Prefix', 'Exact'],
  ['FallbackToLogsOnError', 'File'],
];

/** Edits of one leaf, in the order in which they are tried: other values, then none. */
export function editsOf({ pointer, value }: Leaf): Step[] {
  const replace = othersOf(value).map((other): Step => ({ op: 'replace', path: pointer, value: other }));
  return [...replace, { op: 'remove', path: pointer }];
}
