/**
 * AST + scope -> bound expression: names become slots, overloads are chosen, every conversion is explicit. A mistake in
 * one operand does not hide the mistakes in the others.
 */
import { BIGINT, BOOLEAN, DATE, JSON_TEXT, TIMESTAMP, typeName } from '../columnar/data-type.js';
import type { Value } from '../columnar/value.js';
import { assertNever, type Span } from '../errors.js';
import { findAggregate } from './aggregates/registry.js';
import type { BinaryNode, CallNode, CaseNode, CastNode, ExprNode, InNode, LikeNode, NameNode } from './ast.js';
import { bindCall, callOf } from './bind-call.js';
import { addInterval, bindIntervalCall, isInterval } from './bind-interval.js';
import type { BoundExpr } from './bound.js';
import { caseOf, castTo, logic, not } from './bound-nodes.js';
import { comparedType } from './coercion.js';
import type { ScalarFunction } from './functions/function.js';
import { findFunction } from './functions/registry.js';
import { jsonPath } from './json-path.js';
import { literal, numberLiteral, openNull, openText, typedText } from './literals.js';
import { coerce, condition, meetingType, unify } from './operands.js';
import { resolveType } from './parse-type.js';
import { parseExpression } from './parser.js';
import { type ExprProblem, fail, ProblemFound } from './problem.js';
import { refuseFunction } from './refuse-function.js';
import { findColumn, findParam, refuseColumn, type Scope } from './scope.js';
import { bindSpecialCall } from './special-calls.js';
import { findWindowFunction } from './windows/registry.js';

export type BindResult = { readonly expr: BoundExpr } | { readonly problems: readonly ExprProblem[] };

/** A scalar expression over the scope. */
export function bindExpression(text: string, scope: Scope): BindResult {
  return bindWith(text, (node) => new Binder(scope).bind(node));
}

/** A condition over the scope: a scalar boolean expression. */
export function bindCondition(text: string, scope: Scope): BindResult {
  return bindWith(text, (node) => condition(new Binder(scope).bind(node), 'the condition'));
}

function bindWith(text: string, bind: (node: ExprNode) => BoundExpr): BindResult {
  const parsed = parseExpression(text);
  if ('problems' in parsed) return parsed;
  try {
    return { expr: bind(parsed.expr) };
  } catch (error) {
    if (error instanceof ProblemFound) return { problems: error.problems };
    throw error;
  }
}

const COMPARISON_IDS: Readonly<Record<string, string>> = {
  '=': 'equal',
  '<>': 'not_equal',
  '<': 'less',
  '<=': 'less_equal',
  '>': 'greater',
  '>=': 'greater_equal',
};

const OPERATOR_IDS: Readonly<Record<string, string>> = {
  ...COMPARISON_IDS,
  '||': 'concat_operator',
  '+': 'add',
  '-': 'subtract',
  '*': 'multiply',
  '/': 'divide',
  '//': 'int_divide',
  '%': 'modulo',
  '^': 'power',
};

/** Names that are calls without parentheses. */
const CONSTANT_NAMES: ReadonlySet<string> = new Set(['current_date', 'current_timestamp']);

export class Binder {
  protected readonly scope: Scope;

  constructor(scope: Scope) {
    this.scope = scope;
  }

