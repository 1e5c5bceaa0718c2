import { readFile } from 'node:fs/promises';
import type { RuntimeConfig } from '../config.ts';
import { runtimeConfigSchema } from '../config.ts';
import { UsageError } from '../environment.ts';

/** Reads the configuration. @throws UsageError that names the file, and each setting that is wrong */
export async function readConfig(path: string): Promise<RuntimeConfig> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`The configuration ${path} (CHATAPP_CONFIG) cannot be read`, { cause: error });
  }
  const parsed = runtimeConfigSchema.safeParse(contentOf(path, text));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new UsageError(`The configuration ${path} is wrong:\n${problems.join('\n')}`);
}

function contentOf(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`The configuration ${path} is no JSON`, { cause: error });
  }
}
