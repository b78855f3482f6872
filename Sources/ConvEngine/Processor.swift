internal import CProcessor
package import KernelInterface
internal import KernelsAVX2
internal import KernelsAVX512
internal import KernelsPlain

/// What this CPU can do.
package enum Processor {
    /// The kernels for the widest vectors that this CPU has.
    ///
    /// AVX-512 and AVX2 give the same bits. A CPU that has neither takes the plain ones, many times slower and without
    /// fused products, whose figures agree to rounding.
    package static let kernels: any KernelSet.Type = usableKernels.first ?? VectorKernelsForAll.self

    /// All kernels that this CPU runs, the fastest first.
    package static let usableKernels: [any KernelSet.Type] =
        (posweep_cpu_runs_avx512() != 0 ? [KernelsAVX512.VectorKernels.self] : [])
        + (posweep_cpu_runs_avx2() != 0 ? [KernelsAVX2.VectorKernels.self] : [])
        + [VectorKernelsForAll.self]

    /// The instructions that the kernels use: `AVX-512`, `AVX2` or `SSE2`.
    package static var instructions: String { kernels.instructions }

    /// Whether the kernels are for vectors of eight or sixteen floats.
    package static var isFast: Bool { kernels != VectorKernelsForAll.self }

    private typealias VectorKernelsForAll = KernelsPlain.VectorKernels
}
