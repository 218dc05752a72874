/**
 * The nodes that compute aggregate calls. Calls over the same rows make a branch; what several branches know of a group
 * is brought together by one more aggregation, in which every result meets only nulls:
 *
 *     sum(a), first(b)        project - pack - aggregate - unpack ──────────┐
 *     median(c)               project - values by k ────────────────────────┼─ union - aggregate by k: min of each
 *     sum(DISTINCT d)         project - aggregate by k, d - aggregate by k ─┤
 *     mode(text)              project - aggregate by k, text - fold by k ───┤
 *     string_agg(e)           project - sort by k - fold by k ──────────────┘
 *
 * `values` is for values of 8 bytes at most; wider ones are told apart by an aggregation that counts.
 */
import type { AccumulatorSpec } from '../columnar/accumulator.js';
import { physicalOf, STRING } from '../columnar/data-type.js';
import type { Field } from '../columnar/schema.js';
import type { AggregateCall, FoldCall, LogicalNode, Pack, ProjectColumn, SortKey } from '../dataflow/logical-graph.js';
import type { LoweringContext } from '../dataflow/verb.js';
import type { BoundAggregates } from '../expr/aggregates/bind-aggregates.js';
import type { AggregatedRows, BoundAggregateCall, PickSpec } from '../expr/aggregates/bound-aggregate.js';
import type { BoundExpr } from '../expr/bound.js';
import type { ExprOrigin } from '../expr/calc.js';
import { literal } from '../expr/literals.js';
import { printBound } from '../expr/print.js';
import { isSameData, isSameExpression } from '../expr/same-expression.js';
import { replaceColumns } from '../expr/traverse.js';
import { columnExpr } from './columns.js';
import { schemaOf } from './select.js';

const COUNT_ROWS: AggregateCall = {
  name: 'count(*)',
  accumulator: { kind: 'count', input: null, result: { kind: 'bigint' } },
  input: null,
  text: 'count(*)',
};

/** Columns: the keys, then a call each. */
export function addAggregation(
  context: LoweringContext,
  input: LogicalNode,
  keys: readonly ProjectColumn[],
  aggregates: BoundAggregates,
  origin: ExprOrigin,
): LogicalNode {
  const builder = new AggregationBuilder(context, input, keys, origin);
  const calls = aggregates.calls.map(countedByFold);
  const branches = branchesOf(calls);
  const [first = { over: { kind: 'rows' }, isFold: false, calls: [] }] = branches;
  if (branches.length <= 1) return builder.branch(first);
  return builder.together(branches, calls);
}

/** Different values are counted where they are brought together: count(DISTINCT x) asks no more of them. */
function countedByFold(call: BoundAggregateCall): BoundAggregateCall {
  const { how, over, arg } = call;
  const isCount = how.kind === 'accumulate' && how.accumulator.kind === 'count' && arg?.op === 'column';
  if (!isCount || !isNarrow(over)) return call;
  return { ...call, how: { kind: 'fold', fold: { kind: 'count' }, isWeighted: false } };
}

/** One column of values that take 8 bytes at most. */
function isNarrow(over: AggregatedRows): boolean {
  if (over.kind !== 'distinct' || over.columns.length !== 1) return false;
  const physical = physicalOf(over.columns[0].type);
  return physical !== 'text' && physical !== 'i128';
}

/** Calls that one chain of nodes computes. */
interface Branch {
  readonly over: AggregatedRows;
  readonly isFold: boolean;
  readonly calls: BoundAggregateCall[];
}

function branchesOf(calls: readonly BoundAggregateCall[]): readonly Branch[] {
  const branches: Branch[] = [];
  for (const call of calls) {
    const isFold = call.how.kind === 'fold';
    const known = branches.find((branch) => branch.isFold === isFold && isSameData(branch.over, call.over));
    if (known === undefined) branches.push({ over: call.over, isFold, calls: [call] });
    else known.calls.push(call);
  }
  return branches;
}

/** Columns of a projection in the making; equal expressions behind the keys are one column. */
class Columns {
  readonly columns: ProjectColumn[];
  readonly #keys: number;
  readonly #origin: ExprOrigin;

  constructor(keys: readonly ProjectColumn[], origin: ExprOrigin) {
    this.columns = [...keys];
    this.#keys = keys.length;
    this.#origin = origin;
  }

