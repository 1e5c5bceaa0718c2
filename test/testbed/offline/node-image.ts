import fs from 'node:fs';
import path from 'node:path';
import { install } from '../apt.ts';
import { artifact, contents, digest } from '../artifact.ts';
import { docker, hasImage } from '../docker.ts';
import { ensureEngine } from '../engine.ts';
import { cachePath, logPath } from '../folders.ts';
import { ensureGo, kindProgram } from '../go-binary.ts';
import { withLock } from '../lock.ts';
import { task } from '../progress.ts';
import { findProgram, run } from '../run.ts';
import { versions } from '../versions.ts';
import { build, nodePrograms, systemPrograms } from './programs.ts';

const here = import.meta.dirname;
const repository = 'chatapp.local/node';

/** A Debian root file system; the base of the node image, and where iptables and busybox come from. */
async function rootFilesystem(): Promise<string> {
  return artifact({
    name: 'root-filesystem',
    words: 'making a Debian root file system (1 to 2 minutes)',
    key: contents(here, ['root-filesystem.sh']),
    async make(folder) {
      if (findProgram('debootstrap') === undefined) await install(['debootstrap'], 'to make a root file system');
      const script = path.join(here, 'root-filesystem.sh');
      await run(script, [path.join(folder, 'root')], { timeout: 30 * 60_000, logFile: logPath('root-filesystem') });
    },
  });
}

async function systemImages(debian: string, programs: readonly string[]): Promise<string> {
  return artifact({
    name: 'system-images',
    words: 'packing the images of Kubernetes',
    key: [debian, ...programs, ...contents(here, ['system-images.sh', 'pack-image.sh'])],
    async make(folder) {
      const args = [folder, path.join(debian, 'root'), versions.kubernetes, ...programs];
      const options = { timeout: 15 * 60_000, logFile: logPath('system-images') };
      await run(path.join(here, 'system-images.sh'), args, options);
    },
  });
}

/** The folder of kind's module, which holds what kind's own node image is made of; fetched if it is not there. */
async function kindModule(): Promise<string> {
  const args = ['-C', kindProgram.folder, 'mod', 'download', '-json', 'sigs.k8s.io/kind'];
  const answer = await run(await ensureGo(), args, { timeout: 5 * 60_000 });
  return (JSON.parse(answer) as { Dir: string }).Dir;
}

async function buildAll(): Promise<readonly [forImages: readonly string[], forNode: readonly string[]]> {
  const forImages = await build(systemPrograms);
  return [forImages, await build(nodePrograms)];
}

/** The name of kind's node image, made first (minutes the very first time) unless the engine has it. */
export async function ensureNodeImage(): Promise<string> {
  // The root file system mostly waits for downloads, while the compiler uses the cores.
  const [debian, [forImages, programs]] = await Promise.all([rootFilesystem(), buildAll()]);
  const images = await systemImages(debian, forImages);
  const recipe = contents(here, ['node-image.sh', 'network-agent/daemonset.yaml']);
  const kind = contents(kindProgram.folder, ['go.mod']);
  const image = `${repository}:${versions.kubernetes}-${digest([debian, images, ...programs, ...recipe, ...kind])}`;
  await ensureEngine(); // the first time it was minutes ago that somebody looked
  if (await hasImage(image)) return image;
  return withLock(`image ${image}`, async () => {
    if (await hasImage(image)) return image;
    await task("making kind's node image (1 minute)", async () => {
      const work = cachePath('node-image.unfinished');
      fs.rmSync(work, { recursive: true, force: true });
      fs.mkdirSync(work, { recursive: true });
      const args = [
        image,
        work,
        path.join(debian, 'root'),
        images,
        await kindModule(),
        versions.kubernetes,
        ...programs,
      ];
      const env = { ...process.env, DOCKER_BUILDKIT: '0' }; // nothing to build, and every engine has it
      await run(path.join(here, 'node-image.sh'), args, { timeout: 30 * 60_000, env, logFile: logPath('node-image') });
      fs.rmSync(work, { recursive: true, force: true });
    });
    await removeOlder(image);
    return image;
  });
}

/** Node images of other keys take 1 GB each. One that a cluster runs on stays: the engine refuses to remove it. */
async function removeOlder(image: string): Promise<void> {
  const names = await docker(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', repository]);
  for (const name of names.split('\n').filter((line) => line !== '' && line !== image)) {
    await docker(['image', 'rm', name]).catch(() => undefined);
  }
}
