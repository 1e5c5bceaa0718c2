#!/usr/bin/env bash
# Copies a program of this machine and the libraries that it loads into a root file system.
# usage: add-program.sh ROOT PROGRAM DESTINATION
set -euo pipefail
root=$1 program=$2 destination=$3
install -D -m755 "$(readlink -f "$program")" "$root$destination"
# (a static program has none, and ldd says so by failing)
{ ldd "$program" 2>/dev/null | grep -oE '/[^ ]+\.so[^ ]*' || true; } | sort -u | while read -r library; do
  # /lib is a link to /usr/lib on every Debian now; in the image it is a plain folder
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
