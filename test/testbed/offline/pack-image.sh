#!/usr/bin/env bash
# Packs a folder as an image of one layer: a tar that `docker load`, `ctr images import` and `kind load` read.
# usage: pack-image.sh OUT.tar NAME:TAG FOLDER [CONFIG]      CONFIG: JSON, the "config" of an OCI image
# The same folder gives the same image: names are sorted, owners and times fixed.
set -euo pipefail
out=$1 tag=$2 root=$3
config=${4:-'{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],"WorkingDir":"/"}'}
case $(uname -m) in x86_64) arch=amd64 ;; aarch64) arch=arm64 ;; *) arch=$(uname -m) ;; esac
work=$(mktemp -d "$out.XXXXXX")
trap 'rm -rf "$work"' EXIT
pack=(--sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner)
mkdir -p "$root/tmp"
chmod 755 "$root"
chmod 1777 "$root/tmp"
tar "${pack[@]}" -C "$root" -cf "$work/layer.tar" .
layer=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
time=1970-01-01T00:00:00Z
printf '{"architecture":"%s","os":"linux","created":"%s","config":%s,"rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"history":[{"created":"%s","created_by":"pack-image.sh"}]}' \
  "$arch" "$time" "$config" "$layer" "$time" >"$work/config.json"
id=$(sha256sum "$work/config.json" | cut -d' ' -f1)
mv "$work/config.json" "$work/$id.json"
printf '[{"Config":"%s.json","RepoTags":["%s"],"Layers":["layer.tar"]}]' "$id" "$tag" >"$work/manifest.json"
tar "${pack[@]}" -C "$work" -cf "$out" "$id.json" layer.tar manifest.json
