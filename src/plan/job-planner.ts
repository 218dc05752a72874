/**
 * Logical graph -> job graph.
 *
 * An operator joins the chain of its input when the edge is `forward`: one input, same parallelism. Aggregations and
 * whatever needs rows in an order of their own ask for an exchange, so a chain is a tree that starts at a source and ends
 * in sinks and in partial aggregates; each exchange feeds a vertex of its own.
 *
 *     scan - filter - aggregate - filter - sink
 *     [csv-source - calc - partial-aggregate] =range=> [run-source - calc - csv-sink]
 *
 * A union costs nothing until somebody looks at its order: it only means that rows come out of several outlets.
 */
import { type JobGraph, MAX_ORDERED_INPUTS } from '../dataflow/job-graph.js';
import type { LogicalGraph, LogicalNode, LogicalOperator, ScanColumn } from '../dataflow/logical-graph.js';
import { assertNever } from '../errors.js';
import type { BoundExpr } from '../expr/bound.js';
import { collectSlots } from '../expr/traverse.js';
import { CalcBuilder } from './calc-builder.js';
import { consumersOf } from './graph-walk.js';
import { nodesInOrder } from './order-seen.js';
import { fitsIndex, planAsofBroadcast, planAsofByKey } from './plan-asof-join.js';
import { planBroadcastJoin, planJoinByKey } from './plan-join.js';
import { planLimitByKey } from './plan-limit.js';
import { append, type Outlet, pick, rangeEdge, settle, VertexDrafts, VertexNumbers } from './vertex-draft.js';

const NONE: ReadonlySet<number> = new Set();
/** Steps behind a union are repeated for each outlet; a union of more is brought together first. */
const MOST_OUTLETS = 16;

export interface JobPlanOptions {
  /** Nodes that are made by key, because what they would hold does not fit into memory. */
  readonly byKey?: ReadonlySet<number>;
  /** For a graph that is planned several times. */
  readonly numbers?: VertexNumbers;
}

type Scan = Extract<LogicalOperator, { op: 'scan' }>;

