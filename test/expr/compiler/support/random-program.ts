/** Random bound expressions and calc programs over given columns; well-typed, biased to what can go wrong. */
import {
  BIGINT,
  BOOLEAN,
  BYTES,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  INT,
  JSON_TEXT,
  STRING,
  TIMESTAMP,
  typesEqual,
} from '../../../../src/columnar/data-type.js';
import type { Schema } from '../../../../src/columnar/schema.js';
import type { BoundExpr } from '../../../../src/expr/bound.js';
import type { CalcOutput, CalcProgram, CalcStep, ExprOrigin } from '../../../../src/expr/calc.js';
import { canCast } from '../../../../src/expr/cast.js';
import { SCALAR_FUNCTIONS } from '../../../../src/expr/functions/registry.js';
import type { Random } from '../../../support/random.js';
import { randomValue } from './random-columns.js';

export const TYPES: readonly DataType[] = [
  BOOLEAN,
  INT,
  BIGINT,
  DOUBLE,
  decimal(9, 2),
  decimal(18, 6),
  decimal(25, 4),
  decimal(38, 10),
  STRING,
  DATE,
  TIMESTAMP,
  BYTES,
  JSON_TEXT,
];

const span = { start: 0, end: 1 };
const origin: ExprOrigin = { text: 'x', file: 'p.yaml', line: 1, column: 1, step: 'derive' };

export interface Columns {
  readonly types: DataType[];
}

function literal(random: Random, type: DataType): BoundExpr {
  return { op: 'literal', type, value: random.chance(0.1) ? null : smallOrRandom(random, type), span };
}

/** Small numbers keep most programs from failing at once. */
function smallOrRandom(random: Random, type: DataType) {
  const value = randomValue(random, type);
  if (random.chance(0.7)) {
    if (typeof value === 'bigint') return value % 100n;
    if (type.kind === 'int') return (value as number) % 100;
  }
  return value;
}

/** How many operands an operator has, by how it is written; undefined for what is called by name. */
function operandsOf(usage: string): number | undefined {
  return usage.includes('(') ? undefined : usage.includes(' ') ? 2 : 1;
}

/** A function call whose result has the type; tries random argument types. */
function call(random: Random, columns: Columns, type: DataType, depth: number): BoundExpr | undefined {
  for (let attempt = 0; attempt < 12; attempt++) {
    const fn = random.pick(SCALAR_FUNCTIONS);
    const count = operandsOf(fn.usage) ?? random.between(1, 3);
    const literals = Array.from({ length: count }, () =>
      random.chance(0.3) ? literal(random, random.pick(TYPES)) : undefined,
    );
    const wanted = literals.map((constant) => constant?.type ?? random.pick(TYPES));
    const resolved = fn.resolve(
      wanted,
      literals.map((constant) => (constant?.op === 'literal' ? constant.value : undefined)),
    );
    if (resolved === undefined || 'refused' in resolved || !typesEqual(resolved.result, type)) continue;
    const args = resolved.args.map((argType, i) => {
      const constant = literals[i];
      if (constant !== undefined && typesEqual(constant.type, argType)) return constant;
      return expression(random, columns, argType, depth - 1);
    });
    return { op: 'call', fn: fn.id, type, args, span };
  }
  return undefined;
}

function expression(random: Random, columns: Columns, type: DataType, depth: number): BoundExpr {
  const sub = (of: DataType): BoundExpr => expression(random, columns, of, depth - 1);
  if (depth <= 0 || random.chance(0.15)) {
    const slots = columns.types.flatMap((columnType, slot) => (typesEqual(columnType, type) ? [slot] : []));
    if (slots.length === 0 || random.chance(0.2)) return literal(random, type);
    return { op: 'column', type, slot: random.pick(slots), name: 'c', span };
  }
  const many = (of: DataType, most: number): BoundExpr[] =>
    Array.from({ length: random.between(2, most) }, () => sub(of));
  const roll = random.next();
  if (type.kind === 'boolean') {
    if (roll < 0.3) {
      const fn = random.pick(['equal', 'not_equal', 'less', 'less_equal', 'greater', 'greater_equal']);
      const operand = random.pick(TYPES);
      return { op: 'call', fn, type, args: [sub(operand), sub(operand)], span };
    }
    if (roll < 0.45)
      return { op: random.pick(['and', 'or'] as const), type, args: many(BOOLEAN, random.chance(0.1) ? 8 : 3), span };
    if (roll < 0.5) return { op: 'not', type, arg: sub(BOOLEAN), span };
    if (roll < 0.57) return { op: 'is_null', type, negated: random.chance(0.5), arg: sub(random.pick(TYPES)), span };
    const operand = random.pick(TYPES);
    if (roll < 0.64) {
      return { op: 'is_distinct', type, negated: random.chance(0.5), left: sub(operand), right: sub(operand), span };
    }
    if (roll < 0.72) {
      const values = Array.from({ length: random.between(1, 7) }, () => smallOrRandom(random, operand));
      return {
        op: 'in',
        type,
        negated: random.chance(0.5),
        arg: sub(operand),
        values,
        hasNull: random.chance(0.2),
        span,
      };
    }
  }
  if (roll < 0.8) {
    const found = call(random, columns, type, depth);
    if (found !== undefined) return found;
  }
  if (roll < 0.87) {
    const whens = Array.from({ length: random.between(1, 4) }, () => ({ when: sub(BOOLEAN), then: sub(type) }));
    return { op: 'case', type, whens, otherwise: random.chance(0.3) ? null : sub(type), span };
  }
  if (roll < 0.92) return { op: 'coalesce', type, args: many(type, 4), span };
  const from = random.pick(TYPES.filter((other) => canCast(other, type) && !typesEqual(other, type)));
  return { op: 'cast', type, try: random.chance(0.3), arg: sub(from), span };
}

/** Filters and definitions in turn, over columns of every type. */
export function randomProgram(random: Random): CalcProgram {
  const input: Schema = TYPES.map((type, i) => ({ name: `c${i}`, type }));
  const columns: Columns = { types: TYPES.map((type) => type) };
  const steps: CalcStep[] = [];
  for (let i = random.between(1, 4); i > 0; i--) {
    if (random.chance(0.3)) {
      steps.push({ kind: 'filter', condition: expression(random, columns, BOOLEAN, random.between(1, 3)), origin });
    } else {
      const type = random.pick(TYPES);
      const expr = expression(random, columns, type, random.between(1, 3));
      steps.push({ kind: 'define', slot: columns.types.length, expr, origin });
      columns.types.push(type);
    }
  }
  const output: CalcOutput[] = columns.types.flatMap((type, slot) =>
    slot >= TYPES.length || random.chance(0.2) ? [{ name: `o${slot}`, type, slot }] : [],
  );
  return { input, steps, output };
}
