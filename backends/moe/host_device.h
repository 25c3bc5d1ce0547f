#pragma once
// For C++17 code that kernels and the host share: both compile it, so what is tested on the host is what kernels run.

#ifdef __CUDACC__
#define TRIPOS_HOST_DEVICE __host__ __device__
#else
#define TRIPOS_HOST_DEVICE
#endif
