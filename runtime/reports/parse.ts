import type * as z from 'zod';

/** One report as its schema knows it; nothing when there is none, or one that this version does not understand. */
export function parseReport<T>(schema: z.ZodType<T>, text: string | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
