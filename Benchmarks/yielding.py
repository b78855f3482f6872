#!/usr/bin/env python3
"""How soon a worker on a spare machine yields: Benchmarks/yielding.py [ROUNDS] [--posweep PROGRAM] [--whole-host]

In each round a program begins to burn one processor, or somebody types at a terminal; what is measured is the time until the
kernel says that the computation is stopped. Both are real; so is the worker, which computes all the time.

Without --whole-host the worker sees a machine on which there is nothing but itself, the burner and the terminal: a folder in
whose /proc/stat this script adds up what they have used. So others' builds on a shared machine do not come between. With it, the
worker sees the machine itself, which must have nothing else to do.
"""

import argparse, os, pathlib, subprocess, sys, tempfile, threading, time

SWEEP = """\
name: burn
data:
  size: 96
  train: {synthetic: leaves, count: 200, seed: 1}
  test: {natural: {synthetic: leaves, count: 8, seed: 2}}
matrix: {encoder: [vgg16], encoder.seed: [%s], target: [H]}
fit: {epochs: 1, batch: 8}
""" % ", ".join(str(seed) for seed in range(1, 300))

# The load rule is as it comes; only what would keep a round from beginning is off.
RULES = "preset: desktop\nbackground_load: 4096\ncpu_pressure: any\nmax_suspend_time: 1h\n"


def ticks(process):
    """What a process has used, in hundredths of a second."""
    try:
        fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])
    except (OSError, IndexError):
        return 0


def state(process):
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return None


def is_stopped(process):
    """Whether every thread is; they stop one after another."""
    try:
        threads = os.listdir(f"/proc/{process}/task")
        return all(state(f"{process}/task/{thread}") == "T" for thread in threads)
    except OSError:
        return False


def children(process):
    return [int(p) for p in os.listdir("/proc") if p.isdigit() and parent(p) == process]


def parent(process):
    try:
        return int(pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except (OSError, IndexError):
        return None


class Host:
    """A root folder in which only some processes use the processors."""

    def __init__(self, root):
        self.root, self.known, self.used = root, {}, 0
        (root / "proc/pressure").mkdir(parents=True)
        (root / "dev/pts").mkdir(parents=True)
        (root / "proc/loadavg").write_text("0.00 0.00 0.00 1/1 1\n")
        (root / "proc/uptime").write_text("90000.0 90000.0\n")
        self.write()
        threading.Thread(target=self.run, daemon=True).start()

    def add(self, process):
        self.known.setdefault(process, 0)
        link = self.root / f"proc/{process}"
        if not link.exists():
            link.symlink_to(f"/proc/{process}")

    def write(self):
        for process in list(self.known):
            now = ticks(process)
            self.used += max(0, now - self.known[process])
            self.known[process] = max(now, self.known[process])
        text = f"cpu  {self.used} 0 0 900000 0 0 0 0 0 0\n"
        draft = self.root / "proc/stat.new"
        draft.write_text(text)
        draft.rename(self.root / "proc/stat")

    def run(self):
        while True:
            self.write()
            time.sleep(0.02)


def start(arguments, priority=0, **more):
    """Starts a process; where this script may, with a priority of its own, so that it gets a processor at once."""
    def prioritise():
        try:
            os.setpriority(os.PRIO_PROCESS, 0, priority)
        except PermissionError:
            pass
    return subprocess.Popen(arguments, preexec_fn=prioritise, **more)


def wait(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            sys.exit("yielding.py: waited in vain")
        time.sleep(0.002)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", type=int, nargs="?", default=10)
    parser.add_argument("--posweep", default=".build/release/posweep")
    parser.add_argument("--whole-host", action="store_true")
    options = parser.parse_args()
    program = str(pathlib.Path(options.posweep).resolve())
    try:
        os.setpriority(os.PRIO_PROCESS, 0, -20)
    except PermissionError:
        print("yielding.py: without root the burner has to wait for a processor like everybody: measure on a quiet machine",
              file=sys.stderr)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="yielding-"))
    environment = dict(os.environ, XDG_STATE_HOME=str(folder / "home"), XDG_CONFIG_HOME=str(folder / "config"))
    (folder / "burn.yaml").write_text(SWEEP)
    rules = folder / ("config/posweep/owner.yaml" if options.whole_host else "host/etc/posweep/owner.yaml")
    rules.parent.mkdir(parents=True)
    rules.write_text(RULES)
    rules.chmod(0o644)
    host = None if options.whole_host else Host(folder / "host")

    log = open(folder / "coordinator.log", "w")
    coordinator = start(
        [program, "coordinator", "--bind", "tcp://127.0.0.1:0", "--state", str(folder / "state")], stderr=log, env=environment)
    said = lambda name: (folder / name).read_text()
    wait(lambda: ", state in" in said("coordinator.log"))
    endpoint = said("coordinator.log").split("listening at ")[1].split(",")[0]
    subprocess.run([program, "submit", "burn.yaml", "--coordinator", endpoint], cwd=folder, check=True, env=environment)
    arguments = [program, "worker", "--coordinator", endpoint, "--when", "idle", "--cache", str(folder / "cache")]
    master, terminal = os.openpty()
    if host:
        arguments += ["--host-root", str(host.root)]
    worker = start(arguments, stderr=open(folder / "worker.log", "w"), env=environment)
    if host:
        host.add(worker.pid)

    def computing():
        """The compute process, once it runs and has been running for two seconds."""
        found = []
        def runs():
            found[:] = [p for p in children(worker.pid) if (state(p) or "Z") in "RSD"]
            return bool(found)
        wait(runs)
        if host:
            host.add(found[0])
        used = ticks(found[0])
        wait(lambda: ticks(found[0]) > used + 20)
        return found[0]

    def measure(begin, end):
        process = computing()
        time.sleep(2)
        begun = time.monotonic()
        begin()
        wait(lambda: is_stopped(process))
        seconds = time.monotonic() - begun
        used = ticks(process)
        time.sleep(1)
        still = ticks(process) - used
        end()
        return seconds, still

    burners = []
    def burn():
        burners.append(start([sys.executable, "-c", "while True: pass"]))
        try:
            # So that it gets a processor whatever else the machine does.
            os.sched_setscheduler(burners[-1].pid, os.SCHED_FIFO, os.sched_param(1))
        except PermissionError:
            pass
        if host:
            host.add(burners[-1].pid)
    def stop():
        burners[-1].kill()
        burners[-1].wait()
    def type_a_line():
        os.write(master, b"\n")
        os.read(terminal, 16)
    link = host.root / "dev/pts" / os.path.basename(os.ttyname(terminal)) if host else None
    if host:
        link.symlink_to(os.ttyname(terminal))
        # Nobody has been there for long; what is typed later is newer.
        os.utime(os.ttyname(terminal), (time.time() - 90_000, time.time() - 90_000))
    def forget():
        os.utime(os.ttyname(terminal), (time.time() - 90_000, time.time() - 90_000))

    try:
        for name, begin, end in [("a program burns a processor", burn, stop), ("somebody types", type_a_line, forget)]:
            seconds = []
            for _ in range(options.rounds):
                taken, still = measure(begin, end)
                assert still == 0, f"{still} hundredths of a second were computed while the owner was there"
                seconds.append(taken)
            seconds.sort()
            print(f"{name}: stopped after {seconds[0]:.2f} to {seconds[-1]:.2f} s, median {seconds[len(seconds) // 2]:.2f} s, "
                  f"{len(seconds)} rounds", flush=True)
    finally:
        for process in [worker, coordinator] + burners:
            process.kill()


main()
