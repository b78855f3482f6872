"""Compares `posweep features` with PyTorch, stage by stage, on photographs and a weights file made by PyTorch.

    pip install torch==2.13.0+cpu safetensors pillow scikit-image scikit-learn
    swift build -c release && python3 Benchmarks/features.py

The photographs are those that scikit-image and scikit-learn ship. PyTorch reads them as torchvision users do: Pillow, RGB, bilinear
resize to 224x224, division by 255. Prints the relative L2 error of each stage and fails above 2e-5.
"""
import argparse, pathlib, subprocess, sys, tempfile
import numpy as np, torch
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import save_file

WIDTHS = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]]
BOUND = 2e-5


def photographs():
    import skimage, sklearn.datasets
    folders = [pathlib.Path(skimage.__file__).parent / "data", pathlib.Path(sklearn.datasets.__file__).parent / "images"]
    names = ["astronaut.png", "coffee.png", "chelsea.png", "rocket.jpg", "camera.png", "china.jpg", "flower.jpg"]
    return [folder / name for folder in folders for name in names if (folder / name).is_file()]


def weights():
    torch.manual_seed(0)
    tensors, index, inputs = {}, 0, 3
    for widths in WIDTHS:
        for width in widths:
            weight = torch.empty(width, inputs, 3, 3)
            torch.nn.init.kaiming_normal_(weight, mode="fan_out", nonlinearity="relu")
            tensors[f"features.{index}.weight"] = weight
            tensors[f"features.{index}.bias"] = torch.randn(width) * 0.05
            inputs, index = width, index + 2
        index += 1
    return tensors


def pytorch(files, tensors, padding, normalise):
    images = [np.asarray(Image.open(file).convert("RGB").resize((224, 224), Image.BILINEAR)) for file in files]
    maps = torch.tensor(np.stack(images)).permute(0, 3, 1, 2).float() / 255
    if normalise == "imagenet":
        mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
        maps = (maps - mean[:, None, None]) / deviation[:, None, None]
    stages, index = [], 0
    with torch.inference_mode():
        for block, widths in enumerate(WIDTHS):
            if block:
                maps, index = F.max_pool2d(maps, 2), index + 1
            for _ in widths:
                weight, bias = tensors[f"features.{index}.weight"], tensors[f"features.{index}.bias"]
                maps, index = F.relu(F.conv2d(maps, weight, bias, padding=padding)), index + 2
            stages.append(F.interpolate(maps, (28, 28), mode="bilinear", align_corners=True).permute(0, 2, 3, 1).numpy())
    return stages


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posweep", default=".build/release/posweep")
    options = parser.parse_args()
    files, tensors, worst = photographs(), weights(), 0.0
    with tempfile.TemporaryDirectory() as folder:
        save_file(tensors, f"{folder}/vgg16.safetensors")
        for padding, normalise in [("zero", "none"), ("zero", "imagenet"), ("none", "imagenet")]:
            subprocess.run(
                [options.posweep, "features", "--encoder", "vgg16", "--weights", f"{folder}/vgg16.safetensors",
                 "--padding", padding, "--normalise", normalise, *map(str, files), "--output", f"{folder}/features.npy"],
                check=True)
            ours, offset = np.load(f"{folder}/features.npy"), 0
            for stage, theirs in enumerate(pytorch(files, tensors, int(padding == "zero"), normalise), start=1):
                part = ours[..., offset:offset + theirs.shape[-1]]
                offset += theirs.shape[-1]
                error = np.linalg.norm(part - theirs) / np.linalg.norm(theirs)
                worst = max(worst, error)
                print(f"padding {padding:4}  normalise {normalise:8}  f{stage}  relative L2 {error:.2e}")
    print(f"{len(files)} photographs, worst {worst:.2e}, bound {BOUND:.0e}")
    sys.exit(int(worst > BOUND))


if __name__ == "__main__":
    main()