  bind(node: ExprNode): BoundExpr {
    const { span } = node;
    switch (node.kind) {
      case 'number':
        return numberLiteral(node.text, span);
      case 'text':
        return openText(node.value, span);
      case 'constant':
        return node.value === null ? openNull(span) : literal(node.value, BOOLEAN, span);
      case 'typed_text':
        return typedText(node.text, node.type === 'date' ? DATE : TIMESTAMP, span);
      case 'interval':
        return this.refuseInterval(span);
      case 'name':
        return this.bindName(node);
      case 'param': {
        const param = findParam(node.name, span, this.scope);
        if (param.type === null) return openNull(span);
        if ('value' in param) return literal(param.value, param.type, span);
        return fail(
          'EXPR_TYPE_MISMATCH',
          `$${node.name} is a list`,
          span,
          `a list stands behind IN: x IN $${node.name}`,
        );
      }
      case 'unary':
        return this.bindUnary(node.operator, node.operand, span);
      case 'binary':
        return this.bindBinary(node);
      case 'logic': {
        const what = `an operand of ${node.operator.toUpperCase()}`;
        return logic(node.operator, this.bindConditions(node.operands, what), span);
      }
      case 'is':
        return this.bindIs(node.what, node.negated, this.bind(node.operand), span);
      case 'is_distinct': {
        const [left, right] = this.comparable(this.bindAll([node.left, node.right]), span);
        return { op: 'is_distinct', negated: node.negated, left, right, type: BOOLEAN, span };
      }
      case 'between': {
        const [operand, low, high] = this.bindAll([node.operand, node.low, node.high]);
        const within = logic(
          'and',
          [callOf('greater_equal', [operand, low], span), callOf('less_equal', [operand, high], span)],
          span,
        );
        return node.negated ? not(within, span) : within;
      }
      case 'in':
        return this.bindIn(node);
      case 'like':
        return this.bindLike(node);
      case 'case':
        return this.bindCase(node);
      case 'cast':
        return this.bindCast(node);
      case 'call':
        return this.bindFunction(node);
      default:
        return assertNever(node, 'syntax');
    }
  }

  /** All of them, so that the mistakes of all are found. */
  bindAll(nodes: readonly ExprNode[]): BoundExpr[] {
    return this.collect(nodes, (node) => this.bind(node));
  }

  private bindConditions(nodes: readonly ExprNode[], what: string): BoundExpr[] {
    return this.collect(nodes, (node) => condition(this.bind(node), what));
  }

  private collect<T>(nodes: readonly ExprNode[], bind: (node: ExprNode) => T): T[] {
    const bound: T[] = [];
    const problems: ExprProblem[] = [];
    for (const node of nodes) {
      try {
        bound.push(bind(node));
      } catch (error) {
        if (!(error instanceof ProblemFound)) throw error;
        problems.push(...error.problems);
      }
    }
    if (problems.length > 0) throw new ProblemFound(problems);
    return bound;
  }

  /** A column with as many of the parts as there are in its name; what is left is a path into it. */
  private bindName(node: NameNode): BoundExpr {
    const { parts, path, span } = node;
    for (let count = parts.length; count > 0; count--) {
      const rest = [...parts.slice(count).map(({ text }) => text), ...path];
      const found = this.findName({ ...node, parts: parts.slice(0, count), path: [] });
      if (found !== undefined) return rest.length === 0 ? found : jsonPath(found, rest, span);
    }
    const [first] = parts;
    const word = first.text.toLowerCase();
    if (parts.length === 1 && path.length === 0 && !first.quoted && CONSTANT_NAMES.has(word)) {
      return callOf(word === 'current_date' ? word : 'now', [], span);
    }
    return this.refuseName(node);
  }

  /** What a name without a path means here, if anything. */
  protected findName(node: NameNode): BoundExpr | undefined {
    const column = findColumn(node, this.scope.columns);
    return column && { op: 'column', slot: column.slot, name: column.name, type: column.type, span: node.span };
  }

  protected refuseName(node: NameNode): never {
    return refuseColumn(node, this.knownNames());
  }

  /** What a name may mean here. */
  protected knownNames(): readonly string[] {
    return this.scope.columns.map(({ name }) => name);
  }

  private bindUnary(operator: '-' | '+' | 'not', operand: ExprNode, span: Span): BoundExpr {
    if (operator === 'not') return not(condition(this.bind(operand), 'the operand of NOT'), span);
    if (operand.kind === 'number') return numberLiteral(operand.text, span, operator === '-');
    const bound = this.bind(operand);
    const negated = callOf('negate', [bound], span);
    // A plus sign changes nothing, but stands before the same types as a minus.
    return operator === '-' ? negated : bound;
  }

