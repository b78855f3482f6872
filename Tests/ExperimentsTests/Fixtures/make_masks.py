#!/usr/bin/env python3
"""make_masks.py: masks of labels as PASCAL VOC and others save them (masks/*.png), and their labels (masks.json).

voc.png is written by Pillow with PASCAL VOC's palette, whose colours are not the labels; the others have palettes of fewer bits, or
the labels as grey levels, or are no masks of labels. Needs Pillow and NumPy.
"""
import json, os, struct, zlib
import numpy as np
from PIL import Image

here = os.path.dirname(os.path.abspath(__file__))
folder = os.path.join(here, "masks")
os.makedirs(folder, exist_ok=True)
rng = np.random.default_rng(3)
width, height = 13, 7


def voc_palette():
    colours = []
    for label in range(256):
        red = green = blue = 0
        rest = label
        for bit in range(8):
            red |= (rest & 1) << (7 - bit)
            green |= ((rest >> 1) & 1) << (7 - bit)
            blue |= ((rest >> 2) & 1) << (7 - bit)
            rest >>= 3
        colours += [red, green, blue]
    return colours


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write(path, labels, depth, colours, interlaced=False):
    """A PNG by hand: Pillow writes neither grey levels of few bits nor interlaced files."""
    def packed(rows):
        bits = np.unpackbits(rows.astype(np.uint8)[..., None], axis=-1)[..., 8 - depth:].reshape(rows.shape[0], -1)
        return b"".join(b"\0" + row.tobytes() for row in np.packbits(bits, axis=1))
    if interlaced:
        passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
        parts = [labels[y::dy, x::dx] for y, x, dy, dx in passes]
        data = b"".join(packed(part) for part in parts if part.size)
    else:
        data = packed(labels)
    kind = 0 if colours is None else 3
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.write(chunk(b"IHDR", struct.pack(">IIBBBBB", labels.shape[1], labels.shape[0], depth, kind, 0, 0, interlaced)))
        if colours is not None:
            file.write(chunk(b"PLTE", bytes(colours)))
        file.write(chunk(b"IDAT", zlib.compress(data)))
        file.write(chunk(b"IEND", b""))


labels = {}


def keep(name, values):
    labels[name] = {"width": values.shape[1], "height": values.shape[0], "labels": values.flatten().tolist()}
    return os.path.join(folder, name)


values = rng.integers(0, 21, (height, width)).astype(np.uint8)
values[0, :4] = 255
image = Image.fromarray(values, "P")
image.putpalette(voc_palette())
image.save(keep("voc.png", values))
Image.fromarray(values, "L").save(keep("grey-8.png", values))
for bits in (1, 2, 4):
    few = rng.integers(0, 1 << bits, (height, width)).astype(np.uint8)
    # All colours but the last are alike, so that only their places tell the labels apart.
    write(keep(f"palette-{bits}.png", few), few, bits, [9, 9, 9] * ((1 << bits) - 1) + [200, 0, 0])
    write(keep(f"grey-{bits}.png", few), few, bits, None)
write(keep("interlaced.png", values % 16), values % 16, 4, voc_palette()[:48], True)
Image.fromarray(np.stack([values] * 3, -1), "RGB").save(os.path.join(folder, "bad-colour.png"))
Image.fromarray(values.astype(np.uint16) * 256).save(os.path.join(folder, "bad-sixteen-bit.png"))
Image.fromarray(values, "L").save(os.path.join(folder, "bad-photo.jpg"))
with open(os.path.join(here, "masks.json"), "w") as file:
    json.dump(labels, file)
    file.write("\n")
