/**
 * Rule: a file need not be read when a filter behind the scan takes none of its rows, whatever is in them, as columns of the
 * file say (partitions, its path):
 *
 *     scan sales/year=*\/*.csv ── filter year >= 2025 AND amount > 0
 *
 * The filter stays. Parts of the condition that can fail are not looked at.
 */
import type { Value } from '../../columnar/value.js';
import type { LogicalGraph, LogicalNode, LogicalOperator } from '../../dataflow/logical-graph.js';
import type { BoundExpr } from '../../expr/bound.js';
import type { RunConstants } from '../../expr/calc.js';
import { canFail } from '../../expr/can-fail.js';
import { foldConstants } from '../../expr/fold.js';
import { literal } from '../../expr/literals.js';
import { collectSlots, replaceColumns } from '../../expr/traverse.js';
import type { InputFile } from '../../formats/input-file.js';
import { consumersOf } from '../graph-walk.js';

type Scan = Extract<LogicalOperator, { op: 'scan' }>;

export function pruneFiles(graph: LogicalGraph, constants: RunConstants): LogicalGraph {
  const consumers = consumersOf(graph);
  const nodes = graph.nodes.map((node): LogicalNode => {
    const { operator } = node;
    if (operator.op !== 'scan' || !operator.columns.some(({ ofFile }) => typeof ofFile === 'number')) return node;
    const tests = testsBehind(node, consumers).filter((test) => isOfFile(test, operator));
    const isKept = (values: readonly Value[]): boolean =>
      tests.every((test) => {
        const folded = foldConstants(withValues(test, operator, values), constants);
        return folded.op !== 'literal' || folded.value === true;
      });
    const kept = operator.fileValues.flatMap((values, file) => (isKept(values) ? [file] : []));
    return kept.length === operator.fileValues.length ? node : { ...node, operator: withFiles(operator, kept) };
  });
  return { ...graph, nodes };
}

/** What is demanded of all rows, by filters that stand behind one another, over the columns of the node; between them some may be computed. */
function testsBehind(node: LogicalNode, consumers: ReadonlyMap<number, readonly LogicalNode[]>): readonly BoundExpr[] {
  const [reader, other] = consumers.get(node.id)!;
  if (other !== undefined) return [];
  const { operator } = reader;
  if (operator.op === 'filter') {
    const { condition } = operator;
    const own = condition.op === 'and' ? condition.args : [condition];
    return [...own, ...testsBehind(reader, consumers)];
  }
  if (operator.op !== 'project') return [];
  return testsBehind(reader, consumers).flatMap((test) => {
    const isHandedOn = [...collectSlots(test, new Set())].every((slot) => operator.columns[slot].expr.op === 'column');
    return isHandedOn ? [replaceColumns(test, ({ slot }) => operator.columns[slot].expr)] : [];
  });
}

function isOfFile(test: BoundExpr, { columns }: Scan): boolean {
  const slots = [...collectSlots(test, new Set())];
  return slots.length > 0 && !canFail(test) && slots.every((slot) => typeof columns[slot].ofFile === 'number');
}

function withValues(test: BoundExpr, { columns }: Scan, values: readonly Value[]): BoundExpr {
  return replaceColumns(test, ({ slot, type, span }) => literal(values[columns[slot].ofFile as number], type, span));
}

/** `files` and `at` of a source's configuration are lists of the same length. */
function withFiles(operator: Scan, kept: readonly number[]): Scan {
  const config = operator.config as { readonly files: readonly InputFile[]; readonly at: readonly unknown[] };
  const pick = <T>(all: readonly T[]): readonly T[] => kept.map((index) => all[index]);
  const fileValues = pick(operator.fileValues);
  if (kept.length === 0) return { ...operator, factory: 'no-files-source', config: {}, fileValues, text: 'no files' };
  const { length } = operator.fileValues;
  const text = `${config.files[kept[0]].path}: ${kept.length} of ${length} files`;
  return { ...operator, config: { ...config, files: pick(config.files), at: pick(config.at) }, fileValues, text };
}
