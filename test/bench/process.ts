/** What a process of this machine takes, from /proc. */
import fs from 'node:fs';

const TICKS_PER_SECOND = 100;

/** Milliseconds of CPU time that a process has taken so far, in user and kernel mode, or of them in kernel mode. */
export function cpuMs(pid: number, where: 'both' | 'kernel' = 'both'): number {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in parentheses, may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const user = where === 'both' ? Number(fields[11]) : 0;
  return ((user + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
}

/** Resident memory of a process in MiB, now or at its highest. */
export function residentMiB(pid: number, when: 'now' | 'peak' = 'now'): number {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = when === 'now' ? /VmRSS:\s+(\d+) kB/ : /VmHWM:\s+(\d+) kB/;
  return Number(field.exec(status)?.[1]) / 1_024;
}

/** CPU time that each of some processes takes while `work` runs, in milliseconds. */
export async function cpuOf<Name extends string>(
  pids: Readonly<Record<Name, number>>,
  work: () => Promise<void>,
): Promise<Record<Name, number>> {
  const names = Object.keys(pids) as Name[];
  const before = names.map((name) => cpuMs(pids[name]));
  await work();
  return Object.fromEntries(names.map((name, i) => [name, cpuMs(pids[name]) - before[i]!])) as Record<Name, number>;
}
