/**
 * Ids of runs follow from what they answer, so that asking twice for the same reply asks once: offset of the message,
 * attempt, and a mark of the room.
 */
import { createHash } from 'node:crypto';
import { offsetSchema } from '../protocol/entries.ts';

const markOf = (room: string): string => createHash('sha256').update(room).digest('hex').slice(0, 8);

export function firstRun(room: string, replyTo: string): string {
  return `${replyTo}-1-${markOf(room)}`;
}

/** Offset of the message that a run answers. @returns nothing when the run is not one of the room */
export function questionOf(room: string, run: string): string | undefined {
  const [time, sequence, , mark] = run.split('-');
  const question = offsetSchema.safeParse(`${time}-${sequence}`);
  return mark === markOf(room) ? question.data : undefined;
}

/** @returns nothing when the run is not one of the room */
export function nextRun(room: string, run: string): string | undefined {
  const [time, sequence, attempt, mark] = run.split('-');
  return mark === markOf(room) ? `${time}-${sequence}-${Number(attempt) + 1}-${mark}` : undefined;
}
