/** A process that takes a lock, says so, and holds it until it is killed. */
import { withLock } from '../../testbed/lock.ts';

await withLock(process.argv[2]!, () => {
  process.send!('held');
  return new Promise(() => setInterval(() => undefined, 1000));
});
