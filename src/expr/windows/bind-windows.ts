/**
 * Window expressions: `amount / sum(amount)` becomes the calls to compute for each row (with their arguments over the
 * input) and, for each expression, what to make of the row and the calls' results. Slots of the post expressions: those
 * of the input, then, from `firstResult` on, the calls. Equal calls are computed once.
 */
import type { Span } from '../../errors.js';
import type { AggregateFunction } from '../aggregates/aggregate-function.js';
import { checkShape } from '../aggregates/call-shape.js';
import { CallSite } from '../aggregates/call-site.js';
import { findAggregate } from '../aggregates/registry.js';
import type { CallNode, ExprNode, NameNode } from '../ast.js';
import { Binder } from '../binder.js';
import type { BoundExpr } from '../bound.js';
import type { RunConstants } from '../calc.js';
import { foldConstants } from '../fold.js';
import { parseExpression } from '../parser.js';
import { type ExprProblem, fail, ProblemFound } from '../problem.js';
import { isSameData } from '../same-expression.js';
import { nameText, type Scope } from '../scope.js';
import { replaceColumns } from '../traverse.js';
import { findWindowFunction } from './registry.js';
import { windowCall } from './window-call.js';
import type { BoundWindowCall, WindowFunction, WindowSite } from './window-function.js';

export interface WindowExpressions {
  /** In their order; each can use the names above it, outside of window functions. */
  readonly expressions: readonly { readonly name: string; readonly text: string }[];
  readonly scope: Scope;
  readonly constants: RunConstants;
  readonly hasOrder: boolean;
}

export interface BoundWindows {
  readonly calls: readonly BoundWindowCall[];
  /** One an expression; the slots of results are below zero, see `overResults`. */
  readonly post: readonly BoundExpr[];
}

/** The problems of each expression, where there are any: same order as the texts. */
export type WindowsResult = BoundWindows | { readonly problems: readonly (readonly ExprProblem[])[] };

interface Named {
  readonly name: string;
  /** Undefined: it is wrong. */
  readonly expr: BoundExpr | undefined;
}

export function bindWindows(windows: WindowExpressions): WindowsResult {
  const calls: BoundWindowCall[] = [];
  const named: Named[] = [];
  const problems = windows.expressions.map(({ name, text }): readonly ExprProblem[] => {
    const result = bindOne(text, windows, calls, named);
    named.push({ name, expr: 'problems' in result ? undefined : result.expr });
    return 'problems' in result ? result.problems : [];
  });
  const post = named.flatMap(({ expr }) => (expr === undefined ? [] : [expr]));
  return post.length < named.length ? { problems } : { calls, post };
}

/** The expression with the results of calls in the slots from `firstResult` on. */
export function overResults(expr: BoundExpr, firstResult: number): BoundExpr {
  return replaceColumns(expr, (column) =>
    column.slot < 0 ? { ...column, slot: firstResult - 1 - column.slot } : column,
  );
}

function bindOne(
  text: string,
  windows: WindowExpressions,
  calls: BoundWindowCall[],
  named: readonly Named[],
): { readonly expr: BoundExpr } | { readonly problems: readonly ExprProblem[] } {
  const parsed = parseExpression(text);
  if ('problems' in parsed) return parsed;
  try {
    return { expr: new WindowBinder(windows, calls, text, named).bind(parsed.expr) };
  } catch (error) {
    // What names an expression that is wrong is looked at when that is mended.
    if (error instanceof NamesWrong) return { problems: [] };
    if (error instanceof ProblemFound) return { problems: error.problems };
    throw error;
  }
}

class NamesWrong extends Error {}

class WindowBinder extends Binder {
  private readonly windows: WindowExpressions;
  private readonly calls: BoundWindowCall[];
  private readonly text: string;
  private readonly named: readonly Named[];

  constructor(windows: WindowExpressions, calls: BoundWindowCall[], text: string, named: readonly Named[]) {
    super(windows.scope);
    this.windows = windows;
    this.calls = calls;
    this.text = text;
    this.named = named;
  }

  protected override findName(node: NameNode): BoundExpr | undefined {
    const column = super.findName(node);
    if (column !== undefined) return column;
    const above = findNamed(node, this.named);
    if (above === undefined) return undefined;
    if (above.expr === undefined) throw new NamesWrong();
    return { ...above.expr, span: node.span };
  }