export function planJob(graph: LogicalGraph, options: JobPlanOptions = {}): JobGraph {
  const { byKey = NONE, numbers = new VertexNumbers() } = options;
  const consumers = consumersOf(graph);
  const orderSeen = nodesInOrder(graph, consumers);
  const drafts = new VertexDrafts(numbers);
  const outlets = new Map<number, readonly Outlet[]>();
  const isOnlyOutput =
    graph.nodes.filter(({ operator }) => operator.op === 'sink' || operator.op === 'check').length === 1;

  /** All rows in one place and in order. */
  const inOrder = (all: readonly Outlet[], name: string): Outlet =>
    all.length === 1 ? all[0] : drafts.exchangeInOrder(all, [], name);

  /** No more inputs than a position tells apart. */
  const ordered = (all: readonly Outlet[], name: string): readonly Outlet[] =>
    all.length > MAX_ORDERED_INPUTS ? [inOrder(all, name)] : all;

  const plan = (node: LogicalNode): readonly Outlet[] => {
    const { operator, schema } = node;
    const inputs = node.inputs.map((id) => outlets.get(id)!);
    const name = stepLabel(node);
    switch (operator.op) {
      case 'scan': {
        const isInSequence = byKey.has(node.id) || undefined;
        const [columns, fileColumns] = columnsOfScan(operator);
        const countsLines = fileColumns?.columns.some(
          (column) => typeof column !== 'number' && column.ofFile === 'line',
        );
        const conditions = operator.conditions?.filter((condition) => isOfSource(condition, operator.columns));
        const config = { ...operator.config, columns, conditions, isInSequence, countsLines };
        const own = columns.map(({ name: column, type }) => ({ name: column, type }));
        const outlet = drafts.add({ kind: operator.factory, name, file: operator.text, config }, [], own);
        if (fileColumns === undefined) return [outlet];
        return [append(outlet, { kind: 'file-columns', name, config: fileColumns }, schema)];
      }
      case 'filter':
        return inputs[0].map((outlet) => ({ ...outlet, calc: outlet.calc.filter(operator, name) }));
      case 'project':
        return inputs[0].map((outlet) => ({ ...outlet, calc: outlet.calc.project(operator, name) }));
      case 'guard': {
        const { step, faults } = operator;
        return inputs[0].map((outlet) => {
          const settled = settle(outlet);
          const over = CalcBuilder.over(settled.calc.schema);
          const calc = step.op === 'filter' ? over.filter(step, name) : over.project(step, name);
          return append(settled, { kind: 'guard', name, config: { program: calc.build(), faults } }, schema);
        });
      }
      case 'union':
        return inputs.flatMap((all, input) =>
          (all.length > MOST_OUTLETS ? [inOrder(all, name)] : all).map((outlet) => {
            const columns = pick(outlet.calc.schema, operator.columns[input]).map((column, index) => {
              return { ...column, name: schema[index].name };
            });
            return { ...outlet, calc: outlet.calc.project({ op: 'project', columns }, name) };
          }),
        );
      case 'aggregate': {
        const keys = schema.slice(0, operator.keys).map(({ type }) => type);
        const calls = operator.calls.map(({ accumulator, input: column }) => ({ accumulator, input: column }));
        const config = { keys, calls };
        const edges = inputs[0].map((outlet) =>
          rangeEdge(append(settle(outlet), { kind: 'partial-aggregate', name, config })),
        );
        const merged = { ...config, grouping: operator.grouping, edges };
        return [drafts.add({ kind: 'run-source', name, config: merged }, edges, schema)];
      }
      case 'unpivot': {
        const { names, includesNulls } = operator;
        const [kept, { type }] = [schema.slice(0, -2).map((column) => column.type), schema[schema.length - 1]];
        return inputs[0].map((outlet) =>
          append(settle(outlet), { kind: 'unpivot', name, config: { kept, type, names, includesNulls } }, schema),
        );
      }
      case 'unnest': {
        const { slot, includesEmpty } = operator;
        const config = { types: schema.map(({ type }) => type), slot, includesEmpty };
        return inputs[0].map((outlet) => append(settle(outlet), { kind: 'unnest', name, config }, schema));
      }
      case 'draw': {
        const { seed, step, isPlaced } = operator;
        const from = isPlaced ? inputs[0] : [inOrder(inputs[0], name)];
        return from.map((outlet) => {
          const drawn = append(settle(outlet), { kind: 'draw', name, config: { seed, step, isPlaced } }, schema);
          if (!isPlaced) drawn.vertex.maxParallelism = 1;
          return drawn;
        });
      }
      case 'position':
        return ordered(inputs[0], name).map((outlet, ordinal) =>
          append(settle(outlet), { kind: 'row-position', name, config: { ordinal } }, schema),
        );
      case 'first':
        return inputs[0].map((outlet) =>
          append(settle(outlet), { kind: 'first', name, config: { by: operator.by, offset: 0, count: 1 } }),
        );
      case 'pack':
        return ordered(inputs[0], name).map((outlet, ordinal) =>
          append(settle(outlet), { kind: 'pack', name, config: { packs: operator.packs, ordinal } }, schema),
        );
      case 'unpack':
        return inputs[0].map((outlet) =>
          append(settle(outlet), { kind: 'unpack', name, config: { columns: operator.columns } }, schema),
        );
      case 'fold': {
        const keys = schema.slice(0, operator.keys).map(({ type }) => type);
        return inputs[0].map((outlet) =>
          append(settle(outlet), { kind: 'fold', name, config: { keys, calls: operator.calls } }, schema),
        );
      }
      case 'values': {
        const keys = schema.slice(0, operator.keys).map(({ type }) => type);
        const format = { keys, value: inputs[0][0].calc.schema[operator.keys].type };
        const edges = inputs[0].map((outlet) =>
          rangeEdge(append(settle(outlet), { kind: 'log-values', name, config: format })),
        );
        const config = { ...format, calls: operator.calls, edges };
        return [drafts.add({ kind: 'values-source', name, config }, edges, schema)];
      }
      case 'window': {
        const { partition, order, frame, calls } = operator;
        return inputs[0].map((outlet) => {
          const ordered = settle(outlet);
          const types = ordered.calc.schema.map(({ type }) => type);
          return append(ordered, { kind: 'window', name, config: { types, partition, order, frame, calls } }, schema);
        });
      }
      case 'sort':
        return [drafts.exchangeInOrder(inputs[0], operator.keys, name, operator)];
      case 'join':
        return byKey.has(node.id)
          ? [planJoinByKey(drafts, { operator, name, isInOrder: orderSeen.has(node.id) }, inputs[0], inputs[1], schema)]
          : planBroadcastJoin(drafts, { id: node.id, operator, name }, inputs[0], inOrder(inputs[1], name), schema);
      case 'asof-join':
        return byKey.has(node.id) || !fitsIndex(operator, inputs[0][0].calc.schema)
          ? [planAsofByKey(drafts, { operator, name, isInOrder: orderSeen.has(node.id) }, inputs[0], inputs[1], schema)]
          : planAsofBroadcast(drafts, operator, { id: node.id, name }, inputs[0], inOrder(inputs[1], name), schema);
      case 'check': {
        const { checks, passes, shows } = operator;
        return inputs[0].map((outlet) => {
          const tested = settle(outlet);
          const names = tested.calc.schema.slice(0, checks[0].slot).map((column) => column.name);
          return append(tested, { kind: 'check', name, config: { checks, passes, names, shows } }, schema);
        });
      }
      case 'limit': {
        if (byKey.has(node.id))
          return [planLimitByKey(drafts, { operator, name, isInOrder: orderSeen.has(node.id) }, inputs[0], schema)];
        const { count, offset, by } = operator;
        const config = { count, offset, by, types: by.map((slot) => schema[slot].type), node: node.id };
        const limited = append(settle(inOrder(inputs[0], name)), { kind: 'limit', name, config });
        // It counts rows in their order, and stops reading when it has enough.
        limited.vertex.maxParallelism = 1;
        return [limited];
      }
      case 'sink': {
        const from = settle(inOrder(inputs[0], name));
        return [
          append(from, {
            kind: operator.factory,
            name,
            file: operator.text,
            config: { ...operator.config, schema, spans: operator.spans, isOnlyOutput },
          }),
        ];
      }
      default:
        return assertNever(operator, 'logical operator');
    }
  };

  for (const node of graph.nodes) {
    drafts.beginNode(node.id, byKey.has(node.id) ? 'by key' : '');
    const planned = plan(node);
    for (const { vertex } of planned) {
      vertex.maxParallelism = Math.min(vertex.maxParallelism, node.parallelism ?? vertex.maxParallelism);
    }
    drafts.placeNew(node.place);
    // A step that feeds several computes its rows once.
    outlets.set(node.id, consumers.get(node.id)!.length > 1 ? planned.map(settle) : planned);
  }
  return { name: graph.name, vertices: drafts.vertices() };
}

/** It reads what the source has, whose columns come first. */
function isOfSource(condition: BoundExpr, columns: readonly ScanColumn[]): boolean {
  const first = columns.findIndex(({ ofFile }) => ofFile !== undefined);
  return first < 0 || [...collectSlots(condition, new Set())].every((slot) => slot < first);
}

interface FileColumns {
  /** Those that the source reads, by their ordinals there, and those of its files. */
  readonly columns: readonly (number | Pick<ScanColumn, 'type' | 'ofFile'>)[];
  readonly values: Scan['fileValues'];
}

/** What the source reads, and what is put beside it. */
function columnsOfScan({ columns, fileValues }: Scan): [read: readonly ScanColumn[], added: FileColumns | undefined] {
  const read = columns.filter(({ ofFile }) => ofFile === undefined);
  if (read.length === columns.length) return [read, undefined];
  const all = columns.map((column) => {
    const { type, ofFile } = column;
    return ofFile === undefined ? read.indexOf(column) : { type, ofFile };
  });
  return [read, { columns: all, values: fileValues }];
}

/** How a step is called in a chain: its verb, with its name where it has one. */
function stepLabel({ verb, step }: LogicalNode): string {
  return step === '' ? verb : `${verb} ${step}`;
}
