/**
 * Rule: every node carries only the columns that some output needs, and a column whose type nobody looks at stays text.
 *
 * Backwards, from the sinks: which columns of a node are needed, and of which the type matters (an expression, a key,
 * an aggregate or a typed format reads it). Forwards, from the scans: each node again, over the columns that are left.
 * Expressions that no output needs are not evaluated; a declared column that reaches an output keeps its type, so that
 * its values are checked.
 *
 * Columns are built anew, not spread: that would ask for types that nobody needs, and those of undeclared columns are
 * found when asked for.
 */

import { STRING } from '../../columnar/data-type.js';
import type { Schema } from '../../columnar/schema.js';
import type { FrameBound, WindowFrame } from '../../columnar/window.js';
import type { LogicalGraph, LogicalNode, LogicalOperator, Pack } from '../../dataflow/logical-graph.js';
import { assertNever } from '../../errors.js';
import type { BoundExpr } from '../../expr/bound.js';
import { collectSlots, replaceColumns } from '../../expr/traverse.js';

interface Use {
  readonly needed: Set<number>;
  readonly typed: Set<number>;
}

export function pruneColumns(graph: LogicalGraph): LogicalGraph {
  const uses = usesOf(graph);
  const rebuilt = new Map<number, Rebuilt>();
  const widths = widthsOf(graph);
  const nodes = graph.nodes.map((node) => {
    const inputs = node.inputs.map((id) => rebuilt.get(id)!);
    const result = rebuildNode(node, uses.get(node.id)!, inputs, widths.get(node.inputs[0]) ?? 0);
    rebuilt.set(node.id, result);
    return result.node;
  });
  return { ...graph, nodes };
}

function widthsOf(graph: LogicalGraph): ReadonlyMap<number, number> {
  return new Map(graph.nodes.map(({ id, schema }) => [id, schema.length]));
}

function usesOf(graph: LogicalGraph): ReadonlyMap<number, Use> {
  const uses = new Map<number, Use>(graph.nodes.map(({ id }) => [id, { needed: new Set(), typed: new Set() }]));
  const widths = widthsOf(graph);
  for (const { id, operator, inputs } of [...graph.nodes].reverse()) {
    inputs.forEach((input, ordinal) => {
      const width = widths.get(operator.op === 'join' || operator.op === 'asof-join' ? inputs[0] : id)!;
      addInputUse(operator, uses.get(id)!, uses.get(input)!, width, ordinal);
    });
  }
  return uses;
}

/** What a node's own use by others makes it use of an input. `width`: columns of the node, of a join those of its left. */
function addInputUse(operator: LogicalOperator, own: Use, input: Use, width: number, ordinal: number): void {
  const use = (slots: Iterable<number>, isTyped: boolean): void => {
    for (const slot of slots) {
      input.needed.add(slot);
      if (isTyped) input.typed.add(slot);
    }
  };
  switch (operator.op) {
    case 'scan':
      return;
    case 'filter':
      use(own.needed, false);
      use(own.typed, true);
      use(collectSlots(operator.condition, new Set()), true);
      return;
    case 'project':
      for (const index of own.needed) {
        const { expr } = operator.columns[index];
        if (expr.op === 'column') use([expr.slot], own.typed.has(index));
        else use(collectSlots(expr, new Set()), true);
      }
      return;
    case 'aggregate':
      for (let key = 0; key < operator.keys; key++) use([key], true);
      operator.calls.forEach((call, index) => {
        if (own.needed.has(operator.keys + index) && call.input !== null) use([call.input], true);
      });
      return;
    case 'pack': {
      const inputWidth = width - operator.packs.length;
      const isInput = (slot: number): boolean => slot < inputWidth;
      use([...own.needed].filter(isInput), false);
      use([...own.typed].filter(isInput), true);
      operator.packs.forEach((pack, index) => {
        if (own.needed.has(inputWidth + index)) use(packSlots(pack), true);
      });
      return;
    }
    case 'unpack':
      use(own.needed, true);
      return;
    case 'window': {
      const inputWidth = width - operator.calls.length;
      const isInput = (slot: number): boolean => slot < inputWidth;
      use([...own.needed].filter(isInput), false);
      use([...own.typed].filter(isInput), true);
      use([...operator.partition, ...operator.order.map(({ slot }) => slot), ...frameSlots(operator.frame)], true);
      operator.calls.forEach(({ inputs }, index) => {
        if (own.needed.has(inputWidth + index)) use(inputs, true);
      });
      return;
    }
    case 'fold':
      use([...Array(operator.keys).keys()], true);
      operator.calls.forEach(({ value, count }, index) => {
        if (own.needed.has(operator.keys + index)) use(count === null ? [value] : [value, count], true);
      });
      return;
    case 'check':
      use(own.needed, false);
      use(own.typed, true);
      use([...operator.checks.map(({ slot }) => slot), ...operator.shows], true);
      return;
    case 'union':
      // The inputs must agree on a type, so it matters.
      for (const index of own.needed) use([operator.columns[ordinal][index]], true);
      return;
    case 'join':
    case 'asof-join': {
      const isLeft = (slot: number): boolean => slot < width;
      const keys = keysOf(operator);
      const condition = operator.op === 'join' ? operator.condition : undefined;
      const tested = condition === undefined ? [] : [...collectSlots(condition.expr, new Set())];
      if (ordinal === 0) {
        use([...own.needed].filter(isLeft), false);
        use([...own.typed, ...tested].filter(isLeft), true);
        use(keys, true);
        return;
      }
      use(keys.keys(), true);
      const payload = (slots: Iterable<number>): readonly number[] =>
        [...slots].filter((slot) => !isLeft(slot)).map((slot) => slot - width + keys.length);
      // The table of the right keeps values by their type; for an asof join they are handed on as they are.
      use(payload(own.needed), operator.op === 'join');
      use(payload([...own.typed, ...tested]), true);
      return;
    }
    case 'unpivot': {
      const isKept = (slot: number): boolean => slot < width - 2;
      use([...own.needed].filter(isKept), false);
      use([...own.typed].filter(isKept), true);
      use(
        operator.names.map((_, index) => width - 2 + index),
        true,
      );
      return;
    }
    case 'draw':
    case 'position':
      use(
        [...own.needed].filter((slot) => slot < width - 1),
        false,
      );
      use(
        [...own.typed].filter((slot) => slot < width - 1),
        true,
      );
      return;
    case 'sort':
    case 'first':
    case 'limit':
      use(own.needed, false);
      use(own.typed, true);
      use(operator.op === 'sort' ? operator.keys.map(({ slot }) => slot) : operator.by, true);
      return;
    case 'sink':
      use(Array(width).keys(), operator.typed);
      return;
    default:
      assertNever(operator, 'logical operator');
  }
}

