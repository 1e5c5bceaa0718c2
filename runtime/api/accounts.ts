import { Router } from 'express';
import type { Session } from '../protocol/accounts.ts';
import {
  accountDeletionSchema,
  loginRequestSchema,
  passwordChangeSchema,
  signupRequestSchema,
} from '../protocol/accounts.ts';
import type { LoggedIn } from '../auth/login.ts';
import { Refusal } from '../rooms/refusal.ts';
import type { ApiContext } from './app.ts';
import { bodyOf } from './body.ts';
import { checkEntering } from './pace.ts';
import { checkCaller, clearSession, personOf, placeOf, setSession } from './person.ts';

/** `/api/login`, `/api/signup`, `/api/password` and `/api/account`: entering with a password, and what people do with theirs. */
export function accountRoutes(context: ApiContext): Router {
  const router = Router();
  const { login, ways } = context;

  router.post('/api/login', async (request, response) => {
    checkCaller(context, request);
    if (!ways.includes('password')) throw new Refusal('NotFound', 'Nobody has a password in this chat.');
    await checkEntering(context, request);
    const loggedIn = await login.logIn(bodyOf(loginRequestSchema, request), placeOf(context, request));
    setSession(context, request, response, loggedIn.token);
    response.json(sessionOf(loggedIn));
  });

  router.post('/api/signup', async (request, response) => {
    checkCaller(context, request);
    await checkEntering(context, request);
    const loggedIn = await login.signUp(bodyOf(signupRequestSchema, request), placeOf(context, request));
    setSession(context, request, response, loggedIn.token);
    response.status(201).json(sessionOf(loggedIn));
  });

  router.post('/api/password', async (request, response) => {
    checkCaller(context, request);
    const person = await personOf(context, request);
    const { current, password } = bodyOf(passwordChangeSchema, request);
    await login.changePassword(person, current, password, placeOf(context, request));
    response.status(204).end();
  });

  router.post('/api/account/delete', async (request, response) => {
    checkCaller(context, request);
    const person = await personOf(context, request);
    await login.deleteAccount(person, bodyOf(accountDeletionSchema, request).password, placeOf(context, request));
    clearSession(context, request, response);
    response.status(204).end();
  });

  return router;
}

function sessionOf({ account: { id, name, role, origin } }: LoggedIn): Session {
  return { user: { id, name, role }, origin };
}
