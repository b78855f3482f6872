#!/usr/bin/env python3
"""Runs the commands of every page as they stand there, in order, in one shell for each page.

    python3 Tests/Documentation/blocks.py [--program POSWEEP] [--page README.md]...

Each page has a copy of the tracked files, a home, and name spaces of its own: ports 5555 and 8080 are free, and when it ends
nothing that it has started is left. `posweep` is the program under test; standins.py says what else is not what it is elsewhere,
listed.py which commands are not run, and why. A block of YAML with a `name` becomes NAME.yaml, and `posweep plan` has to
accept it; one without is a part of a sweep, and is checked in one. A block behind commands shows what the last of them prints:
all but the numbers has to be so. What a console block shows has to be so to the letter.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import standins
from document import Block, Command, blocks, commands, shape, transcript
from listed import BEFORE, NOT_RUN, PAGES_NOT_RUN, STATUSES, TOOLS
from terminal import SERVER, Failed, Terminal

from coordination import REPOSITORY, program, skip

NAME_SPACES = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
# What a sweep needs beside a part that a page shows.
REST_OF_A_SWEEP = {
    "data": "{train: {synthetic: leaves, count: 8}, test: {natural: {synthetic: leaves, count: 4}}}",
    "training": "{data: {train: {synthetic: scenes, count: 8}, test: {new: {synthetic: scenes, count: 4}}}}",
}
# What an owner's rules begin with, where a page shows some.
OWNERS_KEYS = ("preset:", "start_idle_time:")


def tracked_files():
    """Those of the repository, and those that are about to be."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout
    return [name for name in listed.split("\0") if name and (REPOSITORY / name).is_file()]


