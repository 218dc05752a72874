/**
 * JavaScript of the operations inside a fused loop. Operands that cannot fail are computed for every row (no branch, and
 * common ones once); one that can fail stands in a block that only the rows enter that need it.
 */
import { assertNever, leatError } from '../../errors.js';
import type { BoundExpr } from '../bound.js';
import { operandsOf } from '../traverse.js';
import { doubleEquals } from './double-order.js';
import type { JsBody, JsEmit } from './emit.js';
import { printLiteral } from './literal.js';
import type { LoopBody } from './loop-source.js';
import { operations } from './operation.js';

/** Two atoms: the value, which is garbage in rows where the other is true. */
export interface Value {
  readonly code: string;
  readonly isNull: string;
}

/** More operands than this are computed one by one as needed, even if they cannot fail. */
const EAGER_OPERANDS = 6;

export function emitExpression(body: LoopBody, expr: BoundExpr): Value {
  if (expr.op === 'literal') {
    return expr.value === null
      ? { code: expr.type.kind === 'boolean' ? 'false' : '0', isNull: 'true' }
      : { code: printLiteral(expr.value), isNull: 'false' };
  }
  if (expr.op === 'column') return body.column(expr);
  return body.once(expr, () => emitNode(body, expr));
}

function emitNode(body: LoopBody, expr: Exclude<BoundExpr, { op: 'literal' | 'column' }>): Value {
  switch (expr.op) {
    case 'not': {
      const arg = emitExpression(body, expr.arg);
      return { code: body.let(`!${arg.code}`), isNull: arg.isNull };
    }
    case 'is_null': {
      const isNull = expr.arg.op === 'column' ? body.columnNull(expr.arg.slot) : emitExpression(body, expr.arg).isNull;
      return { code: expr.negated ? atomNot(body, isNull) : isNull, isNull: 'false' };
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
      return emitCall(body, operation, operandsOf(expr));
    }
    default:
      return assertNever(expr, 'fused expression');
  }
}

/** a || b over the atoms of "is null". */
function anyNull(body: LoopBody, flags: readonly string[]): string {
  if (flags.includes('true')) return 'true';
  const open = [...new Set(flags.filter((flag) => flag !== 'false'))];
  if (open.length < 2) return open[0] ?? 'false';
  return body.let(open.join(' || '));
}

function atomNot(body: LoopBody, flag: string): string {
  return flag === 'true' ? 'false' : flag === 'false' ? 'true' : body.let(`!${flag}`);
}

function emitCall(body: LoopBody, emit: JsEmit, args: readonly BoundExpr[]): Value {
  const values = args.map((arg) => emitExpression(body, arg));
  let isNull = anyNull(
    body,
    values.map((value) => value.isNull),
  );
  const js: JsBody = {
    let: (expression) => body.let(expression),
    hoist: (value) => body.hoist(value),
    failIf(condition) {
      if (isNull === 'true') return;
      body.line(isNull === 'false' ? `if (${condition}) return i;` : `if (!${isNull} && (${condition})) return i;`);
    },
    nullIf(condition) {
      if (isNull !== 'true') isNull = body.let(isNull === 'false' ? condition : `${isNull} || (${condition})`);
    },
  };
  const code = emit.expr(
    values.map((value) => value.code),
    js,
  );
  return { code: body.let(code), isNull };
}

function emitDistinct(body: LoopBody, expr: Extract<BoundExpr, { op: 'is_distinct' }>): Value {
  const left = emitExpression(body, expr.left);
  const right = emitExpression(body, expr.right);
  const equal =
    expr.left.type.kind === 'double' ? doubleEquals(left.code, right.code) : `${left.code} === ${right.code}`;
  let distinct: string;
  if (left.isNull === 'false' && right.isNull === 'false') distinct = `!(${equal})`;
  else distinct = `${left.isNull} ? !${right.isNull} : ${right.isNull} || !(${equal})`;
  return { code: body.let(expr.negated ? `!(${distinct})` : distinct), isNull: 'false' };
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
    const isOpen = expr.op === 'and' ? `${isNull} || ${code}` : `${isNull} || !${code}`;
    body.open(`if (${isOpen})`);
    const value = combine(body, { code, isNull }, emitExpression(body, arg));
    // both at once: one is computed from the other
    const last = body.let(value.isNull);
    body.line(`${code} = ${value.code};`, `${isNull} = ${last};`);
    body.close();
    soFar = { code, isNull };
  }
  return soFar;
}

