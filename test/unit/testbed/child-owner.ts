/** A process that starts a server, says which, and waits to be killed. */
import path from 'node:path';
import { startChild } from '../../testbed/child.ts';

const logFile = path.join(process.argv[2]!, 'log');
const child = await startChild({ name: 'sleeper', program: 'sleep', args: ['1000'], logFile });
process.send!(child.pid);
setInterval(() => undefined, 1000);
