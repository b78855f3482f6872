#!/usr/bin/env python3
"""cluster/slurm/workers.sbatch under a real Slurm on this host: slurmctld, slurmd and munged on loopback.

    apt-get install slurm-wlm munge && python3 Tests/ManyHosts/slurm.py [POSWEEP]

1. An array of two workers runs the quickstart to the table of `posweep run`, and both leave when there is no more work.
2. One worker is cancelled and another requeued while they compute: nothing is lost, nothing is counted against a task.
3. A worker is told to leave before its time limit, does so, and another one does the rest.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from coordination import QUICKSTART, REPOSITORY, Site, program, skip, wait_until, write_sweep

WORKERS = REPOSITORY / "cluster/slurm/workers.sbatch"


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Slurm:
    """A cluster of one node with four places, in a folder of its own."""

    def __init__(self, site):
        self.site, self.folder = site, site.folder / "slurm"
        for name in ["spool", "state", "munge"]:
            (self.folder / name).mkdir(parents=True, mode=0o711)
        # munged and slurmd insist on folders that nobody else may write to, up to the root.
        key, munge = self.folder / "munge/key", self.folder / "munge/socket"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        self.start("munged", "--foreground", "--force", f"--key-file={key}", f"--socket={munge}",
                   f"--pid-file={self.folder}/munge/pid", f"--seed-file={self.folder}/munge/seed", f"--log-file={self.folder}/munge/log")
        wait_until("munged", munge.exists)
        control, node = free_ports(2)
        host = socket.gethostname().split(".")[0]
        (self.folder / "slurm.conf").write_text(f"""ClusterName=posweep
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={control}
SlurmdPort={node}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={munge}
CredType=cred/munge
StateSaveLocation={self.folder}/state
SlurmdSpoolDir={self.folder}/spool
SlurmctldPidFile={self.folder}/slurmctld.pid
SlurmdPidFile={self.folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=5
ReturnToService=2
MpiDefault=none
MinJobAge=3600
NodeName={host} NodeAddr=127.0.0.1 CPUs=4 RealMemory=65536 State=UNKNOWN
PartitionName=test Nodes={host} Default=YES MaxTime=INFINITE State=UP
""")
        # More places than processors, and more memory than there is: nothing here is to wait for a place.
        self.environment = site.environment | {"SLURM_CONF": str(self.folder / "slurm.conf")}
        self.start("slurmctld", "-D", "-i", "-f", self.folder / "slurm.conf")
        self.start("slurmd", "-D", "-f", self.folder / "slurm.conf")

    def start(self, *words):
        self.site.start(words, self.folder / f"{words[0]}.log", environment=getattr(self, "environment", None))
        return self

    def run(self, *words):
        outcome = subprocess.run([str(word) for word in words], env=self.environment, capture_output=True, text=True, cwd=self.folder)
        assert outcome.returncode == 0, f"{words}: {outcome.stderr}"
        return outcome.stdout.strip()

    def ready(self):
        def is_idle():
            return "idle" in subprocess.run(
                ["sinfo", "--noheader", "--format=%T"], env=self.environment, capture_output=True, text=True).stdout
        wait_until("the node", is_idle, 120)

    def workers(self, array, *options, leave_after="20s"):
        """Submits workers with the one line of the README; returns the job's number."""
        self.environment |= {
            "COORDINATOR": self.site.endpoint, "KEY": str(self.site.folder / "slurm.key"), "POSWEEP": self.site.program,
            "CACHE": str(self.site.folder / "node"), "LEAVE_AFTER": leave_after, "XDG_STATE_HOME": str(self.site.folder / "spool"),
        }
        return self.run("sbatch", "--parsable", f"--array={array}", "--cpus-per-task=1", "--mem=2G", *options, WORKERS)

    def clear(self):
        """Ends what is left of jobs, which would outlive their cluster."""
        self.run("scancel", "--me")
        wait_until("no jobs", lambda: not self.run("squeue", "--noheader"), 120)

    def log(self, job, number):
        return self.folder / f"posweep-{job}_{number}.log"

    def state(self, job):
        """The states of a job's tasks, as JobState=, with how they have exited."""
        text = self.run("scontrol", "--oneliner", "show", "job", job)
        words = [dict(word.split("=", 1) for word in line.split() if "=" in word) for line in text.splitlines()]
        return {(word["JobState"], word["ExitCode"]) for word in words}

    def wait_for_state(self, job, *states):
        wanted = set(states)
        return wait_until(f"{job} {states}", lambda: (now := self.state(job)) and {state for state, _ in now} <= wanted and now)


def undisturbed(site, slurm):
    job = slurm.workers("1-2")
    for number in (1, 2):
        site.said(slurm.log(job, number), "joined the coordinator")
    site.submit(QUICKSTART)
    site.wait_for_end("quickstart")
    assert slurm.wait_for_state(job, "COMPLETED") == {("COMPLETED", "0:0")}
    for number in (1, 2):
        text = slurm.log(job, number).read_text()
        assert "is finished" in text and "leaving: no work for 20 s" in text, text
    table = site.table("quickstart")
    assert table == site.local_table(QUICKSTART, "quickstart"), "the table differs from that of posweep run"
    print(f"passed: an array of two workers: {table.count(chr(10))} lines as posweep run has them; both have left for want of work")


def disturbed(site, slurm):
    sweep = write_sweep(site.folder, "disturbed", passes=24, epochs=400)
    job = slurm.workers("1-2", leave_after="30s")
    for number in (1, 2):
        site.said(slurm.log(job, number), "joined the coordinator")
    site.submit(sweep)
    for number in (1, 2):
        site.said(slurm.log(job, number), "attempt 1")
    slurm.run("scancel", f"{job}_1")
    slurm.run("scontrol", "requeue", f"{job}_2")
    wait_until("the cancelled worker", lambda: ("CANCELLED" in {state for state, _ in slurm.state(f"{job}_1")}))
    # Slurm lets a requeued job wait for two minutes, which has nothing to do with what is tested.
    another = slurm.workers("3-4")
    site.wait_for_end("disturbed")
    assert site.table("disturbed") == site.local_table(sweep, "disturbed"), "the table differs from that of posweep run"
    site.said(slurm.log(job, 2), r"(?s)joined the coordinator.*joined the coordinator")
    slurm.wait_for_state(f"{job}_2", "COMPLETED")
    slurm.wait_for_state(another, "COMPLETED")
    said = site.log.read_text()
    assert "failed" not in said.split("sweep disturbed")[0].split("sweep quickstart")[-1], said
    restarts = slurm.run("scontrol", "--oneliner", "show", "job", f"{job}_2")
    assert "Restarts=1" in restarts, restarts
    print("passed: a cancelled and a requeued worker: the table is that of posweep run; the requeued one came again")


def limited(site, slurm):
    sweep = write_sweep(site.folder, "limited", passes=200, epochs=400)
    job = slurm.workers("1", "--time=2", "--signal=B:TERM@60")
    site.said(slurm.log(job, 1), "joined the coordinator")
    site.submit(sweep)
    site.said(slurm.log(job, 1), "attempt 1")
    ended = slurm.wait_for_state(job, "COMPLETED", "TIMEOUT", "FAILED", "CANCELLED")
    assert ended == {("COMPLETED", "0:0")}, ended
    text = slurm.log(job, 1).read_text()
    assert "leaving: no work" not in text and "sweep limited has ended" not in site.log.read_text(), "it was not told to leave"
    rest = slurm.workers("1-2")
    site.wait_for_end("limited")
    slurm.wait_for_state(rest, "COMPLETED")
    assert site.table("limited") == site.local_table(sweep, "limited"), "the table differs from that of posweep run"
    print("passed: a worker at its time limit: it left with 0 before it, and the next ones did the rest to the same table")


def main():
    binary = program(sys.argv[1:])
    missing = [name for name in ["slurmctld", "slurmd", "munged", "sbatch"] if not shutil.which(name)]
    if missing or os.geteuid() != 0:
        skip(f"needs root and {', '.join(missing)} (apt-get install slurm-wlm munge)" if missing else "needs root")
    top = Path("/run/posweep-slurm")
    shutil.rmtree(top, ignore_errors=True)
    top.mkdir(mode=0o755)
    try:
        with Site(binary, top) as site:
            site.key("slurm")
            slurm = Slurm(site)
            slurm.ready()
            try:
                for part in (undisturbed, disturbed, limited):
                    part(site, slurm)
            finally:
                slurm.clear()
    finally:
        if not os.environ.get("KEEP"):
            shutil.rmtree(top, ignore_errors=True)


main()
