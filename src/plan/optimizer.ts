/** The rules in the order they are applied. Each takes a graph and gives a graph that means the same. */
import type { LogicalGraph } from '../dataflow/logical-graph.js';
import type { RunConstants } from '../expr/calc.js';
import { foldExpressions } from './rules/fold-constants.js';
import { hintScans } from './rules/hint-scans.js';
import { keepFirst } from './rules/keep-first.js';
import { keepFirstOfGroups } from './rules/keep-first-of-groups.js';
import { pruneColumns } from './rules/prune-columns.js';
import { pruneFiles } from './rules/prune-files.js';
import { pushFilters } from './rules/push-filters.js';
import { spanTexts } from './rules/span-texts.js';

export function optimize(graph: LogicalGraph, constants: RunConstants): LogicalGraph {
  const filtered = pruneFiles(pushFilters(foldExpressions(graph, constants)), constants);
  return spanTexts(keepFirstOfGroups(keepFirst(hintScans(pruneColumns(filtered)))));
}
