import path from 'node:path';
import { etcdProgram, goBinary, kubernetesProgram, type GoProgram } from '../go-binary.ts';

const containerd = 'github.com/containerd/containerd/v2';
const containerdVersion = 'v2.1.4';

function upstream(name: string, folder: string, goPackage: string, more: Partial<GoProgram> = {}): GoProgram {
  const time = 'half a minute';
  return { name, folder: path.join(import.meta.dirname, 'go', folder), package: goPackage, time, ...more };
}

function own(name: string): GoProgram {
  return { name, folder: path.join(import.meta.dirname, name), package: '.', time: 'some seconds' };
}

function fromContainerd(name: string): GoProgram {
  return upstream(name, 'containerd', `${containerd}/cmd/${name}`, {
    tags: 'no_aufs no_zfs no_btrfs no_devmapper',
    linkerFlags: [
      `-X ${containerd}/version.Version=${containerdVersion}`,
      `-X ${containerd}/version.Package=${containerd}`,
    ],
    time: '1 minute',
  });
}

function networkPlugin(kind: 'ipam' | 'main' | 'meta', name: string): GoProgram {
  return upstream(name, 'cni', `github.com/containernetworking/plugins/plugins/${kind}/${name}`);
}

export const runcClamp = own('runc-clamp');

/** What goes into the images that every node has. */
export const systemPrograms: readonly GoProgram[] = [
  etcdProgram,
  kubernetesProgram('kube-apiserver'),
  kubernetesProgram('kube-controller-manager'),
  kubernetesProgram('kube-scheduler'),
  kubernetesProgram('kube-proxy'),
  kubernetesProgram('kubeadm'),
  upstream('coredns', 'coredns', 'github.com/coredns/coredns', { time: '2 minutes' }),
  upstream('local-path-provisioner', 'local-path-provisioner', 'github.com/rancher/local-path-provisioner', {
    linkerFlags: ['-X main.VERSION=v0.0.30'],
    time: '1 minute',
  }),
  own('pause'),
  own('network-agent'),
];

/** What the node itself runs. */
export const nodePrograms: readonly GoProgram[] = [
  kubernetesProgram('kubelet'),
  kubernetesProgram('kubeadm'),
  kubernetesProgram('kubectl'),
  fromContainerd('containerd'),
  fromContainerd('containerd-shim-runc-v2'),
  fromContainerd('ctr'),
  networkPlugin('ipam', 'host-local'),
  networkPlugin('main', 'loopback'),
  networkPlugin('main', 'bridge'),
  networkPlugin('main', 'ptp'),
  networkPlugin('meta', 'portmap'),
  runcClamp,
];

/** Builds programs one after another (each uses all cores); returns their paths. */
export async function build(programs: readonly GoProgram[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const program of programs) files.push(await goBinary(program));
  return files;
}
