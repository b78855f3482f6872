#!/usr/bin/env python3
"""Drives the dashboard of real coordinators in a real browser, as somebody would who watches a sweep.

    Tests/Browser/dashboard.py --program .build/debug/posweep --screenshots .build/screenshots

Prints what holds, one line each, and ends with 1 at the first that does not; with 77 where there is no Chromium. Where axe-core is
installed, its rules are checked beside our own.
"""

import argparse
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

import browser
from accessibility import check_accessibility, checkers
from browser import Browser, until
from report import check_report

HOSTILE = "<img src=x onerror=window.hacked=1>"
TOKEN = "0123456789abcdef-token"
SWEEP = """\
name: watched
description: "%s from the sweep file"
data:
  size: 48
  maps: 2
  train: {synthetic: leaves, count: 8, seed: 1}
  test:
    natural: {folder: images}
    black: {constant: 0}
encoder: {normalise: imagenet}
matrix:
  encoder: [none, vgg16]
  encoder.seed: [1, 2, 3, 4, 5, 6]
  target: [H, G]
fit: {epochs: 3, batch: 4, decay_at: [2]}
table: {rows: [encoder, encoder.seed, target], columns: [test], metrics: [SPC, MAE]}
""" % HOSTILE
# Images that small leave nothing of the fifth stage without padding: its trials fail.
FAILING = """\
name: failing
data:
  size: 32
  train: {synthetic: leaves, count: 4, seed: 1}
  test: {black: {constant: 0}}
matrix: {encoder: [vgg16], encoder.padding: [none], target: [H, V]}
fit: {epochs: 1, batch: 4}
table: {rows: [target], columns: [test], metrics: [SPC]}
"""

# A host of that name, for whoever may make one; the command that does so for people refuses it.
NAMED = ("unshare", "--uts", sys.executable, "-c",
         "import os, socket, sys; socket.sethostname('<b>lab</b>'); os.execvp(sys.argv[1], sys.argv[1:])")


