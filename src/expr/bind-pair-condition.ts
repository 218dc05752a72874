/**
 * An expression over the two sides of a join, and what it says about both: `left.a = right.b AND left.x < right.y`.
 *
 *     slots: 0 .. l-1 the columns of the left, l .. l+r-1 those of the right; of an expression of the right alone 0 .. r-1
 */
import type { Schema } from '../columnar/schema.js';
import type { Span } from '../errors.js';
import type { ExprNode, NameNode } from './ast.js';
import { Binder } from './binder.js';
import type { BoundExpr } from './bound.js';
import { condition } from './operands.js';
import { parseExpression } from './parser.js';
import { type ExprProblem, fail, ProblemFound } from './problem.js';
import { findColumn, nameText, type ScopeColumn, type ScopeParam, scopeOf } from './scope.js';
import { collectSlots, replaceColumns } from './traverse.js';

/** Two expressions of one type that must be equal. */
export interface Equality {
  readonly left: BoundExpr;
  readonly right: BoundExpr;
  /** The columns that they are, when it says no more than `left.a = right.b`. */
  readonly columns?: { readonly left: number; readonly right: number };
}

/** An operand of the outermost AND. */
export interface Conjunct {
  readonly expr: BoundExpr;
  readonly isOfNames: boolean;
}