function packSlots({ value, orderBy, condition }: Pack): readonly number[] {
  return [value, ...orderBy.map(({ slot }) => slot), ...(condition === null ? [] : [condition])];
}

function frameSlots({ start, end }: WindowFrame<number>): readonly number[] {
  return [start, end].flatMap((bound) => (bound.kind === 'value' ? [bound.key, bound.bound] : []));
}

function rebuild(node: LogicalNode, use: Use, input: Schema, inputIndex: ReadonlyMap<number, number>): Rebuilt {
  const { operator } = node;
  const renumber = (expr: BoundExpr): BoundExpr => renumbered(expr, input, inputIndex);
  switch (operator.op) {
    case 'scan': {
      const kept = ascending(use.needed);
      const columns = kept.map((index) => {
        const column = operator.columns[index];
        const type = column.isDeclared || use.typed.has(index) ? column.type : STRING;
        const { name, from, nulls, isDeclared } = column;
        return { name, type, from, nulls, isDeclared };
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

interface Rebuilt {
  readonly node: LogicalNode;
  /** Where a column is now. */
  readonly newIndex: ReadonlyMap<number, number>;
}

function rebuildNode(node: LogicalNode, use: Use, inputs: readonly Rebuilt[], leftWidth: number): Rebuilt {
  const { operator } = node;
  if (operator.op === 'union') return rebuildUnion(node, operator.columns, use, inputs);
  if (operator.op === 'join' || operator.op === 'asof-join') return rebuildJoin(node, operator, inputs, leftWidth);
  return rebuild(node, use, inputs[0]?.node.schema ?? [], inputs[0]?.newIndex ?? new Map());
}

/** A union hands on what is needed of it, whatever else its inputs have for other readers. */
function rebuildUnion(
  node: LogicalNode,
  slots: readonly (readonly number[])[],
  use: Use,
  inputs: readonly Rebuilt[],
): Rebuilt {
  const kept = ascending(use.needed);
  const columns = inputs.map(({ newIndex }, input) => kept.map((index) => newIndex.get(slots[input][index])!));
  const schema = kept.map((index, slot) => {
    const { type } = inputs[0].node.schema[columns[0][slot]];
    return { name: node.schema[index].name, type };
  });
  return { node: { ...node, operator: { op: 'union', columns }, schema }, newIndex: indexOf(kept) };
}

type AnyJoin = Extract<LogicalOperator, { op: 'join' | 'asof-join' }>;

/** Columns of the left whose counterparts are the first ones of the right. */
function keysOf(operator: AnyJoin): readonly number[] {
  return operator.op === 'join' ? operator.keys : [...operator.keys, operator.at];
}

/** The right input is a projection of the join's own, whose columns are those that are left, in their order. */
function rebuildJoin(
  node: LogicalNode,
  operator: AnyJoin,
  [left, right]: readonly Rebuilt[],
  leftWidth: number,
): Rebuilt {
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
