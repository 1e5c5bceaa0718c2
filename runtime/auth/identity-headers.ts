/**
 * How a frontend tells a backend whom a trusted proxy named: in headers of our own, percent-encoded, with the key of the chat's
 * frontends. Whatever a client sends under these names is removed by the frontend.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { ExternalIdentity } from './externals.ts';

/** Beginning of all of them. */
export const OWN_HEADERS = 'x-chatapp-';

export interface Named {
  readonly user?: string | undefined;
  readonly email?: string | undefined;
  /** Separated by commas. */
  readonly groups?: string | undefined;
}

/** Headers for a backend. */
export function identityHeaders({ user, email, groups }: Named, key: string): Record<string, string> {
  const given = Object.entries({ user, email, groups }).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  const encoded = given.map(([name, value]) => [OWN_HEADERS + name, encodeURIComponent(value)]);
  return { ...(Object.fromEntries(encoded) as Record<string, string>), [`${OWN_HEADERS}key`]: key };
}

/** Who is named by these headers, and the key that came with it; nothing where nobody is named. */
export function identityFrom(
  headers: IncomingHttpHeaders,
  adminGroup: string | undefined,
): { identity: ExternalIdentity; key: string } | undefined {
  const [user, email, groups, key] = ['user', 'email', 'groups', 'key'].map((name) => valueOf(headers, name));
  const name = user ?? email;
  if (name === undefined || key === undefined) return undefined;
  const all = (groups ?? '').split(',').map((group) => group.trim());
  const isAdmin = adminGroup !== undefined && all.includes(adminGroup);
  return { identity: { origin: 'header', subject: name, name, role: isAdmin ? 'admin' : 'member' }, key };
}

function valueOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[OWN_HEADERS + name];
  if (typeof value !== 'string' || value === '') return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
