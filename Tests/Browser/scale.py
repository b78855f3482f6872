#!/usr/bin/env python3
"""The dashboard of a large sweep with many workers, watched for a while in a real browser.

    swift build -c release
    Tests/Browser/scale.py --program .build/release/posweep [--minutes 10] [--workers 200] [--trials 100000]

A coordinator with its state and its dashboard, a sweep that is nearly finished when the page is opened, and workers that hand in
the rest meanwhile, leave, are replaced, and fail now and then (crowd.py). Somebody sorts, filters, turns pages, opens maps and
scrolls. Prints what was measured, and ends with 1 where the page does not paint within a second, or its heap or its nodes grow; with
77 where there is no Chromium.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import sys
import tempfile
import time

import browser
from browser import Browser, until
from crowd import Crowd
from dashboard import Site, rows

TRIALS_A_PASS = 50
# Workers that have left and are shown for a while (BoardWatch).
FAREWELLS = 50
SWEEP = """\
name: large
description: a sweep of many trials
data: {size: 32, train: {synthetic: leaves, count: 4, seed: 1}, test: {black: {constant: 0}}}
matrix:
  encoder: [vgg16]
  encoder.seed: [%s]
  target: [H, V, G, HS, VS]
  posenet.kernel: [1, 3]
  fit.learning_rate: [0.01, 0.02, 0.05, 0.1, 0.2]
fit: {epochs: 1, batch: 4}
table: {rows: [encoder.seed, target, posenet.kernel, fit.learning_rate], columns: [test], metrics: [SPC, MAE]}
"""

# Says of every load when it showed what; and of every event how many trials the page says are finished.
WATCH = """
window.seen = [];
const begun = new MutationObserver(() => {
  const [table, workers] = [document.querySelector('#table tbody tr'), document.querySelector('#worker-rows tr')];
  if (table && window.tableAt === undefined) window.tableAt = performance.now();
  if (workers && window.workersAt === undefined) window.workersAt = performance.now();
  const counts = document.querySelector('.sweep-counts')?.textContent ?? '';
  const finished = Number(counts.split(' ')[0].replaceAll(',', ''));
  if (window.seen.at(-1)?.[1] !== finished) window.seen.push([Date.now(), finished]);
});
begun.observe(document, { subtree: true, childList: true, characterData: true });
"""


class Process:
    """What the kernel knows of a process."""

    def __init__(self, identifier):
        self.folder = pathlib.Path(f"/proc/{identifier}")

    def megabytes(self):
        return next(int(line.split()[1]) for line in (self.folder / "status").read_text().splitlines() if line.startswith("VmRSS")) / 1024

    def seconds(self):
        words = (self.folder / "stat").read_text().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def renderers(window):
    """The processes that draw the window's pages."""
    found, wanted = [], window.profile.encode()
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if b"--type=renderer" in command and wanted in command:
            found.append(Process(folder.name))
    return found


def metrics(window):
    """What a window takes, without what nobody needs any more."""
    for _ in range(2):
        window.devtools("HeapProfiler.collectGarbage")
    return {one["name"]: one["value"] for one in window.devtools("Performance.getMetrics")["metrics"]}


