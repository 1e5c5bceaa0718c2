import fs from 'node:fs';
import path from 'node:path';
import { contents, digest } from './artifact.ts';
import { logPath, repository } from './folders.ts';
import { withLock } from './lock.ts';
import { task } from './progress.ts';
import { run } from './run.ts';

const sources = [
  'operator',
  'runtime',
  'ui',
  'config/rollup.config.js',
  'config/rollup',
  'package-lock.json',
  'tsconfig.json',
];
const results = ['dist/operator/main.js', 'dist/runtime/main.js', 'dist/ui/index.html'];

/** Who writes to dist/ holds it. */
export const bundlesLock = `bundles of ${repository}`;

/** Builds the bundles in dist/ unless they are of these sources already. */
export async function ensureBundles(): Promise<'built' | 'current'> {
  const stamp = path.join(repository, 'dist/.sources');
  const key = digest(contents(repository, sources));
  const isCurrent = (): boolean =>
    results.every((file) => fs.existsSync(path.join(repository, file))) &&
    fs.existsSync(stamp) &&
    fs.readFileSync(stamp, 'utf8') === key;
  return withLock(bundlesLock, async () => {
    if (isCurrent()) return 'current';
    fs.rmSync(path.join(repository, 'dist'), { recursive: true, force: true }); // nothing of older sources goes along
    await task('building operator, runtime and UI', () =>
      run('npm', ['run', '--silent', 'build'], {
        timeout: 5 * 60_000,
        cwd: repository,
        logFile: logPath('bundles'),
      }),
    );
    fs.writeFileSync(stamp, key);
    return 'built';
  });
}
