/**
 * How a function says what it compiles to. An entry of the registry may carry `emit`; without one, or where the rule
 * answers null, the compiled chain calls the entry's `evaluate` row by row (a boxed call), so compiled code is always
 * complete. The interpreter's `evaluate` is the meaning; tests hold `emit` against it.
 *
 * Two kinds: JavaScript inside a fused loop (arguments and result are boolean, int, date or double), or a column kernel
 * called between loops (any types). All are null-propagating: they are only asked about rows without a null argument.
 */
import type { DataType } from '../../columnar/data-type.js';
import type { ExprKernels } from '../../kernels/expr-kernels.js';
import type { Heap } from '../../memory/heap.js';
import type { BoundExpr } from '../bound.js';

/** Chosen once per call, by the bound arguments (a rule may demand that one is a literal). null: cannot compile this. */
export type EmitRule = (args: readonly BoundExpr[], result: DataType) => FunctionEmit | null;

export type FunctionEmit = JsEmit | KernelEmit;

/**
 * JavaScript in a fused loop. Boolean arguments are 0 or 1, int and date are int32 numbers; a boolean result may be true,
 * false, 0 or 1. Prefer & | to && ||, which branch. Rows with a null argument compute garbage that nobody reads, so
 * expressions must be pure and total; failures go through `js.failIf`.
 */
export interface JsEmit {
  readonly kind: 'js';
  /** True when `expr` calls `failIf`. */
  readonly mayFail: boolean;
  /** True when `expr` calls `nullIf`. */
  readonly makesNull: boolean;
  /** A JavaScript expression; `args` are names or literals that may be repeated. */
  expr(args: readonly string[], js: JsBody): string;
}

/** What a rule may add around its expression. */
export interface JsBody {
  /** A fresh `const` that holds `expression`; answers its name. */
  let(expression: string): string;
  /** The row fails when `condition` holds (and no argument is null). */
  failIf(condition: string): void;
  /** The result is null when `condition` holds. */
  nullIf(condition: string): void;
  /** Makes a value (a Set, a table, a pure function) known to the loop under a generated name. */
  hoist(value: unknown): string;
}

/** A column kernel. */
export interface KernelEmit {
  readonly kind: 'kernel';
  readonly mayFail: boolean;
  /** True when the kernel clears validity of rows itself; `call.validity` is then a copy that it may write. */
  readonly makesNull: boolean;
  /** Which arguments are columns for the kernel; the rule has consumed the others (literals). */
  readonly columns: readonly number[];
  /** Once per compiled chain: puts constants into memory and answers what to run per batch. */
  prepare(constants: ConstantPool): KernelRun;
}

/** Runs the kernel over the selected, valid rows: the first failing row, or -1. */
export type KernelRun = (call: KernelCall) => number;

/** Where constants of a compiled chain go in managed memory, once. */
export interface ConstantPool {
  /** The bytes, aligned to 16; answers their address. While memory is only being measured, that is 0. */
  bytes(data: Uint8Array): number;
}

/** A column as kernels take it. */
export interface KernelColumn {
  /** Byte address of row 0. */
  values: number;
  /** Bytes from row to row; 0: one value for all rows. */
  stride: number;
}

/** One call of a kernel for one batch; reused, so nothing may keep it. */
export interface KernelCall {
  readonly heap: Heap;
  readonly kernels: ExprKernels;
  readonly args: readonly KernelColumn[];
  /** Byte address of the result's row 0; one value a row. */
  out: number;
  /** One byte a row: 0 where an argument is null (the row must not be looked at); 0: no nulls. */
  validity: number;
  /** u32 row indices, or 0: rows 0 .. count-1. */
  selection: number;
  count: number;
  /** Where text results get their bytes. */
  readonly text: TextArea;
  /** The meaning itself, for one row: for values that a kernel leaves to the interpreter. False: the row fails. */
  boxedRow(row: number): boolean;
}

/** Room for the bytes of text results, valid until the next batch. */
export interface TextArea {
  /** Address of the struct that text kernels read and write: u32 cursor, u32 left, u32 needed. */
  readonly state: number;
  /** Makes at least `bytes` free bytes contiguous. */
  reserve(bytes: number): void;
}