class Site:
    """A coordinator with a dashboard, and workers, in a folder of their own."""

    def __init__(self, program, folder):
        self.program, self.folder, self.processes = program, folder, []
        # Nobody's own keys are shown here.
        self.environment = os.environ | {"POSWEEP_KEYS": str(folder / "keys")}
        (folder / "token").write_text(TOKEN + "\n")
        self.log = folder / "coordinator.log"
        self.coordinator = self.start(
            "coordinator", "--bind", "tcp://127.0.0.1:0", "--state", "state", "--dashboard", "127.0.0.1:0",
            "--dashboard-token-file", "token", log=self.log)
        until(lambda: "dashboard is at" in self.log.read_text(), "the coordinator does not begin")
        words = self.log.read_text().split()
        self.endpoint = next(word for word in words if word.startswith("tcp://")).rstrip(",")
        self.page = next(word for word in words if word.startswith("http://")).rstrip(",")

    def start(self, *arguments, log=None, under=()):
        with open(log or os.devnull, "wb") as output:
            process = subprocess.Popen(
                [*under, self.program, *arguments], cwd=self.folder, stdout=output, stderr=subprocess.STDOUT,
                env=self.environment, start_new_session=True)
        self.processes.append(process)
        return process

    def submit(self, name, text):
        (self.folder / f"{name}.yaml").write_text(text)
        subprocess.run([self.program, "submit", f"{name}.yaml", "--coordinator", self.endpoint], cwd=self.folder,
                       env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def worker(self, number, under=()):
        return self.start("worker", "--coordinator", self.endpoint, "--threads", "1", "--spool", f"spool{number}",
                          under=under)

    def end(self):
        # In reverse, so that workers do not look for a coordinator that is gone.
        for process in reversed(self.processes):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def holds(what):
    print(f"holds: {what}", flush=True)


def text(window, selector):
    return window.run("return [...document.querySelectorAll(arguments[0])].map(node => node.textContent)", selector)


def check_no_complaint(window):
    complaints = [entry["message"] for entry in window.console() if entry["level"] in ("SEVERE", "WARNING")]
    assert not complaints, complaints


def rows(window):
    return window.run("return [...document.querySelectorAll('#table tbody tr')].map("
                      "row => [...row.children].map(cell => cell.firstElementChild?.textContent || cell.textContent))")


def watch(site, window, screenshots, patience):
    window.open(site.page)
    until(lambda: "watched" in " ".join(text(window, ".sweep-name")), "the sweep is not shown")
    until(lambda: len(rows(window)) == 14, "the table has not its rows")
    window.run("window.stays = true")
    holds("the page loads while a sweep runs")

    second = [site.worker(1, under=NAMED if os.geteuid() == 0 else ()), site.worker(2)][1]
    until(lambda: len(text(window, "#worker-rows tr")) == 2, "the workers are not shown")
    until(lambda: any(cell and cell[0].isdigit() for row in rows(window) for cell in row[3:]), "no figure comes")
    assert window.run("return window.stays") is True
    holds("the table fills without a reload")

    os.killpg(second.pid, signal.SIGKILL)
    second.wait()
    took = until(lambda: any("away" in state or "no sign" in state for state in text(window, ".state")),
                 "the death of a worker does not show", patience)
    holds(f"a worker's death shows within {patience} s (it took {took:.1f} s)")
    site.worker(2)
    site.submit("failing", FAILING)

    until(lambda: text(window, ".sweep-counts")[-1].startswith("14 of"), "the sweep does not end")
    until(lambda: all(row[3].strip("-")[:1].isdigit() for row in rows(window)), "figures are missing")
    window.run("document.querySelector('#table [data-column=\"3\"]').click()")
    until(lambda: [float(row[3].split()[0]) for row in rows(window)] == sorted(float(row[3].split()[0]) for row in rows(window)),
          "the rows are not sorted")
    assert window.run("return document.querySelector('#table [aria-sort=\"ascending\"]').textContent") == "SPC"
    window.run("const field = document.getElementById('filter'); field.value = 'vgg16 target=G';"
               "field.dispatchEvent(new Event('input'))")
    until(lambda: len(rows(window)) == 6 and all(row[2] == "G" for row in rows(window)), "the rows are not filtered")
    holds("sorting and filtering work")
    for width in (360, 1280, 2560):
        window.resize(width, 1200)
        assert window.run("return document.documentElement.scrollWidth <= innerWidth"), f"it is too wide for {width} px"
        window.screenshot(screenshots / f"dashboard-{width}.png")
        if width == 360:
            check_accessibility(window, "360 pixels")
    window.resize(1280, 1000)
    holds("the page fits 360, 1,280 and 2,560 pixels")

    window.run("document.querySelector('#table .open').focus()")
    window.press("Enter")
    until(lambda: len(window.run("return [...document.querySelectorAll('#row .heat')].map(one => one.width)")) == 5,
          "the maps do not come")
    colours = window.run("""return new Set([...document.querySelectorAll('#row .heat')].flatMap(canvas => Array.from(
        canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data))).size""")
    assert colours > 20, "the maps are blank"
    assert HOSTILE + ".png" in " ".join(text(window, "#row figcaption"))
    window.screenshot(screenshots / "dashboard-maps.png")
    check_accessibility(window, "the maps")
    window.press("Escape")
    until(lambda: not window.run("return document.getElementById('row').open"), "Escape does not close the maps")
    holds("the map view opens by keyboard, draws, and closes")


def check_hostile_names(window):
    described = text(window, "#results-description")[0]
    assert HOSTILE in described, described
    if os.geteuid() == 0:
        assert "<b>lab</b>" in text(window, "#worker-rows th"), text(window, "#worker-rows th")
    assert window.run("return window.hacked") is None
    assert window.run("return document.querySelector('main b, main img, dialog img')") is None
    holds("names of sweeps, files and hosts show as text")


def check_keyboard(site, window):
    """The tabulator goes through the page as it is read, to things that can be seen to have the focus."""
    window.open("about:blank")
    window.open(site.page)
    until(lambda: rows(window) and text(window, "#worker-rows tr"), "the page does not come again")
    places = []
    for _ in range(12):
        window.press("Tab")
        places.append(window.run("""const one = document.activeElement, style = getComputedStyle(one);
            return {place: [...document.querySelectorAll('*')].indexOf(one), name: one.outerHTML.slice(0, 80),
                    isSeen: style.outlineStyle !== 'none' || style.boxShadow !== 'none'}"""))
    order = [one["place"] for one in places]
    assert order == sorted(order) and len(set(order)) == len(order), f"the tabulator leaps: {places}"
    hidden = [one["name"] for one in places if not one["isSeen"]]
    assert not hidden, f"the focus cannot be seen at {hidden}"


def check_failures(site, window):
    until(lambda: any("failed" in counts for counts in text(window, ".sweep-counts")), "the other sweep does not fail")
    window.run("[...document.querySelectorAll('.sweep')].find(one => one.textContent.startsWith('failing')).click()")
    until(lambda: "too small" in " ".join(text(window, ".cause")), "the cause of the failure does not show")
    window.run("document.querySelector('.failed-trials').parentElement.open = true")
    check_accessibility(window, "failed trials")
    window.run("document.getElementById('retry').click()")
    window.run("document.getElementById('token').value = 'this-is-another-token'; document.querySelector('#access .primary').click()")
    until(lambda: "not the dashboard's token" in text(window, "#retry-hint")[0], "a wrong token is not refused")
    window.run("document.querySelector('.failed-trials button').click()")
    window.run("document.getElementById('token').value = arguments[0]; document.querySelector('#access .primary').click()", TOKEN)
    until(lambda: "1 task put back in the queue, with 1 other trial" in text(window, "#retry-hint")[0] or not text(window, "#failures:not([hidden])"),
          "the failed task is not retried")
    complaints = [one["message"] for one in window.console() if one["level"] == "SEVERE"]
    # The browser itself writes every refusal to the console.
    assert all("401" in one for one in complaints), complaints
    holds("failed trials show their cause, and are tried again by whoever has the token")


def run(program, screenshots, patience):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="posweep-dashboard-"))
    site = window = None
    try:
        (folder / "images").mkdir()
        targets = folder / "targets"
        subprocess.run([program, "targets", "--size", "48", "--output", str(targets)], check=True, stdout=subprocess.DEVNULL)
        shutil.copy(targets / "G.png", folder / "images" / f"{HOSTILE}.png")
        shutil.copy(targets / "H.png", folder / "images" / "zebra.png")
        site = Site(program, folder)
        site.submit("watched", SWEEP)
        window = Browser()
        watch(site, window, screenshots, patience)
        check_hostile_names(window)
        for colours in ("light", "dark"):
            window.use_colours(colours)
            check_accessibility(window, colours)
            window.screenshot(screenshots / f"dashboard-{colours}.png")
        window.use_colours("light")
        check_keyboard(site, window)
        holds(f"nothing stands in the way of keyboards and screen readers, in light and in dark, by {checkers()}")
        check_no_complaint(window)
        holds("the console is empty")
        check_failures(site, window)
        window.use_colours("light")
        window.screenshot(screenshots / "dashboard-failures.png")
        window.open(site.page.rstrip("/") + "/plain")
        check_accessibility(window, "the page without scripts")
        holds("the page without scripts is as open to everybody")
        check_report(program, folder, "watched", window, screenshots)
        holds("the report needs nothing but itself, stands in nobody's way, and prints whole")
    finally:
        if window:
            window.close()
        if site:
            site.end()
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--screenshots", required=True, type=pathlib.Path)
    parser.add_argument("--patience", type=float, default=5, help="seconds until a worker's death has to show; on a busy host, more")
    options = parser.parse_args()
    if not browser.is_there:
        print("skipped: there is no chromium with its chromedriver")
        sys.exit(77)
    options.screenshots.mkdir(parents=True, exist_ok=True)
    run(str(options.program.resolve()), options.screenshots.resolve(), options.patience)


if __name__ == "__main__":
    main()
