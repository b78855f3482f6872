"""Compares `posweep features` with PyTorch, stage by stage, on photographs and weights files made by PyTorch.

    pip install torch==2.13.0+cpu safetensors pillow scikit-image scikit-learn
    swift build -c release && python3 Benchmarks/features.py

The photographs are those that scikit-image and scikit-learn ship. The weights are written in the three forms that torchvision's files have
had: zip .pth, legacy .pth, .safetensors. Prints the relative L2 error of each stage and fails above 2e-5.
"""
import argparse, pathlib, subprocess, sys, tempfile
import numpy as np, torch
from safetensors.torch import save_file
import torch_encoders

BOUND = 2e-5
# Encoder, padding, normalisation, side of the images, stages that are read. Without padding a ResNet needs large images.
CASES = [
    ("vgg16", "zero", "none", 224, 5), ("vgg16", "zero", "imagenet", 224, 5), ("vgg16", "none", "imagenet", 224, 5),
    ("vgg16", "reflect", "imagenet", 224, 5), ("vgg16", "replicate", "imagenet", 224, 5),
    ("vgg16", "circular", "imagenet", 224, 5), ("vgg16_bn", "zero", "imagenet", 224, 5),
    ("vgg19", "zero", "imagenet", 224, 5), ("vgg19_bn", "none", "imagenet", 256, 5),
    ("resnet50", "zero", "imagenet", 224, 4), ("resnet50", "none", "imagenet", 224, 2), ("resnet50", "none", "imagenet", 448, 4),
    ("resnet50", "reflect", "none", 224, 4), ("resnet101", "zero", "imagenet", 224, 4),
    ("resnet152", "zero", "imagenet", 224, 4), ("resnet152", "none", "imagenet", 224, 2),
    ("resnet152", "none", "imagenet", 1472, 4),
]


def photographs():
    import skimage, sklearn.datasets
    folders = [pathlib.Path(skimage.__file__).parent / "data", pathlib.Path(sklearn.datasets.__file__).parent / "images"]
    names = ["astronaut.png", "coffee.png", "chelsea.png", "rocket.jpg", "camera.png", "china.jpg", "flower.jpg"]
    return [folder / name for folder in folders for name in names if (folder / name).is_file()]


def write(tensors, folder, name):
    """The same tensors in the three forms."""
    files = {"zip": f"{folder}/{name}.pth", "legacy": f"{folder}/{name}-legacy.pth", "safetensors": f"{folder}/{name}.safetensors"}
    torch.save(tensors, files["zip"])
    torch.save(tensors, files["legacy"], _use_new_zipfile_serialization=False)
    save_file(tensors, files["safetensors"])
    return files


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posweep", default=".build/release/posweep")
    parser.add_argument("--only", default="", help="only encoders whose name begins so")
    parser.add_argument("--forms", default="zip,legacy,safetensors", help="the forms of weights files")
    options = parser.parse_args()
    photos, worst = photographs(), 0.0
    with tempfile.TemporaryDirectory() as folder:
        for name in dict.fromkeys(case[0] for case in CASES if case[0].startswith(options.only)):
            network = torch_encoders.encoder(name)
            weights = write(network.state_dict(), folder, name)
            for _, padding, normalise, side, stages in (case for case in CASES if case[0] == name):
                files = photos if side < 1000 else photos[:1]
                with torch.inference_mode():
                    maps = torch_encoders.images(files, side, normalise)
                    theirs = torch_encoders.stacked(torch_encoders.pad(network, padding)(maps, stages))
                for form in options.forms.split(","):
                    subprocess.run(
                        [options.posweep, "features", "--encoder", name, "--weights", weights[form], "--padding", padding,
                         "--normalise", normalise, "--image-size", str(side),
                         "--stages", ",".join(str(stage + 1) for stage in range(stages)),
                         *map(str, files), "--output", f"{folder}/features.npy"], check=True, stdout=subprocess.DEVNULL)
                    ours, offset, errors = np.load(f"{folder}/features.npy"), 0, []
                    for stage in (stage.numpy() for stage in theirs):
                        part = ours[..., offset:offset + stage.shape[-1]]
                        offset += stage.shape[-1]
                        errors.append(np.linalg.norm(part - stage) / np.linalg.norm(stage))
                    worst = max(worst, *errors)
                    print(f"{name:9} {side:4}  padding {padding:9}  normalise {normalise:8}  {form:11}  "
                          + "  ".join(f"f{n} {error:.1e}" for n, error in enumerate(errors, start=1)), flush=True)
            for file in weights.values():
                pathlib.Path(file).unlink()
    print(f"{len(photos)} photographs, worst {worst:.2e}, bound {BOUND:.0e}")
    sys.exit(int(not worst <= BOUND))


if __name__ == "__main__":
    main()
