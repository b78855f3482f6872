#!/usr/bin/env python3
"""make_metrics.py: pairs of maps and what scipy.stats.spearmanr and NumPy say of them (metrics.json).

The maps are drawn with few distinct values or many; null is NaN, as SciPy gives it for a constant.
"""
import json, math, os, warnings
import numpy as np
from scipy.stats import spearmanr

warnings.simplefilter("ignore")
rng = np.random.default_rng(4)
n = 120
ramp = np.arange(n, dtype=np.float32) / (n - 1)
pairs = {
    "random": (rng.standard_normal(n), rng.standard_normal(n)),
    "nearly alike": (ramp + 0.1 * rng.standard_normal(n), ramp),
    "opposite": (-ramp, ramp),
    "the same": (ramp, ramp),
    "ties on one side": (np.round(rng.standard_normal(n)), ramp),
    "ties on both sides": (rng.integers(0, 4, n), rng.integers(0, 3, n)),
    "monotone": (np.exp(10 * ramp), ramp),
    "zeros of both signs": (np.where(np.arange(n) % 2, 0.0, -0.0) + (np.arange(n) > 90), ramp),
    "tiny and huge": (rng.standard_normal(n) * 10.0 ** rng.integers(-44, 38, n), ramp),
    "one constant": (np.full(n, 0.25), ramp),
    "both constant": (np.zeros(n), np.ones(n)),
    "two values": ([1, 2], [3, 1]),
}
cases = []
for name, (one, other) in pairs.items():
    one, other = (np.asarray(v).astype(np.float32) for v in (one, other))
    rho = float(spearmanr(one, other).statistic)
    cases.append({"name": name, "prediction": [float(v) for v in one], "truth": [float(v) for v in other],
                  "correlation": None if math.isnan(rho) else rho,
                  "error": float(np.mean(np.abs(one.astype(np.float64) - other.astype(np.float64))))})
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "metrics.json"), "w") as file:
    json.dump(cases, file)
    file.write("\n")
