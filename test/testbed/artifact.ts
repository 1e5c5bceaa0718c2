import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { cachePath } from './folders.ts';
import { withLock } from './lock.ts';
import { task } from './progress.ts';

/** Something that takes long to make and depends only on what its key says: a folder of files. */
export interface Recipe {
  /** Names the folder; letters, digits, dots and dashes. */
  readonly name: string;
  /** For people: what is being made, and about how long it takes. */
  readonly words: string;
  /** All that the result depends on: versions, flags, contents of the recipe's files, keys of other artifacts. */
  readonly key: readonly string[];
  /** Makes it in an empty folder. Whatever it throws, nothing of the folder is kept. */
  readonly make: (folder: string) => Promise<void>;
}

/** The first 16 hexadecimal digits of a SHA-256 over the parts; the parts' borders count. */
export function digest(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex').slice(0, 16);
}

/** The paths and contents of files and of all files below folders, as parts of a key. Paths are relative to `base`. */
export function contents(base: string, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const file = path.join(base, name);
    if (!fs.statSync(file).isDirectory()) return [name, fs.readFileSync(file, 'latin1')];
    const inside = fs.readdirSync(file).sort();
    return contents(
      base,
      inside.map((entry) => path.join(name, entry)),
    );
  });
}

/** The folder that an artifact has or will have. Its name changes with the key, so a folder that is there is right. */
export function artifactFolder(recipe: Recipe): string {
  return cachePath('artifacts', `${recipe.name}-${digest([process.arch, ...recipe.key])}`);
}

/**
 * The folder of an artifact, made first if it is not there. It appears under its name only when it is complete, so a run
 * that is killed leaves nothing that a later run trusts. Two processes that want the same make it once.
 */
export async function artifact(recipe: Recipe): Promise<string> {
  const folder = artifactFolder(recipe);
  if (fs.existsSync(folder)) return folder;
  return withLock(`artifact ${path.basename(folder)}`, async () => {
    if (fs.existsSync(folder)) return folder;
    const unfinished = `${folder}.unfinished`;
    fs.rmSync(unfinished, { recursive: true, force: true });
    fs.mkdirSync(unfinished, { recursive: true });
    try {
      await task(recipe.words, () => recipe.make(unfinished));
    } catch (error) {
      fs.rmSync(unfinished, { recursive: true, force: true });
      throw error;
    }
    fs.renameSync(unfinished, folder);
    return folder;
  });
}
