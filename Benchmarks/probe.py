"""The paper's table 1 by posweep and by a PyTorch script, on the same photographs, weights and threads, in one run.

    pip install torch==2.13.0 scipy pillow scikit-image scikit-learn
    swift build -c release && python3 Benchmarks/probe.py

The PyTorch side is what a careful researcher would write: the encoder runs once for each image, in inference mode, channels last, in
batches; its resized features are kept in memory; each readout is then fitted on them, one target after another; the truth's ranks are
computed once. Both sides start from files and end with the table. Times are of whole processes; extraction and fitting are told apart.
"""
import argparse, csv, io, json, os, pathlib, shutil, subprocess, sys, tempfile, time

TARGETS, EPOCHS, BATCH, DECAY = ["H", "V", "G", "HS", "VS"], 15, 8, 10
ENCODERS = {"none": [3], "vgg16": [64, 128, 256, 512, 512], "resnet152": [256, 512, 1024, 2048]}


def photographs(folder, train, test):
    """Crops of the photographs that scikit-image and scikit-learn ship, as PNG files."""
    import numpy as np, skimage, sklearn.datasets
    from PIL import Image
    data = pathlib.Path(skimage.__file__).parent / "data"
    samples = pathlib.Path(sklearn.datasets.__file__).parent / "images"
    sources = {
        "train": [data / "coffee.png", data / "astronaut.png", samples / "china.jpg"],
        "test": [data / "chelsea.png", samples / "flower.jpg", data / "rocket.jpg"],
    }
    random = np.random.default_rng(1)
    for name, count in [("train", train), ("test", test)]:
        (folder / name).mkdir()
        images = [Image.open(file).convert("RGB") for file in sources[name]]
        for index in range(count):
            image = images[index % len(images)]
            side = int(random.integers(200, min(image.size) + 1))
            left, top = (int(random.integers(0, extent - side + 1)) for extent in image.size)
            image.crop((left, top, left + side, top + side)).resize((224, 224), Image.BILINEAR).save(
                folder / name / f"{index:04}.png")


