"""One step of training VGG-16 at 224x224: posweep beside PyTorch, in one run.

    pip install torch==2.13.0 numpy
    python3 Benchmarks/training.py [--threads 1 2] [--batch 8] [--repetitions 5]

Forward through the thirteen convolutions and five pools, mean squared error of the last maps against one, backward, SGD with
momentum 0.9 and weight decay. Everybody starts from the same weights and has its turn within each repetition: two steps, of which
the second counts. Prints medians of seconds a step and the losses of both sides, which must go together.
"""

import argparse
import os
import pathlib
import subprocess
import tempfile
import time

import numpy as np
import torch
from torch import nn

from encoders import describe_machine

HERE = pathlib.Path(__file__).resolve().parent
WIDTHS = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]]


def network():
    torch.manual_seed(0)
    layers, inputs = [], 3
    for widths in WIDTHS:
        for width in widths:
            layer = nn.Conv2d(inputs, width, 3, padding=1)
            nn.init.kaiming_normal_(layer.weight, mode="fan_in", nonlinearity="relu")
            layers += [layer, nn.ReLU(inplace=True)]
            inputs = width
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers)


def torch_contender(batch, threads, memory_format):
    model = network().to(memory_format=memory_format)
    batch = batch.contiguous(memory_format=memory_format)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)

    def run():
        torch.set_num_threads(threads)
        start = time.perf_counter()
        optimiser.zero_grad()
        loss = ((model(batch) - 1) ** 2).mean()
        loss.backward()
        optimiser.step()
        return time.perf_counter() - start, loss.item()

    return run


def posweep_contender(program, folder, batch, threads):
    parameters = [parameter.detach().flatten() for parameter in network().parameters()]
    torch.cat(parameters).numpy().tofile(f"{folder}/parameters.f32")
    batch.permute(0, 2, 3, 1).contiguous().numpy().tofile(f"{folder}/images.f32")
    command = [program, f"{folder}/parameters.f32", f"{folder}/images.f32", str(len(batch)), str(threads)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run():
        process.stdin.write("run\n")
        process.stdin.flush()
        seconds, loss = process.stdout.readline().split()
        return float(seconds), float(loss)

    return process, run


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--scratch-path", default=str(HERE / ".build"))
    options = parser.parse_args()
    build = ["swift", "build", "-c", "release", "--package-path", HERE, "--scratch-path", options.scratch_path]
    subprocess.run(build + ["--product", "training-benchmark"], check=True, stdout=subprocess.DEVNULL)
    cpus = sorted(os.sched_getaffinity(0))
    print(describe_machine(), "\n")
    print("| threads | batch | posweep | PyTorch, NCHW | PyTorch, channels_last | fastest peer / posweep |")
    print("|--:|--:|--:|--:|--:|--:|")
    for threads in options.threads:
        os.sched_setaffinity(0, cpus[:threads])
        batch = torch.from_numpy(np.random.default_rng(2).random((options.batch, 3, 224, 224), np.float32))
        with tempfile.TemporaryDirectory() as folder:
            process, ours = posweep_contender(f"{options.scratch_path}/release/training-benchmark", folder, batch, threads)
            contenders = {
                "posweep": ours,
                "PyTorch, NCHW": torch_contender(batch, threads, torch.contiguous_format),
                "PyTorch, channels_last": torch_contender(batch, threads, torch.channels_last),
            }
            steps = {name: [] for name in contenders}
            for _ in range(options.repetitions + 1):
                for name, run in contenders.items():
                    steps[name] += [run(), run()]  # The first wakes its threads, which sat by while others ran.
            process.stdin.close()
            process.wait()
        medians = {name: float(np.median([seconds for seconds, _ in values[3::2]])) for name, values in steps.items()}
        peer = min(seconds for name, seconds in medians.items() if name != "posweep")
        cells = " | ".join(f"{seconds:.2f} s" for seconds in medians.values())
        print(f"| {threads} | {options.batch} | {cells} | {peer / medians['posweep']:.2f} |", flush=True)
        losses = {name: ", ".join(f"{loss:.5f}" for _, loss in values) for name, values in steps.items()}
        print("".join(f"\n<!-- losses of {name}: {text} -->" for name, text in losses.items()), flush=True)


if __name__ == "__main__":
    main()
