"""A Markdown page as the blocks that its reader would copy."""

import re
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^ *```(\S*)\s*$")
HEREDOC = re.compile(r"<<-?\s*'?\"?(\w+)")
COMMENT = re.compile(r"(^|\s+)#\s.*$")


LINK = re.compile(r"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]*))?\)")
CODE = re.compile(r"`[^`]*`")


@dataclass
class Block:
    language: str
    line: int
    text: str


@dataclass
class Command:
    """What a reader would type before pressing return; `key` is the same without its comment and its alignment."""

    line: int
    text: str

    @property
    def key(self):
        return " ".join(COMMENT.sub("", self.text).split())


def blocks(path: Path):
    """The fenced blocks of a page, in order."""
    found, language, begun, lines = [], None, 0, []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        fence = FENCE.match(line)
        if fence and language is None:
            language, begun, lines = fence[1], number + 1, []
        elif fence:
            found.append(Block(language, begun, "\n".join(lines)))
            language = None
        elif language is not None:
            lines.append(line)
    assert language is None, f"{path}: the block that begins in line {begun} does not end"
    return found


def commands(block: Block):
    """The commands of a block of shell; what a backslash or a here-document joins is one."""
    found, lines, begun, ends_with = [], [], 0, None
    for number, line in enumerate(block.text.splitlines(), block.line):
        if not lines and (not line.strip() or line.lstrip().startswith("#")):
            continue
        begun = begun if lines else number
        lines.append(line)
        if ends_with is None and (here := HEREDOC.search(line)):
            ends_with = here[1]
        elif ends_with is not None and line.strip() == ends_with:
            ends_with = None
        if ends_with is None and not line.endswith("\\"):
            found.append(Command(begun, "\n".join(lines)))
            lines = []
    assert not lines, f"line {begun}: a command that does not end: {lines[0]}"
    return found


def prose(path: Path):
    """The lines of a page outside its fenced blocks, with their numbers."""
    is_code = False
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if FENCE.match(line):
            is_code = not is_code
        elif not is_code:
            yield number, line


def anchors(path: Path):
    """What links to the headings of a page end in, as GitHub makes it."""
    headings = [line.lstrip("#").strip() for _, line in prose(path) if line.startswith("#")]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(path: Path):
    """The links of a page to files of the repository that are not there, or to headings that they have not."""
    for number, line in prose(path):
        for file, anchor in LINK.findall(CODE.sub("", line)):
            target = (path.parent / file).resolve() if file else path
            if not target.exists():
                yield f"{path.name}:{number}: there is no {file}"
            elif anchor and target.suffix == ".md" and anchor not in anchors(target):
                yield f"{path.name}:{number}: {target.name} has no heading #{anchor}"


def transcript(block: Block):
    """The commands of a console block behind their `$`, each with the lines that it printed."""
    found = []
    for number, line in enumerate(block.text.splitlines(), block.line):
        if line.startswith("$ "):
            found.append((Command(number, line[2:]), []))
        elif found and not found[-1][1] and found[-1][0].text.endswith("\\"):
            found[-1][0].text += "\n" + line
        elif found:
            found[-1][1].append(line)
    return found


NUMBER = re.compile(r"(?<![\w.])[-+−]?\.?\d[\d.,]*|[–…]")


def shape(line):
    """A line of output with its numbers taken out: what must not change from machine to machine."""
    return " ".join(NUMBER.sub("#", line).split())
