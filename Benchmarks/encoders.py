"""VGG-16's and ResNet-152's stages at 224x224: posweep beside PyTorch, ONNX Runtime and OpenVINO, in one run.

    pip install torch==2.13.0 onnx onnxruntime openvino safetensors numpy
    python3 Benchmarks/encoders.py [--encoders vgg16] [--threads 1 2] [--batches 1 8] [--repetitions 7]

Everybody gets the same weights and images, returns the same feature maps, runs on the same CPUs with as many threads, and has its
turn within each repetition, so that a clock that drifts drifts for all. A turn is two runs, of which the second counts. Prints the table that stands in README.md, medians of
milliseconds per image, and how far posweep's maps are from PyTorch's in double precision.
"""

import argparse
import datetime
import os
import pathlib
import platform
import subprocess
import tempfile
import time
import warnings

import numpy as np
import onnxruntime
import openvino
import torch
from safetensors.torch import save_file

import torch_encoders

HERE = pathlib.Path(__file__).resolve().parent
PEERS = ["PyTorch, NCHW", "PyTorch, channels_last", "PyTorch, compiled", "ONNX Runtime", "OpenVINO"]


def timed(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def torch_contender(network, batch, threads, memory_format, is_compiled):
    network = network.to(memory_format=memory_format)
    batch = batch.contiguous(memory_format=memory_format)
    if is_compiled:
        torch._inductor.config.freezing = True
        torch._dynamo.reset()
        network = torch.compile(network)

    def run():
        torch.set_num_threads(threads)
        with torch.inference_mode():
            return timed(lambda: network(batch))

    return run


def exported(network, batch, folder):
    """The network as an ONNX file, with batch norms folded by the exporter."""
    file = f"{folder}/network.onnx"
    names = [f"stage{number}" for number in range(1, 1 + len(network(batch[:1])))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(network, (batch,), file, input_names=["image"], output_names=names, dynamo=False)
    return file


def onnx_contender(file, batch, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Its threads would otherwise spin while the others are measured.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    pixels = batch.contiguous().numpy()
    return lambda: timed(lambda: session.run(None, {"image": pixels}))


def openvino_contender(file, batch, threads):
    settings = {
        "INFERENCE_PRECISION_HINT": "f32",
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": 1,
    }
    request = openvino.compile_model(file, "CPU", settings).create_infer_request()
    pixels = batch.contiguous().numpy()
    return lambda: timed(lambda: request.infer({"image": pixels}))


class Posweep:
    def __init__(self, program, encoder, weights, images_file, batch, threads):
        command = [program, encoder, weights, images_file, str(batch), str(threads)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def __call__(self):
        return float(self.ask("run"))

    def errors(self, file, expected):
        """The relative L2 distance of each stage."""
        assert self.ask(f"write {file}") == "written"
        values, errors = np.fromfile(file, np.float32).astype(np.float64), []
        for maps in expected:
            maps = maps.permute(0, 2, 3, 1).numpy()
            ours, values = values[: maps.size].reshape(maps.shape), values[maps.size :]
            errors.append(np.linalg.norm(ours - maps) / np.linalg.norm(maps))
        return errors

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def measure(program, folder, encoder, weights, batch_size, threads, options):
    """Median milliseconds per image of each contender, and posweep's distance from double precision where it is asked for."""
    os.sched_setaffinity(0, sorted(options.cpus)[:threads])
    torch.set_num_threads(threads)
    batch = torch.from_numpy(np.random.default_rng(2).random((batch_size, 224, 224, 3), np.float32)).permute(0, 3, 1, 2)
    images_file = f"{folder}/images.f32"
    batch.permute(0, 2, 3, 1).contiguous().numpy().tofile(images_file)

    def network():
        return torch_encoders.encoder(encoder)

    posweep = Posweep(program, encoder, weights, images_file, batch_size, threads)
    file = exported(network(), batch, folder)
    makers = {
        "PyTorch, NCHW": lambda: torch_contender(network(), batch, threads, torch.contiguous_format, False),
        "PyTorch, channels_last": lambda: torch_contender(network(), batch, threads, torch.channels_last, False),
        "PyTorch, compiled": lambda: torch_contender(network(), batch, threads, torch.channels_last, True),
        "ONNX Runtime": lambda: onnx_contender(file, batch, threads),
        "OpenVINO": lambda: openvino_contender(file, batch, threads),
    }
    contenders = {"posweep": posweep} | {name: makers[name]() for name in options.peers}
    times = {name: [] for name in contenders}
    for repetition in range(options.repetitions + 2):
        for name, run in contenders.items():
            run()  # Wakes its threads, which for a process that sat by while others ran takes longer than a small batch.
            seconds = run()
            if repetition >= 2:  # The first two warm up.
                times[name].append(seconds / batch_size * 1e3)
    errors = []
    if batch_size == options.batches[0]:
        with torch.inference_mode():
            errors = posweep.errors(f"{folder}/stages.f32", network().double()(batch.double()))
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
        f"OpenVINO {openvino.__version__.split('-')[0]}, Python {platform.python_version()}."
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoders", nargs="+", default=["vgg16", "resnet152"])
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 8])
    parser.add_argument("--peers", nargs="+", default=PEERS, choices=PEERS)
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--scratch-path", default=str(HERE / ".build"))
    options = parser.parse_args()
    options.cpus = os.sched_getaffinity(0)
    build = ["swift", "build", "-c", "release", "--package-path", HERE, "--scratch-path", options.scratch_path]
    subprocess.run(build + ["--product", "encoder-benchmark"], check=True, stdout=subprocess.DEVNULL)
    program = f"{options.scratch_path}/release/encoder-benchmark"
    print(describe_machine(), "\n")
    print("| encoder | threads | batch | posweep | " + " | ".join(options.peers) + " | fastest peer / posweep |")
    print("|---|" + "--:|" * (4 + len(options.peers)))
    worst = {}
    with tempfile.TemporaryDirectory() as folder:
        for encoder in options.encoders:
            weights = f"{folder}/{encoder}.safetensors"
            save_file(torch_encoders.encoder(encoder).state_dict(), weights)
            for threads in options.threads:
                for batch in options.batches:
                    medians, errors = measure(program, folder, encoder, weights, batch, threads, options)
                    worst[encoder] = np.maximum(worst.get(encoder, 0), errors) if errors else worst[encoder]
                    peer = min(medians[name] for name in options.peers)
                    cells = " | ".join(f"{milliseconds:.0f} ms" for milliseconds in medians.values())
                    row = f"| {encoder} | {threads} | {batch} | {cells} | {peer / medians['posweep']:.2f} |"
                    print(row, flush=True)
    for encoder, errors in worst.items():
        print(f"\nRelative L2 distance from double precision, {encoder}:", ", ".join(f"{error:.1e}" for error in errors))


if __name__ == "__main__":
    main()
