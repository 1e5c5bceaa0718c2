import { attempt, findProgram, run } from './run.ts';

/** Runs `docker` and returns what it prints; time-out 5 minutes unless given (milliseconds). */
export function docker(args: readonly string[], timeout = 5 * 60_000): Promise<string> {
  return run('docker', args, { timeout });
}

/** Whether the engine has an image of this name. */
export async function hasImage(name: string): Promise<boolean> {
  return (await attempt('docker', ['image', 'inspect', '-f', 'there', name], { timeout: 30_000 })).end === 0;
}

/** How an engine answers: its words if it does, else why it does not. */
export async function engineAnswers(): Promise<{ readonly isThere: boolean; readonly words: string }> {
  if (findProgram('docker') === undefined) return { isThere: false, words: 'There is no docker command.' };
  const format = '{{.ServerVersion}} {{.MemTotal}}';
  const { end, stdout, stderr } = await attempt('docker', ['info', '-f', format], { timeout: 20_000 });
  // Some versions end with 0 although no engine answers; the version is empty then.
  if (end === 0 && /^\d/.test(stdout)) return { isThere: true, words: stdout.trim() };
  return { isThere: false, words: `docker info: ${stderr.trim() || `ended with ${end}`}` };
}
