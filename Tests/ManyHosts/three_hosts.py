#!/usr/bin/env python3
"""A coordinator on one host and workers on two others, as network namespaces on a bridge: own addresses, own names, keys,
and no file in common. The table is the one that `posweep run` makes.

    python3 Tests/ManyHosts/three_hosts.py [POSWEEP] [--quickstart]
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from coordination import QUICKSTART, Site, program, skip, write_sweep

# The coordinator's host and two workers'.
HOSTS = ["head", "near", "far"]
# Becomes the command, on a host of its own name that does not see these folders.
HIDDEN = 'hostname "$1"; shift; while [ "$1" != -- ]; do mount -t tmpfs none "$1"; shift; done; shift; exec "$@"'


class Wires:
    """Three hosts on one bridge, which is a namespace too, so that nothing of this host's network is touched."""

    def __init__(self):
        self.prefix = f"posweep-{os.getpid()}"

    def name(self, host):
        return f"{self.prefix}-{host}"

    def ip(self, *words):
        subprocess.run(["ip", *words], check=True, capture_output=True)

    def __enter__(self):
        try:
            for host in ["switch", *HOSTS]:
                self.ip("netns", "add", self.name(host))
        except (OSError, subprocess.CalledProcessError):
            self.__exit__()
            skip("network namespaces take root and iproute2")
        self.ip("-n", self.name("switch"), "link", "add", "bridge", "type", "bridge")
        self.ip("-n", self.name("switch"), "link", "set", "bridge", "up")
        for number, host in enumerate(HOSTS, 1):
            self.ip("link", "add", host, "netns", self.name("switch"), "type", "veth", "peer", "name", "wire", "netns", self.name(host))
            self.ip("-n", self.name("switch"), "link", "set", host, "master", "bridge", "up")
            self.ip("-n", self.name(host), "address", "add", f"10.78.0.{number}/24", "dev", "wire")
            self.ip("-n", self.name(host), "link", "set", "wire", "up")
            self.ip("-n", self.name(host), "link", "set", "lo", "up")
        return self

    def __exit__(self, *_):
        for host in [*HOSTS, "switch"]:
            subprocess.run(["ip", "netns", "delete", self.name(host)], capture_output=True)

    def on(self, host, hides=()):
        """What runs a command on a host."""
        return ["ip", "netns", "exec", self.name(host), "unshare", "--mount", "--uts", "sh", "-ec", HIDDEN, "sh", host, *map(str, hides), "--"]


def main():
    words = [word for word in sys.argv[1:] if word != "--quickstart"]
    binary = program(words)
    with tempfile.TemporaryDirectory(prefix="posweep-hosts-") as top, Wires() as wires:
        folders = {host: Path(top) / host for host in HOSTS}
        for folder in folders.values():
            folder.mkdir()
        head = folders["head"]
        if "--quickstart" in sys.argv:
            sweep, name = QUICKSTART, "quickstart"
        else:
            sweep, name = write_sweep(head, "three", passes=6), "three"
        with Site(binary, head, bind="tcp://10.78.0.1:5555", under=wires.on("head")) as site:
            assert site.endpoint == "tcp://10.78.0.1:5555"
            for host in HOSTS[1:]:
                # The key is all that is brought there.
                key = folders[host] / "worker.key"
                key.write_bytes(site.key(host).read_bytes())
                key.chmod(0o600)
                log = folders[host] / "log"
                others = [folder for other, folder in folders.items() if other != host]
                own = {"HOME": "", "XDG_STATE_HOME": "state", "XDG_CACHE_HOME": "cache", "XDG_CONFIG_HOME": "config"}
                environment = {"PATH": os.environ["PATH"]} | {name: str(folders[host] / path) for name, path in own.items()}
                worker = site.start(
                    [binary, "worker", "--coordinator", site.endpoint, "--key", key, "--threads", "1"],
                    log, under=wires.on(host, hides=others), environment=environment)
                site.said(log, "joined the coordinator", worker)
            site.submit(sweep)
            # Both wait for work, so both are given some; who of them is the first to have a result is a matter of luck.
            for host in HOSTS[1:]:
                site.said(folders[host] / "log", r"task \w+, attempt 1")
            site.wait_for_end(name)
            table, hosts = site.table(name), site.hosts(name)
            assert hosts and hosts <= set(HOSTS[1:]), hosts
            if "--quickstart" not in sys.argv:
                for host in hosts:
                    fetched = [path for path in folders[host].glob("cache/posweep/contents/??/*")]
                    assert len(fetched) >= 11, f"{host} has fetched {len(fetched)} files"
            lines = table.count("\n")
            assert table == site.local_table(sweep, name), "the table differs from that of posweep run"
    print(f"passed: three hosts on a bridge, keys, no common files: {lines} lines as posweep run has them, computed on {sorted(hosts)}")


main()
