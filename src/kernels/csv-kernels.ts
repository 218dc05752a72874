/** What the csv kernels offer; see assembly/csv.ts for the code and twins/csv-twin.ts for the meaning. */
export interface CsvKernels {
  readonly placeholder?: never;
}
