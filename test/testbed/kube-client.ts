import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { parse } from 'yaml';
import { until } from './wait.ts';

/** An object of Kubernetes, as far as the test bed looks into it. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly deletionTimestamp?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
}

export interface KubeResponse<Body> {
  readonly status: number;
  readonly text: string;
  /** The body, if it is JSON. Its shape is what the caller expects of a good answer: look at `status` first. */
  readonly body: Body;
}

interface Kubeconfig {
  readonly clusters: readonly [
    { readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } },
  ];
  readonly users: readonly [
    { readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string } },
  ];
}

interface WatchLine {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject;
}

/** A small client of the API server for the test bed itself; it shares nothing with the operator that is tested. */
export class KubeClient {
  readonly server: string;
  readonly #agent: Agent;
  #closed = false;

  /** Reads a kubeconfig with one cluster and one user who has a certificate. */
  constructor(kubeconfig: string) {
    const config = parse(fs.readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
    const { cluster } = config.clusters[0];
    const { user } = config.users[0];
    const pem = (base64: string): string => Buffer.from(base64, 'base64').toString();
    this.server = cluster.server;
    this.#agent = new Agent({
      connect: {
        ca: pem(cluster['certificate-authority-data']),
        cert: pem(user['client-certificate-data']),
        key: pem(user['client-key-data']),
      },
      connections: 64, // each collection that is followed takes one
      bodyTimeout: 0,
    });
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Sends one request (a body is sent as JSON). Throws when no answer comes; every HTTP status is an answer. */
  async send<Body>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    type = 'application/json',
  ): Promise<KubeResponse<Body>> {
    const response = await request(`${this.server}${path}`, {
      method,
      dispatcher: this.#agent,
      headersTimeout: 30_000,
      headers: {
        accept: 'application/json',
        'user-agent': 'chatapp-testbed',
        ...(body !== undefined && { 'content-type': type }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.body.text();
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined; // plain text, as /readyz gives
    }
    return { status: response.statusCode, text, body: json as Body };
  }

  /** As `send`, but throws the server's words when the status is 300 or more (and not among those allowed). */
  async ok<Body>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    options: { readonly type?: string; readonly allow?: readonly number[] } = {},
  ): Promise<Body> {
    const response = await this.send<Body>(method, path, body, options.type);
    if (response.status >= 300 && !(options.allow ?? []).includes(response.status)) {
      throw new Error(`${method} ${path}: ${response.status} ${response.text.slice(0, 600)}`);
    }
    return response.body;
  }

  /** Lists and then follows a collection until the client is closed; starts over after any fault. Resolves when it has listed once. */
  async follow(path: string, seen: (type: 'ADDED' | 'MODIFIED' | 'DELETED', item: KubeObject) => void): Promise<void> {
    const known = new Map<string, KubeObject>();
    const tell: typeof seen = (type, item) => {
      const uid = item.metadata.uid ?? '';
      if (type === 'DELETED') known.delete(uid);
      else known.set(uid, item);
      seen(type, item);
    };
    const list = async (): Promise<string> => {
      const page = await this.ok<{ items: KubeObject[]; metadata: { resourceVersion: string } }>('GET', path);
      const uids = new Set(page.items.map(({ metadata }) => metadata.uid));
      for (const [uid, item] of known) if (!uids.has(uid)) tell('DELETED', item);
      for (const item of page.items) tell('ADDED', item);
      return page.metadata.resourceVersion;
    };
    let version = '';
    // Of a kind that has just been declared the API server may say 429 for a moment.
    const isListed = async (): Promise<boolean> => {
      version = await list();
      return true;
    };
    await until(`${path} can be listed`, isListed, { timeout: 30_000, every: 100 });
    const forever = async (): Promise<void> => {
      while (!this.#closed) {
        try {
          await this.#watch(path, version, tell);
          version = await list();
        } catch {
          await sleep(100); // the API server restarts, or the client was closed
          version = await list().catch(() => version);
        }
      }
    };
    void forever();
  }

  async #watch(
    path: string,
    version: string,
    seen: (type: 'ADDED' | 'MODIFIED' | 'DELETED', item: KubeObject) => void,
  ): Promise<void> {
    const response = await request(`${this.server}${path}?watch=1&resourceVersion=${version}`, {
      dispatcher: this.#agent,
      headers: { 'user-agent': 'chatapp-testbed' },
    });
    if (response.statusCode !== 200) throw new Error(`watch ${path}: ${response.statusCode}`);
    let rest = '';
    for await (const chunk of response.body.setEncoding('utf8') as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const { type, object } = JSON.parse(line) as WatchLine;
        if (type === 'ERROR') return;
        if (type !== 'BOOKMARK') seen(type, object);
      }
    }
  }

  /** Ends all that goes on. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#agent.destroy();
  }
}
