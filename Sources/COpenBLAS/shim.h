#pragma once
#include <cblas.h>
#include <stdlib.h>
#include <string.h>

// How OpenBLAS chooses its kernels when it is loaded; absent where it was built for one CPU only.
extern void gotoblas_dynamic_init(void) __attribute__((weak));
extern void gotoblas_dynamic_quit(void) __attribute__((weak));

/// Lets OpenBLAS choose its kernels again where it took those of 2004 for a CPU newer than itself.
///
/// Before 0.3.25 it runs an Intel CPU whose model number it does not know with the SSE3 kernels of "Prescott", at a fifth
/// of the speed (OpenBLAS issue 4267). Must run before the first product. OPENBLAS_CORETYPE in the environment stands.
static inline void posweep_correct_openblas_core(void) {
    if (strcmp(openblas_get_corename(), "Prescott") != 0 || getenv("OPENBLAS_CORETYPE")) return;
    if (!gotoblas_dynamic_init || !gotoblas_dynamic_quit) return;
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return;
    int isWide = __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    setenv("OPENBLAS_CORETYPE", isWide ? "SkylakeX" : "Haswell", 1);
    gotoblas_dynamic_quit();
    gotoblas_dynamic_init();
    unsetenv("OPENBLAS_CORETYPE");
}
