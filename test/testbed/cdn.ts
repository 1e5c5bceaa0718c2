/** A small CDN: it fetches what it does not have from an origin, path and all, and keeps it with its headers. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Cdn {
  /** Its origin. */
  readonly url: string;
  /** Where it fetches from; nothing until it is set. */
  origin: string;
  /** Paths that it was asked for. */
  readonly asked: string[];
  /** From now on a file whose path matches has something behind it. */
  alter(path: RegExp, added: string): void;
  stop(): Promise<void>;
}

interface Kept {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

export async function startCdn(): Promise<Cdn> {
  const kept = new Map<string, Kept>();
  const asked: string[] = [];
  let altered: { path: RegExp; added: string } | undefined;
  const get = async (path: string): Promise<Kept> => {
    const known = kept.get(path);
    if (known !== undefined) return known;
    const answer = await fetch(cdn.origin + path);
    const headers = Object.fromEntries(
      [...answer.headers].filter(([name]) => !/^(content-|transfer-|connection)/.test(name)),
    );
    const type = { 'content-type': answer.headers.get('content-type') ?? '' };
    const fetched = {
      status: answer.status,
      headers: { ...headers, ...type },
      body: Buffer.from(await answer.arrayBuffer()),
    };
    if (answer.ok) kept.set(path, fetched);
    return fetched;
  };
  const server = http.createServer((request, response) => {
    const path = request.url ?? '/';
    asked.push(path);
    get(path).then(
      ({ status, headers, body }) => {
        response.writeHead(status, headers).write(body);
        response.end(altered?.path.test(path) === true ? altered.added : '');
      },
      () => response.writeHead(502).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cdn: Cdn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    origin: '',
    asked,
    alter: (path, added) => void (altered = { path, added }),
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return cdn;
}
