/** What somebody asked of the API server, and what rights that took. */
import fs from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

export interface AuditEvent {
  readonly user: { readonly username: string; readonly extra?: Readonly<Record<string, readonly string[]>> };
  readonly verb: string;
  readonly requestReceivedTimestamp: string;
  readonly objectRef?: {
    readonly resource: string;
    readonly apiGroup?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A rule of a Role or ClusterRole. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const CHUNK_BYTES = 4 * 1024 * 1024;

/** The lines of a file, which may be longer than any string. */
function* linesOf(file: string): Generator<string> {
  const open = fs.openSync(file, 'r');
  try {
    const decoder = new StringDecoder();
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let rest = '';
    for (let bytes = fs.readSync(open, chunk); bytes > 0; bytes = fs.readSync(open, chunk)) {
      const lines = (rest + decoder.write(chunk.subarray(0, bytes))).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    if (rest !== '') yield rest;
  } finally {
    fs.closeSync(open);
  }
}

/** The requests of one user, in order. */
export function* readAudit(file: string, user: string): Generator<AuditEvent> {
  for (const line of linesOf(file)) {
    if (!line.includes(user)) continue;
    const event = JSON.parse(line) as AuditEvent;
    if (event.user.username === user) yield event;
  }
}

/** Refused for want of a right, and not by an admission check. */
export function isForbidden({ annotations }: AuditEvent): boolean {
  return annotations?.['authorization.k8s.io/decision'] === 'forbid';
}

function right(verb: string, apiGroup: string, resource: string): string {
  return `${verb} ${resource}${apiGroup === '' ? '' : `.${apiGroup}`}`;
}

/** Such as `patch deployments.apps`, or `patch chatapps/status.chatapp.dev`. */
export function wordsOf({ verb, objectRef }: AuditEvent): string {
  const { resource = '', subresource, apiGroup = '' } = objectRef ?? {};
  return right(verb, apiGroup, subresource === undefined ? resource : `${resource}/${subresource}`);
}

/** The rights that these requests took, in the same words. An apply that finds nothing takes the right to create, too. */
export function rightsUsed(events: readonly AuditEvent[]): Set<string> {
  const used = new Set<string>();
  for (const event of events.filter(({ objectRef }) => objectRef !== undefined)) {
    used.add(wordsOf(event));
    const made = event.verb === 'patch' && event.responseStatus?.code === 201;
    if (made) used.add(wordsOf({ ...event, verb: 'create' }));
  }
  return used;
}

/** The rights that rules grant, in the same words. */
export function rightsGranted(rules: readonly Rule[]): Set<string> {
  return new Set(
    rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => right(verb, group, resource)))),
    ),
  );
}
