import { Cluster } from '../cluster.ts';
import { applyDemo, deployOperator, waitForDemo, type OwnImages } from '../deploy.ts';
import { ensureBundles } from '../bundles.ts';
import { ensureEngine } from '../engine.ts';
import { buildImage, foreignImages, removeOlderImages, type ForeignImages } from '../images.ts';
import { withLock } from '../lock.ts';
import { diskProblem, kernelProblem, memoryProblem, portProblem } from '../machine.ts';
import { testModel } from '../model.ts';
import { duration, say, Steps } from '../progress.ts';
import { canPullImages } from '../registry-probe.ts';
import { until } from '../wait.ts';

export interface UpOptions {
  readonly cluster: string;
  /** Port of 127.0.0.1; `undefined`: the one the cluster has, else 8080. */
  readonly port: number | undefined;
  /** Default: a small model that the images' source has. */
  readonly model: string | undefined;
}

const defaultPort = 8080;

/** Milliseconds that a chat may take to come up, a pull of a model from the internet included. */
const chatTimeout = 20 * 60_000;

/** Makes all of it, or what of it is missing, and ends with the URL. */
export async function up(options: UpOptions): Promise<void> {
  const cluster = new Cluster(options.cluster);
  await withLock(`cluster ${cluster.name}`, async () => {
    cluster.reserve();
    try {
      await make(cluster, options);
    } catch (error) {
      const isThere = cluster.port !== undefined || (await cluster.state().catch(() => 'absent')) !== 'absent';
      if (!isThere) cluster.release();
      throw error;
    }
  });
}

async function make(cluster: Cluster, options: UpOptions): Promise<void> {
  const steps = new Steps(6);
  const state = await steps.step('Looking at this machine', () => checkMachine(cluster, options.port));
  const foreign = await steps.step('Getting images of Kubernetes, Redis, Ollama and Node.js', foreignImages);
  const port = options.port ?? cluster.port ?? defaultPort;
  await steps.step(`Cluster ${cluster.name}`, () => ensureCluster(cluster, state, foreign, port));
  const own = await steps.step('Operator, runtime and UI as images in the cluster', () => giveImages(cluster, foreign));
  await steps.step('Operator', () => deployOperator(cluster, own, foreign));
  await steps.step('Chat', async () => {
    const isOnline = await canPullImages();
    const model = options.model ?? (isOnline ? 'tinyllama' : testModel);
    await applyDemo(cluster, { model, registry: isOnline ? 'public' : 'in the cluster', url: url(port) });
    await waitForDemo(cluster, own.runtime, chatTimeout);
    await pageAnswers(url(port));
  });
  printEnd(cluster, port, steps.elapsed);
}

/** The address of the chat. A browser takes localhost for a secure origin. */
export function url(port: number): string {
  return `http://localhost:${port}`;
}

type State = 'absent' | 'partial' | 'complete';

async function checkMachine(cluster: Cluster, port: number | undefined): Promise<State> {
  fail([kernelProblem(), diskProblem()]);
  await ensureEngine();
  const state = await cluster.state();
  if (state === 'complete') {
    if (port !== undefined && port !== cluster.port) {
      throw new Error(
        `The cluster ${cluster.name} already answers on port ${cluster.port ?? '?'}, and a port cannot be changed later: ` +
          `make down CLUSTER=${cluster.name} first, or name another cluster: make up CLUSTER=other PORT=${port}`,
      );
    }
  } else {
    // A cluster whose making was broken off may hold the port itself; it goes before another is made.
    if (state === 'partial') await cluster.delete();
    fail([await memoryProblem(), await portProblem(port ?? defaultPort)]);
  }
  return state;
}

function fail(problems: readonly (string | undefined)[]): void {
  const words = problems.filter((problem) => problem !== undefined);
  if (words.length > 0) throw new Error(words.join('\n'));
}

async function ensureCluster(cluster: Cluster, state: State, foreign: ForeignImages, port: number): Promise<void> {
  if (state === 'complete') await cluster.wake();
  else await cluster.create(foreign.node, port);
}

/** One run at a time, from sources to node: another one would rewrite dist/ and remove what it takes for old images. */
function giveImages(cluster: Cluster, foreign: ForeignImages): Promise<OwnImages> {
  return withLock('our images', async () => {
    await ensureBundles();
    const own = {
      operator: await buildImage('operator', foreign.nodeJs),
      runtime: await buildImage('runtime', foreign.nodeJs),
    };
    const loaded = await cluster.load(foreign.archives, [own.operator, own.runtime]);
    for (const image of loaded) say(`      ${image}`);
    await removeOlderImages([own.operator, own.runtime, foreign.nodeJs]);
    return own;
  });
}

async function pageAnswers(address: string): Promise<void> {
  const answers = async (): Promise<boolean> => {
    const page = await fetch(address, { signal: AbortSignal.timeout(5000) });
    return page.ok && (await page.text()).includes('<html');
  };
  await until(`${address} shows the page`, answers, { timeout: 60_000, every: 250 });
}

function printEnd(cluster: Cluster, port: number, elapsed: number): void {
  const suffix = cluster.name === 'chatapp' ? '' : ` CLUSTER=${cluster.name}`;
  say('');
  say(`Ready after ${duration(elapsed)}. Open the chat and type a name:`);
  say('');
  process.stdout.write(`  ${url(port)}\n`);
  say('');
  say(`  make status${suffix}   how it is          export KUBECONFIG=$(make kubeconfig${suffix})   to use kubectl`);
  say(`  make logs${suffix}     what it says       make down${suffix}   to stop it and remove the cluster`);
}
