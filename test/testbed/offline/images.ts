import fs from 'node:fs';
import path from 'node:path';
import { artifact, contents, digest } from '../artifact.ts';
import { docker, hasImage } from '../docker.ts';
import { logPath } from '../folders.ts';
import { goBinary, modelRegistryProgram } from '../go-binary.ts';
import type { ImageArchive } from '../images.ts';
import { ensureRegistryContents } from '../model.ts';
import { buildOllama } from '../ollama-program.ts';
import { ensureRedis } from '../redis.ts';
import { findProgram, run } from '../run.ts';
import { versions } from '../versions.ts';

const here = import.meta.dirname;

/** An image of programs of this machine and what they need, nothing else. */
interface LocalImage {
  readonly name: string;
  readonly version: string;
  /** Paths of programs, and where they go. Their libraries come along. */
  readonly programs: readonly (readonly [program: string, destination: string])[];
  /** Folders, and where their contents go. */
  readonly folders?: readonly (readonly [folder: string, destination: string])[];
  /** The configuration of the image, as OCI names it. */
  readonly config: {
    readonly Entrypoint?: readonly string[];
    readonly Cmd?: readonly string[];
    readonly Env?: readonly string[];
  };
}

/** Libraries that a program loads only when it looks up names. */
const nameLookup = ['libnss_dns.so.2', 'libnss_files.so.2', 'libresolv.so.2'];

/** Who pods run as: the number that distroless images use too. */
const user = 65532;

async function archive(image: LocalImage): Promise<ImageArchive> {
  const env = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...(image.config.Env ?? [])];
  const config = JSON.stringify({ User: String(user), WorkingDir: '/', ...image.config, Env: env });
  const system = fs.readFileSync('/etc/debian_version', 'utf8'); // whose libraries come along
  const sources = [...image.programs, ...(image.folders ?? [])].flat();
  const key = [image.version, system, config, ...sources, ...contents(here, ['add-program.sh', 'pack-image.sh'])];
  const name = `chatapp.local/${image.name}:${image.version}-${digest(key).slice(0, 8)}`;
  const folder = await artifact({
    name: `image-${image.name}`,
    words: `packing the image of ${image.name}`,
    key,
    async make(target) {
      const root = path.join(target, 'root');
      const options = { timeout: 5 * 60_000, logFile: logPath(`image-${image.name}`) };
      for (const [program, destination] of image.programs) {
        await run(path.join(here, 'add-program.sh'), [root, program, destination], options);
      }
      for (const [source, destination] of image.folders ?? []) {
        fs.cpSync(source, path.join(root, destination), { recursive: true });
      }
      addSystemFiles(root);
      await run(path.join(here, 'pack-image.sh'), [path.join(target, 'image.tar'), name, root, config], options);
      fs.rmSync(root, { recursive: true });
    },
  });
  return { name, file: path.join(folder, 'image.tar') };
}

/** What every program expects: name lookup, somebody to be, certificates to trust. */
function addSystemFiles(root: string): void {
  const etc = path.join(root, 'etc');
  fs.mkdirSync(path.join(etc, 'ssl/certs'), { recursive: true });
  fs.writeFileSync(
    path.join(etc, 'passwd'),
    `root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:${user}:${user}:nonroot:/home/nonroot:/sbin/nologin\n`,
  );
  fs.writeFileSync(path.join(etc, 'group'), `root:x:0:\nnonroot:x:${user}:\n`);
  fs.writeFileSync(path.join(etc, 'nsswitch.conf'), 'hosts: files dns\n');
  const certificates = '/etc/ssl/certs/ca-certificates.crt';
  if (fs.existsSync(certificates)) fs.copyFileSync(certificates, path.join(etc, 'ssl/certs/ca-certificates.crt'));
  const libraries = `lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
  if (!fs.existsSync(path.join(root, libraries))) return; // static programs look up names themselves
  for (const library of nameLookup) fs.copyFileSync(`/${libraries}/${library}`, path.join(root, libraries, library));
}

/** The image that Dockerfiles of `config/images` start from, with node where distroless has it. The engine has it then. */
export async function ensureNodeJsImage(): Promise<string> {
  const node = fs.realpathSync(process.execPath);
  const { name, file } = await archive({
    name: 'nodejs',
    version: process.version,
    programs: [[node, '/nodejs/bin/node']],
    config: { Entrypoint: ['/nodejs/bin/node'] },
  });
  if (!(await hasImage(name))) await docker(['load', '-q', '-i', file]);
  return name;
}

export async function redisImage(): Promise<ImageArchive> {
  const server = await ensureRedis();
  const cli = findProgram('redis-cli');
  if (cli === undefined) throw new Error('redis-cli is missing: it comes with the package redis-tools.');
  const words = await run(server, ['--version'], { timeout: 10_000 });
  return archive({
    name: 'redis',
    version: /v=(\S+)/.exec(words)?.[1] ?? 'unknown',
    programs: [
      [server, '/usr/local/bin/redis-server'],
      [cli, '/usr/local/bin/redis-cli'],
    ],
    config: { Cmd: ['redis-server'] },
  });
}

export async function ollamaImage(): Promise<ImageArchive> {
  return archive({
    name: 'ollama',
    version: versions.ollama,
    programs: [[await buildOllama(), '/bin/ollama']],
    config: { Entrypoint: ['/bin/ollama'], Cmd: ['serve'], Env: ['OLLAMA_HOST=0.0.0.0:11434'] },
  });
}

/** A model registry with the test model in it, so that a pull in the cluster is a real pull. */
export async function modelRegistryImage(): Promise<ImageArchive> {
  return archive({
    name: 'model-registry',
    version: '1',
    programs: [[await goBinary(modelRegistryProgram), '/model-registry']],
    folders: [[await ensureRegistryContents(), '/registry']],
    config: { Entrypoint: ['/model-registry'], Cmd: ['-addr', ':5000', '-root', '/registry'] },
  });
}
