/**
 * A node over the columns that are left of its inputs. Columns are built anew, not spread: that would ask for types that
 * nobody needs, and those of undeclared columns are found when asked for.
 */
import { STRING } from '../../columnar/data-type.js';
import type { Schema } from '../../columnar/schema.js';
import type { FrameBound } from '../../columnar/window.js';
import type { LogicalNode, Pack } from '../../dataflow/logical-graph.js';
import { assertNever } from '../../errors.js';
import type { BoundExpr } from '../../expr/bound.js';
import { replaceColumns } from '../../expr/traverse.js';
import { type AnyJoin, keysOf, type Use } from './column-use.js';

export interface Narrowed {
  readonly node: LogicalNode;
  /** Where a column is now. */
  readonly newIndex: ReadonlyMap<number, number>;
}

/** `leftWidth`: columns that the first input had. */
export function narrowNode(node: LogicalNode, use: Use, inputs: readonly Narrowed[], leftWidth: number): Narrowed {
  const { operator } = node;
  if (operator.op === 'union') return narrowUnion(node, operator.columns, use, inputs);
  if (operator.op === 'join' || operator.op === 'asof-join') return narrowJoin(node, operator, inputs, leftWidth);
  return narrowOne(node, use, inputs[0]?.node.schema ?? [], inputs[0]?.newIndex ?? new Map());
}