  slotOf(expr: BoundExpr): number {
    const same = this.columns.findIndex((column, slot) => slot >= this.#keys && isSameExpression(column.expr, expr));
    return same >= 0 ? same : this.columns.push({ name: printBound(expr), expr, origin: this.#origin }) - 1;
  }
}

class AggregationBuilder {
  readonly #context: LoweringContext;
  readonly #input: LogicalNode;
  readonly #keys: readonly ProjectColumn[];
  readonly #origin: ExprOrigin;

  constructor(context: LoweringContext, input: LogicalNode, keys: readonly ProjectColumn[], origin: ExprOrigin) {
    this.#context = context;
    this.#input = input;
    this.#keys = keys;
    this.#origin = origin;
  }

  branch({ over, isFold, calls }: Branch): LogicalNode {
    if (over.kind === 'rows') return this.#ofRows(calls);
    if (isFold && over.kind === 'distinct' && isNarrow(over)) return this.#values(over, calls);
    const rows = over.kind === 'sorted' ? this.#sorted(over) : this.#distinct(over, isFold);
    return isFold ? this.#fold(rows, over, calls) : this.#ofDistinct(rows, calls);
  }

  /** One row of each group from every branch. */
  together(branches: readonly Branch[], calls: readonly BoundAggregateCall[]): LogicalNode {
    const width = this.#keys.length + calls.length;
    const parts = branches.map((branch) => {
      const computed = this.branch(branch);
      const results = calls.map((call): ProjectColumn => {
        const own = branch.calls.indexOf(call);
        const { span } = this.#keys[0]?.expr ?? { span: { start: 0, end: 0 } };
        const expr = own < 0 ? literal(null, call.type, span) : columnExpr(computed.schema, this.#keys.length + own);
        return { name: call.text, expr, origin: this.#origin };
      });
      return this.#project([...this.#keysOf(computed), ...results], computed);
    });
    const columns = parts.map(() => [...Array(width).keys()]);
    const all = this.#context.add({ op: 'union', columns }, parts, parts[0].schema);
    return this.#aggregate(
      all,
      calls.map(({ type, text }, index) => {
        const accumulator: AccumulatorSpec = { kind: 'min', input: type, result: type };
        return { name: text, accumulator, input: this.#keys.length + index, text };
      }),
    );
  }

  #ofRows(calls: readonly BoundAggregateCall[]): LogicalNode {
    const columns = new Columns(this.#keys, this.#origin);
    const packs: Pack[] = [];
    const slots = calls.map(({ arg, how, text }): number | null => {
      const slot = arg === null ? null : columns.slotOf(arg);
      if (how.kind === 'pick') packs.push(this.#pack(text, slot!, how.pick, columns));
      return slot;
    });
    const projected = this.#project(columns.columns, this.#input);
    if (packs.length === 0)
      return this.#aggregate(
        projected,
        calls.map((call, i) => accumulation(call, slots[i])),
      );
    const fields = packs.map(({ name }): Field => ({ name, type: STRING }));
    const packed = this.#context.add({ op: 'pack', packs }, [projected], [...projected.schema, ...fields]);
    let next = projected.schema.length;
    const grouped = this.#aggregate(
      packed,
      calls.map((call, index) => accumulation(call, call.how.kind === 'pick' ? next++ : slots[index])),
    );
    const picked = calls.flatMap(({ how, type }, index) =>
      how.kind === 'pick' ? [{ slot: this.#keys.length + index, type }] : [],
    );
    const types = new Map(picked.map(({ slot, type }) => [slot, type]));
    const schema = grouped.schema.map(({ name, type }, slot) => ({ name, type: types.get(slot) ?? type }));
    return this.#context.add({ op: 'unpack', columns: picked }, [grouped], schema);
  }

  #pack(name: string, value: number, pick: PickSpec, columns: Columns): Pack {
    const { orderBy, condition, ...rest } = pick;
    const keys = orderBy.map(({ expr, ...way }): SortKey => ({ slot: columns.slotOf(expr), ...way }));
    return { name, value, orderBy: keys, condition: condition && columns.slotOf(condition), ...rest };
  }

  /** The keys, the columns of which each set of values is there once, and how often it was there. */
  #distinct(over: Extract<AggregatedRows, { kind: 'distinct' }>, isFold: boolean): LogicalNode {
    const keys = this.#keys.length;
    const { columns } = new Columns(this.#keys, this.#origin);
    for (const expr of over.columns) columns.push({ name: printBound(expr), expr, origin: this.#origin });
    const projected = this.#project(columns, this.#input);
    const schema = [...projected.schema, { name: COUNT_ROWS.name, type: COUNT_ROWS.accumulator.result }];
    const grouping = isFold ? keys : undefined;
    const operator = { op: 'aggregate', keys: columns.length, calls: [COUNT_ROWS], grouping } as const;
    const distinct = this.#context.add(operator, [projected], schema);
    if (!over.descending) return distinct;
    const order = [...ascending(keys), { slot: keys, descending: true, nullsFirst: false }];
    return this.#context.add({ op: 'sort', keys: order, grouping }, [distinct], schema);
  }

  /** Folds of the values of a group. */
  #values(
    { columns: [value] }: Extract<AggregatedRows, { kind: 'distinct' }>,
    calls: readonly BoundAggregateCall[],
  ): LogicalNode {
    const column = { name: printBound(value), expr: value, origin: this.#origin };
    const projected = this.#project([...this.#keys, column], this.#input);
    return this.#folds('values', projected, calls, { value: 0, count: 1 });
  }

  /** The keys, then the columns, in the order that was asked for. */
  #sorted({ columns, orderBy }: Extract<AggregatedRows, { kind: 'sorted' }>): LogicalNode {
    const keys = this.#keys.length;
    const all: ProjectColumn[] = [...this.#keys];
    for (const expr of [...columns, ...orderBy.map((key) => key.expr)]) {
      all.push({ name: printBound(expr), expr, origin: this.#origin });
    }
    const projected = this.#project(all, this.#input);
    const first = keys + columns.length;
    const order = orderBy.map(
      ({ descending, nullsFirst }, i): SortKey => ({ slot: first + i, descending, nullsFirst }),
    );
    const operator = { op: 'sort', keys: [...ascending(keys), ...order], grouping: keys } as const;
    return this.#context.add(operator, [projected], projected.schema);
  }

  #ofDistinct(rows: LogicalNode, calls: readonly BoundAggregateCall[]): LogicalNode {
    const columns = new Columns(this.#keysOf(rows), this.#origin);
    const slots = calls.map(({ arg }) => (arg === null ? null : columns.slotOf(shifted(arg, this.#keys.length))));
    const projected = this.#project(columns.columns, rows);
    return this.#aggregate(
      projected,
      calls.map((call, index) => accumulation(call, slots[index])),
    );
  }

  #fold(rows: LogicalNode, over: AggregatedRows, calls: readonly BoundAggregateCall[]): LogicalNode {
    const value = this.#keys.length;
    return this.#folds('fold', rows, calls, { value, count: value + (over.kind === 'rows' ? 0 : over.columns.length) });
  }

  /** `first`: where the columns of what is folded begin, and where it is said how often each of these is there. */
  #folds(
    op: 'fold' | 'values',
    rows: LogicalNode,
    calls: readonly BoundAggregateCall[],
    first: { readonly value: number; readonly count: number },
  ): LogicalNode {
    const keys = this.#keys.length;
    const folds = calls.flatMap(({ how, arg, type, text }): FoldCall[] => {
      if (how.kind !== 'fold' || arg?.op !== 'column') return [];
      const count = how.isWeighted ? first.count : null;
      return [{ name: text, fold: how.fold, value: first.value + arg.slot, count, result: type }];
    });
    const results = folds.map(({ name, result }): Field => ({ name, type: result }));
    return this.#context.add({ op, keys, calls: folds }, [rows], [...rows.schema.slice(0, keys), ...results]);
  }

  #aggregate(input: LogicalNode, calls: readonly AggregateCall[]): LogicalNode {
    const keys = this.#keys.length;
    const results = calls.map(({ name, accumulator }): Field => ({ name, type: accumulator.result }));
    const schema = [...input.schema.slice(0, keys), ...results];
    return this.#context.add({ op: 'aggregate', keys, calls }, [input], schema);
  }

  #project(columns: readonly ProjectColumn[], input: LogicalNode): LogicalNode {
    return this.#context.add({ op: 'project', columns }, [input], schemaOf(columns));
  }

  #keysOf({ schema }: LogicalNode): readonly ProjectColumn[] {
    return this.#keys.map(({ name, origin }, slot) => ({ name, expr: columnExpr(schema, slot), origin }));
  }
}

function accumulation({ how, text }: BoundAggregateCall, input: number | null): AggregateCall {
  const least: AccumulatorSpec = { kind: 'min', input: STRING, result: STRING };
  return { name: text, accumulator: how.kind === 'accumulate' ? how.accumulator : least, input, text };
}

function ascending(columns: number): readonly SortKey[] {
  return Array.from({ length: columns }, (_, slot) => ({ slot, descending: false, nullsFirst: false }));
}

/** The expression over columns that lie `by` slots further on. */
function shifted(expr: BoundExpr, by: number): BoundExpr {
  return replaceColumns(expr, (column) => ({ ...column, slot: column.slot + by }));
}
