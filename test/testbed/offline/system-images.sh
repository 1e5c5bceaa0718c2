#!/usr/bin/env bash
# The images that kubeadm and kind want in a node, as tars.
# usage: system-images.sh OUT_FOLDER ROOT_FILESYSTEM KUBERNETES_VERSION PROGRAM...
# A PROGRAM is the path of an executable; its file name says which it is.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$1 debian=$2 version=$3
shift 3
declare -A program
for file in "$@"; do program[$(basename "$file")]=$file; done
work=$(mktemp -d "$out/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
libraries=usr/lib/$(uname -m)-linux-gnu

# Tags straight from kubeadm: nothing to keep in step by hand.
"${program[kubeadm]}" config images list --kubernetes-version "$version" >"$work/tags" 2>/dev/null
tag() { grep -E "/$1:" "$work/tags"; }
entrypoint() { printf '{"Entrypoint":["%s"],"Env":["PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]}' "$1"; }
root() { rm -rf "$work/root" && mkdir -p "$work/root"; }

for name in kube-apiserver kube-controller-manager kube-scheduler etcd; do # their pods name the program
  root
  install -D -m755 "${program[$name]}" "$work/root/usr/local/bin/$name"
  "$here/pack-image.sh" "$out/$name.tar" "$(tag $name)" "$work/root"
done
for name in coredns pause; do # their pods give only arguments, or nothing
  root
  install -D -m755 "${program[$name]}" "$work/root/$name"
  "$here/pack-image.sh" "$out/$name.tar" "$(tag $name)" "$work/root" "$(entrypoint "/$name")"
done
root
install -D -m755 "${program[local-path-provisioner]}" "$work/root/usr/local/bin/local-path-provisioner"
"$here/pack-image.sh" "$out/local-path-provisioner.tar" chatapp.local/local-path-provisioner:v0.0.30 "$work/root"

# kube-proxy runs iptables, nft and conntrack: they, their plug-ins and all the libraries of these come from Debian.
root
mkdir -p "$work/root/usr/sbin" "$work/root/usr/local/bin" "$work/root/bin" "$work/root/run" "$work/root/etc" \
  "$work/root/$libraries" "$work/root/lib64"
cp "$debian/bin/busybox" "$work/root/bin/busybox"
ln -s busybox "$work/root/bin/sh"
cp -L "$debian"/usr/sbin/{xtables-nft-multi,xtables-legacy-multi,nft,conntrack} "$work/root/usr/sbin/"
for family in iptables ip6tables; do # the same mode (nft) as the node's
  for suffix in "" -save -restore; do ln -s xtables-nft-multi "$work/root/usr/sbin/$family$suffix"; done
done
cp -a "$debian/$libraries/xtables" "$work/root/$libraries/"
for file in /usr/sbin/{xtables-nft-multi,xtables-legacy-multi,nft,conntrack} "$debian/$libraries/xtables"/*.so; do
  chroot "$debian" ldd "${file#"$debian"}"
done | grep -oE '/[^ ]+\.so[^ ]*' | sort -u | while read -r library; do
  case $library in /lib/*) target=$work/root/usr$library ;; *) target=$work/root$library ;; esac
  mkdir -p "$(dirname "$target")"
  cp -L "$debian$library" "$target"
done
ln -s usr/lib "$work/root/lib"
cp "${program[kube-proxy]}" "$work/root/usr/local/bin/"
"$here/pack-image.sh" "$out/kube-proxy.tar" "$(tag kube-proxy)" "$work/root"
# The network agent runs nft: the same root, another program.
rm "$work/root/usr/local/bin/kube-proxy"
cp "${program[network-agent]}" "$work/root/usr/local/bin/"
"$here/pack-image.sh" "$out/network-agent.tar" chatapp.local/network-agent:1 "$work/root" \
  "$(entrypoint /usr/local/bin/network-agent)"

# busybox: the provisioner's helper, and a shell for tests of the network.
root
mkdir -p "$work/root/bin" "$work/root/etc" "$work/root/root"
cp "$debian/bin/busybox" "$work/root/bin/busybox"
"$debian/bin/busybox" --list | while read -r name; do
  [ "$name" = busybox ] || ln -s busybox "$work/root/bin/$name"
done
printf 'root:x:0:0:root:/root:/bin/sh\n' >"$work/root/etc/passwd"
printf 'root:x:0:\n' >"$work/root/etc/group"
"$here/pack-image.sh" "$out/busybox.tar" chatapp.local/busybox:1.35.0 "$work/root" \
  '{"Cmd":["/bin/sh"],"Env":["PATH=/bin"]}'
