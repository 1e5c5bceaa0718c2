/**
 * The headers that go to a backend. What a client claims about itself is removed and set afresh: the backend believes its
 * frontends. Proxies in front of this one (an exact number) are believed for what they added last.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { identityHeaders } from '../auth/identity-headers.ts';
import { isAmong, namedBy, type Naming } from './proxies.ts';

/** About one connection, not about the request (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What only a trusted proxy may say, and what only we ourselves say. */
const CLAIMS = /^(?:forwarded$|x-forwarded-|x-real-ip$|x-remote-|x-auth-|x-chatapp-)/;

const LENGTH = 'content-length';

export interface Peer {
  readonly address: string;
  readonly headers: IncomingHttpHeaders;
  /** The same, each with all its values. */
  readonly headersDistinct?: NodeJS.Dict<string[]>;
}

/**
 * The headers of a request without those of its body: {@link framing} has them.
 * @param hops proxies in front of this one
 * @param naming those that say who people are, if any: nobody else is believed anything then
 */
export function forwardedHeaders(
  { address, headers, headersDistinct = {} }: Peer,
  hops: number,
  naming?: Naming,
): Record<string, string | string[]> {
  const names = new Set(naming === undefined ? [] : Object.values(naming.headers));
  const isClaim = (name: string): boolean => CLAIMS.test(name) || names.has(name) || name === LENGTH;
  const unclaimed = Object.entries(endToEnd(headers)).filter(([name]) => !isClaim(name));
  const isKnown = naming !== undefined && isAmong(naming.proxies, address);
  const trustedHops = naming === undefined || isKnown ? hops : 0;
  const believed = trustedHops > 0;
  const path = [...words(headers['x-forwarded-for']), address];
  return {
    ...Object.fromEntries(unclaimed),
    ...(isKnown && identityHeaders(namedBy(headersDistinct, naming.headers), naming.key)),
    'x-forwarded-for': path.at(-1 - trustedHops) ?? path[0] ?? address,
    'x-forwarded-proto': (believed ? words(headers['x-forwarded-proto']).at(-1) : undefined) ?? 'http',
    'x-forwarded-host': (believed ? words(headers['x-forwarded-host']).at(-1) : undefined) ?? headers.host ?? '',
  };
}

/**
 * How a backend learns where the body of a request ends; nothing when there is none. Always said, and read from what this
 * process itself went by: Node sends a body of unknown length without any mark where the method seldom has one, and a length
 * without its body leaves the backend waiting inside of the next request. Either way a client could hide a request in a body
 * (RFC 9112, 11.2).
 */
export function framing(headers: IncomingHttpHeaders): Record<string, string> {
  if (headers['transfer-encoding'] !== undefined) return { 'transfer-encoding': 'chunked' };
  const length = headers[LENGTH];
  return length === undefined || Number(length) === 0 ? {} : { [LENGTH]: length };
}

/** The headers of a message without those of the connection it came by. */
export function endToEnd(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const named = new Set(words(headers.connection).map((name) => name.toLowerCase()));
  const kept = Object.entries(headers).filter(
    (pair): pair is [string, string | string[]] =>
      pair[1] !== undefined && !HOP_BY_HOP.has(pair[0]) && !named.has(pair[0]),
  );
  return Object.fromEntries(kept);
}

function words(header: string | string[] | undefined): string[] {
  return [header]
    .flat()
    .join(',')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
