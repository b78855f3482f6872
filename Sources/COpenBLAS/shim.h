#pragma once
#include <cblas.h>
#include <stdlib.h>
#include <string.h>

/// Whether this CPU has what the kernels are compiled for: AVX2, FMA and half-precision conversion.
static inline int posweep_cpu_runs_kernels(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
}

/// Whether this CPU also has the vectors of sixteen floats that posweep_multiply_wide uses.
static inline int posweep_cpu_runs_wide_kernels(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl");
}

/// Asks for the cache line at an address before it is needed. The address may lie outside any buffer.
static inline __attribute__((always_inline)) void posweep_prefetch(const void *address) {
    __builtin_prefetch(address, 0, 3);
}

// How OpenBLAS chooses its kernels when it is loaded; absent where it was built for one CPU only.
extern void gotoblas_dynamic_init(void) __attribute__((weak));
extern void gotoblas_dynamic_quit(void) __attribute__((weak));

/// Lets OpenBLAS choose its kernels again where it took those of 2004 for a CPU newer than itself.
///
/// Before 0.3.25 it runs an Intel CPU whose model number it does not know with the SSE3 kernels of "Prescott", at a fifth
/// of the speed (OpenBLAS issue 4267). Must run before the first product. OPENBLAS_CORETYPE in the environment stands.
static inline void posweep_correct_openblas_core(void) {
    if (strcmp(openblas_get_corename(), "Prescott") != 0 || getenv("OPENBLAS_CORETYPE")) return;
    if (!gotoblas_dynamic_init || !gotoblas_dynamic_quit || !posweep_cpu_runs_kernels()) return;
    setenv("OPENBLAS_CORETYPE", posweep_cpu_runs_wide_kernels() ? "SkylakeX" : "Haswell", 1);
    gotoblas_dynamic_quit();
    gotoblas_dynamic_init();
    unsetenv("OPENBLAS_CORETYPE");
}

typedef float posweep_vector __attribute__((vector_size(64), aligned(4)));

/// Twelve rows by two panels of sixteen columns of a matrix product, in 24 registers of AVX-512: MatrixStrip for wide vectors.
///
/// Every element is the sum over ascending k by fused multiply-adds from zero, hence the same bits as MatrixStrip's. It is
/// written here because a Swift module is compiled for one instruction set, and this function alone must have another.
/// While it runs it asks for `lines` cache lines from `next` on, the panels that follow.
static __attribute__((target("avx512f"), noinline)) void posweep_multiply_wide(
    const float *left, long leftStride, const float *panel, long depth, float *product, long productStride,
    const float *next, long lines) {
    posweep_vector sum[12][2];
    for (int row = 0; row < 12; ++row) sum[row][0] = sum[row][1] = (posweep_vector){0};
    const float *second = panel + depth * 16;
    for (long k = 0; k < depth; ++k) {
        posweep_vector low = *(const posweep_vector *)(panel + k * 16);
        posweep_vector high = *(const posweep_vector *)(second + k * 16);
        if (k < lines) __builtin_prefetch(next + k * 16, 0, 2);
#pragma unroll
        for (int row = 0; row < 12; ++row) {
            float x = left[row * leftStride + k];
            posweep_vector value = {x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
            sum[row][0] = __builtin_elementwise_fma(value, low, sum[row][0]);
            sum[row][1] = __builtin_elementwise_fma(value, high, sum[row][1]);
        }
    }
#pragma unroll
    for (int row = 0; row < 12; ++row) {
        *(posweep_vector *)(product + row * productStride) = sum[row][0];
        *(posweep_vector *)(product + row * productStride + 16) = sum[row][1];
    }
}
