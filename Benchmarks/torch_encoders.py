"""VGG and ResNet in PyTorch with torchvision's layout and names, tapped where the paper taps them: the peers of our measurements.

Random but fixed weights: He-initialised filters, and batch norms whose means, variances, factors and summands are not trivial.
"""
import torch
import torch.nn.functional as F
from torch import nn

VGG = {"vgg16": [2, 2, 3, 3, 3], "vgg19": [2, 2, 4, 4, 4]}
RESNET = {"resnet50": [3, 4, 6, 3], "resnet101": [3, 4, 23, 3], "resnet152": [3, 8, 36, 3]}


class Vgg(nn.Module):
    def __init__(self, blocks, norm):
        super().__init__()
        layers, inputs, self.taps = [], 3, []
        for width, count in zip([64, 128, 256, 512, 512], blocks):
            for _ in range(count):
                layers.append(nn.Conv2d(inputs, width, 3, padding=1))
                layers += [nn.BatchNorm2d(width)] if norm else []
                layers.append(nn.ReLU())
                inputs = width
            self.taps.append(len(layers) - 1)
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)

    def forward(self, maps, stages=5):
        kept = []
        for index, layer in enumerate(self.features[: self.taps[stages - 1] + 1]):
            maps = layer(maps)
            if index in self.taps:
                kept.append(maps)
        return kept


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, width, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = nn.Conv2d(width, width * 4, 1, bias=False), nn.BatchNorm2d(width * 4)
        self.downsample = None
        if stride != 1 or inputs != width * 4:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, width * 4, 1, stride, bias=False), nn.BatchNorm2d(width * 4))

    def forward(self, maps):
        out = F.relu(self.bn1(self.conv1(maps)))
        out = F.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        # Without padding the 3x3 convolution takes a pixel from each side, and the shortcut loses the same.
        inner = maps[:, :, 1:-1, 1:-1] if self.conv2.padding == (0, 0) else maps
        return F.relu(out + (self.downsample(inner) if self.downsample else inner))


class ResNet(nn.Module):
    def __init__(self, blocks):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64)
        self.pool, inputs = nn.MaxPool2d(3, 2, 1), 64
        for layer, (width, count) in enumerate(zip([64, 128, 256, 512], blocks)):
            members = []
            for block in range(count):
                members.append(Bottleneck(inputs, width, 2 if layer and not block else 1))
                inputs = width * 4
            setattr(self, f"layer{layer + 1}", nn.Sequential(*members))

    def forward(self, maps, stages=4):
        maps, kept = self.pool(F.relu(self.bn1(self.conv1(maps)))), []
        for layer in range(1, stages + 1):
            maps = getattr(self, f"layer{layer}")(maps)
            kept.append(maps)
        return kept


def encoder(name, seed=0):
    """The network in evaluation mode, with its random but fixed weights."""
    torch.manual_seed(seed)
    base = name.removesuffix("_bn")
    network = Vgg(VGG[base], name.endswith("_bn")) if base in VGG else ResNet(RESNET[name])
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if module.bias is not None:
                nn.init.normal_(module.bias, std=0.05)
        elif isinstance(module, nn.BatchNorm2d):
            # A little below 1, so that the sums of residual blocks grow, but not beyond all measure.
            nn.init.uniform_(module.weight, 0.3, 0.8)
            nn.init.normal_(module.bias, std=0.1)
            module.running_mean.normal_(std=0.1)
            module.running_var.uniform_(0.5, 1.5)
    return network.eval()


def pad(network, padding):
    """Gives the convolutions another padding, with the same weights."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            side = module.kernel_size[0] // 2
            module.padding = (0, 0) if padding == "none" else (side, side)
            module.padding_mode = {"none": "zeros", "zero": "zeros"}.get(padding, padding)
            module._reversed_padding_repeated_twice = (side,) * 4
    return network


def images(files, side, normalise):
    """Photographs as torchvision users read them: Pillow, RGB, bilinear resize, division by 255."""
    import numpy as np
    from PIL import Image
    pixels = [np.asarray(Image.open(file).convert("RGB").resize((side, side), Image.BILINEAR)) for file in files]
    maps = torch.tensor(np.stack(pixels)).permute(0, 3, 1, 2).float() / 255
    if normalise == "imagenet":
        mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
        maps = (maps - mean[:, None, None]) / deviation[:, None, None]
    return maps


def stacked(stages, side=28):
    """The stages resized to one grid, `[image, row, column, channel]` each."""
    return [F.interpolate(maps, (side, side), mode="bilinear", align_corners=True).permute(0, 2, 3, 1) for maps in stages]
