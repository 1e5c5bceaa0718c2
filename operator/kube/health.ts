import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorText } from './log.ts';

/** Says what is wrong in words, or nothing when all is well. */
export type Check = () => string | undefined;

export interface HealthOptions {
  /** 0 for any free port. */
  port: number;
  /** Default all addresses, since kubelet and Prometheus come from outside. */
  host?: string;
  /** Failing, the process should be restarted. */
  live: Readonly<Record<string, Check>>;
  /** Failing, the process is not ready. */
  ready: Readonly<Record<string, Check>>;
  /** The metrics in the Prometheus text format. */
  metrics: () => Promise<string>;
}

/** Serves `/healthz`, `/readyz` (each check by name with `?verbose`) and `/metrics`. */
export class HealthServer {
  readonly #options: HealthOptions;
  readonly #server: Server;

  constructor(options: HealthOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        response.writeHead(500, { 'content-type': 'text/plain' }).end(`${errorText(error)}\n`);
      });
    });
  }

  /** Listens; resolves with the port. Rejects when it is taken. */
  async start(): Promise<number> {
    const { port, host } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, ...(host === undefined ? {} : { host }) }, resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://health');
    if (url.pathname === '/healthz') this.#report(this.#options.live, url, response);
    else if (url.pathname === '/readyz') this.#report(this.#options.ready, url, response);
    else if (url.pathname === '/metrics') {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
      response.end(await this.#options.metrics());
    } else {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('try /healthz, /readyz or /metrics\n');
    }
  }

  #report(checks: Readonly<Record<string, Check>>, url: URL, response: ServerResponse): void {
    const results = Object.entries(checks).map(([name, check]) => ({ name, problem: check() }));
    const failed = results.filter(({ problem }) => problem !== undefined);
    const shown = failed.length > 0 || url.searchParams.has('verbose') ? results : [];
    const lines = shown.map(({ name, problem }) =>
      problem === undefined ? `[+] ${name} ok` : `[-] ${name}: ${problem}`,
    );
    lines.push(failed.length === 0 ? 'ok' : 'failed');
    response.writeHead(failed.length === 0 ? 200 : 503, { 'content-type': 'text/plain' });
    response.end(`${lines.join('\n')}\n`);
  }
}
