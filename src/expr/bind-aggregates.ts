/**
 * Aggregate expressions: `sum(amount) / count(*)` becomes the calls to accumulate (with their arguments over the input)
 * and, for each expression, what to compute from the keys and the calls' results:
 *
 *     slots of the post expressions:   key 0 .. key k-1, call 0 .. call n-1
 *
 * Equal calls are accumulated once. Outside of aggregate functions only keys can be used: by name, as the column they
 * are, or as the very expression they are. FILTER (WHERE c) becomes CASE WHEN c THEN argument END.
 */
import type { AccumulatorSpec } from '../columnar/accumulator.js';
import { BOOLEAN } from '../columnar/data-type.js';
import type { Span } from '../errors.js';
import { didYouMean } from '../spec/suggest.js';
import { findAggregate } from './aggregate-functions.js';
import type { CallNode, ExprNode, NameNode } from './ast.js';
import { Binder } from './binder.js';
import type { BoundExpr } from './bound.js';
import { literal } from './literals.js';
import { condition } from './operands.js';
import { parseExpression } from './parser.js';
import { type ExprProblem, fail, ProblemFound } from './problem.js';
import { isSameExpression } from './same-expression.js';
import { findColumn, type Scope } from './scope.js';
import { withOperands } from './traverse.js';

/** A key of the grouping, bound over the input. */
export interface AggregateKey {
  readonly name: string;
  readonly expr: BoundExpr;
}

export interface BoundAggregateCall {
  /** Over the input's slots; null for count(*). */
  readonly arg: BoundExpr | null;
  readonly accumulator: AccumulatorSpec;
  /** As written. */
  readonly text: string;
}

export interface BoundAggregates {
  readonly calls: readonly BoundAggregateCall[];
  /** One an expression, over the slots of the keys, then of the calls. */
  readonly post: readonly BoundExpr[];
}

/** The problems of each expression, where there are any: same order as the texts. */
export type AggregatesResult = BoundAggregates | { readonly problems: readonly (readonly ExprProblem[])[] };

/**
 * `names` are those of the first expressions; the expressions behind them (a HAVING) can use them, outside of aggregate
 * functions. Those are passed over when one that they might mean is wrong.
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
      const binder = new AggregateBinder(scope, keys, calls, text, isBehind ? named : []);
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

  protected override bindName(node: NameNode): BoundExpr {
    const names = this.keys.map(({ name, expr }, index) => ({ name, type: expr.type, slot: toResultSlot(index) }));
    const key = findColumn(node, names);
    if (key === undefined) return this.bindNamed(node) ?? super.bindName(node);
    return { op: 'column', slot: key.slot, name: key.name, type: key.type, span: node.span };
  }

  private bindNamed(node: NameNode): BoundExpr | undefined {
    const columns = this.named.map(({ name, expr }, slot) => ({ name, type: expr.type, slot }));
    const found = findColumn(node, columns);
    return found && { ...this.named[found.slot].expr, span: node.span };
  }

  protected override bindFunction(node: CallNode): BoundExpr {
    const fn = findAggregate(node.name);
    if (fn === undefined) return super.bindFunction(node);
    const { span } = node;
    if (node.args.length !== (node.star ? 0 : 1)) {
      return fail('EXPR_ARGUMENTS', `${fn.name} takes one argument`, span, `it is called so: ${fn.usage}`);
    }
    const arg = node.star ? null : this.bindArgument(fn.name, node.args[0]);
    const accumulator = fn.accumulator(arg?.type ?? null);
    if ('refused' in accumulator) return fail('EXPR_ARGUMENTS', accumulator.refused, span, accumulator.hint);
    const filtered = node.filter === null ? arg : this.filtered(fn.name, arg, node.filter, span);
    const input = filtered?.type ?? null;
    const index = this.callIndex({ arg: filtered, accumulator: { ...accumulator, input }, text: this.written(span) });
    const slot = toResultSlot(this.keys.length + index);
    return { op: 'column', slot, name: this.written(span), type: accumulator.result, span };
  }

  private bindArgument(name: string, node: ExprNode): BoundExpr {
    return new ArgumentBinder(this.scope, name).bind(node);
  }

  /** The argument where the condition holds, else null; count(*) counts a TRUE. */
  private filtered(name: string, arg: BoundExpr | null, filter: ExprNode, span: Span): BoundExpr {
    const when = condition(this.bindArgument(name, filter), 'the condition of FILTER');
    const counted = arg ?? literal(true, BOOLEAN, span);
    return { op: 'case', whens: [{ when, then: counted }], otherwise: null, type: counted.type, span };
  }

  private callIndex(call: BoundAggregateCall): number {
    const same = this.calls.findIndex(
      ({ arg, accumulator }) =>
        accumulator.kind === call.accumulator.kind &&
        (arg === null || call.arg === null ? arg === call.arg : isSameExpression(arg, call.arg)),
    );
    return same >= 0 ? same : this.calls.push(call) - 1;
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
