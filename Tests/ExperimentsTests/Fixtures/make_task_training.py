#!/usr/bin/env python3
"""make_task_training.py: a VGG of five convolutions with the readout of saliency, segmentation or classification, in PyTorch and in
double precision, on weights and images that follow from a formula; its gradients on one batch and its losses over 20 steps of
SGD (task_training.json).

    pip install torch==2.13.0 numpy

Of each parameter tensor's gradient a sample is kept, every so many values, and its norm. A rectifier's input close to zero, or two
values of a pool close to each other, would make the gradient a matter of rounding: of forty images the ones are taken that keep
farthest from that.
"""
import json, os
import numpy as np, torch
import torch.nn.functional as F

WIDTHS = [16, 32, 64, 128, 128]
BATCH = 3


def scrambled(count, salt):
    """As hashed() of make_vgg.py, with a second round: equal steps of the index must not give nearly equal maps."""
    bits = ((np.arange(count, dtype=np.uint64) + salt) * 2654435761) % 2**32
    bits = ((bits ^ (bits >> 15)) * 2246822519) % 2**32
    bits ^= bits >> 13
    return ((bits >> 8).astype(np.float64) / 2**23 - 1).astype(np.float32)


def parameters(norm, classes, stages):
    """In the order of the layers: filter, bias, and gamma, beta of each convolution, then filter and bias of each readout."""
    shapes, inputs = [], 3
    for width in WIDTHS:
        shapes += [("filter", (width, inputs, 3, 3)), ("bias", (width,))]
        if norm:
            shapes += [("gamma", (width,)), ("beta", (width,))]
        inputs = width
    for stage in stages:
        shapes += [("readout", (classes, WIDTHS[stage], 1, 1)), ("bias", (classes,))]
    tensors = []
    for number, (kind, shape) in enumerate(shapes):
        values = scrambled(int(np.prod(shape)), 1000 * number)
        if kind == "filter":
            values = values * np.float32((6 / (shape[0] * 9)) ** 0.5)
        elif kind == "readout":
            values = values * np.float32((1 / shape[1]) ** 0.5)
        elif kind == "gamma":
            values = 1 + values * np.float32(0.25)
        else:
            values = values * np.float32(0.125)
        tensors.append(torch.tensor(values.reshape(shape)).double().requires_grad_())
    return tensors


def logits(images, tensors, norm, padding, stages, mean):
    """z, and how far the nearest decision of a rectifier or pool is from going the other way."""
    maps, place, taps, margin = images, 0, [], float("inf")
    for number in range(5):
        if number:
            windows = maps.detach().unfold(2, 2, 2).unfold(3, 2, 2).flatten(4).sort(-1).values
            gaps = (windows[..., 3] - windows[..., 2])[windows[..., 3] > 0]
            margin = min(margin, float(gaps.min()))
            maps = F.max_pool2d(maps, 2)
        maps = F.conv2d(maps, tensors[place], tensors[place + 1], padding=padding)
        if norm:
            maps = F.batch_norm(maps, None, None, tensors[place + 2], tensors[place + 3], training=True)
        margin = min(margin, float(maps.detach().abs().min()))
        maps = F.relu(maps)
        taps.append(maps)
        place += 4 if norm else 2
    total = 0
    for stage in stages:
        z = F.conv2d(taps[stage], tensors[place], tensors[place + 1])
        place += 2
        total = total + (z.mean((2, 3), keepdim=True) if mean
                         else F.interpolate(z, size=images.shape[2:], mode="bilinear", align_corners=False))
    return total, margin


def truth(goal, side):
    rows, columns = np.mgrid[0:side, 0:side]
    disc = ((rows - side // 3) ** 2 + (columns - side // 2) ** 2 < (side // 4) ** 2).astype(np.int64)
    blocks = (rows // 20 + columns // 16) % 3
    blocks[:, :5] = 255
    labels = {"saliency": [disc, disc.T, 1 - disc], "segmentation": [blocks, blocks.T, blocks[::-1]],
              "classification": [[[3]], [[1]], [[0]]]}[goal]
    return torch.tensor(np.stack([np.array(one) for one in labels]).astype(np.int64))


def batch(side, salt):
    images = scrambled(BATCH * side * side * 3, salt).reshape(BATCH, side, side, 3) * np.float32(0.5) + np.float32(0.5)
    return torch.tensor(images).permute(0, 3, 1, 2).double()


cases = []
for goal, encoder, padding, classes, side in [
    ("saliency", "vgg5", 0, 1, 80),
    ("saliency", "vgg5_bn", 1, 1, 32),
    ("segmentation", "vgg5_bn", 0, 3, 94),
    ("segmentation", "vgg5", 1, 3, 48),
    ("classification", "vgg5_bn", 1, 4, 32),
]:
    norm, stages = encoder.endswith("_bn"), [4] if goal == "classification" else range(5)
    tensors = parameters(norm, classes, stages)
    answer = truth(goal, side)
    mean = goal == "classification"
    with torch.no_grad():
        margins = {salt: logits(batch(side, salt), tensors, norm, padding, stages, mean)[1] for salt in range(40)}
    salt = max(margins, key=margins.get)
    images = batch(side, salt)
    optimiser = torch.optim.SGD(tensors, lr=0.02, momentum=0.9, weight_decay=1e-4)
    losses, gradients = [], []
    for step in range(21):
        optimiser.zero_grad()
        z, _ = logits(images, tensors, norm, padding, stages, mean)
        if classes == 1:
            loss = F.binary_cross_entropy_with_logits(z[:, 0], answer.double())
        else:
            loss = F.cross_entropy(z, answer, ignore_index=255)
        loss.backward()
        losses.append(loss.item())
        if step == 0:
            for tensor in tensors:
                flat = tensor.grad.flatten().numpy()
                stride = max(1, len(flat) // 40)
                gradients.append({"count": len(flat), "stride": stride, "norm": float(np.linalg.norm(flat)),
                                  "sample": [float(f"{v:.8g}") for v in flat[::stride]]})
        optimiser.step()
    print(goal, encoder, padding, salt, margins[salt], losses[0], losses[-1])
    cases.append({"goal": goal, "encoder": encoder, "padding": "zero" if padding else "none", "classes": classes, "side": side, "salt": salt,
                  "losses": losses, "gradients": gradients})
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "task_training.json"), "w") as file:
    json.dump(cases, file)
    file.write("\n")
