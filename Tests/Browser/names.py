#!/usr/bin/env python3
"""Looks for names of strangers that became more than names, in all that posweep prints, serves and writes.

    Tests/Browser/names.py --program PROGRAM --hostile FOLDER --harmless FOLDER

Both folders hold a state (NamedStore.swift) that differs in names alone, so whatever else differs is what a name has done:
a tag, an attribute, a key, a line, a file. What is printed must tell a terminal nothing, and no cell of a CSV begins a formula.
HTML, JSON and CSV are read by Python's own parsers.
"""

import argparse
import csv
import html.parser
import io
import json
import pathlib
import re
import subprocess
import unicodedata
import urllib.request

import browser
import crowd
from browser import Browser, until
from dashboard import Site, holds, text

NAMES = [name for names in json.loads((pathlib.Path(__file__).parents[1] / "TestSupport/hostile-names.json").read_text()).values()
         for name in names]
# As NamedStore.swift calls its sweeps.
SWEEPS = {name.replace("\0", "0") for name in NAMES}
OBEYED = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
FORMULA = re.compile("[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")
SAMPLE = re.compile(r'posweep_\w+(\{\w+="([^"\\\n]|\\["\\n])*"(,\w+="([^"\\\n]|\\["\\n])*")*\})? [-+0-9.e]+')


class Skeleton(html.parser.HTMLParser):
    """A page's elements and the names of their attributes, in order."""

    def __init__(self, page):
        super().__init__()
        self.elements = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, *(name for name, _ in attributes)))


def shape(value):
    """A JSON value without its texts and numbers, and without keys, among which are settings."""
    if isinstance(value, dict):
        return sorted((shape(one) for one in value.values()), key=str)
    # A setting of that spelling is a list of numbers, and no name.
    if not isinstance(value, list) or value == [1]:
        return "value"
    return [shape(one) for one in value]


def keys(value):
    """Which keys a JSON value has where; of lists, which kinds of elements."""
    if isinstance(value, dict):
        return {key: keys(one) for key, one in sorted(value.items())}
    return sorted({json.dumps(keys(one)) for one in value}) if isinstance(value, list) else None


def check_terminal(label, output):
    found = OBEYED.search(output.replace("\t", " "))
    assert not found, f"{label} prints {found.group()!r}: {output[max(0, found.start() - 60):found.start() + 20]!r}"


def check_cells(label, output):
    for delimiter in ",;\t":
        for row in csv.reader(io.StringIO(output, newline=""), delimiter=delimiter):
            for cell in row:
                begun = FORMULA.match(cell.lstrip(" \"'") if not cell.startswith("'") else "")
                assert not begun or re.fullmatch(r"[-+]?[0-9.]+(e[-+]?[0-9]+)?", cell), f"{label}: the cell {cell!r}"


def same(label, hostile, harmless):
    assert hostile == harmless, f"{label}: {next(pair for pair in zip(hostile, harmless) if pair[0] != pair[1])}" \
        if isinstance(hostile, list) and len(hostile) == len(harmless) else f"{label}: {str(hostile)[:200]}, not {str(harmless)[:200]}"


class Pair:
    """The same twice: with hostile names and without."""

    def __init__(self, program, hostile, harmless):
        self.program, self.folders = program, (hostile, harmless)

    def run(self, *arguments, status=0):
        """What a command prints in either folder."""
        outputs = []
        for folder in self.folders:
            done = subprocess.run([self.program, *arguments], cwd=folder, capture_output=True)
            printed, errors = done.stdout.decode(), done.stderr.decode()
            assert done.returncode == status, f"{arguments}: {done.returncode}, {errors}"
            check_terminal(" ".join(arguments), printed + errors)
            outputs.append(printed or errors)
        return outputs

    def lines(self, *arguments, status=0):
        hostile, harmless = (len(output.splitlines()) for output in self.run(*arguments, status=status))
        same(" ".join(arguments), hostile, harmless)

    def files(self):
        return [sorted(path.relative_to(folder) for path in folder.rglob("*") if "state" not in path.parts) for folder in self.folders]


