/** Where Redis is and how it is entered: an address as people write it, taken apart. */
import type { RedisOptions } from 'ioredis';

export interface RedisAddress {
  /** Redis itself; its sentinels where `sentinel` is set. */
  readonly servers: readonly [Server, ...Server[]];
  readonly username?: string;
  readonly password?: string;
  readonly database?: number;
  /** TLS; `authority` (PEM) instead of the public ones. */
  readonly tls?: { readonly authority?: string };
  readonly sentinel?: { readonly masterName: string; readonly password?: string };
  /** Beginning of every key and channel; `chatapp:` unless others use the same Redis. */
  readonly prefix?: string;
  /**
   * `keeps`: what is acknowledged is on the disk of the one server, if its settings say so. `may-forget`: another server may
   * take its place that had not heard of everything.
   */
  readonly memory: 'keeps' | 'may-forget';
}

interface Server {
  readonly host: string;
  readonly port: number;
}

const FORM = /^(rediss?):\/\/(?:([^@/]*)@)?([^@/?#]+)(?:\/([0-9]*))?$/;
const PORT = { redis: 6_379, sentinel: 26_379 };

/**
 * Reads `redis://user:password@host:port/database`, `rediss://` with TLS; sentinels are several with commas between.
 * User and password are written as URLs have them (`%40` is an at sign).
 * @throws Error that says what is wrong, without the address: there is a password in it
 */
export function parseRedisURL(
  text: string,
  kind: 'redis' | 'sentinel',
): Pick<RedisAddress, 'servers' | 'username' | 'password' | 'database' | 'tls'> {
  const [, scheme, login, hosts = '', database = ''] = FORM.exec(text.trim()) ?? [];
  if (scheme === undefined) throw new Error('it is not like redis://user:password@host:port/database');
  const [first, ...others] = hosts.split(',').map((host) => serverOf(host, PORT[kind]));
  if (first === undefined || (kind === 'redis' && others.length > 0)) {
    throw new Error('it names several servers: only sentinels may be several');
  }
  return {
    servers: [first, ...others],
    ...(login === undefined ? {} : loginOf(login)),
    ...(database === '' ? {} : { database: Number(database) }),
    ...(scheme === 'rediss' ? { tls: {} } : {}),
  };
}

function serverOf(text: string, usual: number): Server {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+))(?::([0-9]{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) throw new Error('a server in it is not like host:port');
  return { host, port: port === undefined ? usual : Number(port) };
}

function loginOf(text: string): Pick<RedisAddress, 'username' | 'password'> {
  const [user = '', ...rest] = text.split(':');
  const decoded = (part: string): string => {
    try {
      return decodeURIComponent(part);
    } catch {
      throw new Error('its user or password has a % that begins no %XX: write %25 for it');
    }
  };
  return {
    ...(user === '' ? {} : { username: decoded(user) }),
    ...(rest.length === 0 ? {} : { password: decoded(rest.join(':')) }),
  };
}

const ANSWER_WITHIN_MS = 3000;
export const RETRY_MS = { first: 50, most: 1000 };

const retryMs = (times: number): number =>
  Math.min(RETRY_MS.first * 2 ** Math.min(times, 10), RETRY_MS.most) * (0.5 + Math.random() / 2);

/** Settings of a client that queues nothing and comes back by itself. */
export function clientOptions(address: RedisAddress): Omit<RedisOptions, 'replyMapping'> {
  return {
    ...whereAndWho(address),
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: ANSWER_WITHIN_MS,
    connectTimeout: ANSWER_WITHIN_MS,
    sentinelCommandTimeout: ANSWER_WITHIN_MS,
    retryStrategy: retryMs,
    sentinelRetryStrategy: retryMs,
    // A master that became a replica takes no more writes: ask anew who the master is.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  };
}

/** The address in the words of ioredis. */
export function whereAndWho({
  servers,
  tls,
  sentinel,
  username,
  password,
  database,
}: RedisAddress): Omit<RedisOptions, 'replyMapping'> {
  const secured = tls && { ...(tls.authority !== undefined && { ca: tls.authority }) };
  const login = {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(database !== undefined && { db: database }),
    ...(secured && { tls: secured }),
  };
  if (sentinel === undefined) return { ...servers[0], ...login };
  return {
    ...login,
    sentinels: [...servers],
    name: sentinel.masterName,
    failoverDetector: true,
    ...(sentinel.password !== undefined && { sentinelPassword: sentinel.password }),
    ...(secured && { sentinelTLS: secured, enableTLSForSentinelMode: true }),
  };
}
