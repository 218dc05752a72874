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
  /** How the two outputs are compared: as rows in any order, numbers within 1e-9. `sample`: some of them, chosen by their
   * first column; `order`: line by line, by these columns alone; `count`: the number of lines. */
  readonly compare: 'rows' | 'sample' | 'count' | { readonly order: readonly number[] };
}
