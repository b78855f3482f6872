import COpenBLAS

/// The matrix products of the library, pinned to the calling thread.
///
/// A multithreaded OpenBLAS lets its workers spin for a tenth of a second after each call, which steals the cores of
/// ``ImageTeam``; the threads are ours.
package enum OpenBLAS {
    /// What a result's provenance says about the library.
    package struct Library: Hashable, Sendable {
        /// The kernels that it chose for this CPU, `SkylakeX` or `Haswell`.
        package let core: String
        /// Version and build options.
        package let configuration: String
    }

    /// The library, set to one thread the first time that anybody asks.
    package static let library: Library = {
        posweep_correct_openblas_core()
        openblas_set_num_threads(1)
        return Library(
            core: openblas_get_corename().map { String(cString: $0) } ?? "unknown",
            configuration: openblas_get_config().map { String(cString: $0) } ?? "unknown")
    }()

    /// `product[rows, columns] = left[depth, rows]ᵀ · right[depth, columns]`, row-major with these strides; continued, added to
    /// what the product holds.
    static func multiplyTransposed(
        _ left: UnsafePointer<Float>, stride leftStride: Int,
        by right: UnsafePointer<Float>, stride rightStride: Int,
        into product: UnsafeMutablePointer<Float>, stride productStride: Int,
        rows: Int, depth: Int, columns: Int, isContinued: Bool
    ) {
        _ = library
        cblas_sgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, blasint(rows), blasint(columns), blasint(depth),
            1, left, blasint(leftStride), right, blasint(rightStride), isContinued ? 1 : 0, product,
            blasint(productStride))
    }
}
