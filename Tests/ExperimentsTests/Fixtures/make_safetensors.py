#!/usr/bin/env python3
"""make_safetensors.py: weights.safetensors, written by Hugging Face's library: values that each type holds exactly."""
import os
import torch
from safetensors.torch import save_file

values = torch.arange(-4, 8, dtype=torch.float32) / 4
save_file({
    "single": values.reshape(3, 4),
    "half": values.reshape(2, 2, 3).to(torch.float16),
    "brain": values.to(torch.bfloat16),
    "scalar": torch.tensor(0.1),
    "empty": torch.zeros(0, 5),
    "slash/é \"quoted\"": torch.tensor([65504.0, 6e-8, -0.0]).to(torch.float16),
}, os.path.join(os.path.dirname(os.path.abspath(__file__)), "weights.safetensors"), metadata={"made by": "make_safetensors.py"})
