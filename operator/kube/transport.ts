import { createSecureContext, type SecureContext } from 'node:tls';
import type { KubeConfig } from '@kubernetes/client-node';
import { Pool, ProxyAgent, type Dispatcher } from 'undici';
import { systemClock, type Clock } from './clock.ts';
import { Credentials, type Access } from './credentials.ts';
import { ApiError, InactivityError, TransportError } from './errors.ts';
import { linesOf } from './lines.ts';
import { guardSends, HeldBackError, type Guarded } from './send-guard.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface RequestOptions {
  /** Sent as JSON. */
  body?: unknown;
  /** Default `application/json`. */
  contentType?: string;
  query?: Query;
  signal?: AbortSignal;
  /** How long the server may stay silent, in milliseconds; default 30 s. */
  timeoutMs?: number;
  /** Called when the request goes out, which may be long after it was made. What it throws, the request rejects with. */
  beforeSend?: () => void;
}

export interface StreamOptions {
  query?: Query;
  signal?: AbortSignal;
  /** The longest silence within the stream, in milliseconds; 0 for no limit. Default 70 s (bookmarks come every 60 s). */
  inactivityMs?: number;
}

/** Raw JSON to and from one API server. */
export interface Transport {
  /**
   * One request. Rejects with ApiError when the server says no, TransportError when no usable answer came, and the
   * signal's reason when aborted.
   */
  request<T>(method: Method, path: string, options?: RequestOptions): Promise<T>;
  /** The lines of an endless answer. Throws like `request`, and InactivityError after too long a silence. */
  stream(path: string, options?: StreamOptions): AsyncIterable<string>;
  /** Closes all connections; what is under way fails. */
  close(): Promise<void>;
}

export interface TransportOptions {
  /** Shown in the API server's audit log. */
  userAgent?: string;
  /** The most requests at the same time, watches not counted; default 32. */
  connections?: number;
  /** Told of every request: its method, its HTTP code (`<error>` when none came), the host and the time in seconds. */
  observe?: (method: Method, code: string, host: string, seconds: number) => void;
  clock?: Clock;
}

/** Opens nothing yet: connections are made when needed, kept alive and shared. Throws when the kubeconfig names no cluster. */
export function createTransport(kubeConfig: KubeConfig, options: TransportOptions = {}): Transport {
  const cluster = kubeConfig.getCurrentCluster();
  if (cluster === null) throw new Error('the kubeconfig has no current context with a cluster in it');
  return new HttpTransport(new URL(cluster.server), cluster.proxyUrl, kubeConfig, options);
}

/** Watches have connections of their own: they would sit on those of requests for minutes. */
interface Pools {
  tlsVersion: number;
  requests: Dispatcher;
  streams: Dispatcher;
}

class HttpTransport implements Transport {
  readonly #server: URL;
  readonly #proxy: string | undefined;
  readonly #options: TransportOptions;
  readonly #clock: Clock;
  readonly #credentials: Credentials;
  #pools: Pools | undefined;
  #closed = false;

  constructor(server: URL, proxy: string | undefined, kubeConfig: KubeConfig, options: TransportOptions) {
    if (proxy?.startsWith('socks') === true) throw new Error(`SOCKS proxies are not supported: ${proxy}`);
    this.#server = server;
    this.#proxy = proxy;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#credentials = new Credentials(kubeConfig, this.#clock);
  }

