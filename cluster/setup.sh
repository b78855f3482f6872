#!/usr/bin/env bash
# Installs the system packages that posweep is built and tested with. Does nothing where they are there already.
set -euo pipefail

packages=(libopenblas-dev libzmq3-dev libturbojpeg0-dev libpng-dev libsqlite3-dev iproute2)

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "cluster/setup.sh: this host has no apt-get; install what stands for: ${missing[*]}" >&2
    exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "cluster/setup.sh: not root and no sudo; ask the host's owner to install: ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi

echo "cluster/setup.sh: installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update --quiet --quiet
"${as_root[@]}" apt-get install --yes --quiet --quiet --no-install-recommends "${missing[@]}" >/dev/null
