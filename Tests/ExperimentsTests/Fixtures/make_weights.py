#!/usr/bin/env python3
"""make_weights.py: a small checkpoint written by PyTorch in its two forms (weights.pth, weights-legacy.pth), one nested as training scripts
do (weights-nested.pth), one whose storages are those of Python 2's time, and what PyTorch reads back from them (weights.json)."""
import collections, json, os
import torch

here = os.path.dirname(os.path.abspath(__file__))
torch.manual_seed(0)
network = torch.nn.Sequential(collections.OrderedDict(conv=torch.nn.Conv2d(2, 3, 3), norm=torch.nn.BatchNorm2d(3)))
state = network.state_dict()
whole = torch.arange(24, dtype=torch.float32)
state["half"] = torch.randn(2, 5).half()
state["brain"] = torch.randn(7).bfloat16()
state["turned"] = whole.reshape(4, 6).t()
state["part"] = whole.reshape(4, 6)[1:3, 2:5]
state["steps"] = whole[3::7]
state["scalar"] = torch.tensor(0.5)
state["empty"] = torch.zeros(0, 4)
state["double"] = torch.randn(3).double()
torch.save(state, os.path.join(here, "weights.pth"))
torch.save(state, os.path.join(here, "weights-legacy.pth"), _use_new_zipfile_serialization=False)
torch.save({"epoch": 3, "lr": 0.1, "history": [1.5, None, True], "name": "é", "state_dict": state},
           os.path.join(here, "weights-nested.pth"))
state = torch.load(os.path.join(here, "weights.pth"))
json.dump({name: {"type": str(tensor.dtype).split(".")[1], "shape": list(tensor.shape), "values": tensor.double().flatten().tolist()}
           for name, tensor in state.items()}, open(os.path.join(here, "weights.json"), "w"))
