import path from 'node:path';
import { contents, digest } from './artifact.ts';
import { docker, hasImage } from './docker.ts';
import { logPath, repository } from './folders.ts';
import { ensureNodeImage } from './offline/node-image.ts';
import { ensureNodeJsImage, modelRegistryImage, ollamaImage, redisImage } from './offline/images.ts';
import { canPullImages } from './registry-probe.ts';
import { attempt, run } from './run.ts';
import { versions } from './versions.ts';

/** An image that was made here, as a tar that a node can take up. */
export interface ImageArchive {
  readonly name: string;
  readonly file: string;
}

/** The images of others that a cluster of ours uses. */
export interface ForeignImages {
  /** For `kind create cluster --image`; `undefined`: kind's own for its version. */
  readonly node: string | undefined;
  /** What our Dockerfiles start from. */
  readonly nodeJs: string;
  readonly redis: string;
  readonly ollama: string;
  /** Only where there is no internet: a registry with the test model. */
  readonly modelRegistry: string | undefined;
  /** Those that were made here and that a node cannot pull. */
  readonly archives: readonly ImageArchive[];
}

/** Chooses the images of others: official ones where a registry answers; else all are made here (minutes the first time). */
export async function foreignImages(): Promise<ForeignImages> {
  if (await canPullImages()) {
    return { ...versions.images, node: undefined, modelRegistry: undefined, archives: [] };
  }
  const node = await ensureNodeImage();
  const nodeJs = await ensureNodeJsImage();
  const [redis, ollama, modelRegistry] = [await redisImage(), await ollamaImage(), await modelRegistryImage()];
  return {
    node,
    nodeJs,
    redis: redis.name,
    ollama: ollama.name,
    modelRegistry: modelRegistry.name,
    archives: [redis, ollama, modelRegistry],
  };
}

/**
 * Builds our own image from the bundles in dist/; its tag is a digest of all that goes into it, so an image that is there
 * is right.
 */
export async function buildImage(name: 'operator' | 'runtime', base: string): Promise<string> {
  const dockerfile = `config/images/${name}.Dockerfile`;
  const files = name === 'operator' ? ['dist/operator'] : ['dist/runtime', 'dist/ui'];
  const image = `chatapp.local/${name}:${digest([base, ...contents(repository, [dockerfile, ...files])])}`;
  if (await hasImage(image)) return image;
  const args = ['build', '--build-arg', `BASE=${base}`, '-f', path.join(repository, dockerfile), '-t', image];
  const hasBuildKit = (await attempt('docker', ['buildx', 'version'], { timeout: 20_000 })).end === 0;
  await run('docker', [...args, path.join(repository, 'dist')], {
    timeout: 10 * 60_000,
    env: { ...process.env, DOCKER_BUILDKIT: hasBuildKit ? '1' : '0' },
    logFile: logPath(`image-${name}`),
  });
  return image;
}

/** Removes images that were made here under the same names but other tags. One that a container uses stays: the engine refuses to remove it. */
export async function removeOlderImages(current: readonly string[]): Promise<void> {
  for (const image of current.filter((name) => name.startsWith('chatapp.local/'))) {
    const [name] = image.split(':');
    const all = await docker(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', name!]);
    for (const old of all.split('\n').filter((line) => line !== '' && line !== image)) {
      await docker(['image', 'rm', old]).catch(() => undefined);
    }
  }
}
