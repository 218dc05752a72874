/**
 * A bound expression: names resolved to slots, overloads chosen, every coercion explicit, every node typed.
 * Plain data (it crosses threads inside a job graph). The interpreter gives it its meaning; the compiler must agree.
 *
 * NULL: a call of a function with null rule 'propagate' is null when any argument is. `and`, `or`, `case`, `coalesce`,
 * `is_null`, `is_distinct` have rules of their own. Evaluation order is observable only through errors:
 * `and`, `or`, `case`, `coalesce` do not evaluate (so do not fail on) what they do not need, left to right.
 */
import type { DataType } from '../columnar/data-type.js';
import type { Value } from '../columnar/value.js';
import type { Span } from '../errors.js';

export type BoundExpr =
  | BoundLiteral
  | BoundColumn
  | BoundCall
  | BoundLogic
  | BoundNot
  | BoundIsNull
  | BoundIsDistinct
  | BoundCase
  | BoundCoalesce
  | BoundIn
  | BoundCast;

interface BoundNode {
  readonly type: DataType;
  /** Where it stands in the expression's text (not the file). */
  readonly span: Span;
}

export interface BoundLiteral extends BoundNode {
  readonly op: 'literal';
  readonly value: Value;
}
/** Slot `slot` of the calc program's slots (the columns of the input come first). */
export interface BoundColumn extends BoundNode {
  readonly op: 'column';
  readonly slot: number;
  readonly name: string;
  /** In the condition of a join: whose column it is. */
  readonly side?: 'left' | 'right';
}
/** A registered scalar function, operators included; `fn` is its id in the registry, arguments already coerced. */
export interface BoundCall extends BoundNode {
  readonly op: 'call';
  readonly fn: string;
  readonly args: readonly BoundExpr[];
}
/** Three-valued AND / OR over two or more booleans. */
export interface BoundLogic extends BoundNode {
  readonly op: 'and' | 'or';
  readonly args: readonly BoundExpr[];
}
export interface BoundNot extends BoundNode {
  readonly op: 'not';
  readonly arg: BoundExpr;
}
export interface BoundIsNull extends BoundNode {
  readonly op: 'is_null';
  readonly negated: boolean;
  readonly arg: BoundExpr;
}
/** IS [NOT] DISTINCT FROM: never null. */
export interface BoundIsDistinct extends BoundNode {
  readonly op: 'is_distinct';
  readonly negated: boolean;
  readonly left: BoundExpr;
  readonly right: BoundExpr;
}
/** Searched CASE (a simple CASE is rewritten); all results have the node's type. */
export interface BoundCase extends BoundNode {
  readonly op: 'case';
  readonly whens: readonly { readonly when: BoundExpr; readonly then: BoundExpr }[];
  readonly otherwise: BoundExpr | null;
}
export interface BoundCoalesce extends BoundNode {
  readonly op: 'coalesce';
  readonly args: readonly BoundExpr[];
}
/** x IN (literals), all of x's type; other forms are rewritten to OR. `hasNull`: the list held NULL. */
export interface BoundIn extends BoundNode {
  readonly op: 'in';
  readonly negated: boolean;
  readonly arg: BoundExpr;
  readonly values: readonly Value[];
  readonly hasNull: boolean;
}
/** CAST, or TRY_CAST (null instead of an error), or an implicit coercion (never fails unless `checked` says so). */
export interface BoundCast extends BoundNode {
  readonly op: 'cast';
  readonly try: boolean;
  readonly arg: BoundExpr;
}
