"""Kills a coordinator, or lets its disk fail, at every call that writes, and looks whether it has kept its promise.

    python3 Tests/CrashPoints/crash_points.py DRIVER [--trials 12] [--every 1] [--only SIGKILL]

DRIVER is the built crash-driver. strace counts the calls of an undisturbed run, of a first start
and of one that finds the sweep submitted; then, for each of them, a new run is killed at it
(SIGKILL) or told that the disk is broken (EIO) or full (ENOSPC). After each: every acknowledged result is in the database,
integrity_check finds nothing, and a run without faults goes on from there to all results, each once and unchanged. A coordinator
whose sync failed has ended.

Then power cuts: the writes of an undisturbed run are played back, and at each acknowledgement only what was synced by then is
kept; every acknowledged result has to be there. As a control the same is played back without the syncs that
synchronous=NORMAL leaves out: then some have to be missing, or this check could not find anything.
"""

import argparse
import collections
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

CALLS = ["pwrite64", "fdatasync", "fsync", "ftruncate", "rename", "unlink", "fallocate"]
FAULTS = {"SIGKILL": "signal=SIGKILL", "EIO": "error=EIO", "ENOSPC": "error=ENOSPC"}
# A call that cannot fail in this way is only killed at.
UNLIKELY = {("ENOSPC", "unlink"), ("ENOSPC", "fdatasync"), ("ENOSPC", "fsync")}


def run(driver, folder, trials, *strace):
    command = [*strace, str(driver), str(folder), str(trials)]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=600)
    except subprocess.TimeoutExpired as error:
        sys.exit(f"crash_points.py: {' '.join(command)} does not end: {error}")


def acknowledged(output):
    return {line.split()[1] for line in output.splitlines() if line.startswith("acknowledged ") and len(line) == 45}


def results(folder):
    """What is in the database: trial and value; an integrity check first."""
    if not (folder / "results.sqlite").exists():
        return {}
    database = sqlite3.connect(folder / "results.sqlite")
    try:
        findings = database.execute("PRAGMA integrity_check").fetchall()
        assert findings == [("ok",)], f"integrity_check: {findings}"
        if not database.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'results'").fetchone()[0]:
            return {}
        rows = database.execute(
            "SELECT lower(hex(id)), value FROM results JOIN trials ON number = results.trial"
            " LEFT JOIN metrics ON metrics.trial = results.trial").fetchall()
    finally:
        database.close()
    assert len(rows) == len({trial for trial, _ in rows}), "a trial has two results"
    assert all(int(trial[:16], 16) == value for trial, value in rows), "a result has changed"
    return dict(rows)


def prepared(driver, trials, folder):
    """Submits the sweep and no more, so that in the run after it the calls are those of commits."""
    outcome = run(driver, folder, trials, "env", "CRASH_DRIVER_ONLY_SUBMITS=1")
    assert outcome.returncode == 0, outcome.stderr


def counted_calls(driver, trials, scratch, start):
    """How many calls of each kind the busiest thread makes: strace counts for each thread."""
    log = scratch / "calls"
    folder = scratch / "undisturbed"
    if start:
        shutil.copytree(start, folder)
    outcome = run(driver, folder, trials, "strace", "-f", "-qq", "-o", str(log), "-e", "trace=" + ",".join(CALLS))
    assert outcome.returncode == 0 and len(acknowledged(outcome.stdout)) == trials, outcome
    counts = collections.Counter()
    for line in log.read_text().splitlines():
        match = re.match(r"(\d+) +(\w+)\(", line)
        if match:
            counts[match.group(2), match.group(1)] += 1
    shutil.rmtree(folder)
    return {call: max((n for (name, _), n in counts.items() if name == call), default=0) for call in CALLS}


def disturb(driver, trials, folder, call, number, fault, start):
    if start:
        shutil.copytree(start, folder)
    log = folder.with_suffix(".strace")
    outcome = run(
        driver, folder, trials, "strace", "-f", "-qq", "-o", str(log), "-e", f"trace={call}", "-e",
        f"inject={call}:{FAULTS[fault]}:when={number}")
    # Commits that come together share a sync, so that this run may have had fewer calls than the one that was counted.
    _, is_hit, behind = log.read_text().partition("(INJECTED)")
    log.unlink()
    heard = acknowledged(outcome.stdout)
    kept = set(results(folder))
    assert heard <= kept, f"acknowledged and lost: {heard - kept}"
    if is_hit and fault == "EIO" and call in ("fdatasync", "fsync"):
        # The last of all may be that of closing, when everything is on disk and acknowledged already.
        is_over = len(heard) == trials and f"{call}(" not in behind
        assert outcome.returncode == 3 or is_over, f"went on after a sync had failed: status {outcome.returncode}"
    again = run(driver, folder, trials)
    assert again.returncode == 0, again.stderr
    after = results(folder)
    assert len(after) == trials and heard | kept <= set(after), "a second run did not finish the first"
    return outcome.returncode