/** Whether a text is more than the name of a column. */
export function isJoinCondition(text: string): boolean {
  const parsed = parseExpression(text);
  if ('problems' in parsed) return /[=<>(]/.test(text);
  return parsed.expr.kind !== 'name' || parsed.expr.parts.length + parsed.expr.path.length > 1;
}

/** Binds the operands of a condition's outermost AND and hands them to `use`, whose problems are answered too. */
export function bindConjuncts<T>(
  text: string,
  left: Schema,
  right: Schema,
  params: ReadonlyMap<string, ScopeParam>,
  use: (conjuncts: readonly Conjunct[], span: Span) => T,
): T | { readonly problems: readonly ExprProblem[] } {
  const parsed = parseExpression(text);
  if ('problems' in parsed) return parsed;
  try {
    return use(new PairBinder(left, right, params).bindConjuncts(parsed.expr), parsed.expr.span);
  } catch (error) {
    if (error instanceof ProblemFound) return { problems: error.problems };
    throw error;
  }
}

class PairBinder extends Binder {
  readonly #left: readonly ScopeColumn[];
  readonly #right: readonly ScopeColumn[];

  constructor(left: Schema, right: Schema, params: ReadonlyMap<string, ScopeParam>) {
    const [leftColumns, rightColumns] = [scopeOf(left).columns, scopeOf(right).columns];
    // What the binder looks for when a name is none: all that there is to choose from.
    const columns = [
      ...leftColumns.map((column) => new ColumnOfSide(column, 'left', 0)),
      ...rightColumns.map((column) => new ColumnOfSide(column, 'right', left.length)),
    ];
    super({ ...scopeOf([], params), columns });
    this.#left = leftColumns;
    this.#right = rightColumns;
  }

  /** Binds all of them, so that the mistakes of all are found. */
  bindConjuncts(node: ExprNode): readonly Conjunct[] {
    const nodes = conjunctsOf(node);
    const bound = this.bindAll(nodes).map((expr) => condition(expr, 'the condition'));
    return bound.map((expr, i) => ({ expr, isOfNames: isEqualityOfNames(nodes[i]) }));
  }

  /** A column as it is called, if one side has it; else as `left.x` or `right.x`. */
  protected override findName(node: NameNode): BoundExpr | undefined {
    const [left, right] = this.#findPlain(node);
    const { span } = node;
    if (left !== undefined && right !== undefined) {
      const hint = `write left.${left.name} or right.${right.name}`;
      return fail('EXPR_AMBIGUOUS_COLUMN', `both sides have a column ${nameText(node)}`, span, hint);
    }
    if (left !== undefined) return this.#columnOf(left, 'left', span);
    if (right !== undefined) return this.#columnOf(right, 'right', span);
    const [side, ...parts] = node.parts;
    const word = side.text.toLowerCase();
    const [ofLeft, ofRight] = this.#findPlain({ ...node, parts });
    if (word === 'left' && ofLeft !== undefined) return this.#columnOf(ofLeft, 'left', span);
    if (word === 'right' && ofRight !== undefined) return this.#columnOf(ofRight, 'right', span);
    return undefined;
  }

  protected override refuseName(node: NameNode): never {
    const [side, ...parts] = node.parts;
    const word = side.text.toLowerCase();
    const [ofLeft, ofRight] = this.#findPlain({ ...node, parts });
    const meant = [
      ...(ofLeft === undefined ? [] : [`left.${ofLeft.name}`]),
      ...(ofRight === undefined ? [] : [`right.${ofRight.name}`]),
    ];
    if (word === 'left' || word === 'right' || meant.length === 0) return super.refuseName(node);
    const hint = `the sides of a join are called left and right: ${meant.join(' or ')}`;
    return fail('EXPR_UNKNOWN_COLUMN', `there is no column ${nameText(node)}`, node.span, hint);
  }

  #findPlain(node: NameNode): readonly [left: ScopeColumn | undefined, right: ScopeColumn | undefined] {
    return [findColumn(node, this.#left), findColumn(node, this.#right)];
  }

  #columnOf({ name, slot, type }: ScopeColumn, side: 'left' | 'right', span: Span): BoundExpr {
    return { op: 'column', slot: side === 'left' ? slot : this.#left.length + slot, name, side, type, span };
  }
}

/** A class with a getter, like the columns of a scope: a type is asked for only where it is used. */
class ColumnOfSide implements ScopeColumn {
  readonly name: string;
  readonly slot: number;
  readonly #column: ScopeColumn;

  constructor(column: ScopeColumn, side: 'left' | 'right', width: number) {
    this.name = `${side}.${column.name}`;
    this.slot = width + column.slot;
    this.#column = column;
  }

  get type(): ScopeColumn['type'] {
    return this.#column.type;
  }
}

function conjunctsOf(node: ExprNode): readonly ExprNode[] {
  return node.kind === 'logic' && node.operator === 'and' ? node.operands.flatMap(conjunctsOf) : [node];
}

function isEqualityOfNames(node: ExprNode): boolean {
  return node.kind === 'binary' && node.operator === '=' && node.left.kind === 'name' && node.right.kind === 'name';
}

/** Whether an expression reads columns of the left, and of the right. */
export function sidesOf(expr: BoundExpr, width: number): { readonly left: boolean; readonly right: boolean } {
  const slots = [...collectSlots(expr, new Set())];
  return { left: slots.some((slot) => slot < width), right: slots.some((slot) => slot >= width) };
}

/** The operands of a comparison, if one is of the left and the other of the right. */
interface ComparedSides {
  readonly left: BoundExpr;
  readonly right: BoundExpr;
  /** The right one stands first. */
  readonly isCrossed: boolean;
}

export function comparedSides([a, b]: readonly BoundExpr[], width: number): ComparedSides | undefined {
  const [ofA, ofB] = [sidesOf(a, width), sidesOf(b, width)];
  const isStraight = ofA.left && !ofA.right && ofB.right && !ofB.left;
  const isCrossed = ofA.right && !ofA.left && ofB.left && !ofB.right;
  if (!isStraight && !isCrossed) return undefined;
  const [left, right] = (isStraight ? [a, b] : [b, a]).map((side) =>
    replaceColumns(side, ({ slot, name, type, span }) => {
      return { op: 'column', slot: slot < width ? slot : slot - width, name, type, span };
    }),
  );
  return { left, right, isCrossed };
}

/** In the type of what it is compared with. */
function isColumn(expr: BoundExpr): boolean {
  return expr.op === 'cast' ? isColumn(expr.arg) : expr.op === 'column';
}

/** The conjunct as an equality of both sides, if it is one. */
export function equalityOf({ expr, isOfNames }: Conjunct, width: number): Equality | undefined {
  if (expr.op !== 'call' || expr.fn !== 'equal') return undefined;
  const sides = comparedSides(expr.args, width);
  if (sides === undefined) return undefined;
  const { left, right } = sides;
  if (!isOfNames || !isColumn(left) || !isColumn(right)) return { left, right };
  const [slot] = collectSlots(left, new Set());
  const [other] = collectSlots(right, new Set());
  return { left, right, columns: { left: slot, right: other } };
}