def check_commands(pair):
    state = ("--state", "state")
    for command in (["status"], ["workers"], ["table"], ["table", "--format", "markdown"], ["table", "--format", "latex"], ["curves"]):
        pair.lines(*command, *state)
    for arguments in (["status", "--json"], ["workers", "--json"], ["table", "--format", "json"], ["curves", "--format", "json"]):
        hostile, harmless = (json.loads(output) for output in pair.run(*arguments, *state))
        same(" ".join(arguments), shape(hostile), shape(harmless))
    for arguments in (["table", "--format", "csv"], ["curves", "--format", "csv"]):
        hostile, harmless = pair.run(*arguments, *state)
        check_cells(" ".join(arguments), hostile)
        sizes = [[len(row) for row in csv.reader(io.StringIO(output, newline=""))] for output in (hostile, harmless)]
        same(" ".join(arguments), *sizes)
    trials = [row.split(",")[1] for row in pair.run("table", "--format", "csv", *state)[1].splitlines()[1:]]
    for trial in trials[:6]:
        pair.run("why", trial, *state)
    check_comparison(pair, state)
    pair.lines("encoders", "--output", "out/encoders", *state, status=1)
    pair.lines("backup", "out/backup.state", *state)
    holds("commands print names as text, line by line and cell by cell")
    pair.lines("maps", "--size", "8", "--output", "out/maps", *state)
    pair.lines("report", "--output", "out/report.html", *state)
    hostile, harmless = pair.files()
    outside = [path for path in hostile if path.parts[0] not in ("out", NAMES[0])]
    assert not outside, outside
    same("files", len(hostile), len(harmless))
    assert len(hostile) > 3 * len(NAMES), hostile
    holds("files that are named after names stay in the folder that was asked for")
    pages = [Skeleton((folder / "out/report.html").read_text()).elements for folder in pair.folders]
    same("the report", *pages)
    holds("no element and no attribute of the report comes from a name")


def check_comparison(pair, state):
    """Figures of a reference, whose file is called so too."""
    for folder, names in zip(pair.folders, (NAMES, [f"name{number}" for number in range(len(NAMES))])):
        with open(folder / names[0], "w", newline="") as file:
            table = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
            table.writerows([["encoder", "test", "metric", "value"], *([name, names[0], "SPC", 0.5] for name in names)])
    hostile, harmless = pair.run("check", *state, status=1)
    same("check", hostile.count("\n"), harmless.count("\n"))
    for form in ("text", "markdown", "latex", "csv", "json"):
        pair.run("table", "--compare", "paper", "--format", form, *state)


def check_refusals(pair):
    """What is said of sweep files, keys and sweeps that are called so."""
    folder = pair.folders[0]
    for number, name in enumerate(NAMES):
        quoted = json.dumps(name)
        (folder / "out/wrong.yaml").write_text(
            f"name: {quoted}\n{quoted}: 1\ndata:\n  train: {{folder: {quoted}, about: {quoted}}}\n"
            f"  test: {{{quoted}: {{constant: 0}}, b: {{{quoted}: 1}}}}\nmatrix: {{encoder: [{quoted}], {quoted}: [1]}}\n")
        commands = [["plan", "out/wrong.yaml"]]
        if "\0" not in name:
            commands += [["table", "--state", "state", "--", name + "?"], ["keys", "new", "--state", "out/none", "--", name]]
        for command in commands:
            done = subprocess.run([pair.program, *command], cwd=folder, capture_output=True)
            assert done.returncode in (1, 64) or name == "con", (command, done.returncode, done.stderr)
            check_terminal(f"{command[0]} for name {number}", done.stdout.decode() + done.stderr.decode())
    assert not (folder / "escaped").exists() and not (folder.parent / "escaped").exists()
    holds("refusals of sweep files, keys and names are text")


class Stranger(crowd.Peer):
    """A worker on a host that is called so, and that fails of it."""

    def fail(self, attempt):
        self.held.pop(attempt, None)
        self.say(6, crowd.message((1, attempt), (2, 1), (3, self.host)))


class Strangers(crowd.Crowd):
    def _join(self, number):
        peer = Stranger(self, number, NAMES[number])
        self.peers.append(peer)
        self.loop.create_task(peer.live(*self.address))


def served(site, path):
    with urllib.request.urlopen(site.page.rstrip("/") + path, timeout=60) as answer:
        return answer.read().decode()


