"""What the pages' readers have and this host has not: photographs, weights, other hosts, a build."""

import json
import random
import shutil
import struct
import sys
import tarfile
from math import sqrt
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "ManyHosts"))
from document import blocks  # noqa: E402

from coordination import write_image  # noqa: E402

# Names of hosts on the pages; in the test's name space all of them are this one.
HOSTS = ["HOST", "login1", "lab2-07", "lab2-08"]
VGG16 = [(0, 3, 64), (2, 64, 64), (5, 64, 128), (7, 128, 128), (10, 128, 256), (12, 256, 256), (14, 256, 256), (17, 256, 512)] + [
    (index, 512, 512) for index in (19, 21, 24, 26, 28)]
RESNET152 = [(1, 64, 3), (2, 128, 8), (3, 256, 36), (4, 512, 3)]


def photographs(folder, count, seed):
    folder.mkdir(parents=True)
    for number in range(count):
        write_image(folder / f"{number:04}.png", seed + number)


def vgg16():
    for index, read, made in VGG16:
        yield f"features.{index}.weight", [made, read, 3, 3]
        yield f"features.{index}.bias", [made]


def resnet152():
    def normalised(convolution, norm, made, read, side):
        yield f"{convolution}.weight", [made, read, side, side]
        for part in ("weight", "bias", "running_mean", "running_var"):
            yield f"{norm}.{part}", [made]

    yield from normalised("conv1", "bn1", 64, 3, 7)
    read = 64
    for layer, width, count in RESNET152:
        for block in range(count):
            name = f"layer{layer}.{block}"
            yield from normalised(f"{name}.conv1", f"{name}.bn1", width, read, 1)
            yield from normalised(f"{name}.conv2", f"{name}.bn2", width, width, 3)
            yield from normalised(f"{name}.conv3", f"{name}.bn3", 4 * width, width, 1)
            if block == 0:
                yield from normalised(f"{name}.downsample.0", f"{name}.downsample.1", 4 * width, read, 1)
            read = 4 * width


def weights(file, tensors):
    """Random weights under torchvision's names and in its shapes; the program knows files by their contents, not by their names."""
    numbers = random.Random(1)
    draws = [numbers.gauss(0, 1) for _ in range(1 << 14)]
    header, offset, parts = {}, 0, []
    for name, shape in tensors:
        count = 1
        for side in shape:
            count *= side
        if len(shape) == 4:
            # He's normal; the same draws again and again, for nothing is made of them.
            scale = sqrt(2 / (shape[0] * shape[2] * shape[3]))
            piece = struct.pack(f"<{len(draws)}e", *(draw * scale for draw in draws))
            data = (piece * (2 * count // len(piece) + 1))[: 2 * count]
        else:
            value = 1 if name.endswith("running_var") or (name.endswith("weight")) else 0
            data = struct.pack("<e", value) * count
        header[name] = {"dtype": "F16", "shape": shape, "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
        parts.append(data)
    text = json.dumps(header).encode()
    with open(file, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        out.writelines(parts)


def package(file, program):
    """What cluster/package.sh makes, as far as it matters here: a folder with the program."""
    file.parent.mkdir(exist_ok=True)
    with tarfile.open(file, "w:gz", compresslevel=0) as archive:
        archive.add(program, arcname="posweep-0.1.0-linux-x86_64/posweep")


def build(file, program):
    """Where a build puts the program."""
    file.parent.mkdir(parents=True)
    file.symlink_to(program)


def readme_sweep(tree):
    """`mine.yaml`, which pages name after README."""
    return next(block.text for block in blocks(tree / "README.md") if block.text.startswith("name: mine")) + "\n"


def make(page, home, tree, program):
    """Makes what the page's text names."""
    if "mine.yaml" in page and "name: mine" not in page:
        (tree / "mine.yaml").write_text(readme_sweep(tree))
        page += readme_sweep(tree)

    def named(text, path, maker, *words):
        if text in page and not path.exists():
            maker(path, *words)

    named("DUTS-TR-Image", home / "DUTS-TR/DUTS-TR-Image", photographs, 8, 1)
    named("PASCAL-S", home / "PASCAL-S", photographs, 4, 101)
    named("photos", tree / "photos/train", photographs, 8, 201)
    named("photos", tree / "photos/test", photographs, 4, 301)
    named("~/vgg16-397923af.pth", home / "vgg16-397923af.pth", weights, vgg16())
    named("~/resnet152-394f9c45.pth", home / "resnet152-394f9c45.pth", weights, resnet152())
    named(": vgg16-397923af.pth", tree / "vgg16-397923af.pth", weights, vgg16())
    named("dist/posweep-*.tar.gz", tree / "dist/posweep-0.1.0-linux-x86_64.tar.gz", package, program)
    named(".build/debug/posweep", tree / ".build/debug/posweep", build, program)
    named("in the file `hosts`", tree / "hosts", lambda file: file.write_text("lab2-08 --threads 1\nuser@lab2-09 --threads 1\n"))
    if "file: paper/" in page:
        shutil.copytree(tree / "sweeps/paper", tree / "paper")


# The two builds that pages ask for, of the program under test; everything else is refused.
SWIFT = """#!/usr/bin/env bash
case "$*" in
"build -c release") mkdir -p .build/release && ln -sf {program} .build/release/posweep ;;
"run -c release posweep "*) shift 4 && exec {program} "$@" ;;
*) echo "swift $*: this stand-in builds and runs posweep, and nothing else" >&2; exit 70 ;;
esac
"""
# `-- HOST COMMAND`, as ssh does it: the command's words are one line for a shell, in a home of the host's own.
SSH = """#!/bin/sh
while [ "$1" != -- ]; do shift; done
home={hosts}/${{2#*@}}; shift 2; mkdir -p "$home" && cd "$home" && exec env -i HOME="$home" XDG_DATA_HOME="$home/data" \\
    XDG_STATE_HOME="$home/state" XDG_CACHE_HOME="$home/cache" XDG_CONFIG_HOME="$home/config" PATH="$PATH" sh -c "$*"
"""


def commands(folder, program):
    """A folder for the front of PATH: the program under test, and what stands for a build and for other hosts."""
    folder.mkdir()
    (folder / "posweep").symlink_to(program)
    for name, text in {"swift": SWIFT, "ssh": SSH}.items():
        (folder / name).write_text(text.format(program=program, hosts=folder.parent / "hosts.d"))
        (folder / name).chmod(0o755)
