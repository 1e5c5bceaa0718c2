/** The end of a server process: once, in order, and within its time. */
import { log, wordsOf } from '../log.ts';

/** The rest of the grace is for what no step waits for. */
const MARGIN_MS = 1000;

/**
 * On SIGTERM or SIGINT runs `stop`, then ends the process with 0. A second signal, or the end of the grace, ends it with 1.
 * @param stop gets the milliseconds it may take
 */
export function stopOnSignal(graceSeconds: number, stop: (withinMs: number) => Promise<void>): void {
  const graceMs = Math.max(graceSeconds * 1000 - MARGIN_MS, 500);
  let stopping = false;
  const handle = (signal: string): void => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info('stopping', { signal });
    setTimeout(() => {
      log.warn('the grace is over');
      process.exit(1);
    }, graceMs).unref();
    stop(graceMs).then(
      () => {
        log.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        log.error('stopping failed', { error: wordsOf(error) });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', handle).on('SIGINT', handle);
}
