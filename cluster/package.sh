#!/usr/bin/env bash
# Builds posweep with Swift's runtime linked in and packs it: a tarball that runs on a Debian or Ubuntu host of this kind with
# libopenblas0, libzmq5, libturbojpeg0, libpng16-16 and libsqlite3-0, and its SHA-256.
#
#   cluster/package.sh [FOLDER]        by default dist
set -euo pipefail
cd "$(dirname "$0")/.."

output=${1:-dist}
work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT

# Foundation's networking would bring libcurl and thirty libraries behind it to a program that fetches nothing.
stand_in=.build/package
mkdir -p "$stand_in"
clang -Os -c cluster/package/curl.c -o "$work/curl.o"
ar rcsD "$stand_in/libcurl.a" "$work/curl.o"

options=(-c release --static-swift-stdlib -Xlinker "-L$PWD/$stand_in")
swift build "${options[@]}" --product posweep >&2
build=$(swift build "${options[@]}" --show-bin-path)
version=$("$build/posweep" --version)
name=posweep-${version#posweep }-linux-$(uname -m)
root=$work/$name
mkdir -p "$root/libexec" "$root/licenses"

# Names of functions stay, for the log of what has crashed; the rest of what a debugger reads is most of the file.
objcopy=$(command -v objcopy || command -v llvm-objcopy)
"$objcopy" --strip-debug "$build/posweep" "$root/libexec/posweep"
install -m 755 cluster/package/posweep.sh "$root/posweep"
install -m 644 cluster/package/README "$root/README"
# Completion where each shell looks for it, and the manual, both as the program tells them of itself.
share=$root/share
mkdir -p "$share/bash-completion/completions" "$share/zsh/site-functions" "$share/fish/vendor_completions.d"
"$build/posweep" --generate-completion-script bash >"$share/bash-completion/completions/posweep"
"$build/posweep" --generate-completion-script zsh >"$share/zsh/site-functions/_posweep"
"$build/posweep" --generate-completion-script fish >"$share/fish/vendor_completions.d/posweep.fish"
python3 docs/commands.py "$build/posweep" --man "$share/man/man1"
mkdir "$root/cluster"
cp -R cluster/README.md cluster/{kubernetes,slurm,ssh,systemd} "$root/cluster/"

# Whose code is inside: Swift's runtime and the packages that the program is made of, and what is inside these without a file of its own:
# ICU in Foundation, LibYAML in Yams. (BoringSSL in swift-crypto has the licence of swift-crypto.)
cp cluster/package/licenses/* "$root/licenses/"
[ ! -e LICENSE ] || cp LICENSE "$root/licenses/posweep"
toolchain=$(dirname "$(dirname "$(readlink --canonicalize "$(command -v swift)")")")
cp "$toolchain/share/swift/LICENSE.txt" "$root/licenses/swift"
for package in .build/checkouts/*/; do
    for file in "$package"LICENSE* "$package"NOTICE*; do
        [ -e "$file" ] || continue
        kind=$(basename "$file" .txt)
        cp "$file" "$root/licenses/$(basename "$package").$kind"
    done
done
chmod -R u=rwX,go=rX "$root"

# Owners, dates and order say nothing about who has packed it: the same files make the same bytes.
mkdir -p "$output"
tar --create --directory "$work" --sort=name --owner=0 --group=0 --numeric-owner \
    --mtime="@$(git log -1 --format=%ct 2>/dev/null || echo 0)" "$name" | gzip --no-name --best >"$output/$name.tar.gz"
(cd "$output" && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
echo "$output/$name.tar.gz"
