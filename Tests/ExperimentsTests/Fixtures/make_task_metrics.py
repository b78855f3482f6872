#!/usr/bin/env python3
"""make_task_metrics.py: saliency maps and label maps, and what NumPy says of them (task_metrics.json).

Fm with beta² = 0.3 at the adaptive threshold and at 256 fixed ones; null where the mask is empty. IoU of each class and their
mean, from a confusion matrix without the pixels labelled 255; null for a class that neither occurs nor was predicted.
"""
import json, os
import numpy as np

rng = np.random.default_rng(6)
side = 9
mask = rng.random(side * side) < 0.3
soft = np.clip(0.7 * mask + 0.4 * rng.random(side * side), 0, 1)
saliency = {
    "random": (rng.random(side * side), mask),
    "close": (soft, mask),
    "exact": (mask.astype(float), mask),
    "inverse": (1.0 - mask, mask),
    "all salient": (rng.random(side * side), np.ones(side * side, bool)),
    "nothing salient": (rng.random(side * side), np.zeros(side * side, bool)),
    "nothing predicted": (np.zeros(side * side), mask),
    "nothing at all": (np.zeros(side * side), np.zeros(side * side, bool)),
    "high constant": (np.full(side * side, 0.75), mask),
    "on the thresholds": (rng.integers(0, 256, side * side) / 255, mask),
}


def f_measure(predicted, truth):
    if not truth.any():
        return None
    hits = (predicted & truth).sum()
    if hits == 0:
        return 0.0
    precision, recall = hits / predicted.sum(), hits / truth.sum()
    return float(1.3 * precision * recall / (0.3 * precision + recall))


cases = []
for name, (map_, truth) in saliency.items():
    map_ = map_.astype(np.float32)
    exact = map_.astype(np.float64)
    # A map's level, as 8-bit maps have it.
    level = np.floor(exact * 255)
    curve = [f_measure(level >= k, truth) for k in range(256)]
    cases.append({"name": name, "prediction": [float(v) for v in map_], "mask": truth.tolist(),
                  "adaptive": f_measure(exact >= min(2 * exact.mean(), 1), truth),
                  "curve": None if curve[0] is None else curve,
                  "error": float(np.abs(exact - truth).mean())})

classes, pixels = 4, 120
labels = {
    "random": (rng.integers(0, 4, pixels), rng.integers(0, 4, pixels)),
    "with ignored pixels": (rng.integers(0, 4, pixels), rng.choice([0, 1, 2, 3, 255], pixels)),
    "all ignored": (rng.integers(0, 4, pixels), np.full(pixels, 255)),
    "a class nowhere": (rng.integers(0, 3, pixels), rng.choice([0, 1, 2, 255], pixels)),
    "a class never predicted": (rng.integers(0, 3, pixels), rng.integers(0, 4, pixels)),
    "a class only under ignored pixels": (np.where(np.arange(pixels) < 9, 3, 0),
                                          np.where(np.arange(pixels) < 9, 255, 0)),
    "exact": ((np.arange(pixels) % 4), (np.arange(pixels) % 4)),
}
matrices = []
for name, (prediction, truth) in labels.items():
    kept = truth != 255
    confusion = np.zeros((classes, classes), int)
    np.add.at(confusion, (truth[kept], prediction[kept]), 1)
    both = np.diag(confusion)
    union = confusion.sum(0) + confusion.sum(1) - both
    iou = [float(b / u) if u else None for b, u in zip(both, union)]
    there = [v for v in iou if v is not None]
    matrices.append({"name": name, "prediction": prediction.tolist(), "truth": truth.tolist(), "classes": iou,
                     "mean": float(np.mean(there)) if there else None,
                     "accuracy": float(both.sum() / confusion.sum()) if kept.any() else None})
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "task_metrics.json"), "w") as file:
    json.dump({"saliency": cases, "labels": matrices}, file)
    file.write("\n")
