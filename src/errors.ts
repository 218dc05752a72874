/**
 * The one error class and the one catalogue of codes.
 *
 * A `LeatError` is plain data with a stack: it crosses threads as `toData()` and is rebuilt with `fromData()`.
 * It holds one or more diagnostics; a pipeline's mistakes are reported all at once, sorted by place.
 * Nothing branches on the text of a message, only on codes.
 */

/** Whose fault it is; decides the exit status. */
export type ErrorDomain = 'usage' | 'data' | 'resource' | 'external' | 'check' | 'locked' | 'internal';

export const EXIT_STATUS: Readonly<Record<ErrorDomain, number>> = {
  usage: 2,
  data: 1,
  resource: 1,
  external: 1,
  check: 3,
  locked: 4,
  internal: 1,
};

interface CatalogueEntry {
  readonly domain: ErrorDomain;
  /** What the code means, in one line; the page in docs/errors.md says more. */
  readonly title: string;
}

const usage = (title: string): CatalogueEntry => ({ domain: 'usage', title });
const data = (title: string): CatalogueEntry => ({ domain: 'data', title });
const resource = (title: string): CatalogueEntry => ({ domain: 'resource', title });
const external = (title: string): CatalogueEntry => ({ domain: 'external', title });
const check = (title: string): CatalogueEntry => ({ domain: 'check', title });
const internal = (title: string): CatalogueEntry => ({ domain: 'internal', title });

