#!/usr/bin/env python3
"""The units of cluster/systemd: systemd finds no mistake in them, and what they may do scores under 3 of 10.

    python3 Tests/ManyHosts/units.py
"""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from coordination import REPOSITORY, skip

UNITS = REPOSITORY / "cluster/systemd"
LIMIT = 3.0


def score(analyze, name, kind, unit):
    outcome = analyze("security", "--offline=true", *kind, unit)
    found = float(re.search(r"exposure level for \S+: ([0-9.]+)", outcome.stdout)[1])
    assert found < LIMIT, f"{name} scores {found}: {outcome.stdout}"
    return found


def main():
    if not shutil.which("systemd-analyze"):
        skip("needs systemd-analyze (apt-get install systemd)")
    scores = []
    with tempfile.TemporaryDirectory(prefix="posweep-units-") as folder:
        environment = os.environ | {"XDG_RUNTIME_DIR": folder, "HOME": folder, "LC_ALL": "C"}

        def analyze(*words):
            return subprocess.run(["systemd-analyze", *map(str, words)], env=environment, capture_output=True, text=True)

        for unit in sorted(UNITS.rglob("*.service")):
            name, kind = unit.relative_to(UNITS), ["--user"] if unit.parent.name == "user" else []
            # The program need not be installed here; what is said of all else counts.
            copy = Path(folder) / unit.name
            copy.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(), flags=re.MULTILINE))
            verdict = analyze("verify", "--man=no", *kind, copy)
            said = [line for line in verdict.stderr.splitlines() if copy.name in line]
            assert verdict.returncode == 0 and not said, f"{name}: {verdict.stderr}"
            scores.append(f"{name} {score(analyze, name, kind, copy)}")
            # What a file beside it changes.
            for more in sorted(unit.parent.glob(f"{unit.name}.d/*.conf")):
                copy.write_text(copy.read_text() + re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", more.read_text(), flags=re.MULTILINE))
                verdict = analyze("verify", "--man=no", *kind, copy)
                assert verdict.returncode == 0 and copy.name not in verdict.stderr, f"{more}: {verdict.stderr}"
                scores.append(f"with {more.name} {score(analyze, more, kind, copy)}")
    print(f"passed: systemd-analyze verify, and security under {LIMIT}: {', '.join(scores)}")


main()
