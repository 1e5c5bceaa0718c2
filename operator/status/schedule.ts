/** Times of a cron expression, in UTC. */
import { Cron } from 'croner';

/** @throws CronPattern's words about an expression that means nothing */
function cronOf(schedule: string): Cron {
  return new Cron(schedule, { timezone: 'UTC', mode: '5-part', paused: true });
}

/** Why an expression means nothing; nothing when it means something. */
export function scheduleProblem(schedule: string): string | undefined {
  try {
    cronOf(schedule);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * The last time at or before `now`, as Kubernetes writes times; nothing when there was none.
 * @throws see {@link scheduleProblem}
 */
export function lastTick(schedule: string, now: Date): string | undefined {
  // It looks strictly before what it is given, to the second.
  const [last] = cronOf(schedule).previousRuns(1, new Date(now.getTime() + 1_000));
  return last?.toISOString().replace('.000Z', 'Z');
}

/**
 * Milliseconds until the next time; nothing when there is none.
 * @throws see {@link scheduleProblem}
 */
export function untilNextTick(schedule: string, now: Date): number | undefined {
  const next = cronOf(schedule).nextRun(now);
  return next === null ? undefined : next.getTime() - now.getTime();
}
