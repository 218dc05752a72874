/**
 * JavaScript of the operations inside a fused loop. Booleans are 0 and 1, combined by & | ^, because V8 makes branches of
 * && || ?: and a mispredicted branch costs ten times the operation (docs/adr/0003-generated-chains.md). Operands that cannot fail are computed for every row (no branch, and
 * common ones once); one that can fail stands in a block that only the rows enter that need it.
 */
import type { Value as Literal } from '../../columnar/value.js';
import { assertNever, leatError } from '../../errors.js';
import type { BoundExpr } from '../bound.js';
import { operandsOf } from '../traverse.js';
import { doubleEquals } from './double-order.js';
import type { JsBody, JsEmit } from './emit.js';
import { printLiteral } from './literal.js';
import type { LoopBody } from './loop-source.js';
import { operations } from './operation.js';

/** Two atoms: the value, which is garbage in rows where the other is 1 (for a boolean, not even 0 or 1). */
export interface Value {
  readonly code: string;
  readonly isNull: string;
}

/** Atoms of "it is null" that are known when the loop is made. */
export const NEVER = '0';
const ALWAYS = '1';

/** More operands than this are computed one by one as needed, even if they cannot fail. */
const EAGER_OPERANDS = 6;

export function emitExpression(body: LoopBody, expr: BoundExpr): Value {
  if (expr.op === 'column') return body.column(expr);
  if (expr.op !== 'literal') return body.once(expr, () => emitNode(body, expr));
  return expr.value === null ? { code: '0', isNull: ALWAYS } : { code: printAtom(expr.value), isNull: NEVER };
}

function printAtom(value: Literal): string {
  return printLiteral(typeof value === 'boolean' ? Number(value) : value);
}

function emitNode(body: LoopBody, expr: Exclude<BoundExpr, { op: 'literal' | 'column' }>): Value {
  switch (expr.op) {
    case 'not': {
      const arg = emitExpression(body, expr.arg);
      return { code: not(body, arg.code), isNull: arg.isNull };
    }
    case 'is_null': {
      const isNull = expr.arg.op === 'column' ? body.columnNull(expr.arg.slot) : emitExpression(body, expr.arg).isNull;
      return { code: expr.negated ? not(body, isNull) : isNull, isNull: NEVER };
    }
    case 'is_distinct':
      return emitDistinct(body, expr);
    case 'and':
    case 'or':
      return emitLogic(body, expr);
    case 'case':
      return emitCase(body, expr);
    case 'coalesce':
      return emitCoalesce(body, expr);
    case 'in':
      return emitIn(body, expr);
    case 'call':
    case 'cast': {
      const operation = operations.of(expr);
      if (operation === null || operation === 'structure' || operation.kind !== 'js') {
        throw leatError('INTERNAL', `no JavaScript for ${expr.op}`);
      }
      return emitCall(body, operation, expr);
    }
    default:
      return assertNever(expr, 'fused expression');
  }
}

function not(body: LoopBody, flag: string): string {
  return flag === '0' ? '1' : flag === '1' ? '0' : body.let(`${flag} ^ 1`);
}

/** One of the flags is 1. */
function anyOf(body: LoopBody, flags: readonly string[]): string {
  if (flags.includes('1')) return '1';
  const open = [...new Set(flags.filter((flag) => flag !== '0'))];
  return open.length < 2 ? (open[0] ?? '0') : body.let(open.join(' | '));
}

function allOf(body: LoopBody, flags: readonly string[]): string {
  if (flags.includes('0')) return '0';
  const open = [...new Set(flags.filter((flag) => flag !== '1'))];
  return open.length < 2 ? (open[0] ?? '1') : body.let(open.join(' & '));
}

function emitCall(body: LoopBody, emit: JsEmit, expr: BoundExpr): Value {
  const values = operandsOf(expr).map((arg) => emitExpression(body, arg));
  let isNull = anyOf(
    body,
    values.map((value) => value.isNull),
  );
  const js: JsBody = {
    let: (expression) => body.let(expression),
    hoist: (value) => body.hoist(value),
    failIf(condition) {
      if (isNull === ALWAYS) return;
      body.line(isNull === NEVER ? `if (${condition}) return i;` : `if ((${condition}) && ${isNull} === 0) return i;`);
    },
    nullIf(condition) {
      if (isNull !== ALWAYS) isNull = body.let(`${isNull} | (${condition})`);
    },
  };
  const code = emit.expr(
    values.map((value) => value.code),
    js,
  );
  return { code: body.let(expr.type.kind === 'boolean' ? `(${code}) | 0` : code), isNull };
}

function emitDistinct(body: LoopBody, expr: Extract<BoundExpr, { op: 'is_distinct' }>): Value {
  const left = emitExpression(body, expr.left);
  const right = emitExpression(body, expr.right);
  const equal =
    expr.left.type.kind === 'double' ? doubleEquals(left.code, right.code) : `${left.code} === ${right.code}`;
  const differ = not(body, body.let(`(${equal}) | 0`));
  const nullsDiffer = left.isNull === right.isNull ? '0' : body.let(`${left.isNull} ^ ${right.isNull}`);
  const bothThere = not(body, anyOf(body, [left.isNull, right.isNull]));
  const distinct = anyOf(body, [nullsDiffer, allOf(body, [bothThere, differ])]);
  return { code: expr.negated ? not(body, distinct) : distinct, isNull: NEVER };
}

/** Whether the operands after the first may be computed for all rows. */
function isEager(operands: readonly BoundExpr[]): boolean {
  return operands.length <= EAGER_OPERANDS && operands.every((operand, i) => i === 0 || !operations.mayFail(operand));
}