class Page:
    """A page with its shell."""

    def __init__(self, name, folder, binary, is_wordy):
        self.name, self.folder, self.is_wordy = name, folder, is_wordy
        self.tree, self.home = folder / "posweep", folder / "home"
        self.home.mkdir()
        for file in tracked_files():
            (self.tree / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / file, self.tree / file)
        self.path = self.tree / name
        standins.make(self.path.read_text(), self.home, self.tree, binary)
        standins.commands(folder / "bin", binary)
        # The program asks for the home of the account where these are not set.
        own = {f"XDG_{kind}_HOME": str(self.home / place) for kind, place in
               {"CONFIG": ".config", "CACHE": ".cache", "STATE": ".local/state", "DATA": ".local/share"}.items()}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "POSWEEP", "PYTHON"))}
        self.terminal = Terminal(
            self.tree, kept | own | {"HOME": str(self.home), "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}, folder / "terminal")
        self.failures, self.last, self.rules = [], None, None
        self.not_run, self.statuses = NOT_RUN.get(name, {}), STATUSES.get(name, {})
        self.unseen = {*self.not_run, *self.statuses}

    def fails(self, line, what, why):
        self.failures.append(f"{self.name}:{line}: {what}\n{why.rstrip()}")

    def run(self, command: Command):
        """Runs a command, or finds it listed."""
        self.last, begun = None, time.monotonic()
        self.unseen.discard(command.key)
        if command.key in self.not_run:
            return
        if missing := [tool for tool in TOOLS if tool in command.key.split() and not shutil.which(tool)]:
            print(f"skipped: {self.name}:{command.line}: there is no {missing[0]} here", flush=True)
            return
        expected, _ = self.statuses.get(command.key, (0, "what ends well"))
        try:
            if SERVER.search(command.key):
                self.terminal.start(command.text)
            else:
                self.last = self.terminal.run(command.text)
                if self.last.status != expected:
                    self.fails(command.line, command.text, f"status {self.last.status}\n{self.last.output}{self.last.errors}")
        except Failed as failure:
            self.fails(command.line, command.text, str(failure))
        if self.is_wordy:
            print(f"{time.monotonic() - begun:7.1f} s  {command.key}", flush=True)

    def prints(self, sample: Block):
        """Whether the last command has printed what the page shows, whatever the numbers were."""
        if self.last is None:
            self.fails(sample.line, "a sample", "the command before it is not run, or a server: there is nothing to compare this with")
            return
        lines = {shape(line) for line in self.last.output.splitlines()}
        for number, line in enumerate(sample.text.splitlines(), sample.line):
            if line.strip() not in ("", "…") and shape(line) not in lines:
                self.fails(number, line, f"is not what is printed:\n{self.last.output}")

    def plan(self, block: Block):
        """Whether `posweep plan` accepts a sweep file, or a part of one."""
        first = block.text.split(":", 1)[0]
        text = block.text + "\n"
        if first == "name":
            file = self.tree / f"{block.text.splitlines()[0].split(':')[1].strip()}.yaml"
        else:
            file = self.tree / f"part-{block.line}.yaml"
            text += "".join(f"{key}: {value}\n" for key, value in REST_OF_A_SWEEP.items() if f"\n{key}:" not in f"\n{text}")
        file.write_text(text)
        outcome = self.terminal.run(f"posweep plan {file}")
        if outcome.status != 0:
            self.fails(block.line, first, outcome.errors)

    def owner_says(self, block: Block):
        """Makes an owner's rules those of this host."""
        self.rules = self.home / ".config/posweep/owner.yaml"
        self.rules.parent.mkdir(parents=True, exist_ok=True)
        self.rules.write_text(block.text + "\n")

    def follows_owner(self):
        """Whether a worker on a page with an owner's rules has read them."""
        for server in self.terminal.servers:
            if self.rules and server.kind == "worker" and str(self.rules) not in server.log.read_text():
                self.fails(0, server.command, f"does not follow {self.rules}:\n{server.log.read_text()}")

    def go_through(self):
        for command in BEFORE.get(self.name, []):
            self.run(Command(0, command))
        parts = blocks(self.path)
        # An owner's rules hold for all that a page starts.
        for block in parts:
            if block.text.startswith(OWNERS_KEYS):
                self.owner_says(block)
        for before, block in zip([None, *parts], parts):
            match block.language:
                case "sh":
                    for command in commands(block):
                        self.run(command)
                case "yaml" if not block.text.startswith(OWNERS_KEYS):
                    self.plan(block)
                case "console":
                    for command, printed in transcript(block):
                        self.run(command)
                        if self.last and self.last.output.rstrip() != "\n".join(printed).rstrip():
                            self.fails(command.line, command.text, f"does not print what the page shows:\n{self.last.output}")
                case "" if before and before.language == "sh":
                    self.prints(block)
        self.follows_owner()
        self.terminal.close()
        for key in sorted(self.unseen):
            self.fails(0, key, "is listed in listed.py, and not on the page")


def check_lists(pages):
    """What the lists say of other files has to be so."""
    wrong = [f"listed.py has {name}, which has no commands" for name in NOT_RUN | STATUSES if name not in pages]
    reasons = [(name, reason) for name, lines in NOT_RUN.items() for reason in lines.values()] + list(PAGES_NOT_RUN.items())
    for name, reason in reasons:
        if reason.file and reason.text not in (REPOSITORY / reason.file).read_text():
            wrong.append(f"{name}: {reason.file} does not run it: there is no '{reason.text}'")
    return wrong


def inside(name, binary, is_wordy):
    """Goes through a page, in name spaces of its own."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with tempfile.TemporaryDirectory(prefix="posweep-page-") as top:
        folder = Path(top)
        (folder / "hosts").write_text("127.0.0.1 localhost " + " ".join(standins.HOSTS) + "\n")
        subprocess.run(["mount", "--bind", folder / "hosts", "/etc/hosts"], check=True)
        page = Page(name, folder, binary, is_wordy)
        try:
            page.go_through()
        except Failed as failure:
            page.fails(0, "the shell", str(failure))
        finally:
            subprocess.run(["umount", "/etc/hosts"], check=True)
        for failure in page.failures:
            print(failure, flush=True)
        sys.exit(1 if page.failures else 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", help="the program to test; by default what was built last")
    parser.add_argument("--page", action="append", help="only this one; can be repeated")
    parser.add_argument("--times", action="store_true", help="print how long each command takes")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    options = parser.parse_args()
    binary = program([options.program] if options.program else [])
    if options.inside:
        inside(options.inside, binary, options.times)
    spaces = NAME_SPACES if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", *NAME_SPACES[1:]]
    trial = [*spaces, "mount", "--bind", "/etc/hosts", "/etc/hosts"]
    if not shutil.which("unshare") or subprocess.run(trial, capture_output=True).returncode != 0:
        skip("needs name spaces: root, or users who may make some")
    pages = [name for name in tracked_files() if name.endswith(".md") and any(
        block.language in ("sh", "console", "yaml") for block in blocks(REPOSITORY / name))]
    wrong = check_lists(pages)
    for what in wrong:
        print(what)
    failed = []
    for name in [name for name in options.page or pages if name not in PAGES_NOT_RUN]:
        begun = time.monotonic()
        if subprocess.run([*spaces, sys.executable, __file__, "--program", binary, "--inside", name, *["--times"] * options.times]).returncode != 0:
            failed.append(name)
        print(f"{name}: {'failed' if name in failed else 'passed'} in {time.monotonic() - begun:.1f} s", flush=True)
    if wrong or failed:
        sys.exit(1)


main()
