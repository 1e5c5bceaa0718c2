import assert from 'node:assert/strict';
import { until } from '../testbed/wait.ts';
import { chatField, demo, kubectl, kubectlAttempt, READY, site, smallChat } from './cluster.ts';

const { namespace } = demo;

/** Ends with 0 when a TCP connection to `host:port` is made within 3 s, with 3 when none is. */
const CONNECT = `
const [host, port] = process.argv.at(-1).split(':');
const socket = require('node:net').connect({ host, port: Number(port) }, () => process.exit(0));
socket.on('error', (error) => { console.error(error.message); process.exit(3); });
setTimeout(() => process.exit(3), 3000);`;

const hosts = {
  redis: `demo-redis.${namespace}.svc:6379`,
  ollama: `demo-ollama-0.demo-ollama.${namespace}.svc:11434`,
  backend: `demo-backend.${namespace}.svc:8080`,
  metrics: `demo-backend.${namespace}.svc:9090`,
  frontend: `demo-frontend.${namespace}.svc:80`,
};

describe('the network of a chat', function () {
  this.timeout(5 * 60_000);

  /** Whether a pod of a part reaches a host. */
  async function reaches(ns: string, deployment: string, host: keyof typeof hosts): Promise<boolean> {
    const command = ['--', '/nodejs/bin/node', '-e', CONNECT, hosts[host]];
    const { end, stderr } = await kubectlAttempt('-n', ns, 'exec', `deployment/${deployment}`, ...command);
    assert.ok(end === 0 || /exit code 3/.test(stderr), `kubectl exec: ${end} ${stderr}`);
    return end === 0;
  }

  it('lets its parts reach what they need, and nothing else', async () => {
    const allowed: [string, keyof typeof hosts][] = [
      ['demo-backend', 'redis'],
      ['demo-backend', 'ollama'],
      ['demo-frontend', 'backend'],
    ];
    const refused: [string, keyof typeof hosts][] = [
      ['demo-frontend', 'redis'],
      ['demo-frontend', 'ollama'],
      ['demo-backend', 'frontend'],
    ];
    for (const [from, to] of allowed) assert.equal(await reaches(namespace, from, to), true, `${from} -> ${to}`);
    for (const [from, to] of refused) assert.equal(await reaches(namespace, from, to), false, `${from} -> ${to}`);
    assert.ok((await fetch(site.url)).ok, 'people reach the page');
  });

  it('keeps another chat away from all but the page, also where that one may go anywhere itself', async () => {
    const other = 'neighbour';
    await smallChat(other, [{ name: 'none:tiny' }]);
    await kubectl(
      '-n',
      other,
      'patch',
      'chat',
      other,
      '--type=merge',
      '-p',
      '{"spec":{"networkPolicy":{"enabled":false}}}',
    );
    await chatField(other, other, READY, /^True$/);
    await until(
      'its own policies are gone',
      async () => (await kubectl('-n', other, 'get', 'networkpolicy', '-o', 'name')).trim() === '',
      { timeout: 30_000, every: 250 },
    );
    await until('it may go to the page', () => reaches(other, `${other}-backend`, 'frontend'), { timeout: 30_000 });
    for (const host of ['redis', 'ollama', 'backend'] as const) {
      assert.equal(await reaches(other, `${other}-backend`, host), false, host);
    }
    assert.equal(
      await reaches(other, `${other}-backend`, 'metrics'),
      true,
      'metrics are for every namespace unless one is named',
    );
    await kubectl('delete', 'namespace', other, '--wait=false');
  });
});
