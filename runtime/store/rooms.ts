/** Rooms that people made, and what moderators decided about any room. */
import * as z from 'zod';
import { nameOnlySchema, roomNameSchema } from '../protocol/entries.ts';
import type { ControlSignal } from './port.ts';

/** Fields that only a newer version knows are kept: an older backend that changes a room beside it takes nothing away. */
export const storedRoomSchema = z.looseObject({
  /** Counts the changes, by which a change tells that nobody was faster. First in the JSON: scripts read it there. */
  revision: z.number().int().nonnegative(),
  name: roomNameSchema,
  kind: z.enum(['public', 'private', 'direct']),
  /** `chat`: declared with the chat; only `lock` and `banned` count then. */
  origin: z.enum(['chat', 'people']),
  title: z.string(),
  model: z.string().optional(),
  systemPrompt: z.string().optional(),
  replies: z.enum(['Always', 'Mention', 'Never']).optional(),
  lock: z.enum(['open', 'locked']),
  /** Id of the person who moderates it; empty when nobody of its people does. */
  owner: z.string(),
  /** Of private and direct rooms; who was there first comes first. */
  members: z.array(nameOnlySchema),
  banned: z.array(nameOnlySchema),
});

export type StoredRoom = z.infer<typeof storedRoomSchema>;

/** How many rooms there may be. */
export interface RoomBounds {
  /** That one person moderates. */
  readonly each: number;
  readonly all: number;
}

/** Each write is one atomic step with telling every process. */
export interface RoomStore {
  create(room: StoredRoom, bounds: RoomBounds, signal: ControlSignal): Promise<'done' | 'taken' | 'too-many' | 'full'>;
  /**
   * Gives a room another state, or removes it.
   * @param before as it was found; its name, kind and origin stay
   * @returns `false` when it is no longer so
   */
  replace(before: StoredRoom, after: StoredRoom | undefined, signal: ControlSignal): Promise<boolean>;
  find(name: string): Promise<StoredRoom | undefined>;
  /** All public rooms of `origin` people, and rooms that a person is a member of. */
  of(user: string): Promise<StoredRoom[]>;
  /** The direct room of two people. */
  direct(one: string, other: string): Promise<string | undefined>;
  /** Of all rooms here. */
  names(): Promise<string[]>;
}

/** Two people, in whichever order. */
export const pairOf = (one: string, other: string): string => [one, other].sort().join(' ');
