#!/usr/bin/env python3
"""make_arrays.py: .npy files of every kind that is read, and of kinds that are not (arrays/), and position maps by NumPy (maps_7.npy,
maps_8.npy: H, V, G, HS and VS one after another, then HS and VS between -1 and 1)."""
import os
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
folder = os.path.join(here, "arrays")
os.makedirs(folder, exist_ok=True)
values = (np.arange(24) / 7 - 1.5).reshape(2, 3, 4)
save = lambda name, array: np.save(os.path.join(folder, name), array)
save("float32.npy", values.astype(np.float32))
save("float64.npy", values)
save("line.npy", values.reshape(-1).astype(np.float32))
save("number.npy", np.float32(2.5))
save("none.npy", np.zeros((3, 0), np.float32))
with open(os.path.join(folder, "version-2.npy"), "wb") as file:
    np.lib.format.write_array(file, values.astype(np.float32), version=(2, 0))
save("columns.npy", np.asfortranarray(values.astype(np.float32)))
save("whole-numbers.npy", np.arange(4, dtype=np.int32))
save("big-endian.npy", np.arange(4, dtype=">f4"))
save("complex.npy", np.arange(4, dtype=np.complex64))
save("objects.npy", np.array([{}, None], dtype=object))
save("records.npy", np.zeros(2, dtype=[("x", "<f4"), ("y", "<f4")]))

for side in (7, 8):
    axis = np.arange(side, dtype=np.float64)
    x, y = np.meshgrid(axis, axis)
    centre = (side - 1) / 2
    bell = np.exp(-((x - centre) ** 2 + (y - centre) ** 2) / (2 * centre**2))
    bell = (bell - bell.min()) / (bell.max() - bell.min())
    wave = lambda place: np.cos(2 * np.pi * 2.5 * place / (side - 1))
    maps = [x / (side - 1), y / (side - 1), bell, 0.5 + 0.5 * wave(y), 0.5 + 0.5 * wave(x), wave(y), wave(x)]
    np.save(os.path.join(here, f"maps_{side}.npy"), np.stack(maps))
