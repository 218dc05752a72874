// Kernels of the expr room; see ../expr-kernels.ts.
