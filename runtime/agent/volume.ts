import { statfs } from 'node:fs/promises';
import type { VolumeReport } from '../report.ts';

/** Room of the file system that a folder is on. @throws Error when the folder is not there */
export async function volumeOf(folder: string): Promise<VolumeReport> {
  const { bsize, blocks, bfree, bavail } = await statfs(folder);
  return { capacityBytes: blocks * bsize, usedBytes: (blocks - bfree) * bsize, freeBytes: bavail * bsize };
}
