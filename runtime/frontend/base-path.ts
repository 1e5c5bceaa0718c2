/**
 * Where a request is, seen from the base path of a chat (`/`, or `/a/b` without a slash at its end). `url` is what follows
 * the base; the base without its slash is a door: relative addresses and the manifest's scope need the slash.
 */
export type Place =
  | { readonly at: 'inside'; readonly url: string }
  | { readonly at: 'door'; readonly location: string }
  | { readonly at: 'outside' };

export function placeOf(url: string, basePath: string): Place {
  if (basePath === '/') return { at: 'inside', url };
  if (url.startsWith(`${basePath}/`)) return { at: 'inside', url: url.slice(basePath.length) };
  if (url === basePath) return { at: 'door', location: `${basePath}/` };
  const isDoor = url.startsWith(`${basePath}?`);
  return isDoor ? { at: 'door', location: `${basePath}/${url.slice(basePath.length)}` } : { at: 'outside' };
}
