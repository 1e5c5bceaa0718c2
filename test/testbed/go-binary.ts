import path from 'node:path';
import { artifact, contents, type Recipe } from './artifact.ts';
import { logPath } from './folders.ts';
import { findProgram, run } from './run.ts';
import { versions } from './versions.ts';

/** A program that is built from a pinned Go module. */
export interface GoProgram {
  /** The name of the executable. */
  readonly name: string;
  /** The folder with go.mod and go.sum (and the source, if it is ours). */
  readonly folder: string;
  /** The Go package to build; `.` is the folder itself. */
  readonly package: string;
  readonly tags?: string;
  /** More flags for the linker. */
  readonly linkerFlags?: readonly string[];
  /** More of the environment; it is part of the key. */
  readonly env?: Readonly<Record<string, string>>;
  /** Makes what the build needs besides the module; returns environment that says where that is. */
  readonly prepare?: () => Promise<Readonly<Record<string, string>>>;
  /** For people: about how long a first build takes on two cores, in words. */
  readonly time: string;
}

/** The folder with the modules that every machine builds. */
export const goModules = path.join(import.meta.dirname, 'go');

const goMissing =
  'Go 1.24 or newer is needed: it builds the Kubernetes programs of the test bed. ' +
  'Get it from https://go.dev/dl (or your package manager) and put its bin folder in PATH.';

/** Whether `go version go1.26.8 linux/amd64` names a Go that can build the modules (1.24 or newer). */
export function isRecentGo(version: string): boolean {
  const [, major, minor] = /\bgo(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 24);
}

/** The path of a usable `go`. Throws words when there is none. */
export async function ensureGo(): Promise<string> {
  const go = findProgram('go', ['/usr/local/go/bin']);
  if (go === undefined) throw new Error(goMissing);
  const version = await run(go, ['version'], { timeout: 20_000, env: { ...process.env, GOTOOLCHAIN: 'local' } });
  if (!isRecentGo(version)) throw new Error(`${goMissing} (${go} is ${version.trim()})`);
  return go;
}

function recipe(program: GoProgram): Recipe {
  const flags = ['-s', '-w', ...(program.linkerFlags ?? [])].join(' ');
  const env = { CGO_ENABLED: '0', ...program.env };
  return {
    name: program.name,
    words: `building ${program.name} (${program.time})`,
    key: [
      program.package,
      program.tags ?? '',
      flags,
      JSON.stringify(env),
      ...contents(program.folder, program.package === '.' ? ['.'] : ['go.mod', 'go.sum']),
    ],
    async make(folder) {
      const go = await ensureGo();
      const prepared = (await program.prepare?.()) ?? {};
      const args = ['build', '-C', program.folder, '-trimpath', '-tags', program.tags ?? '', '-ldflags', flags];
      await run(go, [...args, '-o', path.join(folder, program.name), program.package], {
        timeout: 60 * 60_000,
        logFile: logPath(`build-${program.name}`),
        env: {
          ...process.env,
          GOOS: '',
          GOARCH: '',
          GOFLAGS: '-buildvcs=false',
          GOTOOLCHAIN: 'local',
          ...env,
          ...prepared,
        },
      });
    },
  };
}

/** The path of a program built from its Go module; built first where the cache has none. */
export async function goBinary(program: GoProgram): Promise<string> {
  return path.join(await artifact(recipe(program)), program.name);
}

function kubernetesLinkerFlags(): readonly string[] {
  const [, minor] = versions.kubernetes.split('.');
  const values = {
    gitVersion: versions.kubernetes,
    gitMajor: '1',
    gitMinor: minor ?? '',
    gitTreeState: 'clean',
    gitCommit: '0'.repeat(40),
    buildDate: '2026-01-01T00:00:00Z',
  };
  return ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((target) =>
    Object.entries(values).map(([name, value]) => `-X ${target}.${name}=${value}`),
  );
}

/** A program of Kubernetes itself, at the version of the test bed. */
export function kubernetesProgram(
  name:
    'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kubelet' | 'kube-proxy' | 'kubeadm' | 'kubectl',
): GoProgram {
  return {
    name,
    folder: path.join(goModules, 'kubernetes'),
    package: `k8s.io/kubernetes/cmd/${name}`,
    linkerFlags: kubernetesLinkerFlags(),
    time: { 'kube-apiserver': '4 minutes', 'kube-controller-manager': '1 minute' }[name as string] ?? 'half a minute',
  };
}

export const etcdProgram: GoProgram = {
  name: 'etcd',
  folder: path.join(goModules, 'etcd'),
  package: 'go.etcd.io/etcd/server/v3',
  time: 'half a minute',
};

export const kindProgram: GoProgram = {
  name: 'kind',
  folder: path.join(goModules, 'kind'),
  package: 'sigs.k8s.io/kind',
  time: 'half a minute',
};

export const modelRegistryProgram: GoProgram = {
  name: 'model-registry',
  folder: path.join(goModules, 'model-registry'),
  package: '.',
  time: 'some seconds',
};

export const metricsLinterProgram: GoProgram = {
  name: 'metrics-linter',
  folder: path.join(goModules, 'metrics-linter'),
  package: '.',
  time: 'some seconds',
};

/** A message server that the bench compares the chat with; it wants Go 1.26. */
export const centrifugoProgram: GoProgram = {
  name: 'centrifugo',
  folder: path.join(goModules, 'centrifugo'),
  package: 'github.com/centrifugal/centrifugo/v6',
  time: '2 minutes',
};
