#!/bin/sh
# Runs posweep, once the host has the libraries that it needs; without them the program itself could not say what is missing.
program=$(dirname "$(readlink -f "$0")")/libexec/posweep

# What the dynamic loader would load, one library a line; it ends with 0 where some are missing, and fails where the C library is too old.
if loaded=$(LD_TRACE_LOADED_OBJECTS=1 "$program" 2>&1); then
    missing=$(printf '%s\n' "$loaded" | sed -n 's/^[[:space:]]*\([^ ]*\) => not found.*/\1/p')
    [ -n "$missing" ] || exec "$program" "$@"
    packages=
    # Ubuntu's name for it is another one than Debian's.
    turbojpeg=libturbojpeg0
    ! grep -qs '^ID=ubuntu\|^ID_LIKE=.*ubuntu' /etc/os-release || turbojpeg=libturbojpeg
    for library in $missing; do
        case $library in
        libopenblas.so.*) packages="$packages libopenblas0" ;;
        libzmq.so.*) packages="$packages libzmq5" ;;
        libturbojpeg.so.*) packages="$packages $turbojpeg" ;;
        libpng16.so.*) packages="$packages libpng16-16" ;;
        libsqlite3.so.*) packages="$packages libsqlite3-0" ;;
        libstdc++.so.*) packages="$packages libstdc++6" ;;
        *) echo "posweep: $library is missing here" >&2 ;;
        esac
    done
    [ -z "$packages" ] || echo "posweep: libraries are missing: apt-get install --no-install-recommends$packages" >&2
else
    echo "posweep: this host cannot run it; it is for x86-64 with glibc 2.35 or newer: $(printf '%s\n' "$loaded" | head -n 1)" >&2
fi
exit 1
