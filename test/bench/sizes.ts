/** Sizes of what is shipped. */
import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { docker, engineAnswers } from '../testbed/docker.ts';
import { repository } from '../testbed/folders.ts';
import type { Figure } from './figure.ts';

const KIB = 1_024;

/** Bytes, gzipped, of the scripts that the page names in its HTML: what loads before anything is seen. */
function initialScripts(): number {
  const ui = path.join(repository, 'dist/ui');
  const html = fs.readFileSync(path.join(ui, 'index.html'), 'utf8');
  const names = [...html.matchAll(/(?:src|href)="\/?([^"]+\.js)"/g)].map(([, name]) => name ?? '');
  return names.reduce((sum, name) => sum + gzipSync(fs.readFileSync(path.join(ui, name))).length, 0);
}

/** Bytes of an image that `make up` made here; undefined where there is no engine or no such image. */
async function imageBytes(name: string): Promise<number | undefined> {
  if (!(await engineAnswers()).isThere) return undefined;
  const [image] = (await docker(['image', 'ls', '-q', `chatapp.local/${name}`])).split('\n');
  if (image === undefined || image === '') return undefined;
  return Number(await docker(['image', 'inspect', '-f', '{{.Size}}', image]));
}

export async function* sizeFigures(): AsyncGenerator<Figure> {
  yield { id: 'U1', what: 'initial JS of the page, gzip', value: initialScripts() / KIB, unit: 'KiB', target: 50 };
  for (const name of ['operator', 'runtime']) {
    const folder = path.join(repository, 'dist', name);
    const files = fs.readdirSync(folder).filter((file) => file.endsWith('.js'));
    const bytes = files.reduce((sum, file) => sum + gzipSync(fs.readFileSync(path.join(folder, file))).length, 0);
    yield { id: `bundle-${name}`, what: `program of the ${name} image, gzip`, value: bytes / KIB, unit: 'KiB' };
    const image = await imageBytes(name);
    if (image === undefined) continue;
    yield {
      id: `image-${name}`,
      what: `the ${name} image, unpacked, Node.js included`,
      value: image / KIB ** 2,
      unit: 'MiB',
    };
  }
}
