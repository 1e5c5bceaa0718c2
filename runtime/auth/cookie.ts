/**
 * The session cookie. Over https its name has the `__Host-` prefix, which binds it to this host and to https, and to the
 * whole of the host: chats that share one, each below its own path, differ in the name. `+` stands for `/`, which names of
 * cookies may not have and which paths do not have either.
 */

export type Scheme = 'http' | 'https';

/** What the name of a cookie is made of. */
export interface CookieScope {
  readonly scheme: Scheme;
  /** `/`, or `/a/b` without a slash at its end; `/` if not set. */
  readonly basePath?: string | undefined;
}

function nameOf({ scheme, basePath = '/' }: CookieScope): string {
  const name = `chatapp${basePath.replace(/\/$/, '').replaceAll('/', '+')}`;
  return scheme === 'https' ? `__Host-${name}` : name;
}

function header(name: string, value: string, scope: CookieScope, maxAgeSeconds: number): string {
  const secure = scope.scheme === 'https' ? '; Secure' : '';
  return `${name}=${value}${secure}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}`;
}

export const cookie = {
  set: (token: string, scope: CookieScope, maxAgeSeconds: number): string =>
    header(nameOf(scope), token, scope, maxAgeSeconds),
  clear: (scope: CookieScope): string => header(nameOf(scope), '', scope, 0),
};

/** Another cookie of a chat, for a while, in the same form and with the same name behind that of the session. */
export function keptCookie(
  scope: CookieScope,
  what: string,
): {
  readonly set: (value: string, maxAgeSeconds: number) => string;
  /** Its value in a `Cookie` header. */
  readonly of: (cookies: string | undefined) => string | undefined;
} {
  const name = `${nameOf(scope)}-${what}`;
  return {
    set: (value, maxAgeSeconds) => header(name, value, scope, maxAgeSeconds),
    of: (cookies) => valueOf(cookies, name),
  };
}

/** The session token in a `Cookie` header, if there is one of the right form. */
export function tokenOf(cookies: string | undefined, scope: CookieScope): string | undefined {
  return valueOf(cookies, nameOf(scope));
}

function valueOf(cookies: string | undefined, name: string): string | undefined {
  for (const part of cookies?.split(';') ?? []) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value)) return value;
  }
  return undefined;
}
