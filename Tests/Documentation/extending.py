#!/usr/bin/env python3
"""Adds the encoder, the target and the metric of docs/extending.md to posweep, and shows that they work.

    python3 Tests/Documentation/extending.py

The code is the page's own: what stands behind `<!-- adds FILE -->` is a new file, what stands behind `<!-- edits FILE -->` shows
where lines go. It is applied to the tree as a private overlay shows it, so that neither the tree nor its .build changes;
where such a mount is not permitted, this says so and ends with 77. The build takes up from what .build holds.

Prints what holds, one line each, and ends with 1 at the first that does not.
"""

import array
import csv
import json
import math
import operator
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"<!-- (adds|edits) (\S+) -->\n```(?:swift|diff)\n(.*?)```\n", re.DOTALL)
LIMIT = 50
SKIPPED = 77

SWEEP = """\
name: extended
data:
  size: 32
  maps: 3
  rings: 2
  train: {synthetic: leaves, count: 6, seed: 1}
  test: {natural: {synthetic: leaves, count: 3, seed: 2}}
matrix: {encoder: [cornet_z, none], target: [D, H]}
fit: {epochs: 2, batch: 3, decay_at: [1]}
"""


def holds(what, truth, seen=""):
    if not truth:
        sys.exit(f"✗ {what}\n{seen}")
    print(f"✓ {what}", flush=True)


# The page


def sections():
    """The title of each section that has code, and its changes: what is done, to which file, how."""
    page = (ROOT / "docs/extending.md").read_text()
    parts = re.split(r"^## ", page, flags=re.MULTILINE)[1:]
    return {part.split("\n", 1)[0]: BLOCK.findall(part) for part in parts}


def added(kind, code):
    return [line for line in code.splitlines() if kind == "adds" or line.startswith("+")]


def check_sizes():
    found = sections()
    holds("the page adds an encoder, a target and a metric", list(found) == ["An encoder", "A target", "A metric"], found)
    for title, changes in found.items():
        lines = sum(len(added(kind, code)) for kind, _, code in changes)
        # A new file has one line beside it, in a list.
        whole = [len(added(kind, code)) for kind, _, code in changes if kind == "adds"]
        beside = [len(added(kind, code)) for kind, _, code in changes if kind == "edits"]
        in_one_file = (len(whole), beside) in [(1, [1])] or (len(whole), len(beside)) == (0, 1)
        holds(f"{title.lower()}: {lines} lines, in one file", lines < LIMIT and in_one_file, changes)


def apply(changes, tree):
    for kind, name, code in changes:
        path = tree / name
        if kind == "adds":
            if path.exists():
                sys.exit(f"✗ {name} is there already")
            path.write_text(code)
            continue
        text = path.read_text()
        for hunk in re.split(r"^@@\n", code, flags=re.MULTILINE):
            lines = hunk.splitlines(keepends=True)
            before = "".join(line[1:] for line in lines if not line.startswith("+"))
            after = "".join(line[1:] for line in lines)
            if text.count(before) != 1:
                sys.exit(f"✗ {name} has {text.count(before)} places, not one, that read\n{before}")
            text = text.replace(before, after)
        path.write_text(text)


# The tree


def overlay(scratch):
    """Lays an empty layer over the tree, in this process's own view of the file system; whether that is permitted."""
    for attempt in ["beside", "in memory"]:
        if attempt == "in memory" and mount("-t", "tmpfs", "tmpfs", scratch):
            return False
        (scratch / "upper").mkdir()
        (scratch / "work").mkdir()
        layers = f"lowerdir={ROOT},upperdir={scratch}/upper,workdir={scratch}/work"
        if not mount("-t", "overlay", "overlay", "-o", layers, ROOT):
            return True
    return False


def mount(*words):
    return subprocess.run(["mount", *map(str, words)], stderr=subprocess.DEVNULL).returncode


def build(scratch):
    for changes in sections().values():
        apply(changes, ROOT)
    new = [ROOT / name for changes in sections().values() for _, name, _ in changes]
    lint = subprocess.run(["swift", "format", "lint", "--strict", *new], capture_output=True, text=True, cwd=ROOT)
    holds("the code is formatted as the house formats it", lint.returncode == 0, lint.stderr)
    built = subprocess.run(
        ["swift", "build", "--product", "posweep"], cwd=ROOT, capture_output=True, text=True, timeout=1_500,
        env={**os.environ, "TMPDIR": str(scratch)})
    holds("posweep builds with it", built.returncode == 0, built.stdout[-4_000:] + built.stderr[-4_000:])


