#!/usr/bin/env python3
"""make_depths.py: PNG files of 16 bits a sample, and with chunks that are not pixels (depths/), written without any library.

Each is one row of 66 pixels with the samples 0, 997, 1994, … in 16 bits, or 0, 3, 7, … in 8.
"""
import os, struct, zlib
import numpy as np

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "depths")
os.makedirs(folder, exist_ok=True)
samples = np.arange(0, 65536, 997, dtype=np.uint16)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def save(name, depth, kind, row, extra=b""):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", len(samples), 1, depth, kind, 0, 0, 0)) + extra
                   + chunk(b"IDAT", zlib.compress(b"\0" + row.tobytes())) + chunk(b"IEND", b""))


wide = samples.astype(">u2")
narrow = (samples >> 8).astype(np.uint8)
save("grey-16.png", 16, 0, wide)
save("colour-16.png", 16, 2, np.repeat(wide, 3))
save("alpha-16.png", 16, 6, np.stack([wide, wide, wide, wide[::-1]], axis=1).astype(">u2"))
save("linear.png", 8, 0, narrow, chunk(b"gAMA", struct.pack(">I", 100000)))
save("srgb.png", 8, 0, narrow, chunk(b"gAMA", struct.pack(">I", 45455)))
save("declared-srgb.png", 8, 0, narrow, chunk(b"sRGB", b"\0"))
save("plain.png", 8, 0, narrow)
# A megabyte of text and one of profile in a kilobyte each, a comment, a gamma and a transparent grey.
text = zlib.compress(bytes(1 << 20), 9)
save("talkative.png", 8, 0, narrow, chunk(b"gAMA", struct.pack(">I", 100000)) + chunk(b"iCCP", b"a\0\0" + text)
     + chunk(b"tRNS", b"\0\3") + chunk(b"tEXt", b"a\0b") + chunk(b"zTXt", b"a\0\0" + text))
