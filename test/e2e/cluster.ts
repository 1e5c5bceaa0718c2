/**
 * The cluster that the scenarios share: made by `make up` as a user would, under a name and port of its own, and taken away
 * by `make down` at the end. Importing this registers both.
 */
import { after, before } from 'mocha';
import { docker } from '../testbed/docker.ts';
import { repository } from '../testbed/folders.ts';
import { attempt, run } from '../testbed/run.ts';
import { ensureKubectl } from '../testbed/tools.ts';
import { until } from '../testbed/wait.ts';

const MINUTE = 60_000;
const NAME = 'chatapp-test';
const PORT = 18_080;

/** Where the chat of the cluster is. */
export const site = { url: `http://localhost:${PORT}` };
export const demo = { namespace: 'chat', name: 'demo' };

const variables = [`CLUSTER=${NAME}`, `PORT=${PORT}`];

/** Runs a make target for the cluster and returns what it printed. */
export async function make(target: string, timeout = 5 * MINUTE): Promise<string> {
  return run('make', ['--no-print-directory', target, ...variables], { timeout, cwd: repository });
}

let kubeconfig = '';

/** Runs kubectl on the cluster; throws its words when it fails. */
export async function kubectl(...args: string[]): Promise<string> {
  const options = { timeout: 2 * MINUTE, cwd: repository };
  return run(await ensureKubectl(), ['--kubeconfig', kubeconfig, ...args], options);
}

/** Runs a command in the node of the cluster. */
export async function onNode(...command: string[]): Promise<string> {
  return docker(['exec', '--privileged', `${NAME}-control-plane`, ...command]);
}

/** Runs kubectl where it may fail. */
export async function kubectlAttempt(
  ...args: string[]
): Promise<{ end: number | string; stdout: string; stderr: string }> {
  const options = { timeout: 2 * MINUTE, cwd: repository };
  return attempt(await ensureKubectl(), ['--kubeconfig', kubeconfig, ...args], options);
}

/** The kubeconfig of the cluster, for programs that are started in other ways. */
export function kubeconfigPath(): string {
  return kubeconfig;
}

/** Applies objects. */
export async function apply(...objects: object[]): Promise<void> {
  for (const object of objects) {
    const options = { timeout: MINUTE, cwd: repository, input: JSON.stringify(object) };
    await run(await ensureKubectl(), ['--kubeconfig', kubeconfig, 'apply', '-f', '-'], options);
  }
}

/** Gives an image that the node has a second name there. */
export async function nameImage(image: string, name: string): Promise<void> {
  await docker(['exec', `${NAME}-control-plane`, 'ctr', '-n', 'k8s.io', 'images', 'tag', '--force', image, name]);
}

/** A field of an object, as jsonpath gives it; empty when there is none. */
export async function field(namespace: string, object: string, path: string): Promise<string> {
  return kubectl('-n', namespace, 'get', object, '--ignore-not-found', '-o', `jsonpath={${path}}`);
}

/** Waits until a field of a ChatApp is as asked. */
export async function chatField(
  namespace: string,
  name: string,
  path: string,
  is: RegExp,
  timeout = 2 * MINUTE,
): Promise<string> {
  return until(
    `${path} of ChatApp ${namespace}/${name} is ${String(is)}`,
    async () => {
      const value = await field(namespace, `chat/${name}`, path);
      return is.test(value) && value;
    },
    { timeout, every: 250 },
  );
}

/** Has the model registry of the cluster send so many bytes a second; 0 is as fast as it can. */
export async function registryRate(bytesPerSecond: number): Promise<void> {
  const path = `/api/v1/namespaces/models/services/models:5000/proxy/_ctl?rate=${bytesPerSecond}`;
  await kubectl('replace', '--raw', path, '-f', '/dev/null');
}

/** Little enough that two more chats fit beside the demo on a node of two cores. */
const littleOllama = { requests: { cpu: '10m', memory: '256Mi' }, limits: { cpu: '1', memory: '1Gi' } };
const little = { replicas: 1, resources: { requests: { cpu: '10m', memory: '96Mi' } } };

/**
 * A small ChatApp in a namespace of its own, pulling from the registry of the demo; `more` are further settings of Ollama,
 * `pulling` of its pulls, `rest` further blocks of the spec.
 */
export async function smallChat(
  name: string,
  models: object[],
  more: object = {},
  pulling: object = {},
  rest: object = {},
): Promise<void> {
  const demoPull = JSON.parse((await field(demo.namespace, 'chat/demo', '.spec.ollama.pull')) || '{}') as object;
  const enforce = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: enforce } },
    {
      apiVersion: 'chatapp.dev/v1alpha1',
      kind: 'ChatApp',
      metadata: { name, namespace: name },
      spec: {
        backend: little,
        frontend: little,
        ollama: { models, pull: { ...demoPull, ...pulling }, resources: littleOllama, ...more },
        ...rest,
      },
    },
  );
}

/** Changes settings of Ollama of a small ChatApp. */
export async function changeOllama(name: string, ollama: object): Promise<void> {
  await kubectl('-n', name, 'patch', 'chat', name, '--type=merge', '-p', JSON.stringify({ spec: { ollama } }));
}

/** What an Ollama server of a small ChatApp answers, asked from within its pod. */
export async function askOllama(
  name: string,
  replica: number,
  request: { method: string; path: string; body?: object },
): Promise<string> {
  const { method, path, body } = request;
  const options = JSON.stringify({ method, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const script = `
    const answer = await fetch('http://127.0.0.1:11434${path}', ${options});
    console.log(await answer.text());
    process.exitCode = answer.ok ? 0 : 1;`;
  const node = ['/nodejs/bin/node', '--input-type=module', '-e', script];
  return kubectl('-n', name, 'exec', `${name}-ollama-${replica}`, '-c', 'agent', '--', ...node);
}

export const READY = '.status.conditions[?(@.type=="Ready")].status';

before(async function () {
  // A cold machine builds images and programs first.
  this.timeout(60 * MINUTE);
  await make('down', 5 * MINUTE);
  await make('up', 55 * MINUTE);
  kubeconfig = (await make('kubeconfig')).trim();
});

after(async function () {
  this.timeout(5 * MINUTE);
  await make('down');
});
