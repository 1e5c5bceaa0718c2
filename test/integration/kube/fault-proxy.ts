import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { HiddenEvents, relayLines, type EventMatch } from './event-relay.ts';
import { RequestLimit, type LastReply } from './request-limit.ts';

/** What may go wrong between a client and the API server. */
export type Fault =
  /** Answered without asking the API server. */
  | { kind: 'status'; status: number; reason?: string; headers?: Record<string, string> }
  /** The API server does it, and the answer is lost. */
  | { kind: 'lost-reply' }
  /** The API server is asked, and nothing more is heard; the connection stays open. */
  | { kind: 'half-open' }
  /** A watch says this object as an ERROR event and ends. */
  | { kind: 'watch-error'; code: number; reason: string }
  /** The next event of a watch is cut off in its middle, and the connection with it. */
  | { kind: 'truncated-line' };

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

export type Match = (request: Asked) => boolean;

/** Requests of a collection with `watch=true`. */
export const watches: Match = ({ query }) => query.get('watch') === 'true';

interface Armed {
  match: Match;
  fault: Fault;
  left: number;
}

/** Plain HTTP in front of the API server of a kubeconfig, with faults on demand. Passes bearer tokens; without one it is admin. */
export class FaultProxy {
  /** Every request that came, as `METHOD path`. */
  readonly requests: string[] = [];
  readonly #server: http.Server;
  readonly #target: URL;
  readonly #agent: https.Agent;
  readonly #bearer: https.Agent;
  readonly #armed: Armed[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #streams = new Map<IncomingMessage, Asked>();
  readonly #limits: RequestLimit[] = [];
  readonly #hidden = new HiddenEvents();
  #frozen: Match = () => false;

  private constructor(kubeconfig: string) {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const cluster = config.getCurrentCluster();
    const user = config.getCurrentUser();
    const pem = (data: string | undefined): Buffer => Buffer.from(data ?? '', 'base64');
    this.#target = new URL(cluster?.server ?? '');
    const ca = pem(cluster?.caData);
    this.#agent = new https.Agent({ keepAlive: true, ca, cert: pem(user?.certData), key: pem(user?.keyData) });
    this.#bearer = new https.Agent({ keepAlive: true, ca });
    this.#server = http.createServer((request, response) => this.#take(request, response));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(kubeconfig: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(kubeconfig);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** Where clients connect. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A kubeconfig for the admin by way of this proxy. */
  get config(): KubeConfig {
    const config = new KubeConfig();
    config.loadFromClusterAndUser({ name: 'proxy', server: this.url, skipTLSVerify: true }, { name: 'admin' });
    return config;
  }

  /** The next `times` requests that match meet this fault. The returned function says how many have not come yet. */
  arm(match: Match, fault: Fault, times = 1): () => number {
    const armed = { match, fault, left: times };
    this.#armed.push(armed);
    return () => armed.left;
  }

  /** Lets so many requests that match through and holds the others back, until that is lifted. */
  passOnly(match: Match, count: number, lastReply: LastReply = 'delivered'): RequestLimit {
    const limit = new RequestLimit(match, count, lastReply);
    this.#limits.push(limit);
    return limit;
  }

  /** The next `times` events of watches that match are kept from the client. The function says how many have not come yet. */
  hide(match: EventMatch, times = 1): () => number {
    return this.#hidden.add(match, times);
  }

  /** From now on no byte of any watch that matches gets through, and no connection is closed. */
  freeze(match: Match = () => true): void {
    this.#frozen = match;
    for (const [stream, asked] of this.#streams) if (match(asked)) stream.pause();
  }

  /** What was held back gets through, in order; that of streams which match stays held back. */
  thaw(still: Match = () => false): void {
    this.#frozen = still;
    for (const [stream, asked] of this.#streams) if (!still(asked)) stream.resume();
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    this.#agent.destroy();
    this.#bearer.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.#target);
    const asked = { method: request.method ?? 'GET', path: url.pathname, query: url.searchParams };
    this.requests.push(`${asked.method} ${asked.path}`);
    response.on('error', () => undefined);
    const limit = this.#limits.find(({ match, isOn }) => isOn && match(asked));
    if (limit === undefined) void this.#meet(request, asked, url, response);
    else limit.take((reply) => this.#meet(request, asked, url, response, reply));
  }

  /** Answers a request as the faults have it. Resolves when the API server has answered, or was not asked. */
  #meet(
    request: IncomingMessage,
    asked: Asked,
    url: URL,
    response: ServerResponse,
    reply: LastReply = 'delivered',
  ): Promise<void> {
    const armed = this.#armed.find(({ match, left }) => left > 0 && match(asked));
    if (armed !== undefined) armed.left--;
    const fault: Fault | undefined = armed?.fault ?? (reply === 'lost' ? { kind: 'lost-reply' } : undefined);
    if (fault?.kind === 'status') answer(response, fault);
    else if (fault?.kind === 'watch-error') tellError(response, fault);
    else return this.#forward(request, asked, url, response, fault);
    return Promise.resolve();
  }

  async #forward(
    request: IncomingMessage,
    asked: Asked,
    url: URL,
    response: ServerResponse,
    fault: Fault | undefined,
  ): Promise<void> {
    const headers = { ...request.headers, host: this.#target.host };
    const agent = request.headers.authorization === undefined ? this.#agent : this.#bearer;
    let resolve = (): void => undefined;
    const done = new Promise<void>((resolved) => (resolve = resolved));
    const onward = https.request(url, { method: request.method, headers, agent }, (answered) => {
      answered.on('close', () => resolve());
      if (fault?.kind === 'lost-reply') {
        answered.resume().on('end', () => response.destroy());
      } else if (fault?.kind === 'half-open') {
        answered.resume();
      } else {
        response.writeHead(answered.statusCode ?? 502, answered.headers);
        response.flushHeaders();
        if (url.searchParams.has('watch')) this.#relay(answered, asked, response, fault);
        else answered.pipe(response);
      }
    });
    onward.on('error', () => {
      response.destroy();
      resolve();
    });
    response.on('close', () => onward.destroy());
    request.pipe(onward);
    await done;
  }

  #relay(stream: IncomingMessage, asked: Asked, response: ServerResponse, fault: Fault | undefined): void {
    this.#streams.set(stream, asked);
    if (fault?.kind === 'truncated-line') {
      stream.on('data', (chunk: Buffer) => {
        response.write(chunk.subarray(0, chunk.length / 2), () => response.end());
      });
    } else {
      relayLines(stream, response, this.#hidden);
    }
    stream.on('close', () => {
      this.#streams.delete(stream);
      response.end();
    });
    if (this.#frozen(asked)) stream.pause();
  }
}

function answer(response: ServerResponse, fault: Extract<Fault, { kind: 'status' }>): void {
  const { status, reason = 'Injected', headers = {} } = fault;
  const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code: status, message: 'injected' };
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function tellError(response: ServerResponse, { code, reason }: Extract<Fault, { kind: 'watch-error' }>): void {
  const object = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code, message: 'injected' };
  response.writeHead(200, { 'content-type': 'application/json' }).end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
}
