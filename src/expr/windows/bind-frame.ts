/**
 * A frame over the rows of a scope. Distances of ROWS and GROUPS are numbers. What RANGE looks for is computed for each
 * row: `range 7 preceding` in the order of x is the rows whose x is not before the column `x - 7`.
 */
import { BIGINT, type DataType, isNumeric, TIMESTAMP, typeName } from '../../columnar/data-type.js';
import type { FrameBound, WindowFrame } from '../../columnar/window.js';
import type { ExprNode } from '../ast.js';
import { callOf } from '../bind-call.js';
import { addInterval, isInterval } from '../bind-interval.js';
import { Binder } from '../binder.js';
import type { BoundExpr } from '../bound.js';
import type { RunConstants } from '../calc.js';
import { foldConstants } from '../fold.js';
import { literal } from '../literals.js';
import { coerce } from '../operands.js';
import { type ExprProblem, fail, ProblemFound } from '../problem.js';
import type { Scope } from '../scope.js';
import { type FrameBoundNode, type FrameNode, type FrameUnit, parseFrame } from './parse-frame.js';

/** What the rows are ordered by; `keys` are over the scope. */
export interface FrameOrder {
  readonly keys: readonly { readonly expr: BoundExpr; readonly descending: boolean }[];
}

export type FrameResult = { readonly frame: WindowFrame<BoundExpr> } | { readonly problems: readonly ExprProblem[] };

/** Without a frame as written: up to the row and its peers, or all rows where there is no order. */
export function defaultFrame(hasOrder: boolean): WindowFrame<never> {
  return { start: { kind: 'unbounded' }, end: hasOrder ? { kind: 'groups', by: 0 } : { kind: 'unbounded' } };
}

export function bindFrame(text: string, scope: Scope, order: FrameOrder, constants: RunConstants): FrameResult {
  const parsed = parseFrame(text);
  if ('problems' in parsed) return parsed;
  try {
    return { frame: new FrameBinder(scope, order, constants).bind(parsed) };
  } catch (error) {
    if (error instanceof ProblemFound) return { problems: error.problems };
    throw error;
  }
}

class FrameBinder {
  private readonly scope: Scope;
  private readonly order: FrameOrder;
  private readonly constants: RunConstants;

  constructor(scope: Scope, order: FrameOrder, constants: RunConstants) {
    this.scope = scope;
    this.order = order;
    this.constants = constants;
  }

  bind(node: FrameNode): WindowFrame<BoundExpr> {
    const { unit, unitSpan, start, end } = node;
    const isWhole = start.kind === 'unbounded' && end.kind === 'unbounded';
    if (unit !== 'rows' && !isWhole && this.order.keys.length === 0) {
      const hint = 'add `order_by`, or count ROWS, which are in the order of the input';
      fail('EXPR_ARGUMENTS', `a frame of ${unit.toUpperCase()} needs \`order_by\``, unitSpan, hint);
    }
    const [from, to] = [this.bound(unit, start), this.bound(unit, end)];
    if (from.place > to.place) {
      fail('EXPR_SYNTAX', 'the frame ends before it begins', end.span, 'the bound that comes first stands first');
    }
    return { start: from.bound, end: to.bound };
  }

  private bound(unit: FrameUnit, node: FrameBoundNode): PlacedBound {
    const { kind, side, distance } = node;
    const sign = side === 'preceding' ? -1 : 1;
    if (kind === 'unbounded') return { bound: { kind }, place: sign * Infinity };
    const counted = unit === 'rows' ? 'rows' : 'groups';
    if (distance === undefined) return { bound: { kind: counted, by: 0 }, place: 0 };
    if (unit === 'range') return this.value(node, distance, sign);
    const count = this.wholeNumber(distance, unit);
    const by = count === 0 ? 0 : sign * count;
    return { bound: { kind: counted, by }, place: by };
  }

  private wholeNumber(node: ExprNode, unit: FrameUnit): number {
    const { span } = node;
    if (isInterval(node)) {
      const hint = 'a distance in time is one of RANGE: range between ...';
      return fail('EXPR_TYPE_MISMATCH', `${unit.toUpperCase()} are counted, and this is an interval`, span, hint);
    }
    const { value, type } = this.constant(node);
    if (value === null || (type.kind !== 'int' && type.kind !== 'bigint')) {
      return fail('EXPR_TYPE_MISMATCH', `${unit.toUpperCase()} are counted with a whole number`, span);
    }
    if (value < 0) refuseNegative(node);
    return Number(value);
  }

