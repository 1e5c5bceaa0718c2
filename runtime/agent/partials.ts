/**
 * Downloads that Ollama has not finished, as it leaves them in its folder of blobs: `sha256-<hex>-partial`, sparse and of full
 * size from the beginning, and `sha256-<hex>-partial-<n>`, which say how far each part is. Ollama (with OLLAMA_NOPRUNE)
 * never removes them, so that a pull can go on there; one that nobody goes on with keeps its space for ever.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

export interface Partial {
  /** As Ollama writes it: `sha256:<hex>`. */
  readonly digest: string;
  /** Whole paths, the data last. */
  readonly files: readonly string[];
  /** Bytes of the data that are not written yet. */
  readonly missingBytes: number;
  /** Milliseconds since 1970: when any of the files was last written. */
  readonly writtenAt: number;
}

const NAME = /^sha256-([0-9a-f]{64})-partial(-\d+)?$/;
/** `stat` counts in these, whatever the file system does. */
const BLOCK_BYTES = 512;

/** None when the folder is not there yet. */
export async function partialsIn(folder: string): Promise<Partial[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const files = names.flatMap((name) => {
    const match = NAME.exec(name);
    return match === null
      ? []
      : [{ file: path.join(folder, name), hex: match[1] ?? '', isData: match[2] === undefined }];
  });
  const byBlob = Map.groupBy(files, ({ hex }) => hex);
  const all = [...byBlob].map(async ([hex, parts]): Promise<Partial> => {
    const found = await Promise.all(parts.map(async (part) => ({ ...part, ...(await factsOf(part.file)) })));
    const data = found.filter(({ isData }) => isData);
    return {
      digest: `sha256:${hex}`,
      files: [...found.filter(({ isData }) => !isData), ...data].map(({ file }) => file),
      missingBytes: data.reduce((sum, { size, written }) => sum + Math.max(0, size - written), 0),
      writtenAt: Math.max(...found.map(({ at }) => at)),
    };
  });
  return Promise.all(all);
}

/** A blob that is done loses these names between two looks: it counts as nothing. */
async function factsOf(file: string): Promise<{ size: number; written: number; at: number }> {
  try {
    const { size, blocks, mtimeMs } = await stat(file);
    return { size, written: blocks * BLOCK_BYTES, at: mtimeMs };
  } catch (error) {
    if (isMissing(error)) return { size: 0, written: 0, at: Date.now() };
    throw error;
  }
}

/** Notes of parts go before the data: data without them are begun anew, notes without data would be believed. */
export async function removePartial({ files }: Partial): Promise<void> {
  for (const file of files) await rm(file, { force: true });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
