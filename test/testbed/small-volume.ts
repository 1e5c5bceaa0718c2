import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from './run.ts';

/** A file system with a size of its own, for tests of full disks. */
export interface SmallVolume {
  readonly folder: string;
  /** Changes its size while it is in use. */
  resize(bytes: number): Promise<void>;
  remove(): Promise<void>;
}

/** Mounts one in memory. @throws Error in words where this is not allowed: it takes the rights of root */
export async function smallVolume(bytes: number): Promise<SmallVolume> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-volume-'));
  const mount = async (options: string): Promise<void> => {
    try {
      await run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { timeout: 20_000 });
    } catch (error) {
      throw new Error('a small volume cannot be made: tests of full disks must run as root', { cause: error });
    }
  };
  try {
    await mount(`size=${bytes}`);
  } catch (error) {
    fs.rmdirSync(folder);
    throw error;
  }
  return {
    folder,
    resize: (to) => mount(`remount,size=${to}`),
    async remove() {
      await run('umount', [folder], { timeout: 20_000 });
      fs.rmdirSync(folder);
    },
  };
}
