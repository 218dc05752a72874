/** Gives structurally equal expressions one number, so that common sub-expressions are seen. Spans do not count. */
import { type DataType, typeName } from '../../columnar/data-type.js';
import type { Value } from '../../columnar/value.js';
import type { BoundExpr } from '../bound.js';
import { operandsOf } from '../traverse.js';

export class Interner {
  readonly #byKey = new Map<string, number>();
  readonly #byNode = new WeakMap<BoundExpr, number>();

  idOf(expr: BoundExpr): number {
    const known = this.#byNode.get(expr);
    if (known !== undefined) return known;
    const operands = operandsOf(expr).map((operand) => this.idOf(operand));
    const key = `${expr.op} ${typeName(expr.type)} ${detailOf(expr)} ${operands.join(' ')}`;
    let id = this.#byKey.get(key);
    if (id === undefined) {
      id = this.#byKey.size;
      this.#byKey.set(key, id);
    }
    this.#byNode.set(expr, id);
    return id;
  }
}

/** What tells a node from others of its kind, beside its type and operands. */
function detailOf(expr: BoundExpr): string {
  switch (expr.op) {
    case 'literal':
      return valueKey(expr.value);
    case 'column':
      return String(expr.slot);
    case 'call':
      return expr.fn;
    case 'is_null':
    case 'is_distinct':
      return String(expr.negated);
    case 'case':
      return String(expr.otherwise !== null);
    case 'in':
      return `${expr.negated} ${expr.hasNull} ${expr.values.map(valueKey).join(',')}`;
    case 'cast':
      return String(expr.try);
    default:
      return '';
  }
}

function valueKey(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return Object.is(value, -0) ? '-0' : `${typeof value}:${value}`;
}

/** A literal without a place of its own, for expressions that the compiler adds. */
export function literal(type: DataType, value: Value): BoundExpr {
  return { op: 'literal', type, value, span: { start: 0, end: 0 } };
}
