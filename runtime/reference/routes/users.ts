import { usersQuerySchema } from '../../protocol/accounts.ts';
import type { Route } from '../route.ts';

/** Accounts, as administrators see them, and who is there to be written to. */
export const userRoutes: readonly Route[] = [
  {
    ...{ method: 'get', path: '/api/users', name: 'users', caller: 'administrator', query: usersQuerySchema },
    summary: 'Accounts in the order of names; `next` goes on.',
    answers: { 200: 'Users' },
  },
  {
    ...{ method: 'post', path: '/api/users', name: 'makeUser', caller: 'administrator', body: 'NewUser' },
    summary: 'Makes an account, in mode Accounts; its password is shown once.',
    answers: { 201: 'UserWithPassword' },
    errors: ['NameRefused'],
  },
  {
    ...{ method: 'patch', path: '/api/users/:id', name: 'changeUser', caller: 'administrator', body: 'UserChange' },
    summary: 'What is left out stays. Who is disabled is out at once, everywhere.',
    answers: { 200: 'User' },
    errors: ['NotFound'],
  },
  {
    ...{ method: 'delete', path: '/api/users/:id', name: 'removeUser', caller: 'administrator' },
    summary: 'Removes an account and ends its sessions.',
    answers: { 204: 'nothing' },
    errors: ['NotFound'],
  },
  {
    ...{ method: 'post', path: '/api/users/:id/reset', name: 'resetPassword', caller: 'administrator' },
    summary: 'Makes a new password, which is shown once, and ends all sessions of the account.',
    answers: { 200: 'UserWithPassword' },
    errors: ['NotFound'],
  },
  {
    ...{ method: 'delete', path: '/api/users/:id/sessions', name: 'endSessionsOf', caller: 'administrator' },
    summary: 'Ends all sessions of an account.',
    answers: { 204: 'nothing' },
    errors: ['NotFound'],
  },
  {
    ...{ method: 'get', path: '/api/admin/status', name: 'status', caller: 'administrator' },
    summary: 'The whole chat as it is now: people, connections, queue, model servers, limits.',
    answers: { 200: 'Status' },
  },
  {
    ...{ method: 'get', path: '/api/people', name: 'people', caller: 'person' },
    summary: 'Who is connected now.',
    answers: { 200: 'People' },
  },
  {
    ...{ method: 'get', path: '/api/models', name: 'models', caller: 'person' },
    summary: 'Models that rooms can use.',
    answers: { 200: 'Models' },
  },
];
