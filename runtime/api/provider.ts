import { createHash, randomBytes } from 'node:crypto';
import { Router } from 'express';
import type { Request, Response } from 'express';
import * as z from 'zod';
import { keptCookie } from '../auth/cookie.ts';
import { originOf } from '../auth/request-origin.ts';
import type { Begun } from '../auth/provider.ts';
import type { ProviderFailure } from '../protocol/accounts.ts';
import type { ApiContext } from './app.ts';
import { checkEntering } from './pace.ts';
import { cookieScope, placeOf, setSession } from './person.ts';

/** Time to sign in at the provider, in seconds. */
const SIGN_IN_WITHIN = 600;
const CALLBACK = '/api/login/provider/callback';

const begunSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  redirectURI: z.string(),
  /** Hash of what the browser that began holds. */
  browser: z.string(),
});

/** `/api/login/provider`: the browser goes there, to the provider, back to the callback, and to the page. */
export function providerRoutes(context: ApiContext): Router {
  const router = Router();
  const { provider, externals, sessions, store, metrics, config } = context;
  if (provider === undefined) return router;
  const path = `${config.basePath?.replace(/\/$/, '') ?? ''}/`;

  /** Back to the page, with what went wrong. */
  const fail = (response: Response, failure: ProviderFailure): void => {
    metrics.loginFailures.inc({ reason: failure === 'disabled' ? 'disabled' : 'provider' });
    response.redirect(303, `${path}?login=${failure}`);
  };

  router.get('/api/login/provider', async (request, response) => {
    await checkEntering(context, request);
    const cookie = keptCookie(cookieScope(context, request), 'login');
    const browser = cookie.of(request.headers.cookie) ?? randomBytes(32).toString('base64url');
    try {
      const { url, begun } = await provider.begin(addressOf(context, request) + CALLBACK);
      const kept = JSON.stringify({ ...begun, browser: hashOf(browser) });
      await store.tickets.keep(ticketOf(begun.state), kept, SIGN_IN_WITHIN);
      response.setHeader('set-cookie', cookie.set(browser, SIGN_IN_WITHIN));
      response.redirect(303, url);
    } catch (error) {
      const failure = failureIn(error);
      if (failure === undefined) throw error;
      fail(response, failure);
    }
  });

  router.get(CALLBACK, async (request, response) => {
    await checkEntering(context, request);
    const begun = await begunBy(request);
    if (begun === undefined) {
      fail(response, 'expired');
      return;
    }
    try {
      const { search } = new URL(request.url, 'http://any');
      const account = await externals.admit(await provider.finish(begun, search));
      const token = await sessions.begin(account.id, placeOf(context, request));
      if (token === undefined) {
        fail(response, 'disabled');
        return;
      }
      setSession(context, request, response, token);
      response.redirect(303, path);
    } catch (error) {
      const failure = failureIn(error);
      if (failure === undefined) throw error;
      fail(response, failure);
    }
  });

  /** What this browser began, given out once: a state of somebody else, or one that was used, is nothing. */
  async function begunBy(request: Request): Promise<Begun | undefined> {
    const { state } = request.query;
    const browser = keptCookie(cookieScope(context, request), 'login').of(request.headers.cookie);
    if (typeof state !== 'string' || browser === undefined) return undefined;
    const kept = await store.tickets.take(ticketOf(state));
    if (kept === undefined) return undefined;
    const { browser: owner, ...begun } = begunSchema.parse(JSON.parse(kept));
    return owner === hashOf(browser) ? begun : undefined;
  }

  return router;
}

/** Where the browser finds the chat: as the ChatApp says, else as it came. Without a slash at its end. */
export function addressOf(context: ApiContext, request: Request): string {
  const { publicURL, basePath = '/' } = context.config;
  const { scheme, host } = originOf(request, context.peers);
  const origin = publicURL === undefined ? `${scheme}://${host}` : new URL(publicURL).origin;
  return origin + basePath.replace(/\/$/, '');
}

/** The failure of a sign-in, told by its name: the provider's code is loaded only where there is one. */
function failureIn(error: unknown): ProviderFailure | undefined {
  const isFailure = error instanceof Error && error.name === 'SignInFailed' && 'failure' in error;
  return isFailure ? (error.failure as ProviderFailure) : undefined;
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');
const ticketOf = (state: string): string => `login:${hashOf(state)}`;
