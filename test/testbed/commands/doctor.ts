import { canInstall } from '../apt.ts';
import { chromiumPath } from '../chromium.ts';
import { Cluster } from '../cluster.ts';
import { engineAnswers } from '../docker.ts';
import { ensureGo } from '../go-binary.ts';
import { diskProblem, kernelProblem, memoryProblem, portProblem } from '../machine.ts';
import { findProgram } from '../run.ts';

interface Check {
  readonly what: string;
  /** What is wrong, in words that say how to mend it; `undefined`: nothing is. */
  readonly problem: () => Promise<string | undefined> | string | undefined;
}

function wordsOf(work: () => Promise<unknown>): () => Promise<string | undefined> {
  return async () => {
    try {
      await work();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
}

async function engineProblem(): Promise<string | undefined> {
  const { isThere, words } = await engineAnswers();
  if (isThere || canInstall()) return undefined; // or it will be installed and started
  return `${words} Install Docker (https://docs.docker.com/engine/install) and start it.`;
}

function browserProblem(): Promise<string | undefined> {
  return canInstall() ? Promise.resolve(undefined) : wordsOf(chromiumPath)();
}

/** Says of everything that the test bed needs whether it is there. Nothing is installed or started. */
export async function doctor(name: string, port: number): Promise<boolean> {
  const isUp = new Cluster(name).port !== undefined;
  const checks: readonly Check[] = [
    { what: 'kernel', problem: kernelProblem },
    { what: 'memory', problem: () => (isUp ? undefined : memoryProblem()) },
    { what: 'disk', problem: diskProblem },
    { what: `port ${port}`, problem: () => (isUp ? undefined : portProblem(port)) },
    { what: 'container engine', problem: engineProblem },
    { what: 'Go', problem: wordsOf(ensureGo) },
    {
      what: 'openssl',
      problem: () => (findProgram('openssl') === undefined ? 'Install the package openssl.' : undefined),
    },
    { what: 'browser for tests', problem: browserProblem },
  ];
  let isWell = true;
  for (const { what, problem } of checks) {
    const words = await problem();
    isWell &&= words === undefined;
    process.stdout.write(
      `${words === undefined ? 'ok     ' : 'missing'}  ${what}${words === undefined ? '' : `: ${words}`}\n`,
    );
  }
  return isWell;
}
