import { readFile } from 'node:fs/promises';
import { UsageError } from '../environment.ts';

/** The authority (PEM) in the file that a variable names; nothing when it names none. @throws UsageError */
export async function authorityOf<N extends string>(
  settings: Readonly<Partial<Record<N, string | undefined>>>,
  variable: N,
): Promise<string | undefined> {
  const file = settings[variable];
  if (file === undefined) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`the authority ${file} (${variable}) cannot be read`, { cause: error });
  }
}
