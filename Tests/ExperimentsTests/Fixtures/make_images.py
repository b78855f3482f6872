#!/usr/bin/env python3
"""make_images.py: small JPEG and PNG files, sound and hostile, and what Pillow reads in the sound ones (images.json).

images/NAME is decoded, turned by its Exif orientation and converted to RGB; images.json holds its size and the SHA-256 of its
bytes. Its `resized` part holds the same of images/colour.png resized with BILINEAR. Needs Pillow and NumPy; Pillow 13 or later, since
earlier ones always resize along the rows first.
"""
import hashlib, io, json, os, struct, zlib
import numpy as np
from PIL import Image, ImageOps

here = os.path.dirname(os.path.abspath(__file__))
folder = os.path.join(here, "images")
os.makedirs(folder, exist_ok=True)
rng = np.random.default_rng(20)
height, width = 17, 23
# Smooth colours with an edge and some noise: neither trivial for JPEG nor symmetric under any turn.
y, x = np.mgrid[0:height, 0:width]
colour = np.stack([x * 11, y * 15, (x + 2 * y) * 4], axis=-1)
colour[4:9, 3:7] = (250, 30, 10)
colour = (colour + rng.integers(0, 12, colour.shape)).clip(0, 255).astype(np.uint8)
grey = colour[..., 1]
alpha = rng.integers(0, 256, (height, width), dtype=np.uint8)


def save(name, data):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def encoded(image, **options):
    buffer = io.BytesIO()
    image.save(buffer, **options)
    return buffer.getvalue()


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width, height, depth, kind, interlaced, lines):
    """A PNG file of lines of samples, each without a filter."""
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlaced))
            + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + line for line in lines))) + chunk(b"IEND", b""))


picture = Image.fromarray(colour)
save("colour.png", encoded(picture, format="PNG"))
save("grey.png", encoded(Image.fromarray(grey), format="PNG"))
save("bilevel.png", encoded(Image.fromarray(grey).point(lambda v: 255 * (v > 100)).convert("1"), format="PNG"))
save("palette.png", encoded(picture.quantize(16), format="PNG"))
save("alpha.png", encoded(Image.fromarray(np.dstack([colour, alpha])), format="PNG"))
save("grey-alpha.png", encoded(Image.merge("LA", [Image.fromarray(grey), Image.fromarray(alpha)]), format="PNG"))
transparent = picture.quantize(16)
save("palette-transparent.png", encoded(transparent, format="PNG", transparency=3))
save("one-pixel.png", encoded(picture.crop((5, 5, 6, 6)), format="PNG"))
save("longest.png", encoded(picture.resize((16384, 1), Image.NEAREST), format="PNG"))
passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
save("interlaced.png", png(width, height, 8, 2, 1, [
    row.tobytes() for x0, y0, dx, dy in passes for row in colour[y0::dy, x0::dx]]))
# Every sample twice: v * 257 in 16 bits, which is v in 8.
save("sixteen-bit.png", png(width, height, 16, 2, 0, [np.repeat(row.reshape(-1), 2).tobytes() for row in colour]))

for name, options in {"420": {"subsampling": 2}, "422": {"subsampling": 1}, "444": {"subsampling": 0},
                      "progressive": {"progressive": True}}.items():
    save(f"{name}.jpg", encoded(picture, format="JPEG", quality=85, **options))
save("grey.jpg", encoded(Image.fromarray(grey), format="JPEG", quality=85))
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    save(f"orientation-{orientation}.jpg", encoded(picture, format="JPEG", quality=85, exif=exif))
big_endian = struct.pack(">2sHIH", b"MM", 42, 8, 1) + struct.pack(">HHIHHI", 0x0112, 3, 1, 6, 0, 0)
save("orientation-big-endian.jpg", encoded(picture, format="JPEG", quality=85, exif=b"Exif\0\0" + big_endian))
# An Exif segment whose directory claims 65,535 entries and lies at its end: no orientation, and no harm.
lying = struct.pack("<2sHIH", b"II", 42, 8, 65535)
save("lying-exif.jpg", encoded(picture, format="JPEG", quality=85, exif=b"Exif\0\0" + lying))

sound = {}
for name in sorted(name for name in os.listdir(folder) if not name.startswith("hostile")):
    image = ImageOps.exif_transpose(Image.open(os.path.join(folder, name))).convert("RGB")
    sound[name] = {"width": image.width, "height": image.height, "sha256": hashlib.sha256(image.tobytes()).hexdigest()}
resized = []
for size in [(7, 5), (46, 34), (23, 9), (11, 17), (1, 1), (224, 224), (22, 18), (3, 40),
             # Along the columns first, since the height shrinks by more than twice what the width does; and just not so.
             (31, 9), (20, 10), (20, 11)]:
    image = picture.resize(size, Image.BILINEAR)
    resized.append({"width": size[0], "height": size[1], "sha256": hashlib.sha256(image.tobytes()).hexdigest()})
with open(os.path.join(here, "images.json"), "w") as file:
    json.dump({"sound": sound, "resized": resized}, file, indent=1)
    file.write("\n")

whole = encoded(picture, format="JPEG", quality=85)
save("hostile-truncated.jpg", whole[:-60])
save("hostile-header-only.jpg", whole[:20])
save("hostile-cmyk.jpg", encoded(picture.convert("CMYK"), format="JPEG"))
frame = whole.index(b"\xff\xc0")
save("hostile-huge.jpg", whole[: frame + 5] + struct.pack(">HH", 20000, 20000) + whole[frame + 9:])
save("hostile-text.png", b"This is a note, and no image.\n")
save("hostile-empty.jpg", b"")
save("hostile-huge.png", png(20000, 20000, 8, 2, 0, []))
save("hostile-too-long.png", png(16385, 1, 8, 2, 0, []))
save("hostile-too-many.png", png(16384, 4097, 8, 2, 0, []))
save("hostile-vast.png", png(2**31 - 1, 2**31 - 1, 8, 2, 0, []))
save("hostile-truncated.png", encoded(picture, format="PNG")[:-400])
broken = bytearray(encoded(picture, format="PNG"))
broken[-13] ^= 0xFF  # In the checksum of the pixels, before the 12 bytes of IEND.
save("hostile-checksum.png", bytes(broken))
