/** The session cookie. Over https its name has the `__Host-` prefix, which binds it to this host and to https. */

const SECURE_NAME = '__Host-chatapp';
const PLAIN_NAME = 'chatapp';

export type Scheme = 'http' | 'https';

function header(value: string, scheme: Scheme, maxAgeSeconds: number): string {
  const name = scheme === 'https' ? `${SECURE_NAME}=${value}; Secure` : `${PLAIN_NAME}=${value}`;
  return `${name}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}`;
}

export const cookie = {
  set: (token: string, scheme: Scheme, maxAgeSeconds: number): string => header(token, scheme, maxAgeSeconds),
  clear: (scheme: Scheme): string => header('', scheme, 0),
};

/** The session token in a `Cookie` header, if there is one of the right form. */
export function tokenOf(cookies: string | undefined, scheme: Scheme): string | undefined {
  const name = scheme === 'https' ? SECURE_NAME : PLAIN_NAME;
  for (const part of cookies?.split(';') ?? []) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value)) return value;
  }
  return undefined;
}