  protected override bindFunction(node: CallNode): BoundExpr {
    const fn = findWindowFunction(node.name);
    if (fn !== undefined) return this.bindWindow(fn, node);
    const aggregate = findAggregate(node.name);
    return aggregate === undefined ? super.bindFunction(node) : this.bindAggregate(aggregate, node);
  }

  private bindWindow(fn: WindowFunction, node: CallNode): BoundExpr {
    const { name, span, nameSpan, filter } = node;
    checkShape(fn, node);
    if (filter !== null) {
      const hint = 'filter the rows in a step above, or use an aggregate function such as first or last';
      fail('EXPR_ARGUMENTS', `FILTER means nothing in ${name}`, filter.span, hint);
    }
    if (fn.needsOrder && !this.windows.hasOrder) {
      const hint = 'say by what the rows are ranked: `order_by: [column]`';
      fail('EXPR_ARGUMENTS', `${name} needs an order: without \`order_by\` all rows are equal`, nameSpan, hint);
    }
    const site: WindowSite = {
      args: node.args.map((arg) => this.bindArgument(name, arg)),
      span,
      compute: (spec, inputs, type) => this.resultOf({ spec, inputs, type, text: this.written(span) }, span),
      wholeNumber: (arg, what) => this.wholeNumber(arg, what),
      refuse: (message, hint, place = span) => fail('EXPR_ARGUMENTS', message, place, hint),
    };
    return fn.bind(site);
  }

  private wholeNumber(arg: BoundExpr, what: string): number {
    const folded = foldConstants(arg, this.windows.constants);
    if (folded.op !== 'literal') {
      return fail('EXPR_ARGUMENTS', `${what} must be the same for all rows`, arg.span, 'write a number or a parameter');
    }
    const { value, type } = folded;
    if (value === null || (type.kind !== 'int' && type.kind !== 'bigint')) {
      return fail('EXPR_ARGUMENTS', `${what} must be a whole number`, arg.span);
    }
    return Number(value);
  }

  private bindAggregate(fn: AggregateFunction, node: CallNode): BoundExpr {
    const { name, span } = node;
    checkShape(fn, node);
    const args = node.args.map((arg) => this.bindArgument(name, arg));
    const filter = node.filter && this.bindArgument(name, node.filter);
    const orderBy = node.orderBy.map(({ expr, descending, nullsFirst }) => {
      return { expr: this.bindArgument(name, expr), descending, nullsFirst };
    });
    const parts = { args, filter, orderBy, isDistinct: node.distinct !== null, name, span, text: this.written(span) };
    return fn.bind(new CallSite(parts, (call) => this.resultOf(windowCall(call), span)));
  }

  private bindArgument(name: string, node: ExprNode): BoundExpr {
    return new ArgumentBinder(this.scope, name, this.named).bind(node);
  }

  private resultOf(call: BoundWindowCall, span: Span): BoundExpr {
    const same = this.calls.findIndex((other) => isSameData([other.spec, other.inputs], [call.spec, call.inputs]));
    const index = same >= 0 ? same : this.calls.push(call) - 1;
    return { op: 'column', slot: -1 - index, name: call.text, type: call.type, span };
  }

  private written(span: Span): string {
    return this.text.slice(span.start, span.end);
  }
}

/** The arguments of a window function: scalar expressions over the input. */
class ArgumentBinder extends Binder {
  private readonly call: string;
  private readonly named: readonly Named[];

  constructor(scope: Scope, call: string, named: readonly Named[]) {
    super(scope);
    this.call = call;
    this.named = named;
  }

  protected override findName(node: NameNode): BoundExpr | undefined {
    const column = super.findName(node);
    if (column !== undefined || findNamed(node, this.named) === undefined) return column;
    const message = `${node.parts[0].text} is made in this step and cannot stand inside ${this.call}`;
    return fail('EXPR_AGGREGATE_PLACE', message, node.span, 'compute it in an `over` step of its own above');
  }

  protected override bindFunction(node: CallNode): BoundExpr {
    if (findAggregate(node.name) === undefined && findWindowFunction(node.name) === undefined) {
      return super.bindFunction(node);
    }
    const message = `${node.name} cannot stand inside ${this.call}`;
    return fail('EXPR_AGGREGATE_PLACE', message, node.nameSpan, 'compute it in an `over` step of its own above');
  }
}

function findNamed(node: NameNode, named: readonly Named[]): Named | undefined {
  const name = nameText(node);
  const lower = name.toLowerCase();
  return named.find((above) => above.name === name) ?? named.find((above) => above.name.toLowerCase() === lower);
}