  private bindBinary(node: BinaryNode): BoundExpr {
    const { operator, span } = node;
    if (operator === '+' || operator === '-') {
      const bind = (operand: ExprNode): BoundExpr => this.bind(operand);
      const [left, right] = [isInterval(node.left), isInterval(node.right)];
      if (right && !left) return addInterval(bind(node.left), node.right, operator, span, bind);
      if (left && !right && operator === '+') return addInterval(bind(node.right), node.left, '+', span, bind);
    }
    const args = this.bindAll([node.left, node.right]);
    if (operator in COMPARISON_IDS) this.refuseNull(operator, [node.left, node.right], span);
    return callOf(OPERATOR_IDS[operator], args, span);
  }

  private refuseInterval(span: Span): never {
    return fail('EXPR_TYPE_MISMATCH', 'an interval is not a value', span, "add it to a date: x + INTERVAL '1 day'");
  }

  /** `x = NULL` is never true, which nobody means. */
  private refuseNull(operator: string, nodes: readonly ExprNode[], span: Span): void {
    if (!nodes.some((node) => node.kind === 'constant' && node.value === null)) return;
    const hint = operator === '=' ? 'write x IS NULL' : operator === '<>' ? 'write x IS NOT NULL' : undefined;
    fail('EXPR_TYPE_MISMATCH', `${operator} NULL is never true`, span, hint);
  }

  private bindIs(what: 'null' | 'true' | 'false', negated: boolean, operand: BoundExpr, span: Span): BoundExpr {
    if (what === 'null') return { op: 'is_null', negated, arg: operand, type: BOOLEAN, span };
    const left = condition(operand, `the operand of IS ${what.toUpperCase()}`);
    return {
      op: 'is_distinct',
      negated: !negated,
      left,
      right: literal(what === 'true', BOOLEAN, span),
      type: BOOLEAN,
      span,
    };
  }

  /** Two operands of one type, as `=` would have them. */
  private comparable(operands: BoundExpr[], span: Span): BoundExpr[] {
    const compared = callOf('equal', operands, span);
    return compared.op === 'call' ? [...compared.args] : operands;
  }

  /** A value of a list, or all values of a list parameter. */
  private bindItems(item: ExprNode, bracketed: boolean): readonly BoundExpr[] {
    if (item.kind !== 'param') return [this.bind(item)];
    const { name, span } = item;
    const param = findParam(name, span, this.scope);
    if (param.type === null) return [openNull(span)];
    if ('values' in param) return param.values.map((value) => literal(value, param.type, span));
    if (bracketed) return [this.bind(item)];
    const hint = `write x IN ($${name}), or declare the parameter as a list: [${typeName(param.type)}]`;
    return fail('EXPR_TYPE_MISMATCH', `$${name} is one value, not a list`, span, hint);
  }

  private bindIn(node: InNode): BoundExpr {
    const { span, negated } = node;
    const [[operand], ...lists] = this.collect([node.operand, ...node.items], (part) =>
      part === node.operand ? [this.bind(part)] : this.bindItems(part, node.bracketed),
    );
    const items = lists.flat();
    if (items.length === 0) return literal(negated, BOOLEAN, span);
    const met = meetingType([operand, ...items]);
    const isOfJson = [operand, ...items].some((part) => part.type.kind === 'json');
    const type = met && isOfJson ? comparedType(JSON_TEXT, met) : met;
    if (type === undefined) {
      // Says what does not fit what, with the hint of =.
      for (const item of items) callOf('equal', [operand, item], span);
      return fail('EXPR_TYPE_MISMATCH', 'the values of IN have different types', span, 'CAST them to one type');
    }
    const arg = coerce(operand, type);
    const coerced = items.map((item) => coerce(item, type));
    if (coerced.every((item) => item.op === 'literal')) {
      const values = coerced.map((item) => item.value);
      const present = values.filter((value): value is NonNullable<Value> => value !== null);
      return { op: 'in', negated, arg, values: present, hasNull: present.length < values.length, type: BOOLEAN, span };
    }
    const equals = coerced.map((item) => callOf('equal', [arg, item], span));
    const anyOf = logic('or', equals, span);
    return negated ? not(anyOf, span) : anyOf;
  }

