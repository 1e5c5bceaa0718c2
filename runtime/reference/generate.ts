/** Writes docs/protocol.md (`npm run generate`), or with `--check` says that it is not current and exits 1. */
import { readFile, writeFile } from 'node:fs/promises';
import { protocolPage } from './protocol-page.ts';

const path = 'docs/protocol.md';
const url = new URL(`../../${path}`, import.meta.url);
const page = protocolPage();
if ((await readFile(url, 'utf8').catch(() => '')) !== page) {
  if (process.argv.includes('--check')) {
    console.error(`${path} is not current: run \`npm run generate\` and commit what changed`);
    process.exitCode = 1;
  } else {
    await writeFile(url, page);
    console.log(`wrote ${path}`);
  }
}
