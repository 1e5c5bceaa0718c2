import fs from 'node:fs';
import path from 'node:path';
import { repository } from '../testbed/folders.ts';
import { bundlesLock } from '../testbed/bundles.ts';
import { withLock } from '../testbed/lock.ts';
import { run } from '../testbed/run.ts';

/** Everything that the built page is made from. */
const SOURCES = ['ui', 'runtime/protocol', 'config/rollup', 'config/rollup.config.js', 'package-lock.json'];

/** The folder of the built page, built first when a source is newer. Another suite may be building it, too. */
export async function builtPage(): Promise<string> {
  const folder = path.join(repository, 'dist/ui');
  const index = path.join(folder, 'index.html.gz');
  await withLock(bundlesLock, async () => {
    if (fs.existsSync(index) && newest(SOURCES) <= fs.statSync(index).mtimeMs) return;
    await run('npm', ['run', '--silent', 'build:ui'], { timeout: 600_000, cwd: repository });
  });
  return folder;
}

function newest(names: readonly string[]): number {
  const times = names.map((name) => {
    const file = path.join(repository, name);
    const stat = fs.statSync(file);
    if (!stat.isDirectory()) return stat.mtimeMs;
    return newest(fs.readdirSync(file).map((entry) => path.join(name, entry)));
  });
  return Math.max(0, ...times);
}
