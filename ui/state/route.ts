/** Rooms have addresses: `/r/<room>`. */

export function roomOfPath(path: string): string | undefined {
  return /^\/r\/([a-z0-9-]{1,40})\/?$/.exec(path)?.[1];
}

export function pathOfRoom(room: string): string {
  return `/r/${room}`;
}
