import fs from 'node:fs';
import { withLock } from './lock.ts';
import { logPath } from './folders.ts';
import { task } from './progress.ts';
import { findProgram, run } from './run.ts';

/** Whether this is a Debian (or a system made from one) where we may install packages. */
export function canInstall(): boolean {
  return process.getuid?.() === 0 && fs.existsSync('/etc/debian_version') && findProgram('apt-get') !== undefined;
}

/**
 * Installs Debian packages where we may; else throws words: what is needed, what for, and how to get it.
 * No service is started by it. The package lists are fetched only when a package is not found without.
 */
export async function install(packages: readonly string[], purpose: string): Promise<void> {
  if (!canInstall()) {
    throw new Error(
      `${packages.join(', ')}: needed ${purpose}, and not installed. ` +
        'On Debian the test bed installs it when it runs as root; elsewhere please install it with the package manager.',
    );
  }
  await withLock('apt', () =>
    task(`installing ${packages.join(', ')} ${purpose}`, async () => {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      const options = { timeout: 20 * 60_000, env, logFile: logPath('apt') };
      const args = ['-o', 'DPkg::Lock::Timeout=600', 'install', '-y', '-q', '--no-install-recommends', ...packages];
      try {
        await run('apt-get', args, options);
      } catch {
        await run('apt-get', ['update', '-q'], options); // lists that are missing or too old
        await run('apt-get', args, options);
      }
    }),
  );
}
