/**
 * The logical graph: what the pipeline means, as a small relational algebra. Verbs lower into it (one verb may become
 * several nodes), rules rewrite it, and the job graph is planned from it. Frozen plain data.
 */
import type { AccumulatorSpec } from '../columnar/accumulator.js';
import type { DataType } from '../columnar/data-type.js';
import type { FaultKind } from '../columnar/fault.js';
import type { FoldSpec } from '../columnar/fold.js';
import type { Schema } from '../columnar/schema.js';
import type { TextForm } from '../columnar/text-form.js';
import type { Value } from '../columnar/value.js';
import type { WindowFrame, WindowSpec } from '../columnar/window.js';
import type { Diagnostic, Place } from '../errors.js';
import type { BoundExpr } from '../expr/bound.js';
import type { ExprOrigin } from '../expr/calc.js';

/** A column that a scan can read. */
export interface ScanColumn {
  readonly name: string;
  /** Found when first asked for, until the columns are pruned: a sample of the file is read for it. */
  readonly type: DataType;
  /** The column of the file: its name in the header, or its ordinal where there is no header. */
  readonly from: string | number;
  /** Texts that mean null in this column, in place of the file's. */
  readonly nulls?: readonly string[];
  /** How its values are written, if not in the usual form. */
  readonly form?: TextForm;
  /** Its type was declared, so every value that reaches an output is checked against it. */
  readonly isDeclared: boolean;
  /** Its ordinal in the rows of the file, where that is known. */
  readonly place?: number;
  /** So many columns of the file from that one on, as one text: see `spans`. */
  readonly fields?: number;
  /** No column of the file, but what is wrong with rows that cannot be read; with one of them such rows are handed on. */
  readonly fault?: FaultKind;
  /** Not in the rows: the value of their file at that place of `fileValues`, or the line that a row begins in. */
  readonly ofFile?: number | 'line';
  /** Why it is text whose values are mostly something else, for who reports that; see ../formats/csv/infer.ts. */
  readonly oddText?: () => { readonly text: string; readonly place: Place } | undefined;
}

/** A column that stands for several: the text that they are in the rows of a file. */
export interface TextSpan {
  readonly slot: number;
  readonly names: readonly string[];
}

export interface ProjectColumn {
  readonly name: string;
  readonly expr: BoundExpr;
  readonly origin: ExprOrigin;
}

export interface AggregateCall {
  readonly name: string;
  readonly accumulator: AccumulatorSpec;
  /** Column of the input; null for count(*). */
  readonly input: number | null;
  /** As written, for explain. */
  readonly text: string;
}

/** right and full also give the rows of the right that met nobody, behind all others. */
export type JoinType = 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti' | 'cross';

export interface JoinCondition {
  readonly expr: BoundExpr;
  readonly origin: ExprOrigin;
}

export interface Check {
  readonly slot: number;
  /** The diagnostic when it does not hold; its message names the check. */
  readonly diagnostic: Diagnostic;
  readonly severity: 'error' | 'warn';
  /** Or `part` of each `of` rows. */
  readonly maxFailures: number | { readonly part: bigint; readonly of: bigint };
  /** What fails: some of the rows, some of the values (each is a row), all rows together, or rows that a step could not take. */
  readonly failing: 'rows' | 'values' | 'all' | 'faults';
  /** Of the step: its outputs of rows that fail know it too. */
  readonly gate: number;
}

/** The first `rows` rows; `withTies`: and those that are equal to the last of them in the sort's keys. */
export interface FirstOfGroup {
  readonly rows: number;
  readonly withTies: boolean;
}