function emitLogic(body: LoopBody, expr: Extract<BoundExpr, { op: 'and' | 'or' }>): Value {
  const combine = expr.op === 'and' ? andOf : orOf;
  if (isEager(expr.args)) {
    const values = expr.args.map((arg) => emitExpression(body, arg));
    return values.reduce((left, right) => combine(body, left, right));
  }
  const [first, ...others] = expr.args;
  let soFar = emitExpression(body, first);
  for (const arg of others) {
    const code = body.name();
    const isNull = body.name();
    body.line(`let ${code} = ${soFar.code}, ${isNull} = ${soFar.isNull};`);
    // the operand is needed unless what there is decides: false for AND, true for OR
    const isOpen = expr.op === 'and' ? `${code} | ${isNull}` : `${code} ^ 1 | ${isNull}`;
    body.open(`if (${isOpen})`);
    const value = combine(body, { code, isNull }, emitExpression(body, arg));
    body.line(`${code} = ${value.code};`, `${isNull} = ${value.isNull};`);
    body.close();
    soFar = { code, isNull };
  }
  return soFar;
}

/** False when one is false; else null when one is null. */
function andOf(body: LoopBody, left: Value, right: Value): Value {
  const leftTrue = truth(body, left);
  const rightTrue = truth(body, right);
  const code = allOf(body, [leftTrue, rightTrue]);
  if (left.isNull === NEVER && right.isNull === NEVER) return { code, isNull: NEVER };
  const noneFalse = [anyOf(body, [leftTrue, left.isNull]), anyOf(body, [rightTrue, right.isNull])];
  return { code, isNull: allOf(body, [anyOf(body, [left.isNull, right.isNull]), ...noneFalse]) };
}

/** True when one is true; else null when one is null. */
function orOf(body: LoopBody, left: Value, right: Value): Value {
  const code = anyOf(body, [truth(body, left), truth(body, right)]);
  if (left.isNull === NEVER && right.isNull === NEVER) return { code, isNull: NEVER };
  return { code, isNull: allOf(body, [anyOf(body, [left.isNull, right.isNull]), not(body, code)]) };
}

/** True, and not null. */
export function truth(body: LoopBody, { code, isNull }: Value): string {
  return allOf(body, [code, not(body, isNull)]);
}

function emitCase(body: LoopBody, expr: Extract<BoundExpr, { op: 'case' }>): Value {
  const otherwise = expr.otherwise ?? { op: 'literal' as const, type: expr.type, value: null, span: expr.span };
  if (isEager([...expr.whens.flatMap(({ when, then }) => [when, then]), otherwise])) {
    const last = emitExpression(body, otherwise);
    return expr.whens.reduceRight<Value>((rest, { when, then }) => {
      const condition = truth(body, emitExpression(body, when));
      return choose(body, condition, emitExpression(body, then), rest);
    }, last);
  }
  return emitSteps(body, [...expr.whens, { when: null, then: otherwise }]);
}

function choose(body: LoopBody, condition: string, then: Value, rest: Value): Value {
  const pick = (a: string, b: string): string => (a === b ? a : body.let(`${condition} ? ${a} : ${b}`));
  const code = pick(then.code, rest.code);
  return { code, isNull: pick(then.isNull, rest.isNull) };
}

function emitCoalesce(body: LoopBody, expr: Extract<BoundExpr, { op: 'coalesce' }>): Value {
  if (isEager(expr.args)) {
    const values = expr.args.map((arg) => emitExpression(body, arg));
    return values.reduceRight((rest, value) => ({
      code: value.isNull === NEVER ? value.code : choose(body, value.isNull, rest, value).code,
      isNull: allOf(body, [value.isNull, rest.isNull]),
    }));
  }
  return emitSteps(
    body,
    expr.args.map((arg) => ({ when: null, then: arg })),
  );
}

/** Tries the steps in order inside a labelled block: without a condition, a step is taken when it is not null. */
function emitSteps(body: LoopBody, steps: readonly { when: BoundExpr | null; then: BoundExpr }[]): Value {
  const code = body.name();
  const isNull = body.name();
  const label = body.name();
  body.line(`let ${code} = 0, ${isNull} = 1;`);
  body.open(`${label}:`);
  for (const { when, then } of steps) {
    if (when !== null) body.open(`if (${truth(body, emitExpression(body, when))})`);
    const value = emitExpression(body, then);
    const isTaken = when === null && value.isNull !== NEVER ? `if (${value.isNull} === 0) ` : '';
    body.line(`${isTaken}{ ${code} = ${value.code}; ${isNull} = ${value.isNull}; break ${label}; }`);
    if (when !== null) body.close();
    else if (isTaken === '') break;
  }
  body.close();
  return { code, isNull };
}

/** Up to so many values are compared one by one. */
const LISTED_VALUES = 4;

function emitIn(body: LoopBody, expr: Extract<BoundExpr, { op: 'in' }>): Value {
  const arg = emitExpression(body, expr.arg);
  const atoms = expr.values.filter((value) => value !== null).map(printAtom);
  let found: string;
  if (atoms.length === 0) found = '0';
  else if (atoms.length <= LISTED_VALUES && !atoms.includes('NaN')) {
    found = body.let(`(${atoms.map((atom) => `(${arg.code} === ${atom})`).join(' | ')}) | 0`);
  } else {
    const members = new Set(expr.values.map((value) => (typeof value === 'boolean' ? Number(value) : value)));
    found = body.let(`${body.hoist(members)}.has(${arg.code}) | 0`);
  }
  const isNull = expr.hasNull ? anyOf(body, [arg.isNull, not(body, found)]) : arg.isNull;
  return { code: expr.negated ? not(body, found) : found, isNull };
}
