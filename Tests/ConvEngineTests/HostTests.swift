import ConvEngine
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

    @Test func `this processor runs the kernels that this test runs`() {
        #expect(Processor.runsKernels)
    }
}
