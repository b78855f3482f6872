#!/usr/bin/env python3
"""The services of cluster/systemd under a systemd of their own, which boots in name spaces from a clean Debian: their sandboxes let
a coordinator and a worker do all they need, and a user's worker too.

    cluster/package.sh && python3 Tests/ManyHosts/services.py dist/posweep-*.tar.gz [CLEAN-DEBIAN]

With a folder in which debootstrap was before, a copy of that is taken; else a new one is made, which takes some minutes.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from coordination import QUICKSTART, REPOSITORY, Site, skip, wait_until

PACKAGES = "systemd systemd-sysv dbus libpam-systemd libopenblas0 libzmq5 libturbojpeg0 libpng16-16 libsqlite3-0"
BOOT = """
root=$1
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
for folder in run tmp dev; do mount -t tmpfs tmpfs "$root/$folder"; done
mkdir "$root/dev/pts" "$root/dev/shm"
for device in null zero full random urandom tty; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mount -t devpts devpts "$root/dev/pts" -o newinstance,ptmxmode=0666
ln -s pts/ptmx "$root/dev/ptmx"
hostname booted
ip link set lo up
cd "$root"
mkdir -p old
pivot_root . old
umount -l /old
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --log-target=null --show-status=0
"""
# What cluster/systemd/README.md says, by root.
SET_UP = """
set -e
install -D --mode=644 units/posweep.sysusers /etc/sysusers.d/posweep.conf
systemd-sysusers
install --mode=644 units/*.service /etc/systemd/system/
install --directory --mode=700 --owner=posweep /etc/posweep /var/lib/posweep
cd /etc/posweep
keys() { runuser -u posweep -- env POSWEEP_KEYS=/etc/posweep /opt/posweep/posweep keys new "$@" --state /var/lib/posweep/state; }
keys lab2-07
mv lab2-07.key worker.key
keys
echo COORDINATOR=tcp://127.0.0.1:5555 >worker.conf
systemctl daemon-reload
systemctl enable --now posweep-coordinator
systemctl enable --now posweep-worker
"""
SUBMIT = "runuser -u posweep -- env POSWEEP_KEYS=/etc/posweep /opt/posweep/posweep submit /srv/quickstart.yaml --coordinator tcp://127.0.0.1:5555"
TABLE = "runuser -u posweep -- /opt/posweep/posweep table quickstart --state /var/lib/posweep/state --format csv --no-provenance"
# What it says of a user's own machine, by that user.
USERS = """
set -e
useradd --create-home lab
cd /etc/posweep
runuser -u posweep -- /opt/posweep/posweep keys new lab --state /var/lib/posweep/state
own=/home/lab/.local/share/posweep
install --directory --owner=lab --group=lab /home/lab/.local /home/lab/.local/share "$own"
cp -r /opt/posweep "$own/current"
install --owner=lab --mode=600 lab.key "$own/worker.key"
echo COORDINATOR=tcp://127.0.0.1:5555 >"$own/worker.conf"
install -D --owner=lab --mode=644 /root/units/user/posweep-worker.service /home/lab/.config/systemd/user/posweep-worker.service
chown -R lab:lab /home/lab
loginctl enable-linger lab
"""
AS_USER = 'runuser -u lab -- env XDG_RUNTIME_DIR="/run/user/$(id -u lab)" systemctl --user'


class Machine:
    """A Debian that has booted."""

    def __init__(self, root):
        self.process = subprocess.Popen(
            ["unshare", "--mount", "--uts", "--ipc", "--pid", "--cgroup", "--net", "--fork", "--kill-child", "sh", "-ec", BOOT, "sh", root],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self.init = wait_until("the first process", self.child, 60)
        wait_until("systemd", lambda: self.run("systemctl is-system-running").stdout.strip() in ("running", "degraded"), 120)

    def child(self):
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return found and Path(f"/proc/{found[0]}/comm").read_text().strip() == "systemd" and found[0]

    def run(self, script):
        return subprocess.run(
            ["nsenter", "--target", self.init, "--mount", "--uts", "--ipc", "--pid", "--cgroup", "--net", "env", "-i",
             "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "sh", "-c", f"cd /root; {script}"],
            capture_output=True, text=True, stdin=subprocess.DEVNULL)

    def do(self, script):
        outcome = self.run(script)
        assert outcome.returncode == 0, f"{script}\n{outcome.stdout}{outcome.stderr}"
        return outcome.stdout

    def journal(self, unit, text):
        wait_until(f"{unit}: {text}", lambda: text in self.run(f"journalctl --no-pager {unit}").stdout)

    def off(self):
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()


def ended(machine, manager, unit):
    """How a service has ended when it was told to."""
    machine.do(f"{manager} stop {unit}")
    return machine.do(f"{manager} show --property=Result --property=ExecMainStatus --property=NRestarts {unit}").split()


def main():
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        skip("needs root and debootstrap (apt-get install debootstrap)")
    if len(sys.argv) < 2:
        skip("needs the package: cluster/package.sh makes one")
    package = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="posweep-services-") as top:
        root = Path(top) / "system"
        if len(sys.argv) > 2:
            subprocess.run(["cp", "-a", sys.argv[2], root], check=True)
        else:
            subprocess.run(["debootstrap", "--variant=minbase", "bookworm", root], check=True, stdout=subprocess.DEVNULL)
        shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
        subprocess.run(
            ["chroot", root, "sh", "-ec", f"apt-get -qq update; apt-get -qq install --yes --no-install-recommends {PACKAGES}"],
            check=True, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for folder in (root / "opt/posweep", Path(top) / "posweep"):
            folder.mkdir()
            subprocess.run(["tar", "--extract", "--gzip", "--file", package, "--strip-components=1", "--directory", folder], check=True)
        shutil.copytree(REPOSITORY / "cluster/systemd", root / "root/units")
        shutil.copy(QUICKSTART, root / "srv/quickstart.yaml")
        machine = Machine(root)
        try:
            machine.do(SET_UP)
            machine.journal("--unit=posweep-worker", "joined the coordinator")
            machine.do(SUBMIT)
            machine.journal("--unit=posweep-coordinator", "sweep quickstart has ended")
            clean = ["Result=success", "ExecMainStatus=0", "NRestarts=0"]
            assert sorted(ended(machine, "systemctl", "posweep-worker")) == sorted(clean)
            machine.do(USERS)
            wait_until("the user's systemd", lambda: machine.run(f"{AS_USER} is-system-running").returncode == 0, 120)
            machine.do(f"{AS_USER} enable --now posweep-worker")
            machine.journal('_UID="$(id -u lab)"', "joined the coordinator")
            assert sorted(ended(machine, AS_USER, "posweep-worker")) == sorted(clean)
            assert sorted(ended(machine, "systemctl", "posweep-coordinator")) == sorted(clean)
            table = machine.do(TABLE)
        finally:
            machine.off()
        with Site(str(Path(top) / "posweep/posweep"), Path(top)) as site:
            assert table == site.local_table(QUICKSTART, "quickstart"), "the table differs from that of posweep run"
    print(f"passed: a coordinator and a worker as services, hardened as they are: {table.count(chr(10))} lines of quickstart as posweep run has "
          "them; a user's service too; all stopped with 0")


main()
