"""Writes Fixtures/resize.json: bilinear resizes by PyTorch (torch 2.13.0+cpu), channels last, seeded."""

import json
import pathlib

import torch

SIZES = [
    ((2, 5, 7, 3), (8, 12)),
    ((1, 7, 7, 9), (14, 14)),
    ((1, 14, 14, 1), (28, 28)),
    ((1, 28, 28, 1), (11, 9)),
    ((1, 13, 9, 2), (5, 4)),
    ((1, 1, 1, 3), (3, 3)),
    ((1, 6, 6, 2), (1, 1)),
    ((1, 4, 6, 8), (4, 6)),
    ((1, 2, 3, 4), (7, 1)),
]

torch.manual_seed(1)
cases = []
for shape, size in SIZES:
    for align in (True, False):
        maps = torch.rand(shape)
        resized = torch.nn.functional.interpolate(
            maps.permute(0, 3, 1, 2), size=size, mode="bilinear", align_corners=align
        ).permute(0, 2, 3, 1)
        cases.append(
            {
                "shape": shape,
                "size": size,
                "alignCorners": align,
                "input": [float(f"{value:.9g}") for value in maps.flatten().tolist()],
                "output": [float(f"{value:.9g}") for value in resized.flatten().tolist()],
            }
        )
path = pathlib.Path(__file__).parent / "Fixtures" / "resize.json"
path.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
