import { goBinary, kindProgram, kubernetesProgram } from './go-binary.ts';
import { attempt, findProgram } from './run.ts';
import { versions } from './versions.ts';

const timeout = 20_000;

/** Whether a client of this version (`{"clientVersion":{"minor":"34"}}`) may talk to our cluster: one minor off at most. */
export function isKubectlUsable(json: string): boolean {
  const minor = /"minor":\s*"(\d+)/.exec(json)?.[1];
  const wanted = Number(versions.kubernetes.split('.')[1]);
  return minor !== undefined && Math.abs(Number(minor) - wanted) <= 1;
}

/** The path of a kubectl that suits the cluster: the installed one, else one built from its Go module. */
export async function ensureKubectl(): Promise<string> {
  const installed = findProgram('kubectl');
  if (installed !== undefined) {
    const { stdout } = await attempt(installed, ['version', '--client', '-o', 'json'], { timeout });
    if (isKubectlUsable(stdout)) return installed;
  }
  return goBinary(kubernetesProgram('kubectl'));
}

/** The path of kind at the version of the test bed: the installed one, else one built from its Go module. */
export async function ensureKind(): Promise<string> {
  const installed = findProgram('kind');
  if (installed !== undefined) {
    const { stdout } = await attempt(installed, ['version'], { timeout });
    if (stdout.includes(`${versions.kind} `)) return installed;
  }
  return goBinary(kindProgram);
}
