"""Runs the blocks of docs/notebooks.md on a real sweep, and checks what they compute against what this file computes itself.

    python3 Tests/Documentation/notebooks.py --program .build/debug/posweep numpy|pandas|matplotlib|duckdb|r
"""

import argparse
import csv
import json
import math
import os
import pathlib
import re
import statistics
import subprocess
import tempfile

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "notebooks.md"

SWEEP = """
name: quickstart
data:
  size: 48
  train: {synthetic: leaves, count: 8, seed: 1}
  test:
    natural: {synthetic: leaves, count: 3, seed: 2}
    black: {constant: 0}
encoder: {normalise: imagenet}
matrix: {encoder: [none, vgg16], encoder.padding: [zero, reflect], target: [H, HS]}
seeds: 2
fit: {epochs: 3, batch: 4, decay_at: [2]}
table: {rows: [encoder, target], columns: [test], metrics: [SPC, MAE]}
"""


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)


def posweep(*words):
    subprocess.run(["posweep", *words], check=True, stdout=subprocess.DEVNULL)


def run_sweep(program):
    """The page's own commands, behind the run of a small sweep of the name that they use."""
    pathlib.Path("quickstart.yaml").write_text(SWEEP)
    os.environ["PATH"] = f"{program.parent}:{os.environ['PATH']}"
    posweep("run", "quickstart.yaml", "--workers", "1")
    for block in blocks("sh"):
        subprocess.run(["bash", "-euc", block], check=True)


def finished():
    with open("results.csv", newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["state"] == "finished"]
    assert len(rows) == 24, f"12 trials on 2 test sets, not {len(rows)} lines"
    return rows


def expected():
    """Mean, deviation and number of SPC over the seeds, by test set, encoder, padding and target."""
    values = {}
    for row in finished():
        values.setdefault((row["test"], row["encoder"], row["encoder.padding"], row["target"]), []).append(row["SPC"])
    defined = {key: [float(text) for text in texts if text] for key, texts in values.items()}
    return {key: (statistics.mean(found), statistics.stdev(found), len(found)) for key, found in defined.items() if found}


def close(one, other, tolerance=1e-9):
    return math.isclose(one, other, rel_tol=tolerance, abs_tol=tolerance)


def run_python(library=None):
    """Runs the page's Python as one notebook; blocks for another library than this are left out."""
    space = {}
    for block in blocks("python"):
        needed = {"matplotlib", "duckdb"} & set(re.findall(r"^import (\w+)", block, re.MULTILINE))
        if needed <= {library}:
            exec(compile(block, str(PAGE), "exec"), space)
    return space


