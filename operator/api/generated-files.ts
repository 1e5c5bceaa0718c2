import { readFile, writeFile } from 'node:fs/promises';

const root = new URL('../../', import.meta.url);

/** Writes generated files (path from the root of the repository -> content), or with `--check` says which are not current and exits 1. */
export async function writeOrCheck(files: Readonly<Record<string, string>>): Promise<void> {
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
}
