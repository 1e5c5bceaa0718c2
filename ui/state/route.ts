/** Rooms have addresses: `/r/<room>`, below the path of the chat. */
import { basePath } from './base-path.ts';

export function roomOfPath(path: string, base = basePath()): string | undefined {
  if (!path.startsWith(base)) return undefined;
  return /^\/r\/([a-z0-9-]{1,40})\/?$/.exec(path.slice(base.length))?.[1];
}

export function pathOfRoom(room: string, base = basePath()): string {
  return `${base}/r/${room}`;
}
