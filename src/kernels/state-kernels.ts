/** What the state kernels offer; see assembly/state.ts for the code and twins/state-twin.ts for the meaning. */
export interface StateKernels {
  readonly placeholder?: never;
}
