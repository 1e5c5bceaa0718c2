/** `/metrics` on a port of its own, which no Service or Ingress for people leads to. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { log, wordsOf } from '../log.ts';
import type { Metrics } from './metrics.ts';

export function serveMetrics(metrics: Metrics): Server {
  return createServer((request, response) => {
    if (request.url !== '/metrics' || request.method !== 'GET') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('only GET /metrics\n');
      return;
    }
    metrics.registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text),
      (error: unknown) => {
        log.error('metrics could not be collected', { error: wordsOf(error) });
        response.writeHead(500).end();
      },
    );
  });
}
