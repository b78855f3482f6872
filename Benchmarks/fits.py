"""One epoch of fitting PosENets for all five targets on kept VGG-16 features: posweep beside a PyTorch loop, in one run.

    pip install torch==2.13.0 numpy
    python3 Benchmarks/fits.py [--kernels 1 3 7] [--threads 1 2] [--images 32] [--repetitions 5]

The loop is what a careful researcher writes: features [images, 1472, 28, 28] in memory (channels last), the fifth stage resized from 14x14 as the
authors do, for each target a convolution
without padding, batch norm, sigmoid, bilinear resize to 224, mean squared error, SGD with momentum 0.9 and weight decay, batches of 8.
Medians of milliseconds per image and epoch, all five targets together.
"""

import argparse
import os
import pathlib
import subprocess
import tempfile
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from encoders import describe_machine

HERE = pathlib.Path(__file__).resolve().parent


def targets(side=224):
    axis = (torch.arange(side) + 0.5) / side
    stripes = axis * 9 % 1
    centre = torch.exp(-((axis[:, None] - 0.5) ** 2 + (axis - 0.5) ** 2) / 0.1)
    maps = [axis.expand(side, side), axis[:, None].expand(side, side), centre]
    return maps + [stripes.expand(side, side), stripes[:, None].expand(side, side)]


def peer(features, kernel, threads):
    maps = features.permute(0, 3, 1, 2)
    readouts = [nn.Sequential(nn.Conv2d(1472, 1, kernel), nn.BatchNorm2d(1), nn.Sigmoid()) for _ in range(5)]
    readouts = [readout.to(memory_format=torch.channels_last) for readout in readouts]
    optimisers = [torch.optim.SGD(readout.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4) for readout in readouts]

    def run():
        torch.set_num_threads(threads)
        start = time.perf_counter()
        for readout, optimiser, target in zip(readouts, optimisers, targets()):
            for batch in torch.randperm(len(maps)).split(8):
                optimiser.zero_grad()
                output = F.interpolate(readout(maps[batch]), (224, 224), mode="bilinear", align_corners=False)
                F.mse_loss(output[:, 0], target.expand(len(batch), -1, -1)).backward()
                optimiser.step()
        return time.perf_counter() - start

    return run


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kernels", nargs="+", type=int, default=[1, 3, 7])
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--images", type=int, default=32)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--scratch-path", default=str(HERE / ".build"))
    options = parser.parse_args()
    build = ["swift", "build", "-c", "release", "--package-path", HERE, "--scratch-path", options.scratch_path]
    subprocess.run(build + ["--product", "fit-benchmark"], check=True, stdout=subprocess.DEVNULL)
    cpus = sorted(os.sched_getaffinity(0))
    print(describe_machine(), "\n")
    print("| kernel | threads | posweep | PyTorch | PyTorch / posweep |\n|--:|--:|--:|--:|--:|")
    random = np.random.default_rng(3)
    stages = [
        torch.from_numpy(random.random((options.images, side, side, channels), np.float32))
        for side, channels in [(28, 64), (28, 128), (28, 256), (28, 512), (14, 512)]
    ]
    resized = [F.interpolate(maps.permute(0, 3, 1, 2), (28, 28), mode="bilinear", align_corners=True) for maps in stages]
    features = torch.cat(resized, 1).permute(0, 2, 3, 1).contiguous()
    with tempfile.TemporaryDirectory() as folder:
        np.concatenate([maps.numpy().reshape(options.images, -1) for maps in stages], 1).tofile(f"{folder}/features.f32")
        for kernel in options.kernels:
            for threads in options.threads:
                os.sched_setaffinity(0, cpus[:threads])
                command = [f"{options.scratch_path}/release/fit-benchmark", f"{folder}/features.f32"]
                command += [str(options.images), str(kernel), str(threads)]
                process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

                def ours():
                    process.stdin.write("run\n")
                    process.stdin.flush()
                    return float(process.stdout.readline().split()[0])

                contenders = [ours, peer(features, kernel, threads)]
                times = [[run() for run in contenders] for _ in range(options.repetitions + 1)]
                posweep, torch_loop = np.median(times[1:], axis=0) / options.images * 1e3
                process.stdin.close()
                process.wait()
                cells = f"{posweep:.1f} ms | {torch_loop:.1f} ms | {torch_loop / posweep:.1f}"
                print(f"| {kernel} | {threads} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
