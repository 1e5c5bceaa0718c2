import fs from 'node:fs';
import readline from 'node:readline/promises';
import { allClusters } from '../cluster.ts';
import { docker, engineAnswers } from '../docker.ts';
import { ensureEngine, stopOwnEngine } from '../engine.ts';
import { cachePath } from '../folders.ts';
import { say, size } from '../progress.ts';
import { findProgram, run } from '../run.ts';

async function folderSize(folder: string): Promise<number> {
  if (!fs.existsSync(folder)) return 0;
  return Number((await run('du', ['-sk', folder], { timeout: 120_000 })).split('\t')[0]) * 1024;
}

/** Says what it would free, asks (unless `yes`, or nobody is there to answer), and frees it. */
export async function clean(answer: 'yes' | 'ask'): Promise<void> {
  const hasEngine = (await engineAnswers()).isThere || findProgram('dockerd') !== undefined;
  if (hasEngine) await ensureEngine();
  const clusters = hasEngine ? (await allClusters()).filter((name) => fs.existsSync(cachePath('clusters', name))) : [];
  if (clusters.length > 0) {
    const commands = clusters.map((name) => `make down CLUSTER=${name}`);
    throw new Error(`There are clusters that use what would be removed. First: ${commands.join(' && ')}`);
  }
  const images = hasEngine ? await ownImages() : [];
  const bytes = await folderSize(cachePath());
  say(`${cachePath()}: ${size(bytes)}`);
  for (const { name, words } of images) say(`image ${name}: ${words}`);
  say('Not touched: the caches of Go and npm, and what was installed from Debian packages.');
  if (answer === 'ask' && process.stdin.isTTY && !(await isAgreed())) return;
  for (const { name } of images) {
    await docker(['image', 'rm', name]).catch((error: unknown) => {
      say(`image ${name} stays: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
  await stopOwnEngine(() => Promise.resolve(undefined));
  fs.rmSync(cachePath(), { recursive: true, force: true });
  say('Freed.');
}

async function ownImages(): Promise<readonly { readonly name: string; readonly words: string }[]> {
  const format = '{{.Repository}}:{{.Tag}} {{.Size}}';
  const lines = await docker(['image', 'ls', '--filter', 'reference=chatapp.local/*', '--format', format]);
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ name: line.split(' ')[0]!, words: line.split(' ').slice(1).join(' ') }));
}

async function isAgreed(): Promise<boolean> {
  const terminal = readline.createInterface({ input: process.stdin, output: process.stderr });
  const line = await terminal.question('Remove all this? [y/N] ');
  terminal.close();
  return /^y(es)?$/i.test(line.trim());
}
