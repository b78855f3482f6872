#!/usr/bin/env bash
# Installs the system packages that posweep is built and tested with. Does nothing where they are there already.
#
#   cluster/setup.sh            what everything needs; ends with 1 where it cannot be had
#   cluster/setup.sh --tests    also what some tests use: a browser and rules of accessibility for the dashboard, shells, an older
#                               processor, a disk that fails; names what cannot be had, whose tests then say that they were skipped
set -euo pipefail

packages=(libopenblas-dev libzmq3-dev libturbojpeg0-dev libpng-dev libsqlite3-dev iproute2)
of_tests=(chromium chromium-driver strace zsh fish qemu-user)
axe=axe-core-python==0.1.0

# Sets `missing` to those of some packages that are not installed.
find_missing() {
    missing=()
    local package status
    for package; do
        status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$status" = installed ] || missing+=("$package")
    done
}

# Says what hinders and ends, where packages cannot be installed here; sets `as_root` where they can.
require_installer() {
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
    export DEBIAN_FRONTEND=noninteractive
}

install() {
    "${as_root[@]}" apt-get install --yes --quiet --quiet --no-install-recommends "$@" >/dev/null
}

find_missing "${packages[@]}"
if [ ${#missing[@]} -gt 0 ]; then
    require_installer
    echo "cluster/setup.sh: installing ${missing[*]}" >&2
    "${as_root[@]}" apt-get update --quiet --quiet
    install "${missing[@]}"
fi
[ "${1:-}" = --tests ] || exit 0

find_missing "${of_tests[@]}"
if [ ${#missing[@]} -gt 0 ]; then
    require_installer
    echo "cluster/setup.sh: installing ${missing[*]}" >&2
    "${as_root[@]}" apt-get update --quiet --quiet || true
    # Together is faster; one by one, whatever there is comes.
    install "${missing[@]}" 2>/dev/null || for package in "${missing[@]}"; do install "$package" 2>/dev/null || true; done
fi
python3 -c "import axe_core_python" 2>/dev/null || python3 -m pip install --quiet "$axe" >/dev/null 2>&1 || true

find_missing "${of_tests[@]}"
python3 -c "import axe_core_python" 2>/dev/null || missing+=("$axe (of PyPI)")
[ ${#missing[@]} -eq 0 ] || echo "cluster/setup.sh: not to be had, so that some tests are skipped: ${missing[*]}" >&2
