import type { Request, RequestHandler } from 'express';
import type { Metrics } from '../metrics/metrics.ts';

/** Counts and times requests by route template: never by path, which anybody could make endless. */
export function measure(metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const start = performance.now();
    response.on('finish', () => {
      const labels = { method: request.method, route: templateOf(request) };
      metrics.httpRequests.inc({ ...labels, status: String(response.statusCode) });
      metrics.httpDuration.observe(labels, (performance.now() - start) / 1000);
    });
    next();
  };
}

function templateOf(request: Request): string {
  const route: unknown = request.route;
  const known = typeof route === 'object' && route !== null && 'path' in route && typeof route.path === 'string';
  return known ? `${request.baseUrl}${String(route.path)}` : 'other';
}
