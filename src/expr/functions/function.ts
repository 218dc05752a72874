/**
 * What the registry knows of a scalar function or operator. The definition is the one place: the binder resolves calls
 * with it, the interpreter evaluates it (its meaning), the compiler may emit code for it, the reference prints it, and
 * its examples are its tests.
 */
import type { DataType } from '../../columnar/data-type.js';
import type { Value } from '../../columnar/value.js';
import type { BoundCall, BoundExpr } from '../bound.js';
import type { RowContext } from '../calc.js';
import type { EmitRule } from '../compiler/emit.js';

/** Argument types after coercion, and the result's type. */
export interface Signature {
  readonly args: readonly DataType[];
  readonly result: DataType;
}

/** The types fit none of the overloads for a reason worth saying. */
export interface Refusal {
  readonly refused: string;
  readonly hint?: string;
  /** The argument that it is about; without it the whole call. */
  readonly argument?: number;
}

/** undefined: no overload takes these types. */
export type Resolution = Signature | Refusal | undefined;

/** A constant argument's value as the user wrote it, or undefined for anything else. */
export type LiteralArgument = Value | undefined;

/** `[expression, its value as text]`; the expression has no columns, and 'NULL' stands for NULL. */
export type Example = readonly [expression: string, value: string];

export interface ScalarFunction {
  /** What bound calls hold; also its name in SQL. */
  readonly id: string;
  readonly aliases: readonly string[];
  /** `substring(text, start[, length])`: how a call looks, for the reference and for error messages. */
  readonly usage: string;
  readonly summary: string;
  readonly examples: readonly Example[];
  resolve(args: readonly DataType[], literals: readonly LiteralArgument[]): Resolution;
  /** 'propagate': null when an argument is null, without being evaluated. A result may be null in either case. */
  readonly nullRule: 'propagate' | 'custom';
  /** Whether rows of these types, where some arguments are literals, can make `evaluate` throw. */
  mayFail(types: Signature, literals: readonly LiteralArgument[]): boolean;
  /** The meaning. Throws `EvaluationError`; under 'propagate' no argument is null. */
  evaluate(args: readonly Value[], types: Signature, context: RowContext): Value;
  /** It depends on the row's place, not on its arguments alone; the binder adds the number of the call as the last one. */
  readonly readsRow?: true;
  readonly emit?: EmitRule;
}

export const neverFails = (): boolean => false;

/** Overloads by exact kinds, the first that fits: `overloads([[STRING, INT], STRING])`. Implicit widening is allowed. */
export function overloads(...list: readonly (readonly [args: readonly DataType[], result: DataType])[]) {
  return (args: readonly DataType[]): Signature | undefined => {
    for (const accepts of [sameKind, widens]) {
      for (const [parameters, result] of list) {
        if (parameters.length === args.length && parameters.every((parameter, i) => accepts(args[i], parameter))) {
          return { args: parameters, result };
        }
      }
    }
    return undefined;
  };
}

function sameKind(from: DataType, to: DataType): boolean {
  return from.kind === to.kind;
}

/** Conversions that a call makes silently because none of them can fail. */
function widens(from: DataType, to: DataType): boolean {
  if (from.kind === to.kind) return from.kind !== 'decimal';
  if (to.kind === 'double') return from.kind === 'int' || from.kind === 'bigint' || from.kind === 'decimal';
  if (to.kind === 'bigint') return from.kind === 'int';
  if (to.kind === 'timestamp') return from.kind === 'date';
  return false;
}

/** The types of a bound call, as `evaluate` and `mayFail` take them. */
export function signatureOf(call: BoundCall): Signature {
  return { args: call.args.map((arg) => arg.type), result: call.type };
}

export function literalsOf(args: readonly BoundExpr[]): LiteralArgument[] {
  return args.map((arg) => (arg.op === 'literal' ? arg.value : undefined));
}
