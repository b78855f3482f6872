extension EncoderName {
    /// The file in which torchvision publishes the network's ImageNet weights (`IMAGENET1K_V1`); nil for none.
    ///
    /// The last part of a name is the beginning of the file's SHA-256.
    package var publishedWeights: String? {
        switch self {
        case .none, .vgg5, .vgg5_bn: nil
        case .vgg16: "vgg16-397923af.pth"
        case .vgg16_bn: "vgg16_bn-6c64b313.pth"
        case .vgg19: "vgg19-dcbb9e9d.pth"
        case .vgg19_bn: "vgg19_bn-c79401a0.pth"
        case .resnet50: "resnet50-0676ba61.pth"
        case .resnet101: "resnet101-63fe2227.pth"
        case .resnet152: "resnet152-394f9c45.pth"
        }
    }
}
