#pragma once

/// Whether this CPU has what the AVX2 kernels are compiled for.
static inline int posweep_cpu_runs_avx2(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c")
        && __builtin_cpu_supports("bmi2");
}

/// Whether this CPU has what the AVX-512 kernels are compiled for.
static inline int posweep_cpu_runs_avx512(void) {
    __builtin_cpu_init();
    return posweep_cpu_runs_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

/// Asks for the cache line at an address before it is needed. The address may lie outside any buffer.
static inline __attribute__((always_inline)) void posweep_prefetch(const void *address) {
    __builtin_prefetch(address, 0, 2);
}

/// Asks for the cache line at an address that will be written to.
static inline __attribute__((always_inline)) void posweep_prefetch_for_writing(const void *address) {
    __builtin_prefetch(address, 1, 3);
}
