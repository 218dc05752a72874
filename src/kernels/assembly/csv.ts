// Kernels of the csv room; see ../csv-kernels.ts.