  private bindLike(node: LikeNode): BoundExpr {
    const operands = node.escape === null ? [node.operand, node.pattern] : [node.operand, node.pattern, node.escape];
    const call = callOf(node.function, this.bindAll(operands), node.span);
    return node.negated ? not(call, node.span) : call;
  }

  private bindCase(node: CaseNode): BoundExpr {
    const { span, whens } = node;
    const conditions =
      node.operand === null
        ? this.bindConditions(
            whens.map(({ when }) => when),
            'the condition of WHEN',
          )
        : this.compareEach(node.operand, whens);
    const results = this.bindAll([
      ...whens.map(({ then }) => then),
      ...(node.otherwise === null ? [] : [node.otherwise]),
    ]);
    return caseOf(conditions, unify(results, 'the results of CASE', span), span);
  }

  /** CASE x WHEN a ... is CASE WHEN x = a ... */
  private compareEach(operand: ExprNode, whens: CaseNode['whens']): BoundExpr[] {
    const [subject, ...values] = this.bindAll([operand, ...whens.map(({ when }) => when)]);
    return values.map((value) => callOf('equal', [subject, value], value.span));
  }

  private bindCast(node: CastNode): BoundExpr {
    const type = resolveType(node.type);
    const arg = this.bind(node.operand);
    return castTo(arg, type, node.try, node.span);
  }

  protected bindFunction(node: CallNode): BoundExpr {
    const { span, nameSpan } = node;
    const name = node.name.toLowerCase();
    const aggregate = findAggregate(name);
    if (aggregate !== undefined) {
      const message = `${name} is an aggregate function and cannot stand here`;
      return fail('EXPR_AGGREGATE_PLACE', message, nameSpan, 'aggregate in an aggregate step first');
    }
    if (findWindowFunction(name) !== undefined) {
      const message = `${name} is a window function and cannot stand here`;
      return fail('EXPR_AGGREGATE_PLACE', message, nameSpan, 'compute it in an `over` step first');
    }
    refuseAggregateClauses(node);
    if (node.star) return fail('EXPR_ARGUMENTS', `${name}(*) means nothing`, span, 'only count takes *');
    const withInterval = bindIntervalCall(node, (operand) => this.bind(operand));
    if (withInterval !== undefined) return withInterval;
    if (isInterval(node)) return this.refuseInterval(span);
    const special = bindSpecialCall(name, () => this.bindAll(node.args), span);
    if (special !== undefined) return special;
    const fn = findFunction(name);
    if (fn === undefined) return refuseFunction(node.name, nameSpan);
    if (fn.readsRow) return this.bindRandom(fn, node);
    return bindCall(fn, this.bindAll(node.args), span);
  }

  private bindRandom(fn: ScalarFunction, { args, span }: CallNode): BoundExpr {
    const { random } = this.scope;
    if (args.length > 0) return fail('EXPR_ARGUMENTS', `${fn.id} takes no arguments`, span, `write ${fn.id}()`);
    if ('refused' in random) return fail('EXPR_ARGUMENTS', `${fn.id}() ${random.refused}`, span, random.hint);
    return bindCall(fn, [literal(random.next(), BIGINT, span)], span);
  }
}

function refuseAggregateClauses({ distinct, orderBy, filter, name }: CallNode): void {
  const clauses = [
    ['DISTINCT', distinct],
    ['ORDER BY', orderBy[0]?.span],
    ['FILTER', filter?.span],
  ] as const;
  for (const [clause, span] of clauses) {
    if (span)
      fail('EXPR_AGGREGATE_PLACE', `${clause} stands only with an aggregate function, and ${name} is none`, span);
  }
}