  async request<T>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
    const { timeoutMs = 30_000, contentType = 'application/json' } = options;
    const response = await this.#send('requests', method, path, options.query, options.signal, {
      headers: options.body === undefined ? {} : { 'content-type': contentType },
      body: options.body === undefined ? null : JSON.stringify(options.body),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      beforeSend: options.beforeSend,
    });
    const text = await this.#reading(method, path, options.signal, response.body.text());
    if (response.statusCode >= 300) throw apiErrorOf(`${method} ${path}`, response, text);
    return parse(`${method} ${path}`, text) as T;
  }

  async *stream(path: string, options: StreamOptions = {}): AsyncGenerator<string> {
    const response = await this.#send('streams', 'GET', path, options.query, options.signal, {
      headersTimeout: 30_000,
      bodyTimeout: options.inactivityMs ?? 70_000,
    });
    if (response.statusCode >= 300) {
      const text = await this.#reading('GET', path, options.signal, response.body.text());
      throw apiErrorOf(`GET ${path}`, response, text);
    }
    const chunks = response.body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    yield* linesOf({ [Symbol.asyncIterator]: () => this.#guarded(path, options.signal, chunks) });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const pools = this.#pools;
    this.#pools = undefined;
    await Promise.all([pools?.requests.destroy(), pools?.streams.destroy()]);
  }

  async #send(
    pool: 'requests' | 'streams',
    method: Method,
    path: string,
    query: Query | undefined,
    signal: AbortSignal | undefined,
    extra: Partial<Dispatcher.RequestOptions> & Guarded,
  ): Promise<Dispatcher.ResponseData> {
    const attempt = async (): Promise<Dispatcher.ResponseData> => {
      const access = await this.#credentials.get();
      signal?.throwIfAborted();
      const headers = { ...(extra.headers as Record<string, string> | undefined), ...this.#headers(access) };
      const url = this.#server.pathname.replace(/\/$/, '') + path + queryText(query);
      const request = { ...extra, origin: this.#server.origin, method, path: url, headers, signal: signal ?? null };
      return this.#reading(method, path, signal, this.#poolsFor(access)[pool].request(request));
    };
    const started = this.#clock.now();
    const report = (code: string): void =>
      this.#options.observe?.(method, code, this.#server.host, (this.#clock.now() - started) / 1000);
    try {
      let response = await attempt();
      if (response.statusCode === 401) {
        await response.body.dump();
        this.#credentials.invalidate();
        response = await attempt();
      }
      report(String(response.statusCode));
      return response;
    } catch (error) {
      report('<error>');
      throw error;
    }
  }

  /** Turns what the HTTP client throws into our words. */
  async #reading<T>(method: Method, path: string, signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      const code = codeOf(error);
      const words = `${method} ${path}: no usable answer from ${this.#server.origin} (${code})`;
      if (error instanceof HeldBackError) throw error.cause;
      if (code === 'UND_ERR_BODY_TIMEOUT') throw new InactivityError(words, code, error);
      throw new TransportError(words, code, error);
    }
  }

  #guarded(path: string, signal: AbortSignal | undefined, chunks: AsyncIterator<Buffer>): AsyncIterator<Buffer> {
    return {
      next: () => this.#reading('GET', path, signal, chunks.next()),
      return: async () => (await chunks.return?.()) ?? { done: true, value: undefined },
    };
  }

  #headers(access: Access): Record<string, string> {
    const agent = this.#options.userAgent === undefined ? {} : { 'user-agent': this.#options.userAgent };
    return { accept: 'application/json', ...agent, ...access.headers };
  }

  #poolsFor(access: Access): Pools {
    if (this.#closed) throw new TransportError('the transport is closed', 'CLOSED');
    if (this.#pools?.tlsVersion === access.tlsVersion) return this.#pools;
    const old = this.#pools;
    // Requests under way finish on the old connections; watches come back on the new ones when the server ends them.
    if (old !== undefined) void Promise.allSettled([old.requests.close(), old.streams.close()]);
    // Made once: else every connection would parse the certificates and keep its own copy of them.
    const context = createSecureContext(access.tls);
    this.#pools = {
      tlsVersion: access.tlsVersion,
      requests: this.#pool(access, context, this.#options.connections ?? 32),
      streams: this.#pool(access, context, null),
    };
    return this.#pools;
  }

  #pool(access: Access, secureContext: SecureContext, connections: number | null): Dispatcher {
    const shared = {
      connections,
      pipelining: 1,
      // HTTP/1.1: with one connection for everything, one lost packet or one half-open socket would stop all watches.
      allowH2: false,
      // The API server closes idle connections after 90 s; closing first avoids a request meeting a closed door.
      keepAliveTimeout: 60_000,
      connectTimeout: 10_000,
    };
    const tls = { ...access.tls, secureContext, keepAlive: true, keepAliveInitialDelay: 30_000 };
    if (this.#proxy !== undefined) {
      return new ProxyAgent({ ...shared, uri: this.#proxy, requestTls: tls }).compose(guardSends);
    }
    return new Pool(this.#server.origin, { ...shared, connect: tls }).compose(guardSends);
  }
}

function queryText(query: Query | undefined): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

function parse(request: string, text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TransportError(`${request}: the answer is not JSON: ${text.slice(0, 100)}`, 'BAD_ANSWER', error);
  }
}

function apiErrorOf(request: string, response: Dispatcher.ResponseData, text: string): ApiError {
  let body: unknown = text;
  try {
    body = JSON.parse(text);
  } catch {
    // A proxy's or load balancer's page: its text says more than nothing.
  }
  return new ApiError(request, response.statusCode, body, retryAfterMs(response.headers['retry-after']));
}

/** `Retry-After` is a number of seconds or a date. */
function retryAfterMs(header: string | string[] | undefined): number | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return undefined;
  const seconds = Number(text);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : error instanceof Error ? error.message : String(error);
}
