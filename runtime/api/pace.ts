import type { Request } from 'express';
import { originOf } from '../auth/request-origin.ts';
import { takeToken } from '../rooms/token.ts';
import type { ApiContext } from './app.ts';

/** An address may enter, or ask to, as often in a minute as it may have connections. @throws Refusal with `RateLimited` */
export async function checkEntering(context: ApiContext, request: Request): Promise<void> {
  const { address } = originOf(request, context.peers);
  await takeToken(context, {
    bucket: `session:${address}`,
    perMinute: context.config.limits.connectionsPerAddress,
    kind: 'session',
    words: 'Too many people entered from your address: please wait.',
  });
}
