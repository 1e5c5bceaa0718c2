import type { Request } from 'express';
import type * as z from 'zod';
import { Refusal } from '../rooms/refusal.ts';

/**
 * The body of a request, checked.
 * @param onBad called before a body that is wrong is refused
 * @throws Refusal with `BadFrame` and what is wrong, and the bound of what is too long
 */
export function bodyOf<T>(schema: z.ZodType<T>, request: Pick<Request, 'body'>, onBad?: () => void): T {
  const parsed = schema.safeParse(request.body);
  if (parsed.success) return parsed.data;
  onBad?.();
  const [issue] = parsed.error.issues;
  const isMissing = issue?.code === 'invalid_type';
  const words = isMissing ? `"${issue.path.join('.')}" is missing or of another type` : issue?.message;
  const limit = issue?.code === 'too_big' ? Number(issue.maximum) : undefined;
  throw new Refusal('BadFrame', words ?? 'the body is wrong', undefined, limit);
}
