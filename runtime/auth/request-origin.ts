/**
 * Where a request comes from, as far as it can be believed. `frontend`: the peer is a frontend of ours (network policy sees
 * to that), which removed what the browser claimed and set `X-Forwarded-*` afresh. `direct`: the peer is the client.
 */
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import type { Scheme } from './cookie.ts';

export type Peers = 'frontend' | 'direct';

export interface RequestOrigin {
  /** As limits count it; see {@link placeOf}. */
  readonly address: string;
  readonly scheme: Scheme;
  /** The host that the browser asked for. */
  readonly host: string;
}

export function originOf(request: IncomingMessage, peers: Peers): RequestOrigin {
  const peer = request.socket.remoteAddress ?? 'unknown';
  const host = request.headers.host ?? '';
  if (peers === 'direct') return { address: placeOf(peer), scheme: 'http', host };
  const address = last(request.headers['x-forwarded-for']) ?? peer;
  const scheme = last(request.headers['x-forwarded-proto']) === 'https' ? 'https' : 'http';
  return { address: placeOf(address), scheme, host: last(request.headers['x-forwarded-host']) ?? host };
}

/**
 * What limits take for one address. Of IPv6 the first 64 bits: that much is given to a single household, which could come by
 * another address each time. IPv4 written as IPv6 is IPv4.
 */
export function placeOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [start = '', end] = address.split('::', 2);
  const known = start === '' ? [] : start.split(':');
  const zeros = end === undefined ? 0 : 8 - known.length - (end === '' ? 0 : end.split(':').length);
  const groups = [...known, ...Array<string>(zeros).fill('0'), ...(end ?? '').split(':')].slice(0, 4);
  return `${groups.map((group) => parseInt(group, 16).toString(16)).join(':')}::/64`;
}

function last(header: string | string[] | undefined): string | undefined {
  return [header].flat().at(-1)?.split(',').at(-1)?.trim();
}

/**
 * Whether a page of this origin may talk to the chat: the chat's own address, an allowed one, or the host it came by.
 * A page that came by http may not call a chat that is reached by https: anybody on its way could have written it.
 * Only browsers send `Origin`, and only they carry somebody else's cookies: without the header there is nothing to guard.
 */
export function mayCall(
  origin: string | undefined,
  { host, scheme }: Pick<RequestOrigin, 'host' | 'scheme'>,
  allowed: { readonly publicURL?: string | undefined; readonly allowedOrigins: readonly string[] },
): boolean {
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const caller = new URL(origin);
  const weaker = scheme === 'https' && caller.protocol === 'http:';
  if (caller.host === host && host !== '' && !weaker) return true;
  const known =
    allowed.publicURL === undefined ? allowed.allowedOrigins : [allowed.publicURL, ...allowed.allowedOrigins];
  return known.some((url) => URL.canParse(url) && new URL(url).origin === caller.origin);
}
