/** A short way to write the functions that most are: null-propagating, with a list of overloads. */
import { BIGINT, type DataType, INT } from '../../columnar/data-type.js';
import type { Value } from '../../columnar/value.js';
import type { RowContext } from '../calc.js';
import type { EmitRule } from '../compiler/emit.js';
import { type Example, overloads, type ScalarFunction, type Signature } from './function.js';

export type Overload = readonly [args: readonly DataType[], result: DataType];

interface Definition {
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly usage: string;
  readonly summary: string;
  readonly examples: readonly Example[];
  readonly takes: readonly Overload[];
  readonly mayFail?: boolean;
  readonly evaluate: (args: readonly Value[], types: Signature, context: RowContext) => Value;
  readonly emit?: EmitRule;
}

export function define({ takes, aliases = [], mayFail = false, ...rest }: Definition): ScalarFunction {
  return { ...rest, aliases, resolve: overloads(...takes), nullRule: 'propagate', mayFail: () => mayFail };
}

/** An overload with int and one with bigint in the same places. */
export function withCounts(parameters: (count: DataType) => readonly DataType[], result: DataType): Overload[] {
  return [
    [parameters(INT), result],
    [parameters(BIGINT), result],
  ];
}
