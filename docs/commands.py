#!/usr/bin/env python3
"""What posweep says of its commands, as docs/commands.md or as manual pages.

    python3 docs/commands.py .build/debug/posweep > docs/commands.md
    python3 docs/commands.py posweep --man share/man/man1
"""

import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path


def ask(program, *words):
    # The groups of the commands stand in the help alone; nothing of it is broken into lines.
    environment = os.environ | {"COLUMNS": "1000"}
    return subprocess.run([program, *words], check=True, capture_output=True, text=True, env=environment).stdout


def shown(command):
    """A command and those below it, without what is hidden."""
    if not command.get("shouldDisplay", True) or command["commandName"] == "help":
        return
    yield command
    for below in command.get("subcommands", []):
        yield from shown(below)


def name(command):
    return " ".join([*command.get("superCommands", []), command["commandName"]])


def options(command):
    """Arguments and options, each as how it is written and what it does; what every command has is left out."""
    for argument in command.get("arguments", []):
        names = ["--" + n["name"] if n["kind"] == "long" else "-" + n["name"] for n in argument.get("names", [])]
        if not argument.get("shouldDisplay", True) or names in (["-h", "--help"], ["--version"]):
            continue
        value = f"<{argument['valueName']}>"
        dots = "..." if argument.get("isRepeating") else ""
        if argument["kind"] == "positional":
            written = value + dots
        else:
            written = ", ".join(names) + ("" if argument["kind"] == "flag" else f" {value}{dots}")
        text = " ".join(filter(None, [argument.get("abstract", ""), argument.get("discussion", "")]))
        values, default = argument.get("allValues", []), argument.get("defaultValue")
        if values and not all(v in text for v in values):
            text += f" One of {', '.join(values)}."
        if default and argument["kind"] != "flag":
            text += f" By default {default}."
        yield written, text


def usage(command):
    """The options last, and no more than a line or two."""
    words = [name(command)]
    if command.get("subcommands"):
        words.append("<subcommand>")
    positional = [a for a in command.get("arguments", []) if a["kind"] == "positional" and a.get("shouldDisplay", True)]
    required = [
        a for a in command.get("arguments", [])
        if a["kind"] == "option" and not a.get("isOptional") and a.get("shouldDisplay", True)
    ]
    for a in positional:
        value = f"<{a['valueName']}>" + (" ..." if a.get("isRepeating") else "")
        words.append(f"[{value}]" if a.get("isOptional") else value)
    words += [f"--{a['preferredName']['name']} <{a['valueName']}>" for a in required]
    if len(list(options(command))) > len(positional) + len(required):
        words.append("[options]")
    return " ".join(words)


def paragraphs(command):
    """The discussion: prose, and lines that stand as they are."""
    for part in re.split(r"\n\s*\n", command.get("discussion", "").strip("\n")):
        if part.startswith("  "):
            yield "lines", textwrap.dedent(part).splitlines()
        elif part:
            yield "prose", " ".join(part.split())


def groups(program):
    """The commands in the order and under the headings of the help."""
    heading, found = None, {}
    for line in ask(program, "--help").splitlines():
        if match := re.fullmatch(r"([A-Z ]+):", line):
            heading = match[1].capitalize()
        elif heading not in (None, "Options") and (match := re.match(r"  (\w+) ", line)):
            found.setdefault(heading, []).append(match[1])
    return found


# Markdown


def escaped(text):
    # What stands in backticks stays as it is.
    parts = text.split("`")
    return "`".join(re.sub(r"([\\<*_|\[\]])", r"\\\1", part) if i % 2 == 0 else part for i, part in enumerate(parts))


def section(command, level):
    yield f"{'#' * level} {name(command)}\n\n{escaped(command['abstract'])}\n\n```\n{usage(command)}\n```\n"
    for kind, content in paragraphs(command):
        yield "```sh\n" + "\n".join(content) + "\n```\n" if kind == "lines" else escaped(content) + "\n"
    listed = [f"- `{written}`: {escaped(text)}" for written, text in options(command)]
    if listed:
        yield "\n".join(listed) + "\n"


def markdown(program, root):
    yield (
        "# Commands\n\nThis page is what the program says of itself: `posweep COMMAND --help`. It is written by\n"
        "`python3 docs/commands.py .build/debug/posweep > docs/commands.md`, and a test compares the two.\n"
    )
    kind, about = zip(*paragraphs(root))
    yield "\n\n".join(escaped(text) for k, text in zip(kind, about) if k == "prose" and not text.startswith("Begin")) + "\n"
    commands = {command["commandName"]: command for command in root["subcommands"]}
    for heading, names in groups(program).items():
        yield f"## {heading}\n\n" + "\n".join(
            f"- [{n}](#{name(commands[n]).replace(' ', '-')}): {escaped(commands[n]['abstract'])}" for n in names
        ) + "\n"
        for n in names:
            for command in shown(commands[n]):
                yield from section(command, 3 if command is commands[n] else 4)


# Manual pages


def roff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "")
    return "\n".join("\\&" + line if line[:1] in ".'" else line for line in text.splitlines())


def manual(program, root, command):
    version = ask(program, "--version").strip()
    title = name(command).replace(" ", "-")
    lines = [
        f'.TH "{title.upper()}" "1" "" "{version}" "posweep manual"',
        ".SH NAME", f"{roff(title)} \\- {roff(command['abstract'].rstrip('.'))}",
        ".SH SYNOPSIS", f".B {roff(name(command))}", roff(usage(command).removeprefix(name(command)).strip()),
        ".SH DESCRIPTION",
    ]
    for kind, content in paragraphs(command):
        if kind == "lines":
            lines += [".PP", ".nf", ".RS 4", *map(roff, content), ".RE", ".fi"]
        elif content in ("Example:", "Examples:"):
            lines += [".SH EXAMPLES"]
        else:
            lines += [".PP", roff(content)]
    listed = list(options(command))
    if listed:
        lines += [".SH OPTIONS"]
    for written, text in listed:
        lines += [".TP", f".B {roff(written)}", roff(text)]
    below = [c for c in command.get("subcommands", []) if c.get("shouldDisplay", True) and c["commandName"] != "help"]
    if command is root:
        below = {c["commandName"]: c for c in below}
        for heading, names in groups(program).items():
            lines += [f".SH {heading.upper()}"]
            for n in names:
                lines += [".TP", f".BR {roff(title + '-' + n)} (1)", roff(below[n]["abstract"])]
    else:
        if below:
            lines += [".SH COMMANDS"]
        for c in below:
            lines += [".TP", f".BR {roff(title + '-' + c['commandName'])} (1)", roff(c["abstract"])]
        lines += [".SH SEE ALSO", f".BR {roff('-'.join(command['superCommands']))} (1)"]
    return title, "\n".join(filter(None, lines)) + "\n"


def main():
    program = sys.argv[1]
    root = json.loads(ask(program, "--experimental-dump-help"))["command"]
    if sys.argv[2:3] == ["--man"]:
        folder = Path(sys.argv[3])
        folder.mkdir(parents=True, exist_ok=True)
        for command in shown(root):
            title, page = manual(program, root, command)
            (folder / f"{title}.1").write_text(page)
    else:
        print("\n".join(markdown(program, root)), end="")


main()
