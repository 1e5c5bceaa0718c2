import type { Request } from 'express';
import { originOf } from '../auth/request-origin.ts';
import { Refusal } from '../rooms/refusal.ts';
import type { ApiContext } from './app.ts';

/** An address may enter, or ask to, as often in a minute as it may have connections. @throws Refusal with `RateLimited` */
export async function checkEntering(context: ApiContext, request: Request): Promise<void> {
  const { address } = originOf(request, context.peers);
  const { connectionsPerAddress } = context.config.limits;
  const { allowed, retryAfterMs } = await context.store.limits.take(`session:${address}`, connectionsPerAddress);
  if (allowed) return;
  context.metrics.rateLimited.inc({ kind: 'session' });
  throw new Refusal('RateLimited', 'Too many people entered from your address: please wait.', retryAfterMs);
}