/** Every code leat can report. Room first, reason second. Each has a section in docs/errors.md and a test. */
export const ERROR_CATALOGUE = {
  // spec: the YAML and what it says
  SPEC_YAML_SYNTAX: usage('the pipeline is not valid YAML'),
  SPEC_YAML_UNSAFE: usage('YAML that could mean something else than it seems'),
  SPEC_UNKNOWN_KEY: usage('a key that the language does not know'),
  SPEC_DUPLICATE_KEY: usage('the same key twice'),
  SPEC_MISSING_KEY: usage('a key that must be given is missing'),
  SPEC_WRONG_KIND: usage('a value of the wrong kind, such as a list where text is expected'),
  SPEC_BAD_VALUE: usage('a value outside what is allowed'),
  SPEC_PLANNED: usage('a part of the language that is not there yet'),
  SPEC_UNKNOWN_VERB: usage('a step with a verb that leat does not know'),
  SPEC_VERB_COUNT: usage('a step must have exactly one verb'),
  SPEC_FLOW_SPLIT: usage('a comma or bracket inside { } or [ ] cut an expression in two'),
  SPEC_NO_STEPS: usage('a pipeline without steps'),
  SPEC_PARAM_MISSING: usage('a parameter without a value'),
  SPEC_PARAM_UNKNOWN: usage('a value for a parameter that the pipeline does not have'),
  SPEC_PARAM_TYPE: usage('a parameter value that does not fit its type'),
  SPEC_PATH_VARIABLE: usage('a ${...} in a path that cannot be replaced'),
  // plan: how steps fit together
  PLAN_DUPLICATE_NAME: usage('two steps with one name'),
  PLAN_UNKNOWN_STEP: usage('a step that is not in the pipeline'),
  PLAN_NO_INPUT: usage('a step without an input'),
  PLAN_CYCLE: usage('steps that feed each other in a circle'),
  PLAN_DEAD_END: usage('rows that go nowhere'),
  PLAN_DUPLICATE_COLUMN: usage('two columns with one name'),
  PLAN_UNION_COLUMNS: usage('steps of a union, intersect or except with different columns'),
  PLAN_UNION_TWICE: usage('a union lists its own input'),
  PLAN_SAME_OUTPUT: usage('two writes to one path'),
  PLAN_STDIN_TWICE: usage('two reads of standard input'),
  // expr: SQL expressions
  EXPR_SYNTAX: usage('an expression that cannot be parsed'),
  EXPR_UNKNOWN_COLUMN: usage('a column that the step does not have'),
  EXPR_AMBIGUOUS_COLUMN: usage('a name that fits several columns'),
  EXPR_UNKNOWN_FUNCTION: usage('a function that leat does not know'),
  EXPR_UNKNOWN_TYPE: usage('a type that leat does not know'),
  EXPR_UNKNOWN_PARAM: usage('a $name that is not a parameter'),
  EXPR_PARAM_IN_TEXT: usage('a parameter in quotes, which is text'),
  EXPR_ARGUMENTS: usage('arguments that a function does not take'),
  EXPR_TYPE_MISMATCH: usage('types that do not fit together'),
  EXPR_NOT_BOOLEAN: usage('a condition that is not boolean'),
  EXPR_AGGREGATE_PLACE: usage('an aggregate or window function where none can stand'),
  EXPR_NOT_AGGREGATED: usage('a column outside an aggregate function that is not in by'),
  EXPR_OVERFLOW: data('a number outside the range of its type'),
  EXPR_CAST: data('a value that cannot be converted to the type asked for'),
  EXPR_DOMAIN: data('an argument outside the domain of a function'),
  // format: files
  FORMAT_FILE_MISSING: external('an input that does not exist'),
  FORMAT_NO_FILES: external('a glob that matches no file'),
  FORMAT_IO: external('a file that cannot be read or written'),
  FORMAT_OUTPUT_EXISTS: external('an output that is there already and may not be replaced'),
  FORMAT_INPUT_CHANGED: external('an input that changed while it was read'),
  FORMAT_ENCODING: data('a file that is not of its encoding'),
  FORMAT_PARTITION: data('a folder that does not say its partition'),
  FORMAT_COMPRESSION: data('a compressed file that is damaged or cut off'),
  FORMAT_UNKNOWN: usage('a format that leat does not know'),
  FORMAT_TOO_MANY_ERRORS: data('more rows that fail than a step allows'),
  FORMAT_CSV_DIALECT: usage('a CSV dialect that makes no sense'),
  FORMAT_CSV_HEADER: data('a header that cannot be used'),
  FORMAT_CSV_MISSING_COLUMN: data('a declared column that the file does not have'),
  FORMAT_CSV_FIELD_COUNT: data('a row with the wrong number of fields'),
  FORMAT_CSV_STRAY_QUOTE: data('a quote inside a field that is not quoted'),
  FORMAT_CSV_UNCLOSED_QUOTE: data('a quoted field without an end'),
  FORMAT_CSV_UTF8: data('bytes that are not UTF-8'),
  FORMAT_CSV_VALUE: data('a value that does not fit the type of its column'),
  FORMAT_JSON_SYNTAX: data('a row that is no JSON object'),
  FORMAT_JSON_EMPTY: data('JSON files without a row that would tell their columns'),
  FORMAT_JSON_SECOND_VALUE: data('a key that stands twice in one object'),
  FORMAT_JSON_UTF8: data('text in a JSON file that is no text'),
  FORMAT_JSON_VALUE: data('a JSON value that does not fit the type of its column'),
  FORMAT_JSON_ROW_SIZE: resource('an object larger than the memory a row may take'),
  FORMAT_CSV_ROW_SIZE: resource('a row larger than the memory a row may take'),
  FORMAT_PARQUET: data('a Parquet file that is damaged'),
  FORMAT_PARQUET_UNSUPPORTED: data('a Parquet file with something that leat does not read'),
  FORMAT_PARQUET_VALUE: data('a value in a Parquet file that no type of leat can hold'),
  FORMAT_PARQUET_COLUMN: data('a column that a Parquet file does not have, or has with another type'),
  FORMAT_PARQUET_PAGE_SIZE: resource('a page of a Parquet file larger than the memory there is'),
  // checks that a pipeline makes
  CHECK_FAILED: check('a check of the pipeline that does not hold'),
  // memory, runtime
  MEMORY_EXHAUSTED: resource('managed memory that does not suffice'),
  MEMORY_BUDGET: usage('a memory setting that cannot work'),
  SPILL_IO: external('the spill folder cannot be written or read'),
  SPILL_LIMIT: external('the spill files take more of the disk than they may'),
  RUNTIME_TASK_LOST: internal('a task that failed more often than it may be run again'),
  RUNTIME_CANCELLED: external('the run was interrupted'),
  RUNTIME_OUTPUTS_HELD: { domain: 'locked', title: 'another run holds the outputs' } as CatalogueEntry,
  COMMIT_FAILED: external('the outputs could not be published'),
  // command line
  CLI_USAGE: usage('a command line that cannot be understood'),
  INTERNAL: internal('a mistake in leat itself'),
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** A range of UTF-16 code units in a text that the user wrote. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where something is, as a person reads it: one-based line and column. `offset` is a byte offset in a data file. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** Length of the marked text on its line. */
  readonly length?: number;
  readonly offset?: number;
}

