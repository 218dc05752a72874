/**
 * Backwards, from the sinks: which columns of a node some output needs, and of which of them the type matters, because an
 * expression, a key, an aggregate or a typed format reads it.
 */
import type { WindowFrame } from '../../columnar/window.js';
import type { LogicalGraph, LogicalOperator, Pack } from '../../dataflow/logical-graph.js';
import { assertNever } from '../../errors.js';
import { collectSlots } from '../../expr/traverse.js';

export interface Use {
  readonly needed: Set<number>;
  readonly typed: Set<number>;
}

/** Columns of each node. */
export function widthsOf(graph: LogicalGraph): ReadonlyMap<number, number> {
  return new Map(graph.nodes.map(({ id, schema }) => [id, schema.length]));
}

export function usesOf(graph: LogicalGraph): ReadonlyMap<number, Use> {
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

export type AnyJoin = Extract<LogicalOperator, { op: 'join' | 'asof-join' }>;

/** Columns of the left whose counterparts are the first ones of the right. */
export function keysOf(operator: AnyJoin): readonly number[] {
  return operator.op === 'join' ? operator.keys : [...operator.keys, operator.at];
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
    case 'guard': {
      const { step } = operator;
      const inner = width - operator.faults.length;
      const ofStep = (slots: ReadonlySet<number>): Set<number> => new Set([...slots].filter((slot) => slot < inner));
      addInputUse(step, { needed: ofStep(own.needed), typed: ofStep(own.typed) }, input, inner, ordinal);
      return;
    }
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
    case 'values':
      use([...Array(operator.keys + 1).keys()], true);
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
      // The table of the right keeps values by their type; rows that are sorted are kept as they are.
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
    case 'unnest':
      use(own.needed, false);
      use(own.typed, true);
      use([operator.slot], true);
      return;
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
