import { createHash } from 'node:crypto';

const MAX_LENGTH = 63;
const HASH_LENGTH = 8;

/** Short stable fingerprint of a text, in characters that any Kubernetes name may have. */
export function fingerprint(text: string, length = HASH_LENGTH): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

/**
 * Name of a child: the parts joined by dashes. One that would pass 63 characters is cut and ends in a fingerprint of the
 * whole, so that two long names stay two names.
 */
export function childName(...parts: readonly string[]): string {
  const whole = parts.join('-');
  if (whole.length <= MAX_LENGTH) return whole;
  return `${whole.slice(0, MAX_LENGTH - HASH_LENGTH - 1).replace(/-+$/, '')}-${fingerprint(whole)}`;
}

/** Text made fit for a part of a name: lower case letters, digits and single dashes. */
export function slug(text: string, max = 30): string {
  const clean = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, max)
    .replace(/^-+|-+$/g, '');
  return clean === '' ? 'x' : clean;
}
