/** What the expr kernels offer; see assembly/expr.ts for the code and twins/expr-twin.ts for the meaning. */
export interface ExprKernels {
  readonly placeholder?: never;
}
