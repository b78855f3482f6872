// swift-tools-version: 6.2
import PackageDescription

// The rooms' sources are linked in, not imported: what they offer is `package`, and only this package sees that. The flags are
// those of the main manifest.
func kernelFlags(_ flags: String...) -> [SwiftSetting] {
    [.unsafeFlags(["-Ounchecked", "-wmo", "-num-threads", "2", "-enforce-exclusivity=unchecked"] + flags)]
}

let engineFlags: [SwiftSetting] = [.unsafeFlags(["-O", "-enforce-exclusivity=unchecked"])]

let package = Package(
    name: "Benchmarks",
    dependencies: [
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .executableTarget(name: "encoder-benchmark", dependencies: ["Experiments", "ConvEngine"]),
        .executableTarget(name: "fit-benchmark", dependencies: ["Experiments", "ConvEngine"]),
        .executableTarget(name: "training-benchmark", dependencies: ["Experiments", "ConvEngine"]),
        .executableTarget(name: "task-benchmark", dependencies: ["Cluster", "ResultsStore", "Coordination"]),
        .target(
            name: "Cluster",
            dependencies: [
                "ResultsStore", "Sweep", "Coordination", "Experiments", "ConvEngine", "CZeroMQ",
                .product(name: "Logging", package: "swift-log"), .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(
            name: "ResultsStore",
            dependencies: ["Sweep", "Coordination", .product(name: "GRDB", package: "GRDB.swift")]),
        .target(
            name: "Sweep",
            dependencies: [
                "Experiments", .product(name: "Yams", package: "Yams"),
                .product(name: "OrderedCollections", package: "swift-collections"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(
            name: "Coordination",
            dependencies: [
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
            ], exclude: ["Protocol.proto"]),
        .target(
            name: "Experiments",
            dependencies: ["ConvEngine", "CTurboJPEG", "CPNG", .product(name: "Crypto", package: "swift-crypto")]),
        .target(
            name: "ConvEngine",
            dependencies: [
                "COpenBLAS", "CProcessor", "KernelInterface", "KernelsAVX512", "KernelsAVX2", "KernelsPlain",
            ],
            swiftSettings: engineFlags),
        .target(name: "KernelInterface", swiftSettings: engineFlags),
        .target(
            name: "KernelsAVX512", dependencies: ["CProcessor", "KernelInterface"],
            swiftSettings: kernelFlags("-Xcc", "-march=x86-64-v4", "-DWIDE")),
        .target(
            name: "KernelsAVX2", dependencies: ["CProcessor", "KernelInterface"],
            swiftSettings: kernelFlags("-Xcc", "-march=x86-64-v3")),
        .target(
            name: "KernelsPlain", dependencies: ["CProcessor", "KernelInterface"],
            swiftSettings: kernelFlags("-DPLAIN")),
        .systemLibrary(name: "CProcessor"),
        .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
        ]
}