def ranks(np, values):
    """Ranks from 1, those of equal values averaged."""
    flat = values.ravel()
    _, place, count = np.unique(flat, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return ((last - count + 1 + last) / 2)[place]


def check_numpy():
    import numpy as np

    maps = json.load(open("maps.json"))["maps"]
    assert len(maps) == 12 * 4, f"a map of each of 12 trials for each of 4 images, not {len(maps)}"
    figures, truths = {}, {}
    for entry in maps:
        prediction, truth = np.load(entry["prediction"]), np.load(entry["truth"])
        truths[entry["target"]] = truth
        for array in (prediction, truth):
            assert array.dtype == np.dtype("<f4") and array.shape == (48, 48) == (entry["size"],) * 2, entry
            assert array.flags.c_contiguous and array.min() >= 0 and array.max() <= 1
        if entry["target"] == "H":
            # From the left to the right, the same in every row.
            assert np.allclose(truth, np.linspace(0, 1, 48)[None, :], atol=1e-6)
        scores = figures.setdefault((entry["trial"], entry["test"]), ([], []))
        prediction, truth = prediction.astype(float), truth.astype(float)
        scores[0].append(np.abs(prediction - truth).mean())
        # One that was constant before it was enlarged is so up to rounding.
        if np.ptp(prediction) > 1e-6:
            scores[1].append(np.corrcoef(ranks(np, prediction), ranks(np, truth))[0, 1])
    posweep("targets", "--size", "48", "--output", "targets")
    assert np.array_equal(np.load("targets/H.npy"), truths["H"]) and np.array_equal(np.load("targets/HS.npy"), truths["HS"])
    pictures = [f"targets/{name}.png" for name in ("H", "V", "G")]
    posweep("features", "--image-size", "48", "--stages", "1,2", *pictures, "--output", "features.npy")
    features = np.load("features.npy")
    assert features.dtype == np.dtype("<f4") and features.shape == (3, 28, 28, 64 + 128)
    # All images have a map here, so the table's figures are those of the files.
    for row in finished():
        mae, spc = figures[row["trial"], row["test"]]
        assert len(mae) == int(row["images"]) and len(mae) - len(spc) == int(row["SPC_undefined"]), row
        assert close(statistics.mean(mae), float(row["MAE"]), 1e-6), row
        assert (close(statistics.mean(spc), float(row["SPC"]), 1e-6) if spc else row["SPC"] == ""), row


def check_pandas():
    space = run_python()
    assert space["varied"] == ["encoder", "encoder.padding", "target"], space["varied"]
    table = space["finished"].groupby(["test", "encoder", "encoder.padding", "target"], dropna=False).SPC.agg(["mean", "std", "count"])
    found = {tuple("" if part != part else part for part in key): tuple(row) for key, row in table.iterrows()}
    for key, figures in expected().items():
        assert all(map(close, found[key], figures)), key
    # What the page says is over nothing but seeds.
    assert space["finished"].groupby(["test", *space["varied"]], dropna=False).seed.nunique().eq(2).all()
    cell = space["paper"].loc[("vgg16", "zero"), ("SPC", "natural", "H")]
    assert close(cell, expected()["natural", "vgg16", "zero", "H"][0])
    assert (space["compared"].MAE - space["compared"]["mean"]).abs().max() < 1e-6
    # The raw image has no padding, and is a row of the pivot all the same.
    assert "none" in space["paper"].index.get_level_values(0)


def check_matplotlib():
    run_python("matplotlib")
    assert pathlib.Path("case.png").read_bytes().startswith(b"\x89PNG")


def check_duckdb():
    import duckdb

    run_python("duckdb")
    query = next(block for block in blocks("python") if "import duckdb" in block)
    selected = re.search(r'duckdb\.sql\("""(.*?)"""', query, re.DOTALL).group(1)
    found = {(row[0], row[2], row[3] or "", row[1]): row[4:] for row in duckdb.sql(selected).fetchall()}
    for key, (mean, deviation, count) in expected().items():
        assert close(found[key][0], mean) and close(found[key][1], deviation) and found[key][2] == count, key


def check_r():
    code = "\n".join(blocks("r")) + """
found <- aggregate(SPC ~ test + target + encoder, finished, function(x) c(mean = mean(x), sd = sd(x), n = length(x)))
write.csv(do.call(data.frame, found), "found.csv", row.names = FALSE)
"""
    subprocess.run(["Rscript", "-e", code], check=True)
    with open("found.csv", newline="") as file:
        found = {(row["test"], row["encoder"], row["target"]): row for row in csv.DictReader(file)}
    for key, (mean, deviation, count) in expected().items():
        # R pastes NA for what does not apply.
        row = found[key[0], f"{key[1]} {key[2] or 'NA'}", key[3]]
        assert close(float(row["SPC.mean"]), mean) and close(float(row["SPC.sd"]), deviation), key
        assert int(row["SPC.n"]) == count, key


CHECKS = {"numpy": check_numpy, "pandas": check_pandas, "matplotlib": check_matplotlib, "duckdb": check_duckdb, "r": check_r}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=pathlib.Path, required=True, help="the posweep to run")
    parser.add_argument("check", choices=CHECKS, help="what the blocks are run in")
    options = parser.parse_args()
    program = options.program.resolve()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        run_sweep(program)
        CHECKS[options.check]()
        os.chdir("/")
    print(f"{options.check}: what {PAGE.name} says holds")


if __name__ == "__main__":
    main()