class Watcher:
    """Somebody who has the page open, and what it takes."""

    def __init__(self, site, window, still, crowd):
        # In the second window nobody does anything, nor looks for what it shows: that takes memory too, of the browser's driver.
        self.site, self.window, self.still, self.crowd = site, window, still, crowd
        self.seen, self.samples = [], []
        self.acts = [self.sort, self.filter, self.open_maps, self.turn_pages, self.scroll, self.rest]

    def load(self):
        self.window.devtools("Network.clearBrowserCache")
        self.window.open("about:blank")
        self.window.open(self.site.page)
        until(lambda: self.window.run("return window.tableAt !== undefined && window.workersAt !== undefined"),
              "the page does not show its table")
        return self.window.run("""return [performance.getEntriesByName('first-contentful-paint')[0].startTime,
            window.workersAt, window.tableAt].map(time => time / 1000)""")

    def fill_farewells(self):
        """Has so many workers leave that the page's list of them is full, and does not grow while it is watched."""
        def is_full():
            self.crowd.replace()
            time.sleep(0.1)
            return self.window.run("return document.querySelectorAll('#worker-rows tr[data-state=gone]').length") >= FAREWELLS

        until(is_full, "those that have left are not shown")

    def sort(self):
        self.window.run("document.querySelector('#table [data-column=\"4\"]').click()")

    def filter(self):
        self.window.run("""const field = document.getElementById('filter'); field.value = 'target=H encoder.seed=1';
            field.dispatchEvent(new Event('input'))""")

    def open_maps(self):
        self.window.run("document.querySelector('#table .open').click()")
        until(lambda: self.window.run("""return [...document.querySelectorAll('#row .heat')].length >= 3
            || document.getElementById('row-body').textContent.includes('no result yet')"""), "the maps do not come")
        time.sleep(2)
        self.window.run("document.getElementById('row-close').click()")

    def turn_pages(self):
        for name in ("next", "previous"):
            self.window.run("document.getElementById(arguments[0]).click()", name)
            time.sleep(1.5)

    def scroll(self):
        for place in ("document.body.scrollHeight", "0"):
            self.window.run(f"scrollTo(0, {place})")
            time.sleep(0.5)

    def rest(self):
        """Everything as it was when the page was opened, so that one sample can be held against another."""
        self.window.run("""const field = document.getElementById('filter'); field.value = '';
            field.dispatchEvent(new Event('input')); document.querySelector('#table [data-column="0"]').click()""")
        until(lambda: len(rows(self.window)) == 100, "the rows do not come back")

    def sample(self, at):
        self.seen += self.window.run("return window.seen.splice(0)")
        figures = metrics(self.window)
        # The list of what has failed is to grow while more fails, up to its 500 trials.
        failed = self.window.run("""const list = document.getElementById('failure-list');
            const nodes = document.createNodeIterator(list, NodeFilter.SHOW_ALL);
            let count = -1;
            while (nodes.nextNode()) count += 1;
            return {nodes: count, buttons: list.querySelectorAll('button').length}""")
        self.samples.append({
            "at": at, "heap": figures["JSHeapUsedSize"] / 1024, "still": metrics(self.still)["JSHeapUsedSize"] / 1024,
            "nodes": figures["Nodes"] - failed["nodes"], "listeners": figures["JSEventListeners"] - failed["buttons"],
            "page": max(process.megabytes() for process in renderers(self.window)),
            "coordinator": Process(self.site.coordinator.pid).megabytes()})

    def watch(self, seconds, pause):
        begun, turn = time.monotonic(), 0
        while (now := time.monotonic() - begun) < seconds:
            if self.crowd.trouble:
                raise self.crowd.trouble
            self.acts[turn % len(self.acts)]()
            turn += 1
            if turn % len(self.acts) == 0:
                self.sample(now)
                print(f"  {self.samples[-1]}", file=sys.stderr, flush=True)
            if turn % 2 == 0:
                self.crowd.replace()
            time.sleep(max(0, pause * turn - (time.monotonic() - begun)))

    def latencies(self):
        """From each result's acknowledgement until the page counts it, in seconds."""
        found, place = [], 0
        for moment, count in self.seen:
            if place == 0:
                place = count
            for number in range(place, min(count, len(self.crowd.acknowledged))):
                found.append(moment / 1000 - self.crowd.acknowledged[number])
            place = max(place, count)
        return found


