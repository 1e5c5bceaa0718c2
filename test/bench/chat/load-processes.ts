/** The load, in processes of its own: two, so that neither is busier than what it measures. */
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { Burst, Command, Heard, Plan, Report } from './load/plan.ts';

const PROGRAM = path.join(import.meta.dirname, 'load/main.ts');
const PROCESSES = 2;

export class LoadProcesses {
  /** When clients came back to their rooms, in milliseconds of the machine's clock, and how long they were away. */
  readonly back: { readonly at: number; readonly awayMs: number }[] = [];
  readonly #children: readonly ChildProcess[];

  private constructor(children: readonly ChildProcess[]) {
    this.#children = children;
    for (const child of children) {
      child.on('message', (report: Report) => {
        if (report.done === 'back') this.back.push(report);
      });
    }
  }

  /** Opens all clients; each room is in one process as a whole. */
  static async open(plan: Plan): Promise<LoadProcesses> {
    const load = new LoadProcesses(Array.from({ length: PROCESSES }, () => fork(PROGRAM)));
    try {
      await load.#tell('open', (n) => {
        const rooms = plan.rooms.filter((_room, at) => at % PROCESSES === n);
        return { do: 'open', plan: { ...plan, rooms, label: `${plan.label}-${n}` } };
      });
    } catch (error) {
      load.close();
      throw error;
    }
    return load;
  }

  /** Has all of them talk; the times are those of the slower process. */
  async talk(burst: Burst): Promise<Heard> {
    const share = { ...burst, perSecond: burst.perSecond / PROCESSES };
    const reports = await this.#tell('talk', () => ({ do: 'talk', burst: share }));
    const all = reports.map((report) => report.heard);
    const sum = (of: (heard: Heard) => number): number => all.reduce((total, one) => total + of(one), 0);
    return {
      sent: sum(({ sent }) => sent),
      expected: sum(({ expected }) => expected),
      missing: sum(({ missing }) => missing),
      duplicates: sum(({ duplicates }) => duplicates),
      disordered: sum(({ disordered }) => disordered),
      p50: Math.max(...all.map(({ p50 }) => p50)),
      p99: Math.max(...all.map(({ p99 }) => p99)),
    };
  }

  close(): void {
    for (const child of this.#children) child.kill('SIGKILL');
  }

  #tell<Done extends 'open' | 'talk'>(
    what: Done,
    command: (n: number) => Command,
  ): Promise<Extract<Report, { done: Done }>[]> {
    const answers = this.#children.map(
      (child, n) =>
        new Promise<Extract<Report, { done: Done }>>((resolve, reject) => {
          const hear = (report: Report): void => {
            if (report.done === 'back') return;
            child.off('message', hear).off('exit', gone);
            if (report.done === what) resolve(report as Extract<Report, { done: Done }>);
            else reject(new Error(`a load process: ${report.done === 'failed' ? report.words : report.done}`));
          };
          const gone = (code: number | null): void => reject(new Error(`a load process ended with ${String(code)}`));
          child.on('message', hear).once('exit', gone);
          child.send(command(n));
        }),
    );
    return Promise.all(answers);
  }
}
