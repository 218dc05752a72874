/** A benchmark question: one pipeline and one SQL statement over the same data that must give the same answer. */
export interface Question {
  readonly name: string;
  /** The times DuckDB's speed that leat is to reach. */
  readonly target: number;
  /** Makes the data and returns the input's path. */
  input(): string;
  /** Makes a second input. */
  other?(): string;
  /** The pipeline's text; `$in`, `$other` and `$out` are replaced by paths. */
  readonly pipeline: string;
  /** The statement that writes the same rows to `$out`. */
  readonly sql: string;
  /** The memory that both are given; default: what they take by themselves. */
  readonly memory?: string;
  /** What DuckDB is given where it ends with an error in `memory`. */
  readonly duckdbMemory?: string;
  /** Arguments with which GNU sort orders the file in the same way; it is timed beside the two. */
  readonly gnuSort?: readonly string[];
  /**
   * How the two outputs are compared: as rows in any order, numbers within 1e-9. `order`: line by line, by these columns
   * alone; `keys`: as rows that these columns tell apart, for outputs of any size; `count`: the number of lines; `parquet`:
   * Parquet files by sums over all values of each column, as text.
   */
  readonly compare:
    | 'rows'
    | 'count'
    | 'parquet'
    | { readonly order: readonly number[] }
    | { readonly keys: readonly string[] };
}
