"""VGG-16's five stages at 224x224: posweep beside PyTorch and ONNX Runtime, in one run.

    pip install torch==2.13.0 onnx onnxruntime numpy
    python3 Benchmarks/vgg16.py [--repetitions 9]

Everybody gets the same seeded He weights and the same images, returns the same five feature maps, and runs in turn within
each repetition, so that a clock that drifts drifts for all. Prints the table that stands in README.md, medians of seconds
per image, and how far posweep's maps are from PyTorch's.
"""

import argparse
import datetime
import os
import pathlib
import platform
import subprocess
import tempfile
import time

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).resolve().parent
WIDTHS = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]]


def make_weights():
    """Each layer's filter and bias, He-normal from a fixed seed."""
    generator = np.random.default_rng(1)
    layers, inputs = [], 3
    for width in sum(WIDTHS, []):
        scale = np.sqrt(2 / (9 * inputs))
        layers.append(
            (
                (generator.standard_normal((width, inputs, 3, 3)) * scale).astype(np.float32),
                (generator.standard_normal(width) * 0.1).astype(np.float32),
            )
        )
        inputs = width
    return layers


class TorchVGG(torch.nn.Module):
    def __init__(self, layers):
        super().__init__()
        rest = iter(layers)
        self.blocks = torch.nn.ModuleList()
        for number, widths in enumerate(WIDTHS):
            block = [torch.nn.MaxPool2d(2)] if number else []
            for _ in widths:
                filter, bias = next(rest)
                layer = torch.nn.Conv2d(filter.shape[1], filter.shape[0], 3, padding=1)
                layer.weight.data, layer.bias.data = torch.from_numpy(filter), torch.from_numpy(bias)
                block += [layer, torch.nn.ReLU(inplace=True)]
            self.blocks.append(torch.nn.Sequential(*block))

    def forward(self, maps):
        stages = []
        for block in self.blocks:
            maps = block(maps)
            stages.append(maps)
        return stages


def torch_contender(layers, images, threads, memory_format):
    network = TorchVGG(layers).eval().to(memory_format=memory_format)
    batch = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous(memory_format=memory_format)

    def run():
        torch.set_num_threads(threads)
        with torch.inference_mode():
            start = time.perf_counter()
            stages = network(batch)
            return time.perf_counter() - start, stages

    return run


def onnx_contender(layers, images, threads):
    nodes, weights, outputs, maps, index = [], [], [], "image", 0
    for number, widths in enumerate(WIDTHS):
        if number:
            nodes.append(helper.make_node("MaxPool", [maps], [f"p{number}"], kernel_shape=[2, 2], strides=[2, 2]))
            maps = f"p{number}"
        for _ in widths:
            filter, bias = layers[index]
            weights += [numpy_helper.from_array(filter, f"w{index}"), numpy_helper.from_array(bias, f"b{index}")]
            names = [maps, f"w{index}", f"b{index}"]
            nodes.append(
                helper.make_node("Conv", names, [f"c{index}"], kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[1, 1])
            )
            nodes.append(helper.make_node("Relu", [f"c{index}"], [f"r{index}"]))
            maps, index = f"r{index}", index + 1
        shape = [len(images), widths[-1], 224 >> number, 224 >> number]
        outputs.append(helper.make_tensor_value_info(maps, TensorProto.FLOAT, shape))
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [len(images), 3, 224, 224])
    graph = helper.make_graph(nodes, "vgg16", [image], outputs, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Its threads would otherwise spin while the others are measured.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    batch = np.ascontiguousarray(images.transpose(0, 3, 1, 2))

    def run():
        start = time.perf_counter()
        stages = session.run(None, {"image": batch})
        return time.perf_counter() - start, stages

    return run


class Posweep:
    def __init__(self, program, weights, images_file, batch, threads):
        command = [program, weights, images_file, str(batch), str(threads)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def __call__(self):
        return float(self.ask("run")), None

    def stages(self, file, batch):
        assert self.ask(f"write {file}") == "written"
        values, result, side = np.fromfile(file, np.float32), [], 224
        for widths in WIDTHS:
            shape = (batch, side, side, widths[-1])
            result.append(values[: np.prod(shape)].reshape(shape))
            values, side = values[np.prod(shape) :], side // 2
        return result

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def measure(program, folder, layers, batch, threads, repetitions):
    """Median seconds per image of each contender, and posweep's relative distance from PyTorch for each stage."""
    images = np.random.default_rng(2).random((batch, 224, 224, 3), np.float32)
    images_file = f"{folder}/images.f32"
    images.tofile(images_file)
    posweep = Posweep(program, f"{folder}/weights.f32", images_file, batch, threads)
    contenders = {
        "posweep": posweep,
        "PyTorch, NCHW": torch_contender(layers, images, threads, torch.contiguous_format),
        "PyTorch, channels_last": torch_contender(layers, images, threads, torch.channels_last),
        "ONNX Runtime": onnx_contender(layers, images, threads),
    }
    times = {name: [] for name in contenders}
    for repetition in range(repetitions + 2):
        for name, run in contenders.items():
            seconds, _ = run()
            if repetition >= 2:  # The first two warm up.
                times[name].append(seconds / batch)
    _, expected = contenders["PyTorch, channels_last"]()
    errors = []
    for ours, theirs in zip(posweep.stages(f"{folder}/stages.f32", batch), expected):
        theirs = theirs.permute(0, 2, 3, 1).numpy().astype(np.float64)
        errors.append(np.linalg.norm(ours - theirs) / np.linalg.norm(theirs))
    posweep.close()
    return {name: float(np.median(values)) for name, values in times.items()}, errors


def describe_machine():
    model = next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown CPU"
    )
    commit = subprocess.run(["git", "-C", HERE, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return (
        f"{datetime.date.today()}, {model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start; "
        f"posweep {commit.stdout.strip()}, PyTorch {torch.__version__}, ONNX Runtime {onnxruntime.__version__}, "
        f"Python {platform.python_version()}."
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=9)
    parser.add_argument("--scratch-path", default=str(HERE / ".build"))
    options = parser.parse_args()
    build = ["swift", "build", "-c", "release", "--package-path", HERE, "--scratch-path", options.scratch_path]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    program = f"{options.scratch_path}/release/vgg16-benchmark"
    layers = make_weights()
    print(describe_machine(), "\n")
    print("| threads | batch | posweep | PyTorch, NCHW | PyTorch, channels_last | ONNX Runtime | fastest peer / posweep |")
    print("|--:|--:|--:|--:|--:|--:|--:|")
    worst = np.zeros(5)
    with tempfile.TemporaryDirectory() as folder:
        np.concatenate([part.ravel() for layer in layers for part in layer]).tofile(f"{folder}/weights.f32")
        for threads in (1, 2):
            for batch in (1, 8):
                medians, errors = measure(program, folder, layers, batch, threads, options.repetitions)
                worst = np.maximum(worst, errors)
                peer = min(seconds for name, seconds in medians.items() if name != "posweep")
                cells = " | ".join(f"{seconds * 1e3:.0f} ms" for seconds in medians.values())
                print(f"| {threads} | {batch} | {cells} | {peer / medians['posweep']:.2f} |", flush=True)
    print("\nRelative L2 distance from PyTorch, stages 1 to 5:", ", ".join(f"{error:.1e}" for error in worst))


if __name__ == "__main__":
    main()
