import ConvEngine
import KernelInterface
import Testing

@Suite("Host")
struct HostTests {
    @Test func `the library names its kernels and its version`() {
        #expect(!OpenBLAS.library.core.isEmpty)
        #expect(OpenBLAS.library.configuration.contains("OpenBLAS"))
    }

    @Test func `a CPU newer than the library is not run with the kernels of 2004`() {
        #expect(OpenBLAS.library.core != "Prescott")
    }

    @Test func `this processor has kernels, and the plain ones run everywhere`() {
        #expect(Processor.usableKernels.contains { $0.instructions == "SSE2" })
        #expect(Processor.usableKernels.contains { $0.instructions == Processor.instructions })
    }
}
