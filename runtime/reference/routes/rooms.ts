import { exportQuerySchema, messagesQuerySchema, searchQuerySchema } from '../../protocol/rest.ts';
import type { Route } from '../route.ts';

/** A room that is not there for the caller, or that the caller was banned from. */
const OF_ROOM = ['NotFound', 'Forbidden'] as const;

/** Rooms, who is in them, and what was written there. */
export const roomRoutes: readonly Route[] = [
  {
    ...{ method: 'get', path: '/api/rooms', name: 'rooms', caller: 'person' },
    summary: 'Rooms that one can open, with what is unread.',
    answers: { 200: 'Rooms' },
  },
  {
    ...{ method: 'post', path: '/api/rooms', name: 'makeRoom', caller: 'person', body: 'NewRoom' },
    summary: 'Makes a room and moderates it. A private one gets a name that nobody can guess.',
    answers: { 201: 'RoomInfo' },
    errors: ['Forbidden', 'NotFound', 'Conflict'],
    limits: ['rooms'],
  },
  {
    ...{ method: 'post', path: '/api/direct', name: 'direct', caller: 'person', body: 'DirectRequest' },
    summary: 'The room of two people, made when it is not there.',
    answers: { 200: 'RoomInfo' },
    errors: ['Forbidden', 'NotFound', 'Conflict'],
    limits: ['rooms'],
  },
  {
    ...{ method: 'get', path: '/api/rooms/:room', name: 'room', caller: 'member' },
    summary: 'A room with its members; its prompt and the banned are for moderators.',
    answers: { 200: 'RoomDetails' },
    errors: OF_ROOM,
  },
  {
    ...{ method: 'patch', path: '/api/rooms/:room', name: 'changeRoom', caller: 'moderator', body: 'RoomChange' },
    summary: 'What is left out stays. A declared room can be locked only.',
    answers: { 200: 'RoomInfo' },
    errors: ['NotFound', 'Conflict'],
  },
  {
    ...{ method: 'delete', path: '/api/rooms/:room', name: 'removeRoom', caller: 'moderator' },
    summary: 'Removes a room with all that was written there, but for declared ones.',
    answers: { 204: 'nothing' },
    errors: ['NotFound', 'Conflict'],
  },
  {
    ...{ method: 'post', path: '/api/rooms/:room/clear', name: 'clearRoom', caller: 'moderator' },
    summary: 'Erases what was written.',
    answers: { 204: 'nothing' },
    errors: ['NotFound'],
  },
  {
    ...{ method: 'put', path: '/api/rooms/:room/members/:user', name: 'addMember', caller: 'member' },
    summary: 'Invites somebody, by id or name, into a private room.',
    answers: { 204: 'nothing' },
    errors: [...OF_ROOM, 'BadFrame', 'Conflict', 'TooLarge'],
  },
  {
    ...{ method: 'delete', path: '/api/rooms/:room/members/:user', name: 'removeMember', caller: 'member' },
    summary: 'Leaves a private room, or, for moderators, takes somebody out of it.',
    answers: { 204: 'nothing' },
    errors: [...OF_ROOM, 'BadFrame', 'Conflict'],
  },
  {
    ...{ method: 'post', path: '/api/rooms/:room/kick', name: 'kick', caller: 'moderator', body: 'PersonRequest' },
    summary: 'Sends somebody out, who may come back into a public room.',
    answers: { 204: 'nothing' },
    errors: ['NotFound', 'Conflict'],
  },
  {
    ...{ method: 'put', path: '/api/rooms/:room/bans/:user', name: 'ban', caller: 'moderator' },
    summary: 'Sends somebody out for good.',
    answers: { 204: 'nothing' },
    errors: ['NotFound', 'BadFrame', 'Conflict', 'TooLarge'],
  },
  {
    ...{ method: 'delete', path: '/api/rooms/:room/bans/:user', name: 'unban', caller: 'moderator' },
    summary: 'Lets somebody in again.',
    answers: { 204: 'nothing' },
    errors: ['NotFound', 'BadFrame', 'Conflict'],
  },
  ...[
    { path: '/api/messages', end: '', of: 'of the first room' } as const,
    { path: '/api/rooms/:room/messages', end: 'Of', of: 'of a room' } as const,
  ].flatMap(({ path, end, of }): Route[] => [
    {
      ...{ method: 'get', path, name: `messages${end}`, caller: 'member', query: messagesQuerySchema },
      summary: `Entries ${of}: the newest page, or that before an offset, in order of time.`,
      answers: { 200: 'Messages' },
      errors: OF_ROOM,
    },
    {
      ...{ method: 'post', path, name: `post${end}`, caller: 'member', body: 'MessageRequest' },
      summary: `Writes a message ${of}: 201, or 200 with the first one's offset where the key was used before.`,
      answers: { 200: 'MessageResponse', 201: 'MessageResponse' },
      errors: [...OF_ROOM, 'Locked'],
      limits: ['messages'],
    },
  ]),
  {
    ...{ method: 'get', path: '/api/rooms/:room/search', name: 'search', caller: 'member', query: searchQuerySchema },
    summary: 'Messages that have all words, newest first; `next` goes on where the search stopped.',
    answers: { 200: 'SearchResult' },
    errors: OF_ROOM,
    limits: ['searches'],
  },
  {
    ...{ method: 'get', path: '/api/rooms/:room/export', name: 'export', caller: 'member', query: exportQuerySchema },
    summary: 'A room as a file, in JSON or Markdown.',
    answers: { 200: 'file' },
    errors: OF_ROOM,
    limits: ['exports'],
  },
];
