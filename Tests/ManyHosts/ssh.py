#!/usr/bin/env python3
"""cluster/ssh/posweep-ssh on two hosts: brings a package and keys there, starts, lists and drains workers.

    python3 Tests/ManyHosts/ssh.py [POSWEEP or PACKAGE] [--pretend]

Over a real sshd on loopback, one a host, where there is one (apt-get install openssh-server) and we are root; else with a
command in ssh's place that starts the same shell.
"""

import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from coordination import REPOSITORY, Site, program, write_sweep

TOOL = REPOSITORY / "cluster/ssh/posweep-ssh"
HOSTS = ["alpha", "user@beta"]
# `-- HOST COMMAND`, as ssh does it: the command's words are one line for a shell.
INSTEAD_OF_SSH = '#!/bin/sh\nhost=${{2#*@}}; shift 2; cd "{top}/$host" && exec env -i {environment} PATH="$PATH" sh -c "$*"\n'
OWN = {"HOME": "", "XDG_DATA_HOME": "data", "XDG_STATE_HOME": "state", "XDG_CACHE_HOME": "cache"}


def package(binary, folder):
    """What cluster/package.sh makes, as far as it matters here, of a program that was built in another way."""
    if binary.endswith(".tar.gz"):
        return binary
    file = folder / "posweep-here.tar.gz"
    with tarfile.open(file, "w:gz", compresslevel=0) as archive:
        archive.add(binary, arcname="posweep-here/posweep")
    return file


def instead_of_ssh(top):
    script = top / "ssh"
    environment = " ".join(f'{name}="{top}/$host/{path}"' for name, path in OWN.items())
    script.write_text(INSTEAD_OF_SSH.format(top=top, environment=environment))
    script.chmod(0o755)
    return str(script)


def real_ssh(top, site):
    """Two servers of ssh with keys of their own, each a host; what they are told to set makes them two."""
    for name in ["host", "client"]:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", top / name], check=True)
    shutil.copy(top / "client.pub", top / "authorized")
    config = ""
    os.makedirs("/run/sshd", exist_ok=True)
    for host in HOSTS:
        name = host.split("@")[-1]
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        # What is set for a session, sshd's own HOME cannot be; all that is kept goes by the others.
        own = " ".join(f"{variable}={top}/{name}/{path}" for variable, path in OWN.items() if path)
        (top / f"{name}.sshd").write_text(
            f"ListenAddress 127.0.0.1:{port}\nHostKey {top}/host\nAuthorizedKeysFile {top}/authorized\nStrictModes no\nUsePAM no\n"
            f"PermitRootLogin yes\nPasswordAuthentication no\nPidFile none\nSetEnv {own}\n")
        log = top / f"{name}.sshd.log"
        site.start([shutil.which("sshd") or "/usr/sbin/sshd", "-D", "-e", "-f", top / f"{name}.sshd"], log)
        site.said(log, "Server listening")
        config += f"Host {name}\n  HostName 127.0.0.1\n  Port {port}\n  User root\n"
    (top / "config").write_text(
        config + f"Host *\n  IdentityFile {top}/client\n  IdentitiesOnly yes\n  StrictHostKeyChecking accept-new\n"
        f"  UserKnownHostsFile {top}/known\n  BatchMode yes\n")
    # The user of the file of hosts is of another host; all of them are this one's root.
    wrapper = top / "ssh"
    wrapper.write_text(f'#!/bin/sh\nhost=${{2#*@}}; shift 2; exec ssh -F {top}/config -- "$host" "$@"\n')
    wrapper.chmod(0o755)
    return str(wrapper)


def main():
    given = program([word for word in sys.argv[1:] if word != "--pretend"])
    with tempfile.TemporaryDirectory(prefix="posweep-ssh-") as folder:
        top = Path(folder)
        for host in ["alpha", "beta", "head"]:
            (top / host).mkdir()
        binary = given
        if given.endswith(".tar.gz"):
            subprocess.run(["tar", "--extract", "--gzip", "--file", given, "--directory", top / "head"], check=True)
            binary = str(next((top / "head").glob("posweep-*/posweep")))
        (top / "hosts").write_text("# two hosts\nalpha --threads 1\n\nuser@beta\t--threads 1 --leave-after 1h   # a comment\n")
        with Site(binary, top / "head") as site:
            is_real = "--pretend" not in sys.argv and os.geteuid() == 0 and Path("/usr/sbin/sshd").exists() and shutil.which("ssh")
            environment = site.environment | {
                "HOSTS": str(top / "hosts"), "POSWEEP": binary, "SSH": real_ssh(top, site) if is_real else instead_of_ssh(top)}

            def tool(*words, fails=False):
                outcome = subprocess.run(
                    [TOOL, *map(str, words)], env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=top)
                assert (outcome.returncode != 0) == fails, f"{words}: {outcome.stdout}{outcome.stderr}"
                return dict(line.split(": ", 1) for line in outcome.stdout.splitlines()), outcome.stderr

            assert tool("list")[0] == {host: "no worker" for host in HOSTS}
            said, _ = tool("start", site.endpoint, fails=True)
            assert said == {host: "no posweep here: posweep-ssh install" for host in HOSTS}, said
            said, _ = tool("install", package(given, top))
            assert all(text.startswith("posweep 0") for text in said.values()) and set(said) == set(HOSTS), said
            said, _ = tool("start", site.endpoint, fails=True)
            assert said == {host: "no key here: posweep-ssh keys" for host in HOSTS}, said
            said, _ = tool("keys", site.state)
            assert said == {"alpha": "may connect as alpha", "user@beta": "may connect as beta"}, said
            assert tool("keys", site.state)[0] == {host: "has a key" for host in HOSTS}
            try:
                said, _ = tool("start", site.endpoint)
                assert all(text.startswith("started, process ") for text in said.values()), said
                said, _ = tool("start", site.endpoint, "alpha")
                assert set(said) == {"alpha"} and said["alpha"].startswith("runs already"), said
                for host in ("alpha", "beta"):
                    site.said(top / host / "data/posweep/worker.log", "joined the coordinator")
                assert all(text.startswith("runs, process ") for text in tool("list")[0].values())
                sweep = write_sweep(top / "head", "hosts", passes=4)
                site.submit(sweep)
                site.wait_for_end("hosts")
            finally:
                said, _ = tool("drain")
            assert all(text.startswith("has gone") for text in said.values()), said
            assert tool("drain", "user@beta")[0] == {"user@beta": "no worker"}
            assert "gamma is not in" in tool("list", "gamma", fails=True)[1]
            assert site.table("hosts") == site.local_table(sweep, "hosts"), "the table differs from that of posweep run"
    print(f"passed: two hosts by {'a real sshd' if is_real else 'a command in place of ssh'}: installed, keys brought, started, listed, drained")


main()
