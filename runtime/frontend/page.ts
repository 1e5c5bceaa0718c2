/**
 * index.html as one chat serves it. The build writes it for a chat that has its host to itself; below a path, every address
 * gets the path. With a CDN, what the build marked `crossorigin` (scripts and styles; not the small script that says in
 * words that the others did not come) is loaded from there, under the same path and name. A CDN is somebody else's machine:
 * the page names the hash of each file that it may give, in an import map for those that are loaded later.
 */
import { createHash } from 'node:crypto';
import type { Sources } from './headers.ts';

export interface PageSettings {
  /** `/`, or `/a/b` without a slash at its end. */
  readonly basePath: string;
  /** Origin of a CDN that has the files under `assets/`, such as `https://cdn.example.org`. */
  readonly assetBaseURL?: string | undefined;
}

export interface Page {
  readonly html: string;
  /** What its policy must allow beside the chat itself. */
  readonly sources: Sources;
}

const META = '<meta name="chatapp-base" content="" />';
const ADDRESS = /( crossorigin)? (href|src)="\/([^"]*)"/g;

/** @param files the built UI by name, such as `assets/app-1a2b3c4d.js` */
export function placePage(html: string, settings: PageSettings, files: ReadonlyMap<string, Buffer>): Page {
  const { basePath, assetBaseURL } = settings;
  const base = basePath.replace(/\/$/, '');
  const assets = `${assetBaseURL ?? ''}${base}`;
  const integrityOf = (name: string): string => {
    const body = assetBaseURL === undefined ? undefined : files.get(name);
    return body === undefined ? '' : ` integrity="${hash('sha384', body)}"`;
  };
  const placed = html
    .replaceAll(ADDRESS, (_match, mark: string | undefined, attribute: string, name: string) =>
      mark === undefined
        ? ` ${attribute}="${base}/${name}"`
        : `${mark}${integrityOf(name)} ${attribute}="${assets}/${name}"`,
    )
    .replace(META, META.replace('""', `"${base}"`));
  if (assetBaseURL === undefined) return { html: placed, sources: {} };
  const map = importMap(assets, files);
  return {
    // Before anything that loads a module.
    html: placed.replace(/(<meta name="chatapp-base".*>)/, `$1\n    <script type="importmap">${map}</script>`),
    sources: { scripts: [assetBaseURL, `'${hash('sha256', map)}'`], styles: [assetBaseURL] },
  };
}

function importMap(assets: string, files: ReadonlyMap<string, Buffer>): string {
  const scripts = [...files].filter(([name]) => /^assets\/.*\.js$/.test(name));
  return JSON.stringify({
    integrity: Object.fromEntries(scripts.map(([name, body]) => [`${assets}/${name}`, hash('sha384', body)])),
  });
}

function hash(algorithm: 'sha256' | 'sha384', content: Buffer | string): string {
  return `${algorithm}-${createHash(algorithm).update(content).digest('base64')}`;
}