export interface SortKey {
  readonly slot: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** A column of texts, of which the least of a group holds the value that was asked for; see operators/pack.ts. */
export interface Pack {
  readonly name: string;
  readonly value: number;
  readonly orderBy: readonly SortKey[];
  /** Of rows that are equal in the order the last one. */
  readonly takesLast: boolean;
  /** A boolean column: only rows where it is true; null: all. */
  readonly condition: number | null;
  readonly skipsNullValues: boolean;
  readonly skipsNullKeys: boolean;
}

export interface FoldCall {
  readonly name: string;
  readonly fold: FoldSpec;
  readonly value: number;
  /** Column that says how many equal rows each row stands for; null: one. */
  readonly count: number | null;
  readonly result: DataType;
}

export interface WindowCall {
  readonly name: string;
  readonly spec: WindowSpec;
  readonly inputs: readonly number[];
  readonly result: DataType;
}

export type LogicalOperator =
  /**
   * `factory` is the kind of the physical source; its configuration is `config` and the columns. `rawText`: how rows are written in
   * its files. Neighbouring columns of text can be one, if nobody looks at them, on their way to a sink that writes rows so too.
   * `rowsNeverFail`: what is wrong with its files is wrong with more than a row of them.
   * `conditions`: rows for which one of them is not true are dropped right behind it.
   */
  | {
      readonly op: 'scan';
      readonly factory: string;
      readonly config: object;
      readonly columns: readonly ScanColumn[];
      /** Of each file that the configuration names: `files`, and `at` where the pipeline does. */
      readonly fileValues: readonly (readonly Value[])[];
      readonly text: string;
      readonly rawText?: string;
      readonly rowsNeverFail?: true;
      readonly conditions?: readonly BoundExpr[];
    }
  | { readonly op: 'filter'; readonly condition: BoundExpr; readonly origin: ExprOrigin }
  | { readonly op: 'project'; readonly columns: readonly ProjectColumn[] }
  /** The step, with columns for what is wrong behind its own: they are null in good rows, and all others are in rows that fail in it. */
  | {
      readonly op: 'guard';
      readonly step: Extract<LogicalOperator, { op: 'filter' | 'project' }>;
      readonly faults: readonly FaultKind[];
    }
  /**
   * Groups by the first `keys` columns of the input; output: the keys, then a column a call, in the order of the keys.
   * `grouping`: groups that agree in so many first keys come out of one task, for a fold.
   */
  | {
      readonly op: 'aggregate';
      readonly keys: number;
      readonly calls: readonly AggregateCall[];
      readonly grouping?: number;
    }
  /** Adds a column a pack. */
  | { readonly op: 'pack'; readonly packs: readonly Pack[] }
  /** Texts of a pack become the values in them. */
  | { readonly op: 'unpack'; readonly columns: readonly { readonly slot: number; readonly type: DataType }[] }
  /**
   * Rows that agree in the first `keys` columns follow one another in the input, an aggregate or a sort with that
   * grouping. Output: the keys, then a column a call.
   */
  | { readonly op: 'fold'; readonly keys: number; readonly calls: readonly FoldCall[] }
  /**
   * Groups by the first `keys` columns of the input, which has one more: the calls fold a group's values, column 0, each there once
   * and in their order, and how often, column 1. Output: the keys, then a column a call, in the order of the keys.
   */
  | { readonly op: 'values'; readonly keys: number; readonly calls: readonly FoldCall[] }
  /**
   * Adds a column a call. The rows of a partition, which agree in its columns, follow one another in the input, a sort
   * with that grouping; rows that agree in the keys of `order` too are peers.
   */
  | {
      readonly op: 'window';
      readonly partition: readonly number[];
      readonly order: readonly SortKey[];
      readonly frame: WindowFrame<number>;
      readonly calls: readonly WindowCall[];
    }
  /** All inputs one after another; output column i is column `columns[input][i]` of each. */
  | { readonly op: 'union'; readonly columns: readonly (readonly number[])[] }
  /**
   * Stable: rows with equal keys keep their order. `grouping`: rows that agree in so many first keys, which ascend, are a group, and come
   * out of one task. Nobody reads more than the first `keep` rows, or the first rows of each group that `keepOfGroup` says.
   */
  | {
      readonly op: 'sort';
      readonly keys: readonly SortKey[];
      readonly grouping?: number;
      readonly keep?: number;
      readonly keepOfGroup?: FirstOfGroup;
    }
  /** A row for each of the last columns, `names` are theirs: the columns before them, the name, the value; row by row. */
  | { readonly op: 'unpivot'; readonly names: readonly string[]; readonly includesNulls: boolean }
  /** A row for each item of the array in a column, which becomes the item; with `includesEmpty` a null where there is none. */
  | { readonly op: 'unnest'; readonly slot: number; readonly includesEmpty: boolean }
  /** Adds a bigint that is drawn at random; `isPlaced`: by the row's place in its file, else by how many come before it. */
  | { readonly op: 'draw'; readonly seed: bigint; readonly step: bigint; readonly isPlaced: boolean }
  /** Adds a bigint by which rows can be put back into the order that they have here. */
  | { readonly op: 'position' }
  /** The first row of each group of equal `by` columns; its rows follow one another, from a sort with that grouping. */
  | { readonly op: 'first'; readonly by: readonly number[] }
  /** Rows `offset` .. `offset + count - 1` in input order, of each group of equal `by` columns. */
  | { readonly op: 'limit'; readonly count: number; readonly offset: number; readonly by: readonly number[] }
  /**
   * Columns `keys` of the left meet the first columns of the right. Output: the columns of the left, then those of the
   * right behind its keys; of semi and anti the left's alone. Rows meet when their keys are equal and the condition is
   * true, which reads the columns of the left and those of the right behind its keys, in this order.
   */
  | {
      readonly op: 'join';
      readonly type: JoinType;
      readonly keys: readonly number[];
      readonly condition?: JoinCondition;
    }
  /**
   * To each row of the left the nearest row of the right: of those that are equal in the keys and whose next column is at most
   * `at` (`isBackward`) or at least `at`, the one where it is nearest. Of several the last one backward, else the first.
   * Columns as in a join: `keys` and `at` of the left, the first ones of the right.
   */
  | {
      readonly op: 'asof-join';
      readonly keys: readonly number[];
      readonly at: number;
      readonly isBackward: boolean;
      /** Equal ones do not meet. */
      readonly isStrict: boolean;
    }
  /**
   * Each check fails for the rows where its column is not true. Hands the first `passes` columns on; 0: nothing. Columns
   * `shows` are kept to show a row that fails.
   */
  | {
      readonly op: 'check';
      readonly checks: readonly Check[];
      readonly passes: number;
      readonly shows: readonly number[];
    }
  /** `typed`: the format keeps types, so undeclared columns take their inferred type. */
  | {
      readonly op: 'sink';
      readonly factory: string;
      readonly config: object;
      readonly typed: boolean;
      readonly text: string;
      readonly rawText?: string;
      readonly spans?: readonly TextSpan[];
    };

export interface LogicalNode {
  readonly id: number;
  readonly operator: LogicalOperator;
  readonly inputs: readonly number[];
  readonly schema: Schema;
  /** The step it comes from, and the verb. */
  readonly step: string;
  readonly verb: string;
  /** Where the step stands. */
  readonly place: Place;
  readonly parallelism?: number;
}

export interface LogicalGraph {
  readonly name: string;
  /** Inputs come before the nodes that read them. */
  readonly nodes: readonly LogicalNode[];
}
