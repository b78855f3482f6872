"""Trains four readouts with PyTorch as the authors do, and keeps what they started from and ended at (fit_*.npy).

The order of the images is what RandomStream(seed: 1, name: "fit.order.<epoch>") shuffles 0…4 into; the test checks it.
"""
import numpy as np, torch
from torch import nn
import torch.nn.functional as F

torch.manual_seed(0)
IMAGES, SIDE, CHANNELS, TARGET = 5, 6, 4, 12
ORDERS = [[1, 3, 4, 2, 0], [4, 1, 0, 3, 2], [0, 2, 4, 3, 1], [3, 0, 1, 4, 2]]
# kernel, padding, target, learning rate, momentum, weight decay
TRIALS = [(3, 0, "H", 0.1, 0.9, 1e-4), (1, 0, "V", 0.5, 0.0, 0.0), (3, 1, "G", 0.2, 0.5, 1e-2), (5, 2, "HS", 0.1, 0.9, 1e-3)]

def target(name):
    axis = np.arange(TARGET) / (TARGET - 1)
    x, y = np.meshgrid(axis, axis)
    if name == "H": return x
    if name == "V": return y
    if name == "HS": return 0.5 + 0.5 * np.cos(2 * np.pi * 2.5 * y)
    c = (TARGET - 1) / 2
    g = np.exp(-(((x * (TARGET - 1)) - c) ** 2 + ((y * (TARGET - 1)) - c) ** 2) / (2 * c * c))
    return (g - g.min()) / (g.max() - g.min())

features = torch.rand(IMAGES, CHANNELS, SIDE, SIDE)
np.save("fit_features.npy", features.permute(0, 2, 3, 1).contiguous().numpy())
for number, (kernel, padding, name, rate, momentum, decay) in enumerate(TRIALS):
    conv, norm = nn.Conv2d(CHANNELS, 1, kernel, padding=padding), nn.BatchNorm2d(1)
    nn.init.xavier_uniform_(conv.weight); nn.init.zeros_(conv.bias)
    parameters = lambda: torch.cat([conv.weight.flatten(), conv.bias, norm.weight, norm.bias]).detach().numpy().copy()
    np.save(f"fit_{number}_start.npy", parameters())
    truth = torch.tensor(target(name), dtype=torch.float32)[None, None].expand(IMAGES, 1, TARGET, TARGET)
    optimizer = torch.optim.SGD([*conv.parameters(), *norm.parameters()], lr=rate, momentum=momentum, weight_decay=decay)
    losses = []
    predict = lambda x: F.interpolate(torch.sigmoid(norm(conv(x))), (TARGET, TARGET), mode="bilinear", align_corners=False)
    for epoch, order in enumerate(ORDERS):
        for group in optimizer.param_groups: group["lr"] = rate * (0.1 if epoch >= 2 else 1)
        losses.append(0.0)
        for start in range(0, IMAGES, 2):
            batch = order[start:start + 2]
            loss = F.mse_loss(predict(features[batch]), truth[batch])
            optimizer.zero_grad(); loss.backward(); optimizer.step()
            losses[-1] += loss.item() * len(batch) / IMAGES
    conv.eval(); norm.eval()
    np.save(f"fit_{number}_end.npy", np.concatenate([parameters(), norm.running_mean.numpy(), norm.running_var.numpy()]))
    np.save(f"fit_{number}_loss.npy", np.array(losses, dtype=np.float32))
    with torch.no_grad(): np.save(f"fit_{number}_maps.npy", predict(features)[:, 0].contiguous().numpy())
