"""Runs the tests again that failed in a log of `swift test`, by themselves; ends with 0 if they pass now.

    unsteady.py LOG COMMAND...

COMMAND gets `--filter` with their names. A test that fails twice fails; one that passes the second time is named, so that
somebody mends it. Where the log does not end, or more than a few failed, nothing is run again.
"""
import re
import subprocess
import sys

FEW = 3

log = open(sys.argv[1], errors="replace").read()
failed = [
    name
    for name in dict.fromkeys(re.findall(r'^✘ Test "(.+)" (?:with \d+ test cases? )?failed after ', log, re.MULTILINE))
]
if re.search(r"^[✔✘] Test run with ", log, re.MULTILINE) is None or not 0 < len(failed) <= FEW:
    sys.exit(1)

print(f"== again, by themselves: {len(failed)} that failed", flush=True)
# A test's name in a filter is that of its function, in backticks.
names = "|".join(re.escape(name) for name in failed)
again = subprocess.run(sys.argv[2:] + ["--filter", names], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
print(again.stdout, flush=True)
passed = re.findall(r'^✔ Test "(.+)" (?:with \d+ test cases? )?passed after ', again.stdout, re.MULTILINE)
for name in failed:
    print(f"{'unsteady, to be mended' if name in passed else 'failed twice'}: {name}")
sys.exit(0 if again.returncode == 0 and set(failed) <= set(passed) else 1)
