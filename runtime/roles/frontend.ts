/** Serves the UI and hands `/api` and `/ws` to the backends, so that one address is enough. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import type * as z from 'zod';
import { frontendEnvironment, readEnvironment, UsageError } from '../environment.ts';
import type { Place } from '../frontend/base-path.ts';
import { placeOf } from '../frontend/base-path.ts';
import { SECURITY_HEADERS } from '../frontend/headers.ts';
import { networks, type Naming } from '../frontend/proxies.ts';
import { Proxy } from '../frontend/proxy.ts';
import type { StaticHandler } from '../frontend/static.ts';
import { staticFiles } from '../frontend/static.ts';
import { log, wordsOf } from '../log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { serveMetrics } from '../metrics/server.ts';
import { collectWhenCalm } from '../calm.ts';
import { listen } from './listen.ts';
import { stopOnSignal } from './stopping.ts';

/** After the readiness probe saw that this one goes away, new connections come for a moment still. */
const LAST_ARRIVALS_MS = 2000;
const NOT_KEPT = { 'cache-control': 'no-store' };

export async function runFrontend(environment: NodeJS.ProcessEnv): Promise<void> {
  const settings = readEnvironment(frontendEnvironment, environment);
  const metrics = createMetrics('frontend');
  const proxy = new Proxy({
    backend: new URL(settings.BACKEND_URL),
    trustedHops: settings.TRUSTED_PROXY_HOPS,
    naming: namingOf(settings),
    metrics,
  });
  const { BASE_PATH: basePath, ASSET_BASE_URL: assetBaseURL } = settings;
  const ui = staticFiles(settings.UI_DIR ?? fileURLToPath(new URL('ui', import.meta.url)), { basePath, assetBaseURL });
  let accepting = true;
  const server = createServer((request, response) => {
    measure(metrics, request, response);
    if (request.url === '/healthz') {
      response
        .writeHead(accepting ? 200 : 503, { 'content-type': 'text/plain' })
        .end(accepting ? 'ok\n' : 'stopping\n');
      return;
    }
    const place = placeOf(request.url ?? '/', basePath);
    if (place.at !== 'inside') {
      turnAway(response, place, basePath);
      return;
    }
    request.url = place.url;
    if (isApi(place.url)) proxy.handle(request, response);
    else void serveUi(ui, request, response);
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const place = placeOf(request.url ?? '/', basePath);
    if (place.at === 'inside' && place.url.split('?', 1)[0] === '/ws') {
      request.url = place.url;
      proxy.upgrade(request, socket, head);
    } else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  await listen(serveMetrics(metrics), 'metrics', settings.METRICS_PORT, settings.HOST);
  await listen(server, 'frontend', settings.PORT, settings.HOST);
  collectWhenCalm();
  stopOnSignal(settings.GRACE_SECONDS, async (withinMs) => {
    accepting = false;
    await delay(Math.min(LAST_ARRIVALS_MS, withinMs / 4));
    server.close();
    await proxy.drain(Math.min(3000, withinMs / 3));
    server.closeAllConnections();
  });
}

/** @throws UsageError */
function namingOf(settings: z.infer<typeof frontendEnvironment>): Naming | undefined {
  const { TRUSTED_PROXIES: proxies, FRONTEND_KEY: key } = settings;
  if (proxies === undefined) return undefined;
  if (key === undefined) throw new UsageError('TRUSTED_PROXIES needs FRONTEND_KEY: backends believe nobody without');
  const { USER_HEADER: user, EMAIL_HEADER: email, GROUPS_HEADER: groups } = settings;
  try {
    return { proxies: networks(proxies.split(',')), headers: { user, email, groups }, key };
  } catch (error) {
    throw new UsageError('TRUSTED_PROXIES is wrong', { cause: error });
  }
}

const isApi = (url: string): boolean => url === '/api' || url.startsWith('/api/') || url.startsWith('/api?');

/** Answers what is not below the path of the chat. */
function turnAway(response: ServerResponse, place: Exclude<Place, { at: 'inside' }>, basePath: string): void {
  const headers = { ...SECURITY_HEADERS, 'content-type': 'text/plain', ...NOT_KEPT };
  if (place.at === 'door') response.writeHead(308, { ...headers, location: place.location }).end();
  else response.writeHead(404, headers).end(`not found: the chat is at ${basePath}/\n`);
}

async function serveUi(ui: StaticHandler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (await ui(request, response)) return;
    const known = request.method === 'GET' || request.method === 'HEAD';
    // While a release rolls out, the file may be at another frontend: nobody is to keep that it is missing.
    response.writeHead(known ? 404 : 405, { ...SECURITY_HEADERS, 'content-type': 'text/plain', ...NOT_KEPT });
    response.end(known ? 'not found\n' : 'method not allowed\n');
  } catch (error) {
    log.error('the UI cannot be served', { error: wordsOf(error) });
    if (!response.headersSent) response.writeHead(500, SECURITY_HEADERS);
    response.end();
  }
}

function measure(metrics: Metrics, request: IncomingMessage, response: ServerResponse): void {
  const start = performance.now();
  response.on('finish', () => {
    const route = isApi(request.url ?? '') ? '/api' : '/';
    const labels = { method: request.method ?? '', route };
    metrics.httpRequests.inc({ ...labels, status: String(response.statusCode) });
    metrics.httpDuration.observe(labels, (performance.now() - start) / 1000);
  });
}
