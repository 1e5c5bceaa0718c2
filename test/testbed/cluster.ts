import fs from 'node:fs';
import path from 'node:path';
import { docker, hasImage } from './docker.ts';
import { cachePath, logPath } from './folders.ts';
import type { ImageArchive } from './images.ts';
import { attempt, run } from './run.ts';
import { ensureKind, ensureKubectl } from './tools.ts';
import { until } from './wait.ts';

/** The port of the node that the chat's Service takes; the cluster leads a port of this machine to it. */
export const nodePort = 30080;

/** A kind cluster by its name. Nothing here touches ~/.kube/config. */
export class Cluster {
  readonly name: string;

  constructor(name: string) {
    if (!/^[a-z0-9][a-z0-9-]{0,40}$/.test(name)) {
      throw new Error(`CLUSTER=${name}: a name has small letters, digits and dashes only.`);
    }
    this.name = name;
  }

  get folder(): string {
    return cachePath('clusters', this.name);
  }

  /** The path of the kubeconfig; the file is there once the cluster was made. */
  get kubeconfig(): string {
    return path.join(this.folder, 'kubeconfig');
  }

  get #node(): string {
    return `${this.name}-control-plane`;
  }

  get #complete(): string {
    return path.join(this.folder, 'complete');
  }

  /** The port of 127.0.0.1 that leads to the chat, if the cluster was made. */
  get port(): number | undefined {
    try {
      return (JSON.parse(fs.readFileSync(this.#complete, 'utf8')) as { port: number }).port;
    } catch {
      return undefined;
    }
  }

  /**
   * `complete`: made by us to the end. `partial`: something of that name is there, but its making was broken off.
   * The engine must answer.
   */
  async state(): Promise<'absent' | 'partial' | 'complete'> {
    const { end, stdout } = await attempt('docker', ['inspect', '-f', '{{.Id}}', this.#node], { timeout: 30_000 });
    if (end !== 0) return 'absent';
    try {
      const { id } = JSON.parse(fs.readFileSync(this.#complete, 'utf8')) as { id: string };
      return id === stdout.trim() ? 'complete' : 'partial';
    } catch {
      return 'partial';
    }
  }

  /** Makes the cluster: one node, a default StorageClass, `port` of 127.0.0.1 led to `nodePort`. Half a minute. */
  async create(image: string | undefined, port: number): Promise<void> {
    const config = path.join(this.folder, 'kind.json');
    const mapping = { containerPort: nodePort, hostPort: port, listenAddress: '127.0.0.1' };
    const nodes = [{ role: 'control-plane', extraPortMappings: [mapping] }];
    fs.writeFileSync(config, JSON.stringify({ kind: 'Cluster', apiVersion: 'kind.x-k8s.io/v1alpha4', nodes }));
    const args = ['create', 'cluster', '--name', this.name, '--config', config, '--kubeconfig', this.kubeconfig];
    await run(await ensureKind(), [...args, '--wait', '240s', ...(image === undefined ? [] : ['--image', image])], {
      timeout: 10 * 60_000,
      logFile: logPath(`kind-${this.name}`),
    });
    const ready = ['wait', '--for=condition=Available', '--timeout=120s', 'deployment', '--all', '-A'];
    await this.kubectl(ready, { timeout: 150_000 });
    const classes = await this.kubectl(['get', 'storageclass', '-o', 'json']);
    if (!classes.includes('"storageclass.kubernetes.io/is-default-class": "true"')) {
      throw new Error(`The cluster ${this.name} has no default StorageClass, so no volume could be made.`);
    }
    const id = (await docker(['inspect', '-f', '{{.Id}}', this.#node])).trim();
    fs.writeFileSync(this.#complete, JSON.stringify({ id, port }));
  }

  /** Starts a node that stands still (after a restart of the machine, say) and waits until the API server answers. */
  async wake(): Promise<void> {
    await docker(['start', this.#node]);
    const ready = async (): Promise<boolean> => (await this.kubectl(['get', '--raw', '/readyz'])) === 'ok';
    await until(`the API server of ${this.name} answers`, ready, { timeout: 120_000, every: 500 });
  }

  /** Removes the cluster with all that is in it. */
  async delete(): Promise<void> {
    const args = ['delete', 'cluster', '--name', this.name, '--kubeconfig', this.kubeconfig];
    await run(await ensureKind(), args, { timeout: 3 * 60_000 });
    fs.rmSync(this.#complete, { force: true });
  }

  /** Says that the cluster is wanted, so that nobody stops the engine while it is being made. */
  reserve(): void {
    fs.mkdirSync(this.folder, { recursive: true });
  }

  /** Takes back `reserve`, and removes what was kept about the cluster. */
  release(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  /** Gives the node those images that it lacks; returns their names. */
  async load(archives: readonly ImageArchive[], images: readonly string[]): Promise<readonly string[]> {
    const there = new Set(
      (await docker(['exec', this.#node, 'ctr', '-n', 'k8s.io', 'images', 'ls', '-q'])).split('\n'),
    );
    const kind = await ensureKind();
    const options = { timeout: 5 * 60_000, logFile: logPath(`kind-load-${this.name}`) };
    const loaded: string[] = [];
    for (const { name, file } of archives.filter((archive) => !there.has(archive.name))) {
      await run(kind, ['load', 'image-archive', file, '--name', this.name], options);
      loaded.push(name);
    }
    for (const image of images.filter((name) => !there.has(name))) {
      if (!(await hasImage(image))) throw new Error(`The engine lost the image ${image}: run the command again.`);
      await run(kind, ['load', 'docker-image', image, '--name', this.name], options);
      loaded.push(image);
    }
    return loaded;
  }

  /** Runs kubectl against this cluster; time-out one minute unless given (milliseconds). Throws with its own words. */
  async kubectl(args: readonly string[], options: { timeout?: number; input?: string } = {}): Promise<string> {
    return run(await ensureKubectl(), ['--kubeconfig', this.kubeconfig, ...args], { timeout: 60_000, ...options });
  }
}

/** The names of the clusters that are there, or wanted. */
export function reservedNames(): readonly string[] {
  const folder = cachePath('clusters');
  return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
}

/** The names of all kind clusters that the engine has, ours or not. */
export async function allClusters(): Promise<readonly string[]> {
  const label = 'io.x-k8s.kind.cluster';
  const names = await docker(['ps', '-a', '--filter', `label=${label}`, '--format', `{{.Label "${label}"}}`]);
  return [...new Set(names.split('\n').filter((name) => name !== ''))];
}
