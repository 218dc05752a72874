// Kernels of the expr room; see ../expr-kernels.ts.

export * from './expr-decimals';
export * from './expr-distinct-mark';
export * from './expr-integers';
export * from './expr-like';
export * from './expr-make-text';
export * from './expr-rows';
export * from './expr-text';
export * from './expr-doubles';
export * from './expr-time';