def check_pages(sites):
    pages = [Skeleton(served(site, "/plain")).elements for site in sites]
    same("/plain", *pages)
    boards = [json.loads(served(site, "/api/board")) for site in sites]
    same("/api/board", keys(boards[0]), keys(boards[1]))
    assert {sweep["name"] for sweep in boards[0]["sweeps"]} >= SWEEPS
    for place in (0, 1, len(NAMES) // 2):
        for path in ("/api/table?sweep={}", "/api/row?row=0&sweep={}", "/api/failures?sweep={}", "/api/curves?sweep={}"):
            answers = [json.loads(served(site, path.format(board["sweeps"][place]["id"]))) for site, board in zip(sites, boards)]
            same(path, keys(answers[0]), keys(answers[1]))
    metrics = [served(site, "/metrics") for site in sites]
    for line in metrics[0].rstrip("\n").split("\n"):
        assert line.startswith("# ") or SAMPLE.fullmatch(line), repr(line)
    same("/metrics", metrics[0].count("\n"), metrics[1].count("\n"))
    holds("no element, key or series of what is served comes from a name")


def check_log(site):
    log = site.log.read_text()
    check_terminal("the coordinator's log", log)
    strays = [line for line in log.rstrip("\n").split("\n") if not line.startswith("posweep: ")]
    assert not strays, strays


def check_workers(pair, site):
    strangers = Strangers(site.endpoint, len(NAMES), fails_one_in=1)
    try:
        until(lambda: strangers.joined >= len(NAMES), "the workers do not join")
        until(lambda: site.log.read_text().count(" joined") >= len(NAMES), "their joining is not said")
        for command in (["workers"], ["status"], ["workers", "--json"], ["status", "--json"]):
            done = subprocess.run([pair.program, *command, "--coordinator", site.endpoint], cwd=site.folder, env=site.environment,
                                  capture_output=True, check=True)
            check_terminal(" ".join(command), done.stdout.decode() + done.stderr.decode())
        site.submit("failing", FAILING)
        until(lambda: "given up" in site.log.read_text(), "no task fails")
        check_log(site)
        holds("hosts and failures that come over the network are text")
        if browser.is_there:
            check_browser(site)
    finally:
        strangers.end()


# As many tasks as make sure that somebody fails.
FAILING = """\
name: failing
data: {size: 32, train: {synthetic: leaves, count: 4, seed: 1}, test: {black: {constant: 0}}}
matrix: {encoder: [vgg16], encoder.seed: [1, 2, 3, 4, 5, 6, 7, 8], target: [H]}
fit: {epochs: 1, batch: 4}
table: {rows: [encoder.seed], columns: [test], metrics: [SPC]}
"""


def check_browser(site):
    hosts = {"".join(one for one in name if unicodedata.category(one) not in ("Cc", "Cf", "Zl", "Zp")) for name in NAMES}
    window = Browser()
    try:
        window.open(site.page)
        until(lambda: len(text(window, ".sweep-name")) > len(NAMES) and len(text(window, "#worker-rows th")) == len(NAMES),
              "sweeps and workers are not shown")
        assert set(text(window, ".sweep-name")) >= SWEEPS, SWEEPS - set(text(window, ".sweep-name"))
        assert set(text(window, "#worker-rows th")) == hosts, hosts ^ set(text(window, "#worker-rows th"))
        for start, what in (("failing", ".cause"), (NAMES[0] + "!", "#table tbody tr")):
            window.run("[...document.querySelectorAll('.sweep')].find(one => one.textContent.startsWith(arguments[0])).click()", start)
            until(lambda: text(window, what), f"{what} is not shown")
        until(lambda: len(window.run("return [...document.querySelectorAll('#table tbody tr')]")) == len(NAMES), "rows are missing")
        window.run("document.querySelector('#table .open').click()")
        until(lambda: len(window.run("return [...document.querySelectorAll('#row .heat')]")) >= 2, "the maps are not shown")
        assert window.run("return window.hacked") is None
        assert window.run("return document.querySelector(`main :is(b, img, script, style, svg[onload]), dialog :is(b, img, script)`)") is None
        complaints = [entry["message"] for entry in window.console() if entry["level"] == "SEVERE"]
        assert not complaints, complaints
        window.open(site.page.rstrip("/") + "/plain")
        assert window.run("return window.hacked") is None
        holds("nothing of a name runs in Chromium")
    finally:
        window.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("program", "hostile", "harmless"):
        parser.add_argument(f"--{name}", required=True, type=pathlib.Path)
    options = parser.parse_args()
    pair = Pair(str(options.program.resolve()), options.hostile.resolve(), options.harmless.resolve())
    for folder in pair.folders:
        (folder / "out").mkdir()
    check_commands(pair)
    check_refusals(pair)
    sites = []
    try:
        sites += [Site(pair.program, folder) for folder in pair.folders]
        check_pages(sites)
        check_workers(pair, sites[0])
    finally:
        for site in sites:
            site.end()


if __name__ == "__main__":
    main()
