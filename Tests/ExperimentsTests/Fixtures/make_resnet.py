"""Runs ResNet-50 (Benchmarks/torch_encoders.py) in double precision, on weights and images that follow from a formula, and keeps a sample of
each stage (resnet_zero.npy, resnet_none.npy: the sampled values of the layers one after another).

hashed(n, salt)[i] is in [-1, 1): the top 24 bits of (i + salt) * 2654435761 mod 2^32; the salt is the sum of the bytes of a tensor's name.
"""
import pathlib, sys
import numpy as np, torch

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "Benchmarks"))
import torch_encoders


def hashed(count, salt):
    bits = ((np.arange(count, dtype=np.uint64) + salt) * 2654435761) % 2**32
    return ((bits >> 8).astype(np.float64) / 2**23 - 1).astype(np.float32)


network = torch_encoders.encoder("resnet50")
tensors = {}
for name, tensor in network.state_dict().items():
    if "num_batches" in name:
        continue
    values = hashed(tensor.numel(), sum(name.encode()))
    if tensor.dim() == 4:
        values *= np.float32((6 / (tensor.shape[0] * tensor.shape[2] ** 2)) ** 0.5)
    elif name.endswith(("running_var", "weight")):
        values = values * np.float32(0.25) + np.float32(0.75)
    else:
        values *= np.float32(0.1)
    tensors[name] = torch.tensor(values.reshape(tuple(tensor.shape)))
network.load_state_dict(tensors, strict=False)
network.double()
for padding, side, stages in [("zero", 64, 4), ("none", 120, 2)]:
    maps = torch.tensor(hashed(side * side * 3, 7).reshape(1, side, side, 3) * 0.5 + 0.5).permute(0, 3, 1, 2).double()
    kept = []
    with torch.inference_mode():
        for stage in torch_encoders.pad(network, padding)(maps, stages):
            step = max(1, stage.shape[2] // 4)
            kept.append(stage[0].permute(1, 2, 0)[::step, ::step, ::32].flatten().numpy())
            print(padding, tuple(stage.shape), step, kept[-1].shape, float(kept[-1].std()))
    np.save(f"resnet_{padding}.npy", np.concatenate(kept).astype(np.float32))
