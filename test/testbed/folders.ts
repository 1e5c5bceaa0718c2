import os from 'node:os';
import path from 'node:path';

/** The folder of this repository. */
export const repository = path.resolve(import.meta.dirname, '../..');

/** A path in the user's cache folder: `$XDG_CACHE_HOME/chatapp` or `~/.cache/chatapp`. */
export function cachePath(...parts: readonly string[]): string {
  const base = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache');
  return path.join(base, 'chatapp', ...parts);
}

/** Where the log of a piece of work goes. */
export function logPath(name: string): string {
  return cachePath('log', `${name}.log`);
}
