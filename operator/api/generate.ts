/** Writes the generated files (`npm run generate`), or with `--check` says which are not current and exits 1. */
import { readFile, writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { customResourceDefinition } from './crd.ts';
import { GROUP, PLURAL } from './group.ts';
import { apiReference } from './reference.ts';

const NOTE = '# Made by `npm run generate` from operator/api: change that, not this.\n';
const root = new URL('../../', import.meta.url);
const files = {
  [`crds/${GROUP}_${PLURAL}.yaml`]:
    NOTE + stringify(customResourceDefinition(), { aliasDuplicateObjects: false, lineWidth: 120 }),
  'docs/api.md': apiReference(),
};

const check = process.argv.includes('--check');
for (const [path, content] of Object.entries(files)) {
  const url = new URL(path, root);
  const current = await readFile(url, 'utf8').catch(() => '');
  if (current === content) continue;
  if (check) {
    console.error(`${path} is not current: run \`npm run generate\` and commit what changed`);
    process.exitCode = 1;
  } else {
    await writeFile(url, content);
    console.log(`wrote ${path}`);
  }
}
