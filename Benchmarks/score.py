"""Compares `posweep score` with SciPy and NumPy on random, tied and constant maps.

    pip install scipy
    swift build -c release && python3 Benchmarks/score.py
"""
import argparse, json, subprocess, tempfile
import numpy as np
from scipy.stats import spearmanr


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posweep", default=".build/release/posweep")
    options = parser.parse_args()
    random = np.random.default_rng(0)
    truth = np.tile(np.linspace(0, 1, 224, dtype=np.float32), (224, 1))
    predictions = np.stack([
        random.random((224, 224)), truth + random.normal(0, 0.3, (224, 224)), np.round(random.random((224, 224)) * 5) / 5,
        np.round(truth * 9) / 9, -truth, np.full((224, 224), 0.25)]).astype(np.float32)
    with tempfile.TemporaryDirectory() as folder:
        np.save(f"{folder}/predicted.npy", predictions)
        np.save(f"{folder}/truth.npy", truth)
        output = subprocess.run(
            [options.posweep, "score", f"{folder}/predicted.npy", f"{folder}/truth.npy", "--json"],
            check=True, capture_output=True, text=True).stdout
    worst = 0.0
    for ours, map in zip(json.loads(output)["images"], predictions):
        constant = map.min() == map.max()
        spc = None if constant else spearmanr(map.ravel(), truth.ravel()).statistic
        mae = np.abs(map.astype(np.float64) - truth).mean()
        print(f"SPC {ours['spc']} (SciPy {spc})  MAE {ours['mae']:.9f} (NumPy {mae:.9f})")
        assert (ours["spc"] is None) == constant
        worst = max(worst, abs(ours["mae"] - mae), 0 if constant else abs(ours["spc"] - spc))
    print(f"largest difference {worst:.1e}")
    assert worst < 1e-12


if __name__ == "__main__":
    main()