function andOf(body: LoopBody, left: Value, right: Value): Value {
  const nulls = [left, right].filter((value) => value.isNull !== 'false');
  if (nulls.length === 0) return { code: body.let(`${left.code} && ${right.code}`), isNull: 'false' };
  const isNull = [anyNullCode([left, right]), ...[left, right].map(nullOrTrue)].join(' && ');
  return { code: body.let(`${truth(left)} && ${truth(right)}`), isNull: body.let(isNull) };
}

function orOf(body: LoopBody, left: Value, right: Value): Value {
  const code = body.let(`${truth(left)} || ${truth(right)}`);
  if (left.isNull === 'false' && right.isNull === 'false') return { code, isNull: 'false' };
  return { code, isNull: body.let(`${anyNullCode([left, right])} && !${code}`) };
}

/** True, and not null. */
function truth({ code, isNull }: Value): string {
  return isNull === 'false' ? code : `(${code} && !${isNull})`;
}

function nullOrTrue({ code, isNull }: Value): string {
  return isNull === 'false' ? code : `(${code} || ${isNull})`;
}

function anyNullCode(values: readonly Value[]): string {
  return `(${values
    .map(({ isNull }) => isNull)
    .filter((flag) => flag !== 'false')
    .join(' || ')})`;
}

function emitCase(body: LoopBody, expr: Extract<BoundExpr, { op: 'case' }>): Value {
  const otherwise = expr.otherwise ?? { op: 'literal' as const, type: expr.type, value: null, span: expr.span };
  if (isEager([...expr.whens.flatMap(({ when, then }) => [when, then]), otherwise])) {
    const last = emitExpression(body, otherwise);
    return expr.whens.reduceRight<Value>((rest, { when, then }) => {
      const condition = truth(emitExpression(body, when));
      return choose(body, condition, emitExpression(body, then), rest);
    }, last);
  }
  return emitSteps(body, [...expr.whens.map(({ when, then }) => ({ when, then })), { when: null, then: otherwise }]);
}

function choose(body: LoopBody, condition: string, then: Value, rest: Value): Value {
  const isNull = then.isNull === rest.isNull ? then.isNull : body.let(`${condition} ? ${then.isNull} : ${rest.isNull}`);
  return { code: body.let(`${condition} ? ${then.code} : ${rest.code}`), isNull };
}

function emitCoalesce(body: LoopBody, expr: Extract<BoundExpr, { op: 'coalesce' }>): Value {
  if (isEager(expr.args)) {
    const values = expr.args.map((arg) => emitExpression(body, arg));
    return values.reduceRight((rest, value) =>
      value.isNull === 'false' ? value : choose(body, `!${value.isNull}`, value, rest),
    );
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
  body.line(`let ${code} = ${steps[0].then.type.kind === 'boolean' ? 'false' : '0'}, ${isNull} = true;`);
  body.open(`${label}:`);
  for (const { when, then } of steps) {
    if (when !== null) body.open(`if (${truth(emitExpression(body, when))})`);
    const value = emitExpression(body, then);
    const isTaken = when === null && value.isNull !== 'false' ? `if (!${value.isNull}) ` : '';
    body.line(`${isTaken}{ ${code} = ${value.code}; ${isNull} = ${value.isNull}; break ${label}; }`);
    if (when !== null) body.close();
    else if (isTaken === '') break;
  }
  body.close();
  return { code, isNull };
}

function emitIn(body: LoopBody, expr: Extract<BoundExpr, { op: 'in' }>): Value {
  const arg = emitExpression(body, expr.arg);
  const values = expr.values.filter((value) => value !== null);
  let member: string;
  if (values.length === 0) member = 'false';
  else if (values.length <= 4 && !values.some(Number.isNaN)) {
    member = values.map((value) => `${arg.code} === ${printLiteral(value)}`).join(' || ');
  } else member = `${body.hoist(new Set(values))}.has(${arg.code})`;
  const found = body.let(member);
  const isNull = expr.hasNull
    ? body.let(arg.isNull === 'false' ? `!${found}` : `${arg.isNull} || !${found}`)
    : arg.isNull;
  return { code: expr.negated ? body.let(`!${found}`) : found, isNull };
}
