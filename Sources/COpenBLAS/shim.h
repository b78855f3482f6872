#pragma once
#include <cblas.h>

/// Whether this CPU has what the kernels are compiled for: AVX2, FMA and half-precision conversion.
static inline int posweep_cpu_runs_kernels(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
}

/// Asks for the cache line at an address before it is needed. The address may lie outside any buffer.
static inline __attribute__((always_inline)) void posweep_prefetch(const void *address) {
    __builtin_prefetch(address, 0, 3);
}
