/** Names of rooms that people make. Pure but for chance. */
import { randomInt } from 'node:crypto';

const MOST = 40;
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';
const ENDING = 8;

/** A name made of a title: what of it can be part of a link. */
export function nameFrom(title: string): string {
  const plain = title.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const joined = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return joined.slice(0, MOST).replace(/-+$/, '') || 'room';
}

/** With an ending that nobody can guess: a private room cannot be looked for by making one of its name. */
export function hiddenName(name: string): string {
  const ending = Array.from({ length: ENDING }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return `${name.slice(0, MOST - ENDING - 1).replace(/-+$/, '')}-${ending}`;
}
