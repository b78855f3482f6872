// swift-tools-version: 6.2
import PackageDescription

// The engine's sources are linked in, not imported: what it offers is `package`, and only this package sees that. The flags
// are those of the main manifest.
let package = Package(
    name: "Benchmarks",
    targets: [
        .executableTarget(name: "vgg16-benchmark", dependencies: ["ConvEngine"]),
        .target(
            name: "ConvEngine", dependencies: ["COpenBLAS"],
            swiftSettings: [
                .unsafeFlags([
                    "-O", "-enforce-exclusivity=unchecked", "-Xcc", "-mavx2", "-Xcc", "-mfma", "-Xcc", "-mf16c",
                ])
            ]),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
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