function narrowOne(node: LogicalNode, use: Use, input: Schema, inputIndex: ReadonlyMap<number, number>): Narrowed {
  const { operator } = node;
  const renumber = (expr: BoundExpr): BoundExpr => renumbered(expr, input, inputIndex);
  switch (operator.op) {
    case 'scan': {
      const kept = ascending(use.needed);
      const columns = kept.map((index) => {
        const column = operator.columns[index];
        const type = column.isDeclared || use.typed.has(index) ? column.type : STRING;
        const { name, from, nulls, form, isDeclared, place, fields, fault, ofFile } = column;
        return { name, type, from, nulls, form, isDeclared, place, fields, fault, ofFile };
      });
      const schema = columns.map(({ name, type }) => ({ name, type }));
      return { node: { ...node, operator: { ...operator, columns }, schema }, newIndex: indexOf(kept) };
    }
    case 'filter':
      return {
        node: { ...node, operator: { ...operator, condition: renumber(operator.condition) }, schema: input },
        newIndex: inputIndex,
      };
    case 'project': {
      const kept = ascending(use.needed);
      const columns = kept.map((index) => {
        const column = operator.columns[index];
        return { ...column, expr: renumber(column.expr) };
      });
      const schema = columns.map(({ name, expr }) => ({ name, type: expr.type }));
      return { node: { ...node, operator: { ...operator, columns }, schema }, newIndex: indexOf(kept) };
    }
    case 'guard': {
      const { step } = operator;
      const width = node.schema.length - operator.faults.length;
      const kept = ascending(use.needed);
      const ofStep = { needed: new Set(kept.filter((slot) => slot < width)), typed: use.typed };
      const inner = narrowOne({ ...node, operator: step }, ofStep, input, inputIndex);
      const slots = kept.filter((slot) => slot >= width);
      const faults = slots.map((slot) => operator.faults[slot - width]);
      const [narrowed, below] = [inner.node.operator as typeof step, inner.node.schema];
      const newIndex = new Map([...inner.newIndex, ...slots.map((slot, i) => [slot, below.length + i] as const)]);
      const schema = [...below, ...slots.map((slot) => node.schema[slot])];
      return { node: { ...node, operator: { ...operator, step: narrowed, faults }, schema }, newIndex };
    }
    case 'aggregate': {
      const { keys } = operator;
      const keptCalls = ascending(use.needed).filter((index) => index >= keys);
      const calls = keptCalls.map((index) => {
        const call = operator.calls[index - keys];
        return { ...call, input: call.input === null ? null : inputIndex.get(call.input)! };
      });
      const kept = [...Array(keys).keys(), ...keptCalls];
      const schema = [
        ...input.slice(0, keys),
        ...calls.map(({ name, accumulator }) => ({ name, type: accumulator.result })),
      ];
      return { node: { ...node, operator: { ...operator, calls }, schema }, newIndex: indexOf(kept) };
    }
    case 'pack': {
      const inputWidth = node.schema.length - operator.packs.length;
      const slotOf = (slot: number): number => inputIndex.get(slot)!;
      const kept = operator.packs.flatMap((_, index) => (use.needed.has(inputWidth + index) ? [index] : []));
      const packs = kept.map((index): Pack => {
        const { value, orderBy, condition, ...rest } = operator.packs[index];
        return {
          ...rest,
          value: slotOf(value),
          orderBy: orderBy.map((key) => ({ ...key, slot: slotOf(key.slot) })),
          condition: condition === null ? null : slotOf(condition),
        };
      });
      const newIndex = new Map(inputIndex);
      for (const [at, index] of kept.entries()) newIndex.set(inputWidth + index, input.length + at);
      const schema = [...input, ...packs.map(({ name }) => ({ name, type: STRING }))];
      return { node: { ...node, operator: { ...operator, packs }, schema }, newIndex };
    }
    case 'unpack': {
      const columns = operator.columns.flatMap(({ slot, type }) => {
        const at = inputIndex.get(slot);
        return at === undefined ? [] : [{ slot: at, type }];
      });
      const types = new Map(columns.map(({ slot, type }) => [slot, type]));
      const schema = input.map(({ name, type }, slot) => ({ name, type: types.get(slot) ?? type }));
      return { node: { ...node, operator: { ...operator, columns }, schema }, newIndex: inputIndex };
    }
    case 'fold': {
      const { keys } = operator;
      const kept = ascending(use.needed).filter((index) => index >= keys);
      const calls = kept.map((index) => {
        const call = operator.calls[index - keys];
        const count = call.count === null ? null : inputIndex.get(call.count)!;
        return { ...call, value: inputIndex.get(call.value)!, count };
      });
      const schema = [...input.slice(0, keys), ...calls.map(({ name, result }) => ({ name, type: result }))];
      const all = [...Array(keys).keys(), ...kept];
      return { node: { ...node, operator: { ...operator, calls }, schema }, newIndex: indexOf(all) };
    }
    case 'values': {
      const { keys } = operator;
      const kept = ascending(use.needed).filter((index) => index >= keys);
      const calls = kept.map((index) => operator.calls[index - keys]);
      const schema = [...input.slice(0, keys), ...calls.map(({ name, result }) => ({ name, type: result }))];
      const all = [...Array(keys).keys(), ...kept];
      return { node: { ...node, operator: { ...operator, calls }, schema }, newIndex: indexOf(all) };
    }
    case 'window': {
      const inputWidth = node.schema.length - operator.calls.length;
      const slotOf = (slot: number): number => inputIndex.get(slot)!;
      const kept = operator.calls.flatMap((_, index) => (use.needed.has(inputWidth + index) ? [index] : []));
      const calls = kept.map((index) => {
        const call = operator.calls[index];
        return { ...call, inputs: call.inputs.map(slotOf) };
      });
      const newIndex = new Map(inputIndex);
      for (const [at, index] of kept.entries()) newIndex.set(inputWidth + index, input.length + at);
      const partition = operator.partition.map(slotOf);
      const order = operator.order.map((key) => ({ ...key, slot: slotOf(key.slot) }));
      const bound = (end: FrameBound<number>): FrameBound<number> =>
        end.kind === 'value' ? { ...end, key: slotOf(end.key), bound: slotOf(end.bound) } : end;
      const frame = { start: bound(operator.frame.start), end: bound(operator.frame.end) };
      const schema = [...input, ...calls.map(({ name, result }) => ({ name, type: result }))];
      return { node: { ...node, operator: { op: 'window', partition, order, frame, calls }, schema }, newIndex };
    }
    case 'sort': {
      const keys = operator.keys.map((key) => ({ ...key, slot: inputIndex.get(key.slot)! }));
      return { node: { ...node, operator: { ...operator, keys }, schema: input }, newIndex: inputIndex };
    }
    case 'unnest':
      return {
        node: { ...node, operator: { ...operator, slot: inputIndex.get(operator.slot)! }, schema: input },
        newIndex: inputIndex,
      };
    case 'unpivot': {
      const { length } = operator.names;
      const kept = input.slice(0, -length);
      const made = node.schema
        .slice(-2)
        .map(({ name }, i) => ({ name, type: i === 0 ? STRING : input[kept.length].type }));
      const newIndex = new Map([...inputIndex].filter(([old]) => old < node.schema.length - 2));
      made.forEach((_, i) => {
        newIndex.set(node.schema.length - 2 + i, kept.length + i);
      });
      return { node: { ...node, schema: [...kept, ...made] }, newIndex };
    }
    case 'draw':
    case 'position': {
      const newIndex = new Map(inputIndex).set(node.schema.length - 1, input.length);
      return { node: { ...node, schema: [...input, node.schema[node.schema.length - 1]] }, newIndex };
    }
    case 'first':
    case 'limit': {
      const by = operator.by.map((slot) => inputIndex.get(slot)!);
      return { node: { ...node, operator: { ...operator, by }, schema: input }, newIndex: inputIndex };
    }
    case 'check': {
      const checks = operator.checks.map((check) => ({ ...check, slot: inputIndex.get(check.slot)! }));
      const shows = operator.shows.map((slot) => inputIndex.get(slot)!);
      const kept = [...inputIndex].filter(([old]) => old < operator.passes);
      const passes = kept.length;
      const schema = input.slice(0, passes);
      return { node: { ...node, operator: { ...operator, checks, passes, shows }, schema }, newIndex: new Map(kept) };
    }
    case 'join':
    case 'asof-join':
    case 'union':
    case 'sink':
      return { node: { ...node, schema: input }, newIndex: inputIndex };
    default:
      return assertNever(operator, 'logical operator');
  }
}

