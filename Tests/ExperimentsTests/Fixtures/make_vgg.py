"""Runs torchvision's VGG-16 layout in PyTorch, in double precision, on weights and images that follow from a formula, and keeps a
sample of each stage (vgg_zero.npy, vgg_none.npy: the sampled values of f1…f5 one after another).

hashed(n, salt)[i] is in [-1, 1): the top 24 bits of (i + salt) * 2654435761 mod 2^32. Filters are He-scaled.
"""
import numpy as np, torch
import torch.nn.functional as F

WIDTHS = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]]

def hashed(count, salt):
    bits = ((np.arange(count, dtype=np.uint64) + salt) * 2654435761) % 2**32
    return ((bits >> 8).astype(np.float64) / 2**23 - 1).astype(np.float32)

for padding, side in [(1, 36), (0, 221)]:
    maps = torch.tensor(hashed(side * side * 3, 7).reshape(1, side, side, 3) * 0.5 + 0.5).permute(0, 3, 1, 2).double()
    index, inputs, kept = 0, 3, []
    for block, widths in enumerate(WIDTHS):
        if block: maps = F.max_pool2d(maps, 2); index += 1
        for width in widths:
            scale = np.float32((6 / (width * 9)) ** 0.5)
            weight = torch.tensor(hashed(width * inputs * 9, 1000 * index).reshape(width, inputs, 3, 3) * scale).double()
            bias = torch.tensor(hashed(width, 1000 * index + 1) * np.float32(0.1)).double()
            maps = F.relu(F.conv2d(maps, weight, bias, padding=padding))
            inputs, index = width, index + 2
        step = max(1, maps.shape[2] // 6)
        kept.append(maps[0].permute(1, 2, 0)[::step, ::step, ::16].flatten().numpy())
        print(padding, block + 1, tuple(maps.shape), step, kept[-1].shape, float(kept[-1].std()))
    np.save(f"vgg_{'zero' if padding else 'none'}.npy", np.concatenate(kept).astype(np.float32))
