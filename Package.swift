// swift-tools-version: 6.2
import PackageDescription

// Kernels are optimised in debug builds too, without checks: else `swift test` would run for an hour.
func kernelFlags(_ flags: String...) -> [SwiftSetting] {
    [.unsafeFlags(["-Ounchecked", "-wmo", "-num-threads", "2", "-enforce-exclusivity=unchecked"] + flags)]
}

// The engine around them has loops over whole maps. Its checks at the edge stay.
let engineFlags: [SwiftSetting] = [.unsafeFlags(["-O", "-enforce-exclusivity=unchecked"])]

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let http = Target.Dependency.product(name: "FlyingFox", package: "FlyingFox")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let ordered = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let pageFiles = [
    "index.html", "page.css", "icon.svg", "page.js", "dom.js", "live.js", "sweeps.js", "table.js", "row.js", "maps.js",
    "curves.js", "workers.js", "failures.js",
]

// Decoding, resizing and ranking pixels is loops over plain arrays, which a debug build would run fifty times slower.
let scienceFlags: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

let package = Package(
    name: "posweep",
    products: [.executable(name: "posweep", targets: ["posweep"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    ],
    // A room imports only rooms below it (HouseRulesTests keeps it so).
    targets: [
        .executableTarget(
            name: "posweep",
            dependencies: [
                "Dashboard", "Cluster", "ResultsStore", "Sweep", "Simulation", "Coordination", "Experiments",
                "ConvEngine", arguments, logging,
            ]),
        // The page's files are built into the program: one page, no folder to install beside it.
        .target(
            name: "Dashboard", dependencies: ["ResultsStore", "Sweep", "Coordination", http],
            resources: pageFiles.map { .embedInCode("Assets/\($0)") }),
        .target(
            name: "Cluster",
            dependencies: [
                "ResultsStore", "Sweep", "Coordination", "Experiments", "ConvEngine", "CZeroMQ", logging, crypto,
            ]),
        .target(name: "ResultsStore", dependencies: ["Sweep", "Coordination", grdb]),
        .target(name: "Sweep", dependencies: ["Experiments", yams, ordered, crypto]),
        // Optimised in debug builds too, so that every `swift test` runs thousands of simulated clusters.
        .target(name: "Simulation", dependencies: ["Coordination", heap], swiftSettings: scienceFlags),
        .target(
            name: "Coordination", dependencies: [protobuf, deque, heap], exclude: ["Protocol.proto"],
            swiftSettings: scienceFlags),
        .target(
            name: "Experiments", dependencies: ["ConvEngine", "CTurboJPEG", "CPNG", crypto],
            swiftSettings: scienceFlags),
        .target(
            name: "ConvEngine",
            dependencies: [
                "COpenBLAS", "CProcessor", "KernelInterface", "KernelsAVX512", "KernelsAVX2", "KernelsPlain",
            ],
            swiftSettings: engineFlags),
        .target(name: "KernelInterface", swiftSettings: engineFlags),
        // One source, compiled three times. Without `-mfma` a fused multiply-add is a call into libm for every lane.
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
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
        .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),

        .target(
            name: "TestSupport", dependencies: ["Cluster", "ResultsStore", "Coordination", "Simulation"],
            path: "Tests/TestSupport",
            exclude: ["hostile-names.json"]),
        // What crash_points.py kills.
        .executableTarget(
            name: "crash-driver", dependencies: ["Cluster", "ResultsStore", "Coordination"], path: "Tests/CrashPoints",
            exclude: ["crash_points.py"]),
        .testTarget(
            name: "ConvEngineTests", dependencies: ["ConvEngine", "KernelInterface", "TestSupport"],
            exclude: ["Fixtures", "make_resize.py", "make_training.py"]),
        .testTarget(
            name: "ExperimentsTests", dependencies: ["Experiments", "ConvEngine", "TestSupport"],
            exclude: ["Fixtures"], swiftSettings: scienceFlags),
        .testTarget(name: "SweepTests", dependencies: ["Sweep", "Experiments", "TestSupport"], exclude: ["Golden"]),
        .testTarget(
            name: "CoordinationTests", dependencies: ["Coordination", "Simulation", "TestSupport"],
            exclude: ["Golden"]),
        .testTarget(name: "SimulationTests", dependencies: ["Simulation", "Coordination", "TestSupport"]),
        .testTarget(
            name: "ResultsStoreTests", dependencies: ["ResultsStore", "Sweep", "Coordination", "TestSupport", grdb],
            exclude: ["Golden", "Fixtures"]),
        .testTarget(
            name: "ClusterTests",
            dependencies: ["Cluster", "ResultsStore", "Sweep", "Coordination", "CZeroMQ", "TestSupport"]),
        .testTarget(
            name: "DashboardTests",
            dependencies: ["Dashboard", "ResultsStore", "Sweep", "Coordination", "TestSupport", http],
            exclude: ["Golden"]),
        .testTarget(
            name: "TerminalTests", dependencies: ["posweep", "ResultsStore", "TestSupport"], exclude: ["Golden"]),
        .testTarget(name: "HouseRulesTests", dependencies: ["TestSupport"]),
        .testTarget(
            name: "EndToEndTests", dependencies: ["posweep", "crash-driver", "Cluster", "Simulation", "TestSupport"],
            exclude: ["Golden"]),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .treatAllWarnings(as: .error),
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
        ]
    if target.name != "ConvEngine", !target.name.hasPrefix("Kernel"), target.type != .test {
        target.swiftSettings?.append(.strictMemorySafety())
    }
}