def thirds(samples, name):
    """Medians of the first and of the last third, behind what warms up."""
    values = [sample[name] for sample in samples[min(2, len(samples) // 6):]]
    third = max(1, len(values) // 3)
    return statistics.median(values[:third]), statistics.median(values[-third:])


def table(title, lines):
    print(f"\n| {title} | |\n|---|--:|")
    for name, value in lines:
        print(f"| {name} | {value} |")


def judge(watcher, loads, options):
    """What does not hold."""
    wrong = []
    paints = [load[0] for load in loads]
    if max(paints) >= options.paint:
        wrong.append(f"a first paint took {max(paints):.2f} s")
    for name, share, room in (("heap", 0.05, 300), ("still", 0.05, 100), ("nodes", 0.03, 150), ("listeners", 0.05, 20)):
        first, last = thirds(watcher.samples, name)
        if last - first > max(share * first, room):
            wrong.append(f"{name} grew from {first:,.0f} to {last:,.0f}")
    return wrong


def measure(options, folder):
    site = window = still = crowd = None
    try:
        site = Site(str(options.program.resolve()), folder)
        begun = time.monotonic()
        passes = max(1, options.trials // TRIALS_A_PASS)
        site.submit("large", SWEEP % ", ".join(str(number + 1) for number in range(passes)))
        submitted = time.monotonic() - begun
        crowd = Crowd(site.endpoint, options.workers)
        until(lambda: crowd.joined >= options.workers, "the workers do not join")
        seconds = 60 * options.minutes
        crowd.limit = max(0, passes * TRIALS_A_PASS - int(1.3 * options.rate * seconds) - 2 * TRIALS_A_PASS * options.workers)
        filling = time.monotonic()
        until(lambda: crowd.trouble or len(crowd.acknowledged) >= crowd.limit - AT_REST, "the results do not come", 1200)
        filling = time.monotonic() - filling
        crowd.rate = options.rate
        window = Browser()
        still = Browser()
        for one in (window, still):
            one.devtools("Performance.enable")
        window.devtools("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        watcher = Watcher(site, window, still, crowd)
        loads = [watcher.load() for _ in range(options.loads)]
        still.open(site.page)
        watcher.fill_farewells()
        begun, busy, count = time.monotonic(), Process(site.coordinator.pid).seconds(), len(crowd.acknowledged)
        watcher.watch(seconds, options.pause)
        took = time.monotonic() - begun
        busy = (Process(site.coordinator.pid).seconds() - busy) / took
        count = (len(crowd.acknowledged) - count) / took
        complaints = [entry["message"] for entry in window.console() if entry["level"] in ("SEVERE", "WARNING")]
        show(watcher, loads, options, passes * TRIALS_A_PASS, submitted, filling, busy, count)
        return judge(watcher, loads, options) + complaints
    finally:
        for one in (window and window.close, still and still.close, crowd and crowd.end, site and site.end):
            if one:
                one()


# Results that may be on their way when the rest is said to be in.
AT_REST = 50


def show(watcher, loads, options, trials, submitted, filling, busy, rate):
    print(f"\n{trials:,} trials, {options.workers} workers, {options.minutes:g} minutes, load {os.getloadavg()[0]:.1f}")
    print(f"submitted in {submitted:.1f} s; the first {watcher.crowd.limit:,} results came in {filling:.0f} s")
    lines = []
    for place, name in enumerate(("first contentful paint", "workers shown", "table shown")):
        times = [load[place] for load in loads]
        lines.append((f"{name}, {len(times)} loads: first, median, longest",
                      f"{times[0]:.2f}, {statistics.median(times):.2f}, {max(times):.2f} s"))
    latencies = sorted(watcher.latencies())
    if latencies:
        lines.append((f"a result to its showing ({len(latencies):,}): median, 95 %, longest",
                      f"{latencies[len(latencies) // 2]:.2f}, {latencies[len(latencies) * 95 // 100]:.2f}, {latencies[-1]:.2f} s"))
    lines += [("results a second", f"{rate:.1f}"), ("the coordinator's share of a core", f"{100 * busy:.1f} %")]
    units = {"heap": "KB", "still": "KB", "nodes": "", "listeners": "", "page": "MB", "coordinator": "MB"}
    names = {"heap": "JS heap", "still": "JS heap of a window in which nobody does anything", "nodes": "DOM nodes",
             "listeners": "event listeners", "page": "the page's process", "coordinator": "the coordinator's memory"}
    for name, unit in units.items():
        values = [sample[name] for sample in watcher.samples]
        first, last = thirds(watcher.samples, name)
        lines.append((f"{names[name]}: first third, last third, least, most",
                      f"{first:,.0f}, {last:,.0f}, {min(values):,.0f}, {max(values):,.0f} {unit}".rstrip()))
    table(f"{len(watcher.samples)} samples", lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--workers", type=int, default=200)
    parser.add_argument("--trials", type=int, default=100_000)
    parser.add_argument("--rate", type=float, default=25, help="results a second while the page is watched")
    parser.add_argument("--loads", type=int, default=7)
    parser.add_argument("--paint", type=float, default=1, help="seconds within which the page has to paint")
    parser.add_argument("--pause", type=float, default=5, help="seconds between two things that somebody does; a sample is taken after six")
    options = parser.parse_args()
    if not browser.is_there:
        print("skipped: there is no chromium with its chromedriver")
        sys.exit(77)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="posweep-scale-"))
    try:
        wrong = measure(options, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for one in wrong:
        print(f"does not hold: {one}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
