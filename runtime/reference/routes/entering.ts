import type { Route } from '../route.ts';

/** What is answered to anybody, entering and leaving, and what people do with their accounts. */
export const enteringRoutes: readonly Route[] = [
  {
    ...{ method: 'get', path: '/api/health', name: 'health', caller: 'anybody' },
    summary: 'Whether the process lives.',
    answers: { 200: 'Health' },
  },
  {
    ...{ method: 'get', path: '/api/ready', name: 'ready', caller: 'anybody' },
    summary: 'Whether it can serve, and what it lacks.',
    answers: { 200: 'Ready', 503: 'Ready' },
  },
  {
    ...{ method: 'get', path: '/api/config', name: 'config', caller: 'anybody' },
    summary: 'What a page needs before anybody entered.',
    answers: { 200: 'Config' },
  },
  {
    ...{ method: 'get', path: '/api/openapi.json', name: 'document', caller: 'anybody' },
    summary: 'This description, as OpenAPI 3.1.',
    answers: { 200: 'Document' },
  },
  {
    ...{ method: 'get', path: '/api/session', name: 'session', caller: 'person' },
    summary: 'Who one is.',
    answers: { 200: 'Session' },
  },
  {
    ...{ method: 'post', path: '/api/session', name: 'enter', caller: 'anybody', body: 'SessionRequest' },
    summary: 'Enters as a guest, in mode Guest; the answer sets the session cookie.',
    answers: { 200: 'Session' },
    errors: ['Forbidden', 'NameRefused'],
    limits: ['entering'],
  },
  {
    ...{ method: 'delete', path: '/api/session', name: 'leave', caller: 'person' },
    summary: 'Leaves; says where a browser should go to leave the provider too.',
    answers: { 200: 'Left', 204: 'nothing' },
  },
  {
    ...{ method: 'post', path: '/api/login', name: 'login', caller: 'anybody', body: 'LoginRequest' },
    summary: 'Enters with a password; a wrong name and a wrong password are answered alike.',
    answers: { 200: 'Session' },
    errors: ['Forbidden', 'NotFound'],
    limits: ['entering', 'attempts'],
  },
  {
    ...{ method: 'post', path: '/api/signup', name: 'signup', caller: 'anybody', body: 'SignupRequest' },
    summary: 'Makes an account and enters, in mode Accounts with allowSignup.',
    answers: { 201: 'Session' },
    errors: ['Forbidden', 'NameRefused'],
    limits: ['entering'],
  },
  {
    ...{ method: 'get', path: '/api/login/provider', name: 'provider', caller: 'anybody' },
    summary: 'Sends a browser to where people sign in, in mode OIDC.',
    answers: { 303: 'redirect' },
    limits: ['entering'],
  },
  {
    ...{ method: 'get', path: '/api/login/provider/callback', name: 'providerCallback', caller: 'anybody' },
    summary: 'Where the provider sends it back to: enters, or goes on to `/?login=…` with what failed.',
    answers: { 303: 'redirect' },
    limits: ['entering'],
  },
  {
    ...{ method: 'post', path: '/api/password', name: 'changePassword', caller: 'account', body: 'PasswordChange' },
    summary: 'Changes the password and ends all other sessions of the person.',
    answers: { 204: 'nothing' },
    errors: ['Forbidden'],
    limits: ['attempts'],
  },
  {
    ...{
      method: 'post',
      path: '/api/account/delete',
      name: 'deleteAccount',
      caller: 'account',
      body: 'AccountDeletion',
    },
    summary: 'Removes the account, for good. Messages stay, under the name they were written with.',
    answers: { 204: 'nothing' },
    errors: ['Forbidden'],
    limits: ['attempts'],
  },
  {
    ...{ method: 'get', path: '/api/sessions', name: 'sessions', caller: 'person' },
    summary: 'Where one is known, for people with an account.',
    answers: { 200: 'Sessions' },
  },
  {
    ...{ method: 'delete', path: '/api/sessions/:id', name: 'endSession', caller: 'person' },
    summary: 'Ends a session of one’s own and its sockets.',
    answers: { 204: 'nothing' },
    errors: ['NotFound'],
  },
  {
    ...{ method: 'delete', path: '/api/sessions', name: 'endSessions', caller: 'person' },
    summary: 'Ends all sessions of one’s own, this one too.',
    answers: { 204: 'nothing' },
  },
];
