#!/usr/bin/env python3
"""The package of cluster/package.sh in a clean Debian, made by debootstrap with nothing in it but what the package asks for:
it says what is missing, and with that it works for a coordinator outside.

    cluster/package.sh && python3 Tests/ManyHosts/package.py dist/posweep-*.tar.gz [CLEAN-DEBIAN]

With a folder in which debootstrap was before, a copy of that is taken; else a new one is made, which takes some minutes.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from coordination import QUICKSTART, Site, skip

ASKED_FOR = {"libopenblas0", "libzmq5", "libturbojpeg0", "libpng16-16", "libsqlite3-0"}
# A name space of its own, in which the clean system is all there is.
INSIDE = 'root=$1; shift; mount -t proc proc "$root/proc"; hostname clean; exec chroot "$root" "$@"'


def main():
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        skip("needs root and debootstrap (apt-get install debootstrap)")
    if len(sys.argv) < 2:
        skip("needs the package: cluster/package.sh makes one")
    package = Path(sys.argv[1]).resolve()
    subprocess.run(["sha256sum", "--check", "--quiet", f"{package.name}.sha256"], cwd=package.parent, check=True)
    with tempfile.TemporaryDirectory(prefix="posweep-package-") as top:
        system, outside = Path(top) / "system", Path(top) / "outside"
        outside.mkdir()
        if len(sys.argv) > 2:
            subprocess.run(["cp", "-a", sys.argv[2], system], check=True)
        else:
            subprocess.run(["debootstrap", "--variant=minbase", "bookworm", system], check=True, stdout=subprocess.DEVNULL)
        for folder in (system / "opt", outside):
            subprocess.run(["tar", "--extract", "--gzip", "--file", package, "--directory", folder], check=True)
        share = outside / package.name.removesuffix(".tar.gz") / "share"
        subprocess.run(["bash", "-n", share / "bash-completion/completions/posweep"], check=True)
        for file in ("zsh/site-functions/_posweep", "fish/vendor_completions.d/posweep.fish", "man/man1/posweep-run.1"):
            assert (share / file).stat().st_size > 500, file
        program = f"/opt/{package.name.removesuffix('.tar.gz')}/posweep"

        def inside(*words):
            command = ["unshare", "--mount", "--uts", "--pid", "--fork", "sh", "-ec", INSIDE, "sh", str(system)]
            # Only what a login there would have: nothing of this host's environment.
            return [*command, "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "DEBIAN_FRONTEND=noninteractive", *words]

        def run(*words):
            return subprocess.run(inside(*words), capture_output=True, text=True, stdin=subprocess.DEVNULL)

        before = run(program, "doctor")
        asked = re.search(r"apt-get install --no-install-recommends(.*)", before.stderr)
        assert before.returncode == 1 and asked and set(asked[1].split()) == ASKED_FOR, before
        shutil.copy("/etc/resolv.conf", system / "etc/resolv.conf")
        run("apt-get", "update")
        installed = run("apt-get", "install", "--yes", "--no-install-recommends", *asked[1].split())
        assert installed.returncode == 0, installed.stderr
        doctor = run(program, "doctor")
        assert doctor.returncode == 0 and "with CURVE" in doctor.stdout, doctor
        here = str(outside / package.name.removesuffix(".tar.gz") / "posweep")
        with Site(here, outside) as site:
            (system / "root/worker.key").write_bytes(site.key("clean").read_bytes())
            (system / "root/worker.key").chmod(0o600)
            log = outside / "worker.log"
            worker = site.start(
                inside(program, "worker", "--coordinator", site.endpoint, "--key", "/root/worker.key"), log)
            site.said(log, "joined the coordinator", worker)
            site.submit(QUICKSTART)
            site.wait_for_end("quickstart")
            table, hosts = site.table("quickstart"), site.hosts("quickstart")
            assert hosts == {"clean"}, hosts
            assert table == site.local_table(QUICKSTART, "quickstart"), "the table differs from that of posweep run"
    print(f"passed: a clean Debian with {' '.join(sorted(ASKED_FOR))}: {table.count(chr(10))} lines of quickstart as posweep run has them")


main()
