import fs from 'node:fs';
import path from 'node:path';
import { install } from './apt.ts';
import { artifact, contents } from './artifact.ts';
import { logPath } from './folders.ts';
import { goBinary, goModules, type GoProgram } from './go-binary.ts';
import { say } from './progress.ts';
import { findProgram, run } from './run.ts';
import { versions } from './versions.ts';

const folder = path.join(goModules, 'ollama');

/** The processor's features that the fast build uses; plain flags would give scalar code, about six times slower. */
const features = ['avx2', 'fma', 'f16c', 'bmi2'];

/** The compiler flags for the features that /proc/cpuinfo names: all of them, or none. */
export function vectorFlags(cpuinfo: string): readonly string[] {
  const flags = new Set(/^flags\s*:(.*)$/m.exec(cpuinfo)?.[1]?.trim().split(' '));
  return features.every((feature) => flags.has(feature)) ? features.map((feature) => `-m${feature}`) : [];
}

/**
 * Headers that the Go module lacks, for Go leaves every folder named `vendor` out of a module: nlohmann/json and stb come
 * from Debian packages (unpacked, not installed), and miniaudio, which only audio input uses, is a stand-in.
 */
function headers(): Promise<string> {
  return artifact({
    name: 'ollama-headers',
    words: 'fetching the headers that Ollama is built with',
    key: contents(folder, ['include']),
    async make(target) {
      const debs = path.join(target, 'debs');
      fs.mkdirSync(debs);
      const options = { timeout: 5 * 60_000, cwd: debs, logFile: logPath('ollama-headers') };
      const args = ['download', 'nlohmann-json3-dev', 'libstb-dev'];
      await run('apt-get', args, options).catch(async () => {
        await run('apt-get', ['update', '-q'], options); // lists that are missing or too old
        await run('apt-get', args, options);
      });
      for (const deb of fs.readdirSync(debs)) {
        await run('dpkg-deb', ['-x', path.join(debs, deb), path.join(debs, 'all')], options);
      }
      fs.cpSync(path.join(folder, 'include'), target, { recursive: true });
      fs.cpSync(path.join(debs, 'all/usr/include/nlohmann'), path.join(target, 'nlohmann'), { recursive: true });
      fs.cpSync(path.join(debs, 'all/usr/include/stb'), path.join(target, 'stb'), { recursive: true });
      fs.rmSync(debs, { recursive: true });
    },
  });
}

function program(): GoProgram {
  const flags = vectorFlags(fs.readFileSync('/proc/cpuinfo', 'utf8'));
  if (flags.length === 0) {
    say(`      This processor lacks one of ${features.join(', ')}: the model will answer some six times slower.`);
  }
  const compile = ['-O3', ...flags].join(' ');
  return {
    name: 'ollama',
    folder,
    package: 'github.com/ollama/ollama',
    linkerFlags: [
      `-X=github.com/ollama/ollama/version.Version=${versions.ollama}`,
      '-X=github.com/ollama/ollama/server.mode=release',
    ],
    env: { CGO_ENABLED: '1', CGO_CFLAGS: compile, CGO_CXXFLAGS: compile },
    prepare: async () => ({ CGO_CPPFLAGS: `'-I${await headers()}'` }), // quoted, for the path may have blanks
    time: '3 to 7 minutes',
  };
}

/** The Ollama server built from its Go module; throws words where that cannot be. Also what the local image is made of. */
export async function buildOllama(): Promise<string> {
  if (process.platform !== 'linux' || findProgram('apt-get') === undefined) {
    throw new Error('Ollama can be built on Debian only: please install it (https://ollama.com/download).');
  }
  if (findProgram('g++') === undefined) await install(['gcc', 'g++'], 'to build Ollama');
  return goBinary(program());
}

/** The path of an `ollama` program: the one installed, else one built from its Go module (once; minutes). */
export async function ensureOllama(): Promise<string> {
  return findProgram('ollama') ?? (await buildOllama());
}
