"""Trains readouts with PyTorch as the authors do, and keeps what they started from and ended at (fit_*.npy).

The order of the images is what RandomStream(seed: 1, name: "fit.order.<epoch>") shuffles 0…4 into; the test checks it.
"""
import numpy as np, torch
from torch import nn
import torch.nn.functional as F

torch.manual_seed(0)
IMAGES, SIDE, CHANNELS, TARGET = 5, 6, 4, 12
ORDERS = [[1, 3, 4, 2, 0], [4, 1, 0, 3, 2], [0, 2, 4, 3, 1], [3, 0, 1, 4, 2]]
# layers, hidden, channels that are read, kernel, padding, target, optimiser, learning rate, momentum, weight decay
TRIALS = [
    (1, None, [0, 1, 2, 3], 3, 0, "H", "sgd", 0.1, 0.9, 1e-4), (1, None, [0, 1, 2, 3], 1, 0, "V", "sgd", 0.5, 0.0, 0.0),
    (1, None, [0, 1, 2, 3], 3, 1, "G", "sgd", 0.2, 0.5, 1e-2), (1, None, [0, 1, 2, 3], 5, 2, "HS", "sgd", 0.1, 0.9, 1e-3),
    (2, 3, [0, 1, 2, 3], 3, 1, "H", "sgd", 0.1, 0.9, 1e-3), (3, None, [0, 1, 2, 3], 3, 1, "G", "adam", 0.02, 0.9, 1e-2),
    (2, 5, [0, 2, 3], 1, 1, "V", "adam", 0.05, 0.9, 0.0), (1, None, [0, 2, 3], 3, 0, "VS", "sgd", 0.1, 0.9, 1e-4),
]

def target(name):
    axis = np.arange(TARGET) / (TARGET - 1)
    x, y = np.meshgrid(axis, axis)
    if name == "H": return x
    if name == "V": return y
    if name == "HS": return 0.5 + 0.5 * np.cos(2 * np.pi * 2.5 * y)
    if name == "VS": return 0.5 + 0.5 * np.cos(2 * np.pi * 2.5 * x)
    c = (TARGET - 1) / 2
    g = np.exp(-(((x * (TARGET - 1)) - c) ** 2 + ((y * (TARGET - 1)) - c) ** 2) / (2 * c * c))
    return (g - g.min()) / (g.max() - g.min())

features = torch.rand(IMAGES, CHANNELS, SIDE, SIDE)
np.save("fit_features.npy", features.permute(0, 2, 3, 1).contiguous().numpy())
for number, (layers, hidden, read, kernel, padding, name, optimiser, rate, momentum, decay) in enumerate(TRIALS):
    modules, inputs = [], len(read)
    for layer in range(layers):
        outputs = (hidden or len(read)) if layer < layers - 1 else 1
        conv, norm = nn.Conv2d(inputs, outputs, kernel, padding=padding), nn.BatchNorm2d(outputs)
        nn.init.xavier_uniform_(conv.weight); nn.init.zeros_(conv.bias)
        modules += [conv, norm, nn.ReLU() if layer < layers - 1 else nn.Sigmoid()]
        inputs = outputs
    network = nn.Sequential(*modules)
    convs, norms = modules[0::3], modules[1::3]
    parameters = lambda: torch.cat([
        part.flatten() for conv, norm in zip(convs, norms) for part in (conv.weight, conv.bias, norm.weight, norm.bias)
    ]).detach().numpy().copy()
    np.save(f"fit_{number}_start.npy", parameters())
    truth = torch.tensor(target(name), dtype=torch.float32)[None, None].expand(IMAGES, 1, TARGET, TARGET)
    optimizer = (torch.optim.SGD(network.parameters(), lr=rate, momentum=momentum, weight_decay=decay) if optimiser == "sgd"
                 else torch.optim.Adam(network.parameters(), lr=rate, weight_decay=decay))
    losses = []
    predict = lambda x: F.interpolate(network(x), (TARGET, TARGET), mode="bilinear", align_corners=False)
    for epoch, order in enumerate(ORDERS):
        for group in optimizer.param_groups: group["lr"] = rate * (0.1 if epoch >= 2 else 1)
        losses.append(0.0)
        for start in range(0, IMAGES, 2):
            batch = order[start:start + 2]
            loss = F.mse_loss(predict(features[batch][:, read]), truth[batch])
            optimizer.zero_grad(); loss.backward(); optimizer.step()
            losses[-1] += loss.item() * len(batch) / IMAGES
    network.eval()
    running = [part.numpy() for norm in norms for part in (norm.running_mean, norm.running_var)]
    np.save(f"fit_{number}_end.npy", np.concatenate([parameters(), *running]))
    np.save(f"fit_{number}_loss.npy", np.array(losses, dtype=np.float32))
    with torch.no_grad(): np.save(f"fit_{number}_maps.npy", predict(features[:, read])[:, 0].contiguous().numpy())
