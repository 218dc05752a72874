// Kernels of the state room; see ../state-kernels.ts.
