/**
 * Aggregate expressions: `sum(amount) / count(*)` becomes the calls to compute for each group (with their arguments over
 * the input) and, for each expression, what to make of the keys and the calls' results:
 *
 *     slots of the post expressions:   key 0 .. key k-1, call 0 .. call n-1
 *
 * Equal calls are computed once. Outside of aggregate functions only keys can be used: by name, as the column they
 * are, or as the very expression they are.
 */
import type { Span } from '../../errors.js';
import { didYouMean } from '../../spec/suggest.js';
import type { CallNode, ExprNode, NameNode } from '../ast.js';
import { Binder } from '../binder.js';
import type { BoundExpr } from '../bound.js';
import { parseExpression } from '../parser.js';
import { type ExprProblem, fail, ProblemFound } from '../problem.js';
import { isSameExpression } from '../same-expression.js';
import { findColumn, type Scope } from '../scope.js';
import { withOperands } from '../traverse.js';
import { type BoundAggregateCall, isSameCall } from './bound-aggregate.js';
import { checkShape } from './call-shape.js';
import { CallSite } from './call-site.js';
import { findAggregate } from './registry.js';

/** A key of the grouping, bound over the input. */
export interface AggregateKey {
  readonly name: string;
  readonly expr: BoundExpr;
}

export interface BoundAggregates {
  readonly calls: readonly BoundAggregateCall[];
  /** One an expression, over the slots of the keys, then of the calls. */
  readonly post: readonly BoundExpr[];
}

/** The problems of each expression, where there are any: same order as the texts. */
export type AggregatesResult = BoundAggregates | { readonly problems: readonly (readonly ExprProblem[])[] };

/**
 * `names` are those of the first expressions; the expressions behind each of them can use it, outside of aggregate
 * functions. What stands behind all of them (a HAVING) is passed over when one that it might mean is wrong.
 */
export function bindAggregates(
  texts: readonly string[],
  scope: Scope,
  keys: readonly AggregateKey[],
  names: readonly string[] = [],
): AggregatesResult {
  const calls: BoundAggregateCall[] = [];
  const post: BoundExpr[] = [];
  const named: AggregateKey[] = [];
  const problems = texts.map((text, index): readonly ExprProblem[] => {
    const isBehind = index >= names.length;
    if (isBehind && named.length < names.length) return [];
    const parsed = parseExpression(text);
    if ('problems' in parsed) return parsed.problems;
    try {
      const binder = new AggregateBinder(scope, keys, calls, text, named);
      const bound = binder.bind(parsed.expr);
      post.push(overResults(bound, keys));
      if (!isBehind) named.push({ name: names[index], expr: bound });
      return [];
    } catch (error) {
      if (error instanceof ProblemFound) return error.problems;
      throw error;
    }
  });
  return problems.some((list) => list.length > 0) ? { problems } : { calls, post };
}

/** Slots below zero are those of the result, until the expression is whole: -1 is slot 0. */
const toResultSlot = (slot: number): number => -1 - slot;

class AggregateBinder extends Binder {
  private readonly keys: readonly AggregateKey[];
  private readonly calls: BoundAggregateCall[];
  private readonly text: string;
  /** Expressions that can be meant by name; they have slots of the result already. */
  private readonly named: readonly AggregateKey[];

  constructor(
    scope: Scope,
    keys: readonly AggregateKey[],
    calls: BoundAggregateCall[],
    text: string,
    named: readonly AggregateKey[],
  ) {
    super(scope);
    this.keys = keys;
    this.calls = calls;
    this.text = text;
    this.named = named;
  }

  protected override findName(node: NameNode): BoundExpr | undefined {
    const names = this.keys.map(({ name, expr }, index) => ({ name, type: expr.type, slot: toResultSlot(index) }));
    const key = findColumn(node, names);
    if (key === undefined) return this.bindNamed(node) ?? super.findName(node);
    return { op: 'column', slot: key.slot, name: key.name, type: key.type, span: node.span };
  }

  protected override knownNames(): readonly string[] {
    return [...new Set([...this.named, ...this.keys].map(({ name }) => name).concat(super.knownNames()))];
  }

  private bindNamed(node: NameNode): BoundExpr | undefined {
    const columns = this.named.map(({ name, expr }, slot) => ({ name, type: expr.type, slot }));
    const found = findColumn(node, columns);
    return found && { ...this.named[found.slot].expr, span: node.span };
  }

  protected override bindFunction(node: CallNode): BoundExpr {
    const fn = findAggregate(node.name);
    if (fn === undefined) return super.bindFunction(node);
    const { name, span } = node;
    checkShape(fn, node);
    const args = node.args.map((arg) => this.bindArgument(name, arg));
    const filter = node.filter && this.bindArgument(name, node.filter);
    const orderBy = node.orderBy.map(({ expr, descending, nullsFirst }) => {
      return { expr: this.bindArgument(name, expr), descending, nullsFirst };
    });
    const parts = { args, filter, orderBy, isDistinct: node.distinct !== null, name, span, text: this.written(span) };
    return fn.bind(new CallSite(parts, (call) => this.resultOf(call, span)));
  }

  private bindArgument(name: string, node: ExprNode): BoundExpr {
    return new ArgumentBinder(this.scope, name).bind(node);
  }

  /** The result of a call, which may be that of another expression. */
  private resultOf(call: BoundAggregateCall, span: Span): BoundExpr {
    const same = this.calls.findIndex((other) => isSameCall(other, call));
    const index = same >= 0 ? same : this.calls.push(call) - 1;
    return { op: 'column', slot: toResultSlot(this.keys.length + index), name: call.text, type: call.type, span };
  }

  private written(span: Span): string {
    return this.text.slice(span.start, span.end);
  }
}

/** The arguments of an aggregate function: scalar expressions over the input. */
class ArgumentBinder extends Binder {
  private readonly aggregate: string;

  constructor(scope: Scope, aggregate: string) {
    super(scope);
    this.aggregate = aggregate;
  }

  protected override bindFunction(node: CallNode): BoundExpr {
    if (findAggregate(node.name) === undefined) return super.bindFunction(node);
    const message = `${node.name} cannot stand inside ${this.aggregate}`;
    return fail('EXPR_AGGREGATE_PLACE', message, node.nameSpan, 'aggregate twice, in two steps');
  }
}

/** The expression over the slots of keys and calls; a column of the input that is no key has no value there. */
function overResults(expr: BoundExpr, keys: readonly AggregateKey[]): BoundExpr {
  const problems: ExprProblem[] = [];
  const rewrite = (node: BoundExpr): BoundExpr => {
    const key = keys.findIndex((candidate) => isSameExpression(candidate.expr, node));
    if (key >= 0 && node.op !== 'literal') {
      return { op: 'column', slot: key, name: keys[key].name, type: node.type, span: node.span };
    }
    if (node.op !== 'column') return withOperands(node, rewrite);
    if (node.slot < 0) return { ...node, slot: toResultSlot(node.slot) };
    const hint =
      keys.length === 0
        ? `put it in an aggregate function, such as max(${node.name})`
        : `add it to by, or put it in an aggregate function; ${didYouMean(
            node.name,
            keys.map(({ name }) => name),
            'keys',
          )}`;
    problems.push({
      code: 'EXPR_NOT_AGGREGATED',
      message: `${node.name} is not a key of this aggregate`,
      span: node.span,
      hint,
    });
    return node;
  };
  const result = rewrite(expr);
  if (problems.length > 0) throw new ProblemFound(problems);
  return result;
}
