"""Makes Fixtures/training.f32: a tiny network in PyTorch, its gradients on one batch, and its losses over 20 steps of SGD.

    pip install torch==2.13.0 numpy
    python3 Tests/ConvEngineTests/make_training.py

conv 3 -> 16, batch norm, ReLU, max-pool 3 by 2, conv 16 -> 16, ReLU, max-pool 2; mean squared error against a random target. The
file holds, little-endian float32: images [2, 12, 13, 3], target [2, 3, 3, 16], parameters, their gradients, then 21 losses.
Parameters in the network's order: filter, bias; gamma, beta; filter, bias.
"""

import pathlib

import numpy as np
import torch
from torch import nn

torch.manual_seed(4)
network = nn.Sequential(
    nn.Conv2d(3, 16, 3, padding=1),
    nn.BatchNorm2d(16),
    nn.ReLU(),
    nn.MaxPool2d(3, 2, 1),
    nn.Conv2d(16, 16, 3, padding=1),
    nn.ReLU(),
    nn.MaxPool2d(2),
)
nn.init.uniform_(network[1].weight, 0.5, 1.5)
nn.init.normal_(network[1].bias, std=0.2)
images, target = torch.randn(2, 3, 12, 13), torch.rand(2, 16, 3, 3)
optimiser = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-4)
start = [parameter.detach().clone().flatten() for parameter in network.parameters()]
gradients, losses = None, []
for step in range(21):
    optimiser.zero_grad()
    loss = ((network(images) - target) ** 2).mean()
    loss.backward()
    losses.append(loss.item())
    if gradients is None:
        gradients = [parameter.grad.clone().flatten() for parameter in network.parameters()]
    optimiser.step()
parts = [images.permute(0, 2, 3, 1).flatten(), target.permute(0, 2, 3, 1).flatten(), *start, *gradients, torch.tensor(losses)]
values = torch.cat([part.float() for part in parts]).numpy().astype("<f4")
values.tofile(pathlib.Path(__file__).parent / "Fixtures" / "training.f32")
print(len(values), losses[0], losses[-1])
