"""A coordinator with keys, as somebody would set it up, and what its sweep's table must be."""

import os
import re
import signal
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
QUICKSTART = REPOSITORY / "sweeps/quickstart.yaml"
# So long anything may take before it counts as not happening; nothing is measured by it.
PATIENCE = 900


def skip(why):
    """Ends a test that cannot be had on this host."""
    print(f"skipped: {Path(sys.argv[0]).name}: {why}")
    sys.exit(0)


def program(arguments):
    """The program to test: the one that is named, or what was built last."""
    named = arguments[0] if arguments else None
    built = sorted(REPOSITORY.glob(".build/*/*/posweep"), key=lambda path: path.stat().st_mtime)
    if not named and not built:
        skip("posweep is not built")
    return str(Path(named or built[-1]).resolve())


def wait_until(what, is_so, patience=PATIENCE):
    """Returns what `is_so` returns once that is true."""
    deadline = time.monotonic() + patience
    while not (answer := is_so()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {patience} s")
        time.sleep(0.2)
    return answer


def write_image(path, seed, side=48):
    """A PNG of noise in bands, so that a folder of images can be made from nothing."""
    state, rows = seed * 2654435761 % 2**32 or 1, []
    for y in range(side):
        row = bytearray([0])
        for x in range(side):
            state = (state * 1664525 + 1013904223) % 2**32
            row += bytes([(state >> 24) // 2 + x, (state >> 16) % 64 + y, (x * y + seed) % 256])
        rows.append(bytes(row))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"".join(rows))) + chunk(b"IEND", b""))


def write_sweep(folder, name, passes, epochs=3, images=8):
    """A sweep over a folder of images, with so many tasks of two trials.

    Returns its file.
    """
    for kind, count in (("train", images), ("test", 3)):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            write_image(folder / kind / f"{number}.png", 100 * len(kind) + number)
    file = folder / f"{name}.yaml"
    file.write_text(
        f"""name: {name}
data:
  size: 48
  train: {{folder: {folder}/train}}
  test: {{natural: {{folder: {folder}/test}}, black: {{constant: 0}}}}
matrix:
  encoder: [vgg16]
  encoder.seed: [{", ".join(str(seed) for seed in range(1, passes + 1))}]
  target: [H, G]
fit: {{epochs: {epochs}, batch: 4}}
table: {{rows: [encoder.seed, target], columns: [test], metrics: [SPC, MAE]}}
"""
    )
    return file


class Site:
    """A coordinator, its keys and the processes around it; all of them end with the `with` that made it."""

    def __init__(self, program, folder, bind="tcp://127.0.0.1:0", under=(), coordinator=None, own_key=None):
        """Makes keys and starts a coordinator; with these words and this key, where they are given."""
        self.program, self.folder, self.under = program, Path(folder), list(under)
        self.state, self.log = self.folder / "state", self.folder / "coordinator.log"
        self.environment = os.environ | {"POSWEEP_KEYS": str(self.folder), "XDG_CACHE_HOME": str(self.folder / "cache")}
        self.processes = []
        if own_key:
            (self.folder / "own.key").symlink_to(own_key)
        else:
            self.run("keys", "new", "--state", self.state)
        words = coordinator or ["coordinator", "--bind", bind, "--state", self.state]
        self.state = Path(words[words.index("--state") + 1])
        self.coordinator = self.start([program, *words], self.log, under=under)
        self.endpoint = self.said(self.log, r"listening at ([^,]*),", self.coordinator)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in reversed(self.processes):
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, words, log, under=(), environment=None):
        """Starts a process whose lines go to a file."""
        with open(log, "ab") as output:
            process = subprocess.Popen(
                [*under, *map(str, words)], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env=environment or self.environment)
        self.processes.append(process)
        return process

    def said(self, log, pattern, process=None):
        """Waits for a line in a log; returns the pattern's first group."""

        def look():
            text = Path(log).read_text() if Path(log).exists() else ""
            if found := re.search(pattern, text):
                return found.groups() or (True,)
            assert process is None or process.poll() is None, f"ended without {pattern!r}:\n{text}"

        return wait_until(f"{pattern!r} in {log}", look)[0]

    def run(self, *words, under=None):
        """Runs a posweep command; returns what it prints."""
        command = [*(self.under if under is None else under), self.program, *map(str, words)]
        outcome = subprocess.run(command, env=self.environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        assert outcome.returncode == 0, f"{' '.join(command)}: {outcome.stderr}"
        return outcome.stdout

    def key(self, name):
        """Makes a worker's key; returns its file."""
        file = self.folder / f"{name}.key"
        self.run("keys", "new", name, "--state", self.state, "--output", file)
        return file

    def submit(self, sweep):
        self.run("submit", sweep, "--coordinator", self.endpoint)

    def wait_for_end(self, name):
        said = self.said(self.log, rf"sweep {name} has ended(.*)", self.coordinator)
        assert said in ("", True), said

    def table(self, name):
        """All figures of a sweep, without who computed them."""
        return self.run("table", name, "--state", self.state, "--format", "csv", "--no-provenance")

    def hosts(self, name):
        """The hosts that have computed something of a sweep."""
        lines = self.run("table", name, "--state", self.state, "--format", "csv").splitlines()
        column = lines[0].split(",").index("host")
        return {line.split(",")[column] for line in lines[1:]}

    def local_table(self, sweep, name):
        """What `posweep run` makes of it on this host, alone."""
        state = self.folder / f"{name}.local"
        self.run("run", sweep, "--state", state, under=())
        return self.run("table", name, "--state", state, "--format", "csv", "--no-provenance", under=())
