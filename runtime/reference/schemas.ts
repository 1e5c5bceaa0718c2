/** Schemas of the REST API under the names that the document gives them. */
import type * as z from 'zod';
import * as accounts from '../protocol/accounts.ts';
import * as entries from '../protocol/entries.ts';
import * as rest from '../protocol/rest.ts';

export const schemas = {
  Error: rest.errorBodySchema,
  Health: rest.healthSchema,
  Ready: rest.readySchema,
  Config: rest.configSchema,
  Document: rest.documentSchema,
  SessionRequest: accounts.sessionRequestSchema,
  Session: accounts.sessionSchema,
  Left: accounts.leftSchema,
  Sessions: accounts.sessionsSchema,
  LoginRequest: accounts.loginRequestSchema,
  SignupRequest: accounts.signupRequestSchema,
  PasswordChange: accounts.passwordChangeSchema,
  AccountDeletion: accounts.accountDeletionSchema,
  User: accounts.userSchema,
  Users: accounts.usersSchema,
  NewUser: accounts.newUserSchema,
  UserWithPassword: accounts.userWithPasswordSchema,
  UserChange: accounts.userChangeSchema,
  Room: rest.roomSchema,
  RoomInfo: rest.roomInfoSchema,
  Rooms: rest.roomsSchema,
  RoomDetails: rest.roomDetailsSchema,
  NewRoom: rest.newRoomSchema,
  RoomChange: rest.roomChangeSchema,
  DirectRequest: rest.directRequestSchema,
  PersonRequest: rest.personRequestSchema,
  Models: rest.modelsSchema,
  People: rest.peopleSchema,
  Status: rest.statusSchema,
  MessageRequest: rest.messageRequestSchema,
  MessageResponse: rest.messageResponseSchema,
  Messages: rest.messagesSchema,
  SearchResult: rest.searchResultSchema,
  Export: rest.exportSchema,
  Author: entries.authorSchema,
  NameOnly: entries.nameOnlySchema,
  Entry: entries.entrySchema,
} satisfies Readonly<Record<string, z.ZodType>>;

export type SchemaName = keyof typeof schemas;
