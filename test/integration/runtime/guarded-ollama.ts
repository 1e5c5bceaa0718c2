/** What people put in front of an Ollama: TLS, and a token that every request must have. The Ollama behind it is real. */
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

export interface Guard {
  /** `https://localhost:PORT` */
  readonly url: string;
  /** The token that it wants from now on. */
  token: string;
  /** Requests that came without it. */
  readonly refused: () => number;
  stop(): Promise<void>;
}

/** @param certificates folder with the certificate of `localhost` */
export async function guardOllama(ollama: string, certificates: string, token: string): Promise<Guard> {
  const [cert, key] = ['crt', 'key'].map((kind) => fs.readFileSync(path.join(certificates, `apiserver.${kind}`)));
  let wanted = token;
  let refused = 0;
  const server = https.createServer({ cert, key }, (request, response) => {
    if (request.headers.authorization !== `Bearer ${wanted}`) {
      refused += 1;
      response.writeHead(401, { 'content-type': 'text/plain' }).end('who are you?');
      return;
    }
    const { method, url, headers } = request;
    const upstream = http.request(new URL(url ?? '/', ollama), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    upstream.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    response.on('close', () => upstream.destroy());
    request.pipe(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    get token() {
      return wanted;
    },
    set token(next) {
      wanted = next;
    },
    refused: () => refused,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