  /** What is so far away from the row's key, and the key in the type of that. */
  private value({ side }: FrameBoundNode, distance: ExprNode, sign: 1 | -1): PlacedBound {
    const { keys } = this.order;
    const { span } = distance;
    if (keys.length > 1) {
      const hint = 'order by one column, or count ROWS or GROUPS';
      fail(
        'EXPR_ARGUMENTS',
        `a distance of RANGE is one of a single order key, and there are ${keys.length}`,
        span,
        hint,
      );
    }
    const [{ expr, descending }] = keys;
    const operator = (side === 'preceding') === descending ? '+' : '-';
    const { moved: bound, size } = this.moved(expr, distance, operator);
    const compared = callOf('equal', [expr, bound], span);
    if (compared.op !== 'call') return fail('EXPR_TYPE_MISMATCH', 'the distance does not fit the order key', span);
    return { bound: { kind: 'value', key: compared.args[0], bound: compared.args[1] }, place: sign * size };
  }

  private moved(
    key: BoundExpr,
    distance: ExprNode,
    operator: '+' | '-',
  ): { readonly moved: BoundExpr; readonly size: number } {
    const { span } = distance;
    const isTime = key.type.kind === 'date' || key.type.kind === 'timestamp';
    const bind = (node: ExprNode): BoundExpr => new Binder(this.scope).bind(node);
    if (isInterval(distance)) {
      if (!isTime) {
        const hint = isNumeric(key.type) ? 'write a number, or order by a date or a timestamp' : undefined;
        fail('EXPR_TYPE_MISMATCH', `an interval is no distance between values of ${typeName(key.type)}`, span, hint);
      }
      return { size: this.sizeOf(distance, bind), moved: addInterval(key, distance, operator, span, bind) };
    }
    const { value, type } = this.constant(distance);
    if (isTime && (key.type.kind === 'timestamp' || !isWhole(type))) {
      const hint = "write an interval: range between interval '7 days' preceding and current row";
      fail(
        'EXPR_TYPE_MISMATCH',
        `${typeName(type)} is no distance between values of ${typeName(key.type)}`,
        span,
        hint,
      );
    }
    if (!isTime && (!isNumeric(key.type) || !isNumeric(type))) {
      const what = isNumeric(key.type) ? typeName(type) : `a RANGE of values of ${typeName(key.type)}`;
      fail(
        'EXPR_TYPE_MISMATCH',
        `${what} has no distance`,
        span,
        'order by a number, a date or a timestamp, or count ROWS',
      );
    }
    if (value === null) fail('EXPR_TYPE_MISMATCH', 'NULL is no distance', span);
    if (value < 0) refuseNegative(distance);
    // What is beyond the ints is a bound as well.
    const args = [key.type.kind === 'int' ? coerce(key, BIGINT) : key, literal(value, type, span)];
    const size = Number(value) / (type.kind === 'decimal' ? 10 ** type.scale : 1);
    return { size, moved: callOf(operator === '+' ? 'add' : 'subtract', args, span) };
  }

  private constant(node: ExprNode): { readonly value: unknown & (null | number | bigint); readonly type: DataType } {
    const folded = foldConstants(new Binder(this.scope).bind(node), this.constants);
    if (folded.op !== 'literal') return refuseVarying(node);
    const { value, type } = folded;
    if (typeof value === 'number' || typeof value === 'bigint' || value === null) return { value, type };
    return fail(
      'EXPR_TYPE_MISMATCH',
      `a distance is a number or an interval, and this is ${typeName(type)}`,
      node.span,
    );
  }

  /** How far an interval takes the first moment of 1970. */
  private sizeOf(node: ExprNode, bind: (node: ExprNode) => BoundExpr): number {
    const moved = addInterval(literal(0n, TIMESTAMP, node.span), node, '+', node.span, bind);
    const folded = foldConstants(moved, this.constants);
    if (folded.op !== 'literal') return refuseVarying(node);
    if (folded.value === null) return fail('EXPR_TYPE_MISMATCH', 'NULL is no distance', node.span);
    const size = Number(folded.value);
    return size < 0 ? refuseNegative(node) : size;
  }
}

/** `place` is how far it is from the row, with a sign, in whatever unit. */
interface PlacedBound {
  readonly bound: FrameBound<BoundExpr>;
  readonly place: number;
}

function isWhole({ kind }: DataType): boolean {
  return kind === 'int' || kind === 'bigint';
}

function refuseVarying({ span }: ExprNode): never {
  return fail('EXPR_ARGUMENTS', 'a distance must be the same for all rows', span, 'write a constant or a parameter');
}

function refuseNegative({ span }: ExprNode): never {
  return fail('EXPR_ARGUMENTS', 'a distance cannot be negative', span, 'say PRECEDING or FOLLOWING instead');
}
