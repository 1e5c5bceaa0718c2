/** Hands requests and WebSockets to a backend. WebSockets are piped as bytes: nothing of them is parsed or kept. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, request as httpRequest, STATUS_CODES } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { log } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { ErrorBody } from '../protocol/rest.ts';
import { endToEnd, forwardedHeaders, framing } from './forwarding.ts';
import { SECURITY_HEADERS } from './headers.ts';
import type { Naming } from './proxies.ts';

export interface ProxyOptions {
  /** Base URL of the backends' Service, which spreads connections. */
  readonly backend: URL;
  readonly trustedHops: number;
  /** Who says who people are, in mode TrustedHeader. */
  readonly naming?: Naming | undefined;
  readonly metrics: Metrics;
}

const CONNECT_WITHIN_MS = 5000;
/** A connection that stays idle longer may be one to a backend that is going away. */
const IDLE_MS = 10_000;

const AWAY = JSON.stringify({
  error: {
    code: 'Unavailable',
    message: 'No chat server answers right now. It usually takes a moment.',
    retryAfterMs: 2000,
  },
} satisfies ErrorBody);
const AWAY_HEADERS = { 'content-type': 'application/json', 'retry-after': '2', 'cache-control': 'no-store' };

export class Proxy {
  readonly #options: ProxyOptions;
  readonly #agent = new Agent({ keepAlive: true, timeout: IDLE_MS, maxFreeSockets: 32 });
  /** Sockets of clients that are piped to a backend. */
  readonly #piped = new Set<Duplex>();

  constructor(options: ProxyOptions) {
    this.#options = options;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const body = framing(request.headers);
    const upstream = this.#ask(request, body);
    const empty = Object.keys(body).length === 0;
    const retriable = empty && (request.method === 'GET' || request.method === 'HEAD');
    upstream.on('error', (error: NodeJS.ErrnoException) => {
      // A kept connection may be closed by the backend just when it is used again.
      if (retriable && upstream.reusedSocket && !response.headersSent) {
        this.handle(request, response);
        return;
      }
      this.#failed('http', error);
      if (response.headersSent) response.destroy();
      else response.writeHead(503, AWAY_HEADERS).end(AWAY);
    });
    upstream.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    response.on('close', () => {
      if (!response.writableFinished) upstream.destroy();
    });
    if (empty) upstream.end();
    else request.pipe(upstream);
  }

  /** One new connection for each WebSocket, so that the Service spreads them. */
  upgrade(request: IncomingMessage, client: Duplex, head: Buffer): void {
    const { backend, metrics } = this.#options;
    const upstream = connect({ host: backend.hostname, port: Number(backend.port || 80), noDelay: true });
    let connected = false;
    upstream.setTimeout(CONNECT_WITHIN_MS, () => upstream.destroy(new Error('no connection within the time')));
    upstream.once('connect', () => {
      connected = true;
      upstream.setTimeout(0);
      upstream.write(this.#handshake(request));
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
      this.#piped.add(client);
      metrics.connections.set(this.#piped.size);
    });
    upstream.on('error', (error) => {
      if (connected) return void client.destroy();
      this.#failed('websocket', error);
      const headers = Object.entries({
        ...AWAY_HEADERS,
        'content-length': String(Buffer.byteLength(AWAY)),
        connection: 'close',
      });
      const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      client.end(`HTTP/1.1 503 ${STATUS_CODES[503] ?? ''}\r\n${lines}\r\n${AWAY}`);
    });
    upstream.once('close', () => client.destroy());
    client.on('error', () => upstream.destroy());
    client.once('close', () => {
      upstream.destroy();
      this.#piped.delete(client);
      metrics.connections.set(this.#piped.size);
    });
  }

  /** Cuts the piped sockets, spread over a time: their pages connect again through another frontend. */
  async drain(withinMs: number): Promise<void> {
    const cuts = [...this.#piped].map(
      (socket) =>
        new Promise<void>((resolve) => {
          setTimeout(() => {
            socket.destroy();
            resolve();
          }, Math.random() * withinMs);
        }),
    );
    await Promise.all(cuts);
    this.#agent.destroy();
  }

  #ask(request: IncomingMessage, body: Record<string, string>): ReturnType<typeof httpRequest> {
    const { backend } = this.#options;
    return httpRequest({
      agent: this.#agent,
      host: backend.hostname,
      port: backend.port || 80,
      method: request.method,
      path: request.url,
      headers: { ...this.#headers(request), ...body },
    });
  }

  #headers(request: IncomingMessage): Record<string, string | string[]> {
    const address = request.socket.remoteAddress ?? '';
    const { headers, headersDistinct } = request;
    const { trustedHops, naming } = this.#options;
    return forwardedHeaders({ address, headers, headersDistinct }, trustedHops, naming);
  }

  #handshake(request: IncomingMessage): string {
    const headers = { ...this.#headers(request), connection: 'Upgrade', upgrade: 'websocket' };
    const lines = Object.entries(headers).flatMap(([name, value]) =>
      [value].flat().map((one) => `${name}: ${one}\r\n`),
    );
    return `GET ${request.url ?? '/ws'} HTTP/1.1\r\n${lines.join('')}\r\n`;
  }

  #failed(kind: 'http' | 'websocket', error: NodeJS.ErrnoException): void {
    this.#options.metrics.proxyFailures.inc({ kind });
    log.warn('no backend answers', { kind, error: error.code ?? error.message });
  }
}
