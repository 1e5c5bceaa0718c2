import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';

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

export type Match = (request: { method: string; path: string; query: URLSearchParams }) => boolean;

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
  readonly #streams = new Set<IncomingMessage>();
  #frozen = false;

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

  /** From now on no byte of any watch gets through, and no connection is closed. */
  freeze(): void {
    this.#frozen = true;
    for (const stream of this.#streams) stream.pause();
  }

  /** What was held back gets through, in order. */
  thaw(): void {
    this.#frozen = false;
    for (const stream of this.#streams) stream.resume();
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
    const armed = this.#armed.find(({ match, left }) => left > 0 && match(asked));
    if (armed !== undefined) armed.left--;
    const fault = armed?.fault;
    response.on('error', () => undefined);
    if (fault?.kind === 'status') answer(response, fault);
    else if (fault?.kind === 'watch-error') tellError(response, fault);
    else this.#forward(request, url, response, fault);
  }

  #forward(request: IncomingMessage, url: URL, response: ServerResponse, fault: Fault | undefined): void {
    const headers = { ...request.headers, host: this.#target.host };
    const agent = request.headers.authorization === undefined ? this.#agent : this.#bearer;
    const onward = https.request(url, { method: request.method, headers, agent }, (answered) => {
      if (fault?.kind === 'lost-reply') {
        answered.resume().on('end', () => response.destroy());
      } else if (fault?.kind === 'half-open') {
        answered.resume();
      } else {
        response.writeHead(answered.statusCode ?? 502, answered.headers);
        response.flushHeaders();
        if (url.searchParams.has('watch')) this.#relay(answered, response, fault);
        else answered.pipe(response);
      }
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  }

  #relay(stream: IncomingMessage, response: ServerResponse, fault: Fault | undefined): void {
    this.#streams.add(stream);
    stream.on('data', (chunk: Buffer) => {
      if (fault?.kind !== 'truncated-line') response.write(chunk);
      else response.write(chunk.subarray(0, chunk.length / 2), () => response.end());
    });
    stream.on('close', () => {
      this.#streams.delete(stream);
      response.end();
    });
    if (this.#frozen) stream.pause();
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
