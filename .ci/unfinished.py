"""Prints the tests in a log of `swift test` that failed, and those that were begun and never ended."""
import re
import sys

log = open(sys.argv[1], errors="replace").read()
begun = re.findall(r"^◇ Test (?!case |run )(.+?) started\.$", log, re.MULTILINE)
ended = re.findall(r"^[✔✘] Test (.+?)(?: with \d+ test cases?)? (?:passed|failed) after ", log, re.MULTILINE)
for line in re.findall(r"^.*(?:error: |✘ .* recorded an issue).*$", log, re.MULTILINE):
    print(line)
hangs = re.search(r"^[✔✘] Test run with ", log, re.MULTILINE) is None
for name in dict.fromkeys(begun):
    if hangs and begun.count(name) > ended.count(name):
        print("never ended:", name)
