"""Whether the paper's directions hold on drawn images with untrained encoders: more layers, larger kernels, deeper stages and padding raise
SPC, and an encoder without padding loses it.

    swift build -c release && python3 Benchmarks/directions.py

Runs tables 2 to 5 on synthetic data with three encoders of different seeds, and says for each step of each table in how many of the three SPC
rises. Hidden layers have 32 channels instead of as many as the features.
"""
import argparse, csv, io, pathlib, subprocess, tempfile

SEEDS = [1, 2, 3]
COMMON = ["data=synthetic", "fit.batch=8", "encoder.normalise=imagenet", "posenet.hidden=32", "data.maps=0",
          f"matrix.encoder.seed={SEEDS}"]
# Title, sweep file, further overrides, which trials, the setting that varies, its values in the order in which SPC should rise.
CASES = [
    ("kernel, VGG-16", "table3-kernels", ["matrix.encoder=[vgg16]"], {"encoder": "vgg16"}, "posenet.kernel", ["1", "3", "7"]),
    ("stage, VGG-16", "table4-stages", [], {}, "encoder.stages", ["[1]", "[2]", "[3]", "[4]", "[5]", "all"]),
    ("padding of the readout, raw image", "table5-padding", [], {"encoder": "none"}, "posenet.padding", ["0", "1", "2"]),
    ("padding of the encoder, VGG-16", "table5-padding", [], {"encoder": "vgg16"}, "encoder.padding", ["none", "zero"]),
    ("layers, VGG-16", "table2-layers", ["matrix.encoder=[vgg16]"], {"encoder": "vgg16"}, "posenet.layers", ["1", "2", "3"]),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posweep", default=".build/release/posweep")
    parser.add_argument("--set", action="append", default=[], help="further overrides, e.g. fit.epochs=3")
    options = parser.parse_args()
    sweeps, tables = pathlib.Path(__file__).resolve().parent.parent / "sweeps", {}
    print("| | target | " + "SPC, mean ± sd over three encoders | rises in |\n|---|---|---|---|")
    for title, sweep, overrides, which, key, values in CASES:
        if sweep not in tables:
            with tempfile.TemporaryDirectory() as folder:
                arguments = [word for text in COMMON + overrides + options.set for word in ("--set", text)]
                # The raw image has no seed of its own, so its readout's takes the place.
                arguments += ["--set", f"seeds={SEEDS}"] if sweep == "table5-padding" else []
                subprocess.run(
                    [options.posweep, "run", str(sweeps / f"{sweep}.yaml"), "--state", folder, *arguments], check=True,
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                tables[sweep] = list(csv.DictReader(io.StringIO(subprocess.run(
                    [options.posweep, "table", "--state", folder, "--format", "csv", "--no-provenance"], check=True,
                    capture_output=True, text=True).stdout)))
        rows = [row for row in tables[sweep] if row["test"] == "natural" and all(row[k] == v for k, v in which.items())]
        for target in dict.fromkeys(row["target"] for row in rows):
            found = {}
            for row in rows:
                repeat = row["encoder.seed"] or row["seed"]
                # With an encoder, one readout for each: its seed is the encoder's.
                if row["target"] == target and repeat in map(str, SEEDS) and row["seed"] in ("1", repeat):
                    if row["encoder.seed"] and row["seed"] != "1":
                        continue
                    # A constant prediction knows nothing.
                    found[row[key], repeat] = float(row["SPC"] or 0)
            means = []
            for value in values:
                spc = [found[value, str(seed)] for seed in SEEDS]
                mean = sum(spc) / len(spc)
                deviation = (sum((x - mean) ** 2 for x in spc) / (len(spc) - 1)) ** 0.5
                means.append(f"{value}: {mean:.2f} ± {deviation:.2f}")
            rises = []
            for lower, higher in zip(values, values[1:]):
                count = sum(found[higher, str(seed)] > found[lower, str(seed)] for seed in SEEDS)
                rises.append(f"{count}/{len(SEEDS)}")
            print(f"| {title} | {target} | {', '.join(means)} | {', '.join(rises)} |", flush=True)


if __name__ == "__main__":
    main()
