#!/usr/bin/env bash
# kind's node image, made as kind makes it but of files that are on this machine, and handed to docker.
# usage: node-image.sh IMAGE WORK_FOLDER ROOT_FILESYSTEM SYSTEM_IMAGES KIND_MODULE KUBERNETES_VERSION PROGRAM...
# WORK_FOLDER is empty and on a disk that overlayfs can use; it is removed by the caller.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
image=$1 work=$2 debian=$3 images=$4 kind=$5 version=$6
shift 6
declare -A program
for file in "$@"; do program[$(basename "$file")]=$file; done
node=$work/node
base=$kind/images/base/files
cp -a --reflink=auto "$debian" "$node"

# kind's own files. The module cache is read-only: set the modes that kind's Dockerfile sets.
cp -r "$base/etc/." "$node/etc/"
cp -r "$base/kind" "$node/"
cp -r "$base/usr/." "$node/usr/"
find "$node/etc/containerd" "$node/etc/systemd/system" "$node/etc/sysctl.d" "$node/etc/default" "$node/etc/crictl.yaml" \
  "$node/kind" -type d -exec chmod 755 {} + -o -type f -exec chmod 644 {} +
chmod 755 "$node"/kind/bin/* "$node"/usr/local/bin/*

install -m755 "${program[kubelet]}" "${program[kubeadm]}" "${program[kubectl]}" "$node/usr/bin/"
install -m755 "${program[containerd]}" "${program[containerd-shim-runc-v2]}" "${program[ctr]}" "$node/usr/local/bin/"
mkdir -p "$node/opt/cni/bin" "$node/usr/local/sbin"
for name in host-local loopback bridge ptp portmap; do install -m755 "${program[$name]}" "$node/opt/cni/bin/$name"; done
install -m755 "${program[runc-clamp]}" "$node/usr/local/sbin/runc" # found first in PATH; it runs /usr/sbin/runc

# containerd: our pause image, and never an oom_score_adj below our own, which would need CAP_SYS_RESOURCE.
pause=$("${program[kubeadm]}" config images list --kubernetes-version "$version" 2>/dev/null | grep /pause:)
sed -i -e "s#sandbox_image = .*#sandbox_image = \"$pause\"#" \
  -e 's/restrict_oom_score_adj = false/restrict_oom_score_adj = true/' "$node/etc/containerd/config.toml"
units=$node/lib/systemd/system
sed -i -e '/^OOMScoreAdjust=/d' -e '/^Limit\(NPROC\|NOFILE\|CORE\)=/d' "$node/etc/systemd/system/containerd.service"
find "$units" -maxdepth 1 -type f -name '*.service' -exec sed -i '/^OOMScoreAdjust=/d' {} +
chroot "$node" ctr oci spec |
  chroot "$node" jq '.hooks.createContainer[.hooks.createContainer|length] |= . + {"path": "/kind/bin/mount-product-files.sh"} | del(.process.rlimits)' \
    >"$work/cri-base.json"
mv "$work/cri-base.json" "$node/etc/containerd/cri-base.json"

# Until kube-proxy has written its rules, a ClusterIP is an ordinary address and would be routed off this machine, to
# whatever answers there. Refuse it instead. After DNAT the destination is a pod's, so working Services never match.
cat >"$node/etc/systemd/system/kubelet.service.d/12-refuse-unrouted-services.conf" <<'UNIT'
[Service]
ExecStartPre=/bin/sh -c "for c in FORWARD OUTPUT; do iptables -w -C $$c -d 10.96.0.0/16 -j REJECT 2>/dev/null || iptables -w -A $$c -d 10.96.0.0/16 -j REJECT; done"
UNIT

wants=$node/etc/systemd/system/multi-user.target.wants
mkdir -p "$wants"
for unit in kubelet containerd undo-mount-hacks; do
  ln -sf "/etc/systemd/system/$unit.service" "$wants/$unit.service"
done
ln -sf /dev/null "$node/etc/systemd/system/systemd-binfmt.service"
ln -sf /lib/systemd/system/multi-user.target "$node/etc/systemd/system/default.target"

# What kind reads from its node: the version and the manifests of network and storage, with our image names.
mkdir -p "$node/etc/kubernetes/manifests" "$node/kind/manifests" "$node/etc/cni/net.d" "$node/var/log" "$node/tmp"
chmod 1777 "$node/tmp"
printf '%s' "$version" >"$node/kind/version"
cp "$here/network-agent/daemonset.yaml" "$node/kind/manifests/default-cni.yaml"
awk '/^const defaultStorageManifest = `/ {copy=1; sub(/.*`/, "")} copy && /^`$/ {exit} copy' \
  "$kind/pkg/build/nodeimage/const_storage.go" |
  sed -e 's#` + storageProvisionerImage + `#chatapp.local/local-path-provisioner:v0.0.30#' \
    -e 's#` + storageHelperImage + `#chatapp.local/busybox:1.35.0#' >"$node/kind/manifests/default-storage.yaml"
grep -q 'kind: StorageClass' "$node/kind/manifests/default-storage.yaml"

# Fill the image store: a containerd on this machine for a moment, its root inside the node's tree. The unpacked layers
# move with the tree, so that nothing is unpacked when a cluster starts.
store=$node/var/lib/containerd
mkdir -p "$store"
run=$(mktemp -d) # a short path: that of a socket may have 107 bytes
cat >"$work/containerd.toml" <<CONFIG
version = 3
root = "$store"
state = "$run/state"
disabled_plugins = ["io.containerd.grpc.v1.cri","io.containerd.cri.v1.images","io.containerd.cri.v1.runtime"]
[grpc]
  address = "$run/grpc.sock"
[ttrpc]
  address = "$run/ttrpc.sock"
CONFIG
"${program[containerd]}" -c "$work/containerd.toml" >"$work/containerd.log" 2>&1 &
containerd=$!
trap 'kill $containerd 2>/dev/null || true; rm -rf "$run"' EXIT
ctr=("${program[ctr]}" -a "$run/grpc.sock" -n k8s.io)
for _ in $(seq 100); do
  if "${ctr[@]}" version >/dev/null 2>&1; then break; fi
  kill -0 $containerd || { tail -5 "$work/containerd.log" >&2; exit 1; }
  sleep .1
done
for file in "$images"/*.tar; do
  "${ctr[@]}" images import --local --label=io.cri-containerd.pinned=pinned --discard-unpacked-layers "$file" >/dev/null
done
"${ctr[@]}" content prune references >/dev/null # collects the packed layers now; else the size depends on luck
"${ctr[@]}" images ls -q
kill $containerd
wait $containerd || true
trap - EXIT
umount "$run/state" 2>/dev/null || true
rm -rf "$run" "$store/tmpmounts"

# One layer, straight into docker. `docker import --change` knows no STOPSIGNAL, so the metadata come from a build.
tar -C "$node" --numeric-owner -cf - . | docker import - "$image-files" >/dev/null
mkdir "$work/empty"
printf '%s\n' "FROM $image-files" \
  'ENV container=docker PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
  'STOPSIGNAL SIGRTMIN+3' 'ENTRYPOINT [ "/usr/local/bin/entrypoint", "/sbin/init" ]' |
  docker build -q -t "$image" -f - "$work/empty" >/dev/null
docker rmi "$image-files" >/dev/null
