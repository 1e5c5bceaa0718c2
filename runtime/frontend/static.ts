/**
 * The built UI: read into memory once (it is small), each file with its compressed twins. Files with a hash in their name
 * never change; everything else is asked for again each time. A page address that is no file is the app's own: it gets
 * index.html.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Sources } from './headers.ts';
import { contentSecurityPolicy, SECURITY_HEADERS } from './headers.ts';
import type { PageSettings } from './page.ts';
import { placePage } from './page.ts';

const INDEX = 'index.html';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** Best first. */
const ENCODINGS = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;

interface Variant {
  readonly body: Buffer;
  readonly etag: string;
  readonly encoding?: string;
}

interface File {
  /** Beside those of every file. */
  readonly headers: Readonly<Record<string, string>>;
  readonly plain: Variant;
  readonly encoded: readonly Variant[];
}

export type StaticHandler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

const WHOLE_HOST: PageSettings = { basePath: '/' };

/**
 * @param settings where the page is; requests come without the base path
 * @returns a handler that answers GET and HEAD of what it knows, and says whether it did
 */
export function staticFiles(directory: string, settings: PageSettings = WHOLE_HOST): StaticHandler {
  let loaded: { builtAt: number; files: ReadonlyMap<string, File> } | undefined;
  /** A rebuilt UI (development) has another index.html. */
  const current = async (): Promise<ReadonlyMap<string, File>> => {
    try {
      const { mtimeMs } = await stat(path.join(directory, INDEX));
      if (loaded?.builtAt !== mtimeMs) loaded = { builtAt: mtimeMs, files: await load(directory, settings) };
      return loaded.files;
    } catch (error) {
      throw new Error(`the UI is not in ${directory}: build it first (npm run build:ui)`, { cause: error });
    }
  };
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const name = nameOf(request.url ?? '/');
    const navigates = name === INDEX || isNavigation(request, name);
    const files = loaded === undefined || navigates ? await current() : loaded.files;
    const file = files.get(name) ?? (navigates ? files.get(INDEX) : undefined);
    if (file === undefined) return false;
    send(request, response, file);
    return true;
  };
}

async function load(directory: string, settings: PageSettings): Promise<ReadonlyMap<string, File>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const bodies = new Map<string, Buffer>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const full = path.join(entry.parentPath, entry.name);
    bodies.set(path.relative(directory, full).split(path.sep).join('/'), await readFile(full));
  }
  const sources = place(bodies, settings);
  const files = new Map<string, File>();
  for (const [name, body] of bodies) {
    if (ENCODINGS.some(({ suffix }) => name.endsWith(suffix))) continue;
    const encoded = ENCODINGS.flatMap(({ name: encoding, suffix }) => {
      const twin = bodies.get(name + suffix);
      return twin === undefined ? [] : [variant(twin, encoding)];
    });
    const type = TYPES[path.extname(name)] ?? 'application/octet-stream';
    const headers = {
      'content-type': type,
      'cache-control': hasHash(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
      // A CDN keeps headers with the files, and a page of another origin reads them from there.
      ...(hasHash(name) && settings.assetBaseURL !== undefined && { 'access-control-allow-origin': '*' }),
      ...(name === INDEX && { 'content-security-policy': contentSecurityPolicy(sources) }),
    };
    files.set(name, { headers, plain: variant(body), encoded });
  }
  return files;
}

/** Puts the page of this chat, compressed as the build would, in the place of the one for any chat. */
function place(bodies: Map<string, Buffer>, settings: PageSettings): Sources {
  const built = bodies.get(INDEX)?.toString() ?? '';
  const { html, sources } = placePage(built, settings, bodies);
  if (html !== built) {
    bodies.set(INDEX, Buffer.from(html));
    bodies.set(`${INDEX}.br`, brotliCompressSync(html));
    bodies.set(`${INDEX}.gz`, gzipSync(html, { level: 9 }));
  }
  return sources;
}

function variant(body: Buffer, encoding?: string): Variant {
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  return { body, etag: `"${hash}"`, ...(encoding === undefined ? {} : { encoding }) };
}

/** As the bundler names chunks: `name-<8 or more of the hash>.ext`. */
function hasHash(name: string): boolean {
  return /[-.][A-Za-z0-9_-]{8,}\.(?:js|css|woff2|svg|png|map|js\.map)$/.test(name) && name.includes('/');
}

function nameOf(url: string): string {
  const [pathname = '/'] = url.split('?', 1);
  let name: string;
  try {
    name = decodeURIComponent(pathname).replace(/^\/+/, '');
  } catch {
    return '';
  }
  return name === '' ? INDEX : name;
}

/** Somebody opened or reloaded a page; a missing script is a missing script. */
function isNavigation(request: IncomingMessage, name: string): boolean {
  const accepts = request.headers.accept ?? '';
  const ours = name.startsWith('api/') || name === 'ws' || name === 'healthz';
  return accepts.includes('text/html') && path.extname(name) === '' && !ours;
}

function send(request: IncomingMessage, response: ServerResponse, file: File): void {
  const accepted = [request.headers['accept-encoding'] ?? '']
    .flat()
    .join(',')
    .split(/\s*,\s*/);
  const wanted = (encoding: string): boolean =>
    accepted.some((item) => item.split(';')[0] === encoding && !/;\s*q=0(?:\.0*)?$/.test(item));
  const { body, etag, encoding } = file.encoded.find((each) => wanted(each.encoding ?? '')) ?? file.plain;
  for (const [name, value] of Object.entries({ ...SECURITY_HEADERS, ...file.headers })) response.setHeader(name, value);
  response.setHeader('etag', etag);
  response.setHeader('vary', 'accept-encoding');
  const tags = (request.headers['if-none-match'] ?? '').split(/\s*,\s*/).map((tag) => tag.replace(/^W\//, ''));
  if (tags.includes(etag)) {
    response.writeHead(304).end();
    return;
  }
  response.setHeader('content-length', body.length);
  if (encoding !== undefined) response.setHeader('content-encoding', encoding);
  response.writeHead(200).end(request.method === 'HEAD' ? undefined : body);
}