def crash(driver, trials, every, only, scratch, start):
    counts = counted_calls(driver, trials, scratch, start)
    print("a first start, calls:" if start is None else "commits, calls:", ", ".join(f"{call} {count}" for call, count in counts.items()))
    done = collections.Counter()
    failures = []
    for fault in FAULTS:
        for call in CALLS:
            if (only and fault != only) or (fault, call) in UNLIKELY:
                continue
            for number in range(1, counts[call] + 1, every):
                folder = scratch / "state"
                try:
                    status = disturb(driver, trials, folder, call, number, fault, start)
                    done[fault, "undisturbed" if status == 0 else "ended"] += 1
                except AssertionError as error:
                    failures.append(f"{fault} at {call} {number}: {error}")
                shutil.rmtree(folder, ignore_errors=True)
    for fault in FAULTS:
        print(f"{fault}: {done[fault, 'ended']} runs ended, {done[fault, 'undisturbed']} went through")
    print(f"{sum(done.values())} points, {len(failures)} violations")
    return failures


def unescaped(text):
    return bytes(int(byte, 16) for byte in text.split("\\x")[1:])


def recorded(driver, trials, scratch):
    """The files' writes, syncs and the acknowledgements of an undisturbed run, in their order."""
    log = scratch / "writes"
    folder = scratch / "recorded"
    outcome = run(
        driver, folder, trials, "strace", "-f", "-qq", "-y", "-xx", "-s", "70000", "-o", str(log), "-e",
        "trace=pwrite64,fdatasync,fsync,ftruncate,unlink,write")
    assert outcome.returncode == 0, outcome.stderr
    steps = []
    for line in log.read_text().splitlines():
        line = line.split(None, 1)[1]
        # strace -xx escapes the names of files too.
        removed = re.match(r'unlink\("([^"]*)"\) += 0', line)
        if removed:
            steps.append(("remove", pathlib.Path(unescaped(removed.group(1)).decode()).name, None))
        match = re.match(r"(\w+)\((\d+)<([^>]*)>(.*)", line)
        if not match:
            continue
        call, descriptor, path, rest = match.groups()
        name = pathlib.Path(unescaped(path).decode() if "\\x" in path else path).name
        if call == "write" and descriptor == "1":
            steps.append(("acknowledged", unescaped(re.match(r', "([^"]*)"', rest).group(1)).decode().split()[1], None))
        elif call == "pwrite64" and name.startswith("results.sqlite"):
            data, offset = re.match(r', "([^"]*)", \d+, (\d+)', rest).groups()
            steps.append(("write", name, (int(offset), unescaped(data))))
        elif call == "ftruncate" and name.startswith("results.sqlite"):
            steps.append(("truncate", name, int(re.match(r", (\d+)", rest).group(1))))
        elif call in ("fdatasync", "fsync") and name.startswith("results.sqlite"):
            steps.append(("sync", name, None))
    return steps


def cut_power(steps, scratch, drops_log_syncs):
    """How many acknowledgements were followed by a disk without the result, and how many there were."""
    disk, cache, pending = {}, {}, {}
    heard, lost, cuts = set(), 0, 0

    def apply(name, step):
        content = disk.setdefault(name, bytearray())
        if step[0] == "truncate":
            del content[step[2]:]
            content.extend(bytes(step[2] - len(content)))
            return
        offset, data = step[2]
        if len(content) < offset + len(data):
            content.extend(bytes(offset + len(data) - len(content)))
        content[offset:offset + len(data)] = data

    for index, step in enumerate(steps):
        kind, name, _ = step
        if kind in ("write", "truncate"):
            pending.setdefault(name, []).append(step)
        elif kind == "remove":
            disk.pop(name, None)
            pending.pop(name, None)
        elif kind == "sync":
            # With synchronous=NORMAL the log is synced before a checkpoint only, which then writes to the database.
            following = next((s for s in steps[index + 1:] if s[0] == "write"), None)
            is_checkpoint = following is not None and not following[1].endswith("-wal")
            if drops_log_syncs and name.endswith("-wal") and not is_checkpoint:
                continue
            for written in pending.pop(name, []):
                apply(name, written)
        else:
            heard.add(name)
            cuts += 1
            folder = scratch / "cut"
            folder.mkdir()
            for file, content in disk.items():
                if not file.endswith("-shm"):
                    (folder / file).write_bytes(content)
            lost += not heard <= set(results(folder))
            shutil.rmtree(folder)
    return lost, cuts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("driver", type=pathlib.Path)
    parser.add_argument("--trials", type=int, default=12)
    parser.add_argument("--every", type=int, default=1, help="of so many points, one is tried")
    parser.add_argument("--only", choices=FAULTS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        driver = options.driver.resolve()
        prepared(driver, options.trials, scratch / "submitted")
        failures = []
        for start in (None, scratch / "submitted"):
            failures += crash(driver, options.trials, options.every, options.only, scratch, start)
        steps = recorded(driver, options.trials, scratch)
        lost, cuts = cut_power(steps, scratch, drops_log_syncs=False)
        print(f"power cuts: {cuts}, {lost} of them lost an acknowledged result")
        if lost:
            failures.append(f"{lost} power cuts lost an acknowledged result")
        lost, cuts = cut_power(steps, scratch, drops_log_syncs=True)
        print(f"control, synchronous=NORMAL: {lost} of {cuts} lost one")
        if not lost:
            failures.append("the control lost nothing: this check cannot find what it looks for")
    for failure in failures:
        print("FAILED:", failure)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
