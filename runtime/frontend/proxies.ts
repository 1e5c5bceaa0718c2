/** The proxies in front of a frontend whose word counts, and whom they name. */
import { BlockList, isIP, isIPv4 } from 'node:net';
import type { Named } from '../auth/identity-headers.ts';

/** @throws Error that names the network of which no addresses can be made */
export function networks(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', bits = ''] = cidr.split('/', 2);
    const most = isIPv4(address) ? 32 : 128;
    if (isIP(address) === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > most) {
      throw new Error(`"${cidr}" is no network such as 192.0.2.0/24`);
    }
    list.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  return list;
}

/** Whether a peer's address is in one of the networks; IPv4 written as IPv6 is IPv4. */
export function isAmong(list: BlockList, peer: string): boolean {
  const address = peer.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** In which headers proxies name people, in small letters. */
export interface IdentityHeaders {
  readonly user: string;
  readonly email: string;
  readonly groups: string;
}

/** Who says who people are: which proxies, in which headers, and by which key the backends believe it. */
export interface Naming {
  readonly proxies: BlockList;
  readonly headers: IdentityHeaders;
  readonly key: string;
}

/**
 * Whom a proxy names. A header that is there twice names nobody: a proxy that added its own beside that of a client would let
 * clients choose.
 * @param headers each with all its values
 */
export function namedBy(headers: NodeJS.Dict<string[]>, names: IdentityHeaders): Named {
  const [user, email, groups] = [names.user, names.email, names.groups].map((name) => headers[name] ?? []);
  if ([user, email, groups].some((values) => (values?.length ?? 0) > 1)) return {};
  return { user: textOf(user), email: textOf(email), groups: textOf(groups) };
}

/** Node reads headers as Latin-1; proxies write UTF-8. */
function textOf([value]: string[] = []): string | undefined {
  return value === undefined || value === '' ? undefined : Buffer.from(value, 'latin1').toString('utf8');
}