/** One thing that is wrong. */
export interface Diagnostic {
  readonly code: ErrorCode;
  readonly severity: 'error' | 'warning';
  /** What was found and what was expected; one sentence without a full stop. */
  readonly message: string;
  readonly place?: Place;
  /** The source line the place points into; the reporter draws the frame. */
  readonly sourceLine?: string;
  /** What to do about it. */
  readonly hint?: string;
  readonly notes?: readonly string[];
  readonly related?: readonly RelatedPlace[];
}

/** Another place that a diagnostic is about, such as the row that fails a check. */
export interface RelatedPlace {
  readonly place: Place;
  /** What is to be seen there. */
  readonly message: string;
}

/** What a check of a pipeline found. */
export interface CheckResult {
  readonly check: string;
  readonly holds: boolean;
  readonly severity: 'error' | 'warn';
  readonly failures: number;
}

/** A `LeatError` as it crosses threads. */
export interface ErrorData {
  readonly diagnostics: readonly Diagnostic[];
  /** Position of the row that failed, if a row failed; the lowest one is reported. */
  readonly position?: RowPosition;
  readonly stack?: string;
}

/** Where a row stands among all rows of a job (DESIGN: Position); compared component by component. */
export interface RowPosition {
  readonly source: number;
  readonly file: number;
  readonly offset: number;
}

export class LeatError extends Error {
  override readonly name = 'LeatError';
  readonly diagnostics: readonly Diagnostic[];
  position?: RowPosition;
  /** All checks of the run, those that hold too, when one of them is what failed. */
  readonly checks?: readonly CheckResult[];

  constructor(
    diagnostics: Diagnostic | readonly Diagnostic[],
    options?: { cause?: unknown; position?: RowPosition; checks?: readonly CheckResult[] },
  ) {
    const list = (Array.isArray(diagnostics) ? diagnostics : [diagnostics]) as readonly Diagnostic[];
    super(list.map((d) => `${d.code}: ${d.message}`).join('\n'), { cause: options?.cause });
    this.diagnostics = list;
    this.position = options?.position;
    this.checks = options?.checks;
  }

  /** The first diagnostic's code. */
  get code(): ErrorCode {
    return this.diagnostics[0].code;
  }

  /** That of the first error, but a mistake in the pipeline is there whatever else went wrong. */
  get exitStatus(): number {
    const codes = this.diagnostics.flatMap(({ code, severity }) => (severity === 'error' ? [code] : []));
    const domains = codes.map((code) => ERROR_CATALOGUE[code].domain);
    return EXIT_STATUS[domains.includes('usage') ? 'usage' : (domains[0] ?? ERROR_CATALOGUE[this.code].domain)];
  }

  /** With what was found before; behind the errors, which say what happened. */
  withWarnings(warnings: readonly Diagnostic[]): LeatError {
    if (warnings.length === 0) return this;
    const { cause, position, checks } = this;
    const error = new LeatError([...this.diagnostics, ...warnings], { cause, position, checks });
    error.stack = this.stack;
    return error;
  }

  toData(): ErrorData {
    return { diagnostics: this.diagnostics, position: this.position, stack: this.stack };
  }

  static fromData(data: ErrorData): LeatError {
    const error = new LeatError(data.diagnostics, { position: data.position });
    if (data.stack !== undefined) error.stack = data.stack;
    return error;
  }
}

/** A diagnostic of severity error. */
export function diagnostic(
  code: ErrorCode,
  message: string,
  rest: Omit<Diagnostic, 'code' | 'message' | 'severity'> = {},
): Diagnostic {
  return { code, severity: 'error', message, ...rest };
}

/** An error with one diagnostic. */
export function leatError(
  code: ErrorCode,
  message: string,
  rest: Omit<Diagnostic, 'code' | 'message' | 'severity'> & { cause?: unknown; position?: RowPosition } = {},
): LeatError {
  const { cause, position, ...fields } = rest;
  return new LeatError(diagnostic(code, message, fields), { cause, position });
}

/** For the end of a closed union: a branch that the types say cannot be reached. */
export function assertNever(value: never, what: string): never {
  throw leatError('INTERNAL', `unexpected ${what}: ${JSON.stringify(value)}`);
}