def posweep(*words, folder, status=0):
    run = subprocess.run(
        [ROOT / ".build/debug/posweep", *map(str, words)], cwd=folder, capture_output=True, text=True, timeout=300)
    if run.returncode != status:
        sys.exit(f"✗ posweep {' '.join(map(str, words))}: status {run.returncode}\n{run.stdout}{run.stderr}")
    return run.stdout + (run.stderr if status else "")


# Files, as their formats define them


def read_npy(path):
    data = path.read_bytes()
    length = struct.unpack("<H", data[8:10])[0]
    shape = re.search(rb"'shape': \(([^)]*)\)", data[:10 + length]).group(1)
    return [int(n) for n in shape.split(b",") if n.strip()], array.array("f", data[10 + length:]).tolist()


def write_npy(path, side, values):
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({side}, {side}), }}".ljust(117) + "\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + array.array("f", values).tobytes())


def write_png(path, side, pixels):
    """An RGB picture; pixels as a list of rows of bytes."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + bytes(row) for row in pixels)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def write_safetensors(path, tensors):
    header, data = {}, b""
    for name, (shape, values) in tensors.items():
        raw = array.array("f", values).tobytes()
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


# What they should compute, by their definitions


def single(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def rmse(prediction, truth):
    return math.sqrt(sum((p - t) ** 2 for p, t in zip(prediction, truth)) / len(truth))


def convolved(maps, weights, bias, kernel, stride):
    """A convolution with zero padding and a rectifier; maps as [row][column][channel], weights as [output][row][column][input]."""
    reach = kernel // 2
    zeros = [0.0] * len(maps[0][0])
    width = len(maps)
    padded = [[zeros] * (width + 2 * reach)] * reach
    padded = padded + [[zeros] * reach + row + [zeros] * reach for row in maps] + padded
    result = []
    for y in range(0, width, stride):
        result.append([])
        for x in range(0, width, stride):
            window = [value for row in padded[y:y + kernel] for pixel in row[x:x + kernel] for value in pixel]
            result[-1].append([max(0.0, b + sum(map(operator.mul, window, w))) for w, b in zip(weights, bias)])
    return result


def pooled(maps):
    """A max-pool of 3x3 windows with stride 2, of which one at the border is smaller."""
    def window(y, x):
        return [pixel for row in maps[max(0, y - 1):y + 2] for pixel in row[max(0, x - 1):x + 2]]
    return [[list(map(max, zip(*window(y, x)))) for x in range(0, len(maps), 2)] for y in range(0, len(maps), 2)]


# The checks


def check_target(folder):
    side = 17
    posweep("targets", "--size", side, "--output", "targets", folder=folder)
    shape, values = read_npy(folder / "targets/D.npy")
    expected = [(x + y) / (2 * (side - 1)) for y in range(side) for x in range(side)]
    holds("posweep targets writes D.npy and D.png, by the formula",
          shape == [side, side] and (folder / "targets/D.png").exists()
          and all(abs(value - wanted) < 1e-6 for value, wanted in zip(values, expected)), values)
    return expected


def check_metric(folder, truth):
    side = math.isqrt(len(truth))
    prediction = [single(random.Random(8).random() * value) for value in truth]
    write_npy(folder / "prediction.npy", side, prediction)
    score = json.loads(posweep("score", "prediction.npy", "targets/D.npy", "--json", folder=folder))
    holds("posweep score has RMSE beside SPC and MAE, by the formula",
          sorted(score["mean"]) == ["mae", "rmse", "spc"] and abs(score["mean"]["rmse"] - rmse(prediction, truth)) < 1e-6, score)


def check_encoder(folder):
    draw = random.Random(8)
    side = 32
    picture = [[draw.randrange(256) for _ in range(3 * side)] for _ in range(side)]
    write_png(folder / "image.png", side, picture)
    maps = [[[byte / 255 for byte in row[3 * x:3 * x + 3]] for x in range(side)] for row in picture]

    areas = [("V1", 3, 64, 7, 2), ("V2", 64, 128, 3, 1), ("V4", 128, 256, 3, 1), ("IT", 256, 512, 3, 1)]
    tensors, stages = {}, []
    for name, inputs, outputs, kernel, stride in areas:
        size = inputs * kernel * kernel
        scale = math.sqrt(6 / size)
        weights = [[draw.uniform(-scale, scale) for _ in range(size)] for _ in range(outputs)]
        bias = [draw.uniform(-0.1, 0.1) for _ in range(outputs)]
        tensors[f"module.{name}.conv.weight"] = [outputs, inputs, kernel, kernel], [w for one in weights for w in one]
        tensors[f"module.{name}.conv.bias"] = [outputs], bias
        # From [input][row][column] to [row][column][input].
        places = [i * kernel * kernel + place for place in range(kernel * kernel) for i in range(inputs)]
        inner = [[one[place] for place in places] for one in weights]
        stages.append(convolved(pooled(maps) if stages else maps, inner, bias, kernel, stride))
        maps = stages[-1]
    write_safetensors(folder / "cornet.safetensors", tensors)

    found = posweep("weights", "inspect", "cornet.safetensors", folder=folder)
    holds("posweep weights inspect knows a file of its tensors, behind a prefix", "cornet_z" in found, found)
    for number, stage in enumerate(stages, start=1):
        posweep("features", "--encoder", "cornet_z", "--weights", "cornet.safetensors", "--stages", number, "--size", len(stage), "--image-size", side,
                "image.png", "--output", "features.npy", folder=folder)
        shape, values = read_npy(folder / "features.npy")
        wanted = [value for row in stage for pixel in row for value in pixel]
        error = math.dist(values, wanted) / math.hypot(*wanted) if len(values) == len(wanted) else math.inf
        holds(f"stage {number} of cornet_z is that of its definition: {shape[1]}x{shape[2]}, {shape[3]} channels",
              error < 2e-5, f"shape {shape}, relative L2 error {error}")


def check_sweep(folder):
    (folder / "extended.yaml").write_text(SWEEP)
    reference = posweep("plan", "--reference", folder=folder)
    holds("the reference of sweep files lists the encoder, the target and the metric",
          all(re.search(rf"\b{word}\b", reference) for word in ["cornet_z", "D", "RMSE"]), reference)
    wrong = posweep("plan", "extended.yaml", "--set", "encoder.stages=[5]", folder=folder, status=64)
    holds("a stage that cornet_z does not have is refused", "cornet_z" in wrong and "5" in wrong, wrong)
    table = posweep("run", "extended.yaml", "--workers", "1", "--state", "state", folder=folder)
    print(table)
    holds("a sweep's table shows the encoder, the target and the metric",
          all(word in table for word in ["cornet_z", "D", "RMSE"]), table)

    posweep("maps", "--state", "state", "--size", "32", "--output", "maps", folder=folder)
    rows = list(csv.DictReader(posweep("table", "--state", "state", "--format", "csv", folder=folder).splitlines()))
    holds("its rows are the grid's", sorted((row["encoder"], row["target"]) for row in rows)
          == [("cornet_z", "D"), ("cornet_z", "H"), ("none", "D"), ("none", "H")], rows)
    errors = {}
    for trial in (folder / "maps").iterdir():
        pairs = [[read_npy(trial / f"natural-{image}-{what}.npy")[1] for what in ["prediction", "truth"]] for image in range(3)]
        key = [word for word in ["cornet_z", "none"] if word in trial.name] + re.findall(r"(?<![A-Za-z])[DH](?![A-Za-z])", trial.name)
        errors[tuple(key)] = sum(rmse(*pair) for pair in pairs) / len(pairs)
    holds("RMSE in the table is that of the maps that were predicted",
          all(abs(float(row["RMSE"]) - errors[row["encoder"], row["target"]]) < 1e-4 for row in rows), (rows, errors))


def main():
    check_sizes()
    private = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
    if not shutil.which("unshare") or subprocess.run([*private, "true"], stderr=subprocess.DEVNULL).returncode:
        print("skipped: the rest takes a mount namespace, which this machine does not permit")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="posweep-extending-") as scratch:
        # In its own view of the file system, which goes with it.
        return subprocess.run([*private, sys.executable, Path(__file__).resolve(), "--inside", scratch]).returncode


def inside(scratch):
    if not overlay(scratch):
        print("skipped: the rest takes an overlay over the tree, which this machine does not permit")
        return SKIPPED
    build(scratch)
    folder = scratch / "work-folder"
    folder.mkdir()
    truth = check_target(folder)
    check_metric(folder, truth)
    check_encoder(folder)
    check_sweep(folder)
    return 0


if __name__ == "__main__":
    sys.exit(inside(Path(sys.argv[2])) if sys.argv[1:2] == ["--inside"] else main())
