internal import KernelInterface

/// The kernels for the instructions that this module is compiled for.
///
/// The sources are those of three modules: `KernelsAVX512` with vectors of sixteen floats, `KernelsAVX2` with eight, and
/// `KernelsPlain` without fused products, for CPUs before 2013.
package enum VectorKernels: KernelSet {
    package static var instructions: String {
        #if WIDE
            "AVX-512"
        #elseif PLAIN
            "SSE2"
        #else
            "AVX2"
        #endif
    }
}
