import { parseArgs } from 'node:util';
import { clean } from './commands/clean.ts';
import { doctor } from './commands/doctor.ts';
import { down } from './commands/down.ts';
import { logs, printKubeconfig, printUrl, status } from './commands/look.ts';
import { up } from './commands/up.ts';
import { say } from './progress.ts';

const help = `usage: node test/testbed/cli.ts COMMAND [--cluster NAME] [--port PORT] [--model MODEL] [--follow] [--yes]

  up          make a cluster with a chat in it, or what of it is missing; ends with the URL
  down        remove the cluster
  url         print the URL of the chat
  kubeconfig  print the path of the cluster's kubeconfig
  status      show the chats and their pods
  logs        show what operator and backends say (--follow: go on)
  doctor      say what this machine lacks
  clean       free what was built and cached (--yes: without asking)

  --cluster   name of the kind cluster; default chatapp
  --port      port of 127.0.0.1 for the chat; default 8080
  --model     model of the chat; default a small one

CHATAPP_REGISTRY=yes|no   whether images are pulled from registries; default: tried
XDG_CACHE_HOME            where what is built is kept; default ~/.cache
`;

/** Runs one command; returns the exit code. */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      cluster: { type: 'string', default: 'chatapp' },
      port: { type: 'string' },
      model: { type: 'string' },
      follow: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [command] = positionals;
  const { cluster, model } = values;
  const port = values.port === undefined ? undefined : Number(values.port);
  if (values.help || command === 'help') {
    process.stdout.write(help);
    return 0;
  }
  switch (command ?? 'help wanted') {
    case 'up':
      await up({ cluster, port, model });
      return 0;
    case 'down':
      await down(cluster);
      return 0;
    case 'url':
      printUrl(cluster);
      return 0;
    case 'kubeconfig':
      printKubeconfig(cluster);
      return 0;
    case 'status':
      await status(cluster);
      return 0;
    case 'logs':
      await logs(cluster, values.follow ? 'follow' : 'once');
      return 0;
    case 'doctor':
      return (await doctor(cluster, port ?? 8080)) ? 0 : 1;
    case 'clean':
      await clean(values.yes ? 'yes' : 'ask');
      return 0;
    default:
      say(help);
      return 2;
  }
}

// A signal ends the process by exit(), so that what it started ends with it.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.once(signal, () => process.exit(code));
}
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exit(1); // ends what still goes on beside what failed
}
