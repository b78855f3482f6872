import COpenBLAS

/// What this CPU can do.
package enum Processor {
    /// Whether the CPU has the instructions that the kernels are compiled for: AVX2, FMA and F16C.
    ///
    /// Ask before any other call into this module; a CPU without them stops at the first one with an illegal instruction.
    package static var runsKernels: Bool { posweep_cpu_runs_kernels() != 0 }

    /// Whether the CPU has AVX-512, which makes the products faster and changes no bit of them.
    package static let runsWideKernels = posweep_cpu_runs_wide_kernels() != 0
}