/** The expression over the columns that are left. */
function renumbered(expr: BoundExpr, schema: Schema, newIndex: ReadonlyMap<number, number>): BoundExpr {
  return replaceColumns(expr, (column) => {
    const slot = newIndex.get(column.slot)!;
    const { name, side, span } = column;
    return { op: 'column', slot, name, side, type: schema[slot].type, span };
  });
}

/** A union hands on what is needed of it, whatever else its inputs have for other readers. */
function narrowUnion(
  node: LogicalNode,
  slots: readonly (readonly number[])[],
  use: Use,
  inputs: readonly Narrowed[],
): Narrowed {
  const kept = ascending(use.needed);
  const columns = inputs.map(({ newIndex }, input) => kept.map((index) => newIndex.get(slots[input][index])!));
  const schema = kept.map((index, slot) => {
    const { type } = inputs[0].node.schema[columns[0][slot]];
    return { name: node.schema[index].name, type };
  });
  return { node: { ...node, operator: { op: 'union', columns }, schema }, newIndex: indexOf(kept) };
}

/** The right input is a projection of the join's own, whose columns are those that are left, in their order. */
function narrowJoin(
  node: LogicalNode,
  operator: AnyJoin,
  [left, right]: readonly Narrowed[],
  leftWidth: number,
): Narrowed {
  const count = keysOf(operator).length;
  const keys = operator.keys.map((slot) => left.newIndex.get(slot)!);
  const width = left.node.schema.length;
  const pair = [...left.node.schema, ...right.node.schema.slice(count)];
  const newIndex = new Map(left.newIndex);
  for (const [old, index] of right.newIndex) {
    if (old >= count) newIndex.set(leftWidth + old - count, width + index - count);
  }
  if (operator.op === 'asof-join') {
    const at = left.newIndex.get(operator.at)!;
    return { node: { ...node, operator: { ...operator, keys, at }, schema: pair }, newIndex };
  }
  const { type, condition: old } = operator;
  const condition = old && { ...old, expr: renumbered(old.expr, pair, newIndex) };
  const schema = type === 'semi' || type === 'anti' ? left.node.schema : pair;
  return { node: { ...node, operator: { ...operator, keys, condition }, schema }, newIndex };
}

function ascending(set: ReadonlySet<number>): number[] {
  return [...set].sort((a, b) => a - b);
}

function indexOf(kept: readonly number[]): ReadonlyMap<number, number> {
  return new Map(kept.map((old, index) => [old, index]));
}