def pytorch(folder, threads):
    """Prints the table and what its parts took, as JSON."""
    import numpy as np, torch, torch.nn.functional as F
    from scipy.stats import rankdata
    from torch import nn
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import torch_encoders
    torch.set_num_threads(threads)
    sets = {name: sorted((folder / name).iterdir()) for name in ["train", "test"]}
    axis = np.arange(224) / 223
    x, y = np.meshgrid(axis, axis)
    gauss = np.exp(-((x * 223 - 111.5) ** 2 + (y * 223 - 111.5) ** 2) / (2 * 111.5**2))
    truths = {"H": x, "V": y, "G": (gauss - gauss.min()) / (gauss.max() - gauss.min()),
              "HS": 0.5 + 0.5 * np.cos(5 * np.pi * y), "VS": 0.5 + 0.5 * np.cos(5 * np.pi * x)}
    ranks = {}
    for name, truth in truths.items():
        rank = rankdata(truth.ravel())
        ranks[name] = (rank - rank.mean()) / np.linalg.norm(rank - rank.mean())
    table, extraction, fitting = [], 0.0, 0.0
    for encoder in ENCODERS:
        started = time.perf_counter()
        if encoder != "none":
            network = torch_encoders.encoder(encoder)
            network.load_state_dict(torch.load(folder / f"{encoder}.pth"))
            network = network.to(memory_format=torch.channels_last)
        features = {}
        with torch.inference_mode():
            for name, files in sets.items():
                parts = []
                for first in range(0, len(files), BATCH):
                    maps = torch_encoders.images(files[first:first + BATCH], 224, "imagenet")
                    maps = [maps] if encoder == "none" else network(maps.contiguous(memory_format=torch.channels_last))
                    parts.append(torch.cat([
                        F.interpolate(stage, (28, 28), mode="bilinear", align_corners=True) for stage in maps], 1))
                features[name] = torch.cat(parts).contiguous(memory_format=torch.channels_last)
        extraction += time.perf_counter() - started
        for target in TARGETS:
            started = time.perf_counter()
            torch.manual_seed(1)
            readout = nn.Sequential(nn.Conv2d(features["train"].shape[1], 1, 3), nn.BatchNorm2d(1), nn.Sigmoid())
            nn.init.xavier_uniform_(readout[0].weight), nn.init.zeros_(readout[0].bias)
            readout = readout.to(memory_format=torch.channels_last)
            optimizer = torch.optim.SGD(readout.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
            truth = torch.tensor(truths[target], dtype=torch.float32)
            predict = lambda maps: F.interpolate(readout(maps), (224, 224), mode="bilinear", align_corners=False)[:, 0]
            for epoch in range(EPOCHS):
                for group in optimizer.param_groups:
                    group["lr"] = 0.1 * (0.1 if epoch >= DECAY else 1)
                order = torch.randperm(len(features["train"]))
                for first in range(0, len(order), BATCH):
                    prediction = predict(features["train"][order[first:first + BATCH]])
                    loss = F.mse_loss(prediction, truth.expand_as(prediction))
                    optimizer.zero_grad(), loss.backward(), optimizer.step()
            readout.eval()
            correlations, errors = [], []
            with torch.inference_mode():
                for first in range(0, len(features["test"]), BATCH):
                    for map in predict(features["test"][first:first + BATCH]).numpy():
                        rank = rankdata(map.ravel())
                        correlations.append(float(ranks[target] @ (rank - rank.mean()) / np.linalg.norm(rank - rank.mean())))
                        errors.append(float(np.abs(map - truths[target]).mean()))
            table.append((encoder, target, float(np.mean(correlations)), float(np.mean(errors))))
            fitting += time.perf_counter() - started
    print(json.dumps({"table": table, "extraction": extraction, "fitting": fitting}))


SWEEP = """
name: probe
data: {{train: {{folder: {0}/train}}, test: {{natural: {{folder: {0}/test}}}}, maps: 0}}
weights: {{vgg16: {0}/vgg16.pth, resnet152: {0}/resnet152.pth}}
encoder: {{normalise: imagenet}}
matrix: {{encoder: [none, vgg16, resnet152], target: [H, V, G, HS, VS]}}
fit: {{epochs: %d, batch: %d, decay_at: [%d]}}
table: {{rows: [encoder, target], columns: [test], metrics: [SPC, MAE]}}
""" % (EPOCHS, BATCH, DECAY)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posweep", default=".build/release/posweep")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--train", type=int, default=96)
    parser.add_argument("--test", type=int, default=24)
    parser.add_argument("--pytorch", type=pathlib.Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.pytorch:
        return pytorch(options.pytorch, options.threads)
    import torch, torch_encoders
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        photographs(folder, options.train, options.test)
        for encoder in ["vgg16", "resnet152"]:
            torch.save(torch_encoders.encoder(encoder).state_dict(), folder / f"{encoder}.pth")
        (folder / "probe.yaml").write_text(SWEEP.format(folder))

        def run(*arguments):
            shutil.rmtree(folder / "state", ignore_errors=True)
            started = time.perf_counter()
            subprocess.run(
                [options.posweep, "run", str(folder / "probe.yaml"), "--state", str(folder / "state"), "--workers", "1",
                 "--threads", str(options.threads), *arguments],
                check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            return time.perf_counter() - started

        def peer():
            started = time.perf_counter()
            text = subprocess.run(
                [sys.executable, os.path.abspath(__file__), "--pytorch", str(folder), "--threads", str(options.threads)],
                check=True, capture_output=True, text=True).stdout
            return time.perf_counter() - started, json.loads(text)

        ours, theirs, fits = [], [], []
        run("--cache", str(folder / "cache"))
        for _ in range(options.repetitions):
            theirs.append(peer())
            ours.append(run())
            fits.append(run("--cache", str(folder / "cache")))
        text = subprocess.run(
            [options.posweep, "table", "--state", str(folder / "state"), "--format", "csv"], check=True, capture_output=True,
            text=True).stdout
        found = {(row["encoder"], row["target"]): row for row in csv.DictReader(io.StringIO(text))}
        print("encoder    target   SPC: posweep  PyTorch   MAE: posweep  PyTorch")
        for encoder, target, correlation, error in theirs[-1][1]["table"]:
            spc, mae = (float(found[encoder, target][metric] or "nan") for metric in ["SPC", "MAE"])
            print(f"{encoder:10} {target:6}   {spc:12.3f}  {correlation:7.3f}   {mae:12.3f}  {error:7.3f}")
        median = lambda values: sorted(values)[len(values) // 2]
        whole, peer_whole, fit = median(ours), median([t for t, _ in theirs]), median(fits)
        peer_fit = median([report["fitting"] for _, report in theirs])
        peer_extraction = median([report["extraction"] for _, report in theirs])
        print(f"{options.train} training and {options.test} test images, {options.threads} threads, "
              f"median of {options.repetitions}, load {os.getloadavg()[0]:.1f}")
        print("| part | posweep | PyTorch | ratio |\n|---|--:|--:|--:|")
        print(f"| whole table | {whole:.1f} s | {peer_whole:.1f} s | {peer_whole / whole:.1f} |")
        print(f"| extraction | {whole - fit:.1f} s | {peer_extraction:.1f} s | {peer_extraction / (whole - fit):.1f} |")
        print(f"| fitting and scoring | {fit:.1f} s | {peer_fit:.1f} s | {peer_fit / fit:.1f} |")


if __name__ == "__main__":
    main()
