import { stripTypeScriptTypes } from 'node:module';

/**
 * Takes the types out of our sources the way Node itself does when it runs them, so that a bundle cannot mean anything
 * else than the source. Types are replaced by blanks: positions stay, and a source map needs no step of its own.
 */
export function stripTypes() {
  return {
    name: 'strip-types',
    transform(code, id) {
      if (!id.endsWith('.ts')) return null;
      return { code: stripTypeScriptTypes(code, { mode: 'strip' }), map: null };
    },
  };
}
