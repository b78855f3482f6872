#!/usr/bin/env python3
"""make_random.py: the named generator and the initialisation written once more in Python (random.json).

64-bit numbers stand as hexadecimal text, because JSON has no such integers.
"""
import json, math, os
import numpy as np

MASK = 2**64 - 1


def splitmix(state):
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        bits = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & MASK
        yield bits ^ (bits >> 31)


def rotated(bits, count):
    return ((bits << count) | (bits >> (64 - count))) & MASK


def xoshiro(mix):
    s = [next(mix) for _ in range(4)]
    while True:
        yield rotated((s[1] * 5) & MASK, 7) * 9 & MASK
        shifted = (s[1] << 17) & MASK
        s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= shifted
        s[3] = rotated(s[3], 45)


def stream(seed, name):
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = ((state ^ byte) * 0x100000001B3) & MASK
    return xoshiro(splitmix((seed & MASK) ^ state))


def uniform(bits):
    return (next(bits) >> 11) / 2**53


def normals(bits, count):
    values = []
    while len(values) < count:
        x, y = 2 * uniform(bits) - 1, 2 * uniform(bits) - 1
        square = x * x + y * y
        if 0 < square < 1:
            factor = math.sqrt(-2 * math.log(square) / square)
            values += [x * factor, y * factor]
    return values[:count]


def below(bits, bound):
    while True:
        product = next(bits) * bound
        if (product & MASK) >= (2**64 - bound) % bound:
            return product >> 64


def shuffled(bits, values):
    for index in range(len(values) - 1, 0, -1):
        other = below(bits, index + 1)
        values[index], values[other] = values[other], values[index]
    return values


streams = []
for seed, name in [(0, ""), (1, "features.0.weight"), (-5, "fit.order.0"), (2**62, "größe")]:
    streams.append({
        "seed": seed, "name": name,
        "bits": [f"{value:x}" for value, _ in zip(stream(seed, name), range(8))],
        "uniform": [uniform(bits) for bits in [stream(seed, name)] for _ in range(8)],
        "normal": normals(stream(seed, name), 16),
        "below": [below(bits, bound) for bits in [stream(seed, name)] for bound in (1, 2, 3, 10, 1000, 2**62 + 1, 2**62 + 1)],
        "shuffled": shuffled(stream(seed, name), list(range(20))),
    })
shape = (64, 3, 3, 3)
he = np.float32([v * math.sqrt(2 / (64 * 9)) for v in normals(stream(1, "features.0.weight"), 64 * 27)])
bits = stream(2, "posenet.0.weight")
xavier = np.float32([(2 * uniform(bits) - 1) * math.sqrt(6 / (27 + 9)) for _ in range(27)])
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "random.json"), "w") as file:
    json.dump({"streams": streams, "he": he[:32].astype(float).tolist(), "xavier": xavier.astype(float).tolist()}, file, indent=1)
    file.write("\n")
