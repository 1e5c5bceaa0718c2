#!/usr/bin/env bash
# A Debian root file system for the node image.
# usage: root-filesystem.sh FOLDER      (an empty folder; needs root and debootstrap)
set -euo pipefail
root=$1
# The mirror that this machine's own apt uses.
mirror=$({ cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources 2>/dev/null || true; } |
  awk '$1=="URIs:"{print $2;exit} $1=="deb"{for(i=2;i<=NF;i++)if($i~/^http/){print $i;exit}}')
# What kind's own base image installs, less NFS, iSCSI and fuse-overlayfs; dbus for systemctl, busybox for helper pods.
packages=systemd,systemd-sysv,dbus,conntrack,iptables,nftables,iproute2,ethtool,ipset,socat,util-linux,mount,kmod
packages+=,libseccomp2,pigz,bash,ca-certificates,curl,jq,procps,runc,hostname,busybox-static
debootstrap --variant=minbase --include="$packages" bookworm "$root" "${mirror:-http://deb.debian.org/debian}"

# The same clean-up as in kind's Dockerfile: a container needs few of the units.
cd "$root"
find lib/systemd/system/sysinit.target.wants/ -name systemd-tmpfiles-setup.service -delete
rm -f lib/systemd/system/multi-user.target.wants/* etc/systemd/system/*.wants/* \
  lib/systemd/system/local-fs.target.wants/* lib/systemd/system/sockets.target.wants/*udev* \
  lib/systemd/system/sockets.target.wants/*initctl* lib/systemd/system/basic.target.wants/*
echo ReadKMsg=no >>etc/systemd/journald.conf
[ -e sbin/init ] || ln -s /lib/systemd/systemd sbin/init
rm -rf var/cache/apt/archives/*.deb var/cache/apt/*.bin var/lib/apt/lists/* var/log/* usr/share/doc/* usr/share/man/* \
  usr/share/locale/* usr/share/info/* tmp/* etc/hostname etc/resolv.conf
