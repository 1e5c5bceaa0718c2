/** One host for several servers, told apart by the first part of the path, as an Ingress does it. Nothing is rewritten. */
import http from 'node:http';
import net from 'node:net';
import type { AddressInfo } from 'node:net';

export interface PathRouter {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * @param routes base URLs of servers by path prefix, such as `/a`
 * @param added headers that every request gets, with lower-case names; looked at anew for each
 */
export async function startPathRouter(
  routes: Readonly<Record<string, string>>,
  added: ReadonlyMap<string, string> = new Map(),
): Promise<PathRouter> {
  const targetOf = (url = '/'): URL | undefined => {
    const [path = ''] = url.split('?', 1);
    const found = Object.entries(routes).find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`));
    return found && new URL(found[1]);
  };
  const server = http.createServer((request, response) => {
    const target = targetOf(request.url);
    if (target === undefined) return void response.writeHead(404).end('no route\n');
    const { method, headers, url: path } = request;
    const all = { ...headers, ...Object.fromEntries(added) };
    const upstream = http.request(target, { method, headers: all, path }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    upstream.on('error', () => response.destroy());
    request.pipe(upstream);
  });
  server.on('upgrade', (request, client, head) => {
    const target = targetOf(request.url);
    if (target === undefined) return void client.end('HTTP/1.1 404 Not Found\r\n\r\n');
    const upstream = net.connect(Number(target.port), target.hostname, () => {
      const lines = Array.from({ length: request.rawHeaders.length / 2 }, (_, index) =>
        request.rawHeaders.slice(2 * index, 2 * index + 2).join(': '),
      );
      for (const [name, value] of added) lines.push(`${name}: ${value}`);
      upstream.write(`GET ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
