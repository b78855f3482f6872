"""Computes the identifiers of IdentifierTests with hashlib: netstrings of named values, SHA-256, first 16 bytes."""

import hashlib


def identifier(target: str) -> str:
    parts = ["posweep trial 1", "size=224", "leaves 8 1", "black", "constant 0", "white", "constant 1", "seeded weights"]
    parts += ["encoder=vgg16", "encoder.padding=zero", "encoder.normalise=none", "encoder.seed=1"]
    parts += ["encoder.stages=all", f"target={target}", "stripes=unit", "posenet.layers=1"]
    parts += ["posenet.kernel=3", "posenet.padding=0", "posenet.hidden=same", "fit.epochs=3", "fit.batch=32"]
    parts += ["fit.optimizer=sgd", "fit.learning_rate=0.1"]
    parts += ["fit.decay_at=[10]", "fit.momentum=0.9", "fit.weight_decay=0.0001", "fit.order_seed=1", "seed=1"]
    text = "".join(f"{len(part.encode())}:{part}" for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


for target in ["H", "V"]:
    print(identifier(target))
