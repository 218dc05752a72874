/** Keys to order rows by, as steps write them: a column or an expression, and which way. */
import type { LogicalNode, ProjectColumn, SortKey } from '../dataflow/logical-graph.js';
import type { LoweringContext } from '../dataflow/verb.js';
import { collectSlots } from '../expr/traverse.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { diagnosticAt } from '../spec/source.js';
import { findColumn, handedOn, isListText, requireColumn } from './columns.js';

export interface BoundSortKeys {
  /** Those of the input, then keys that have to be computed. */
  readonly columns: readonly ProjectColumn[];
  readonly keys: readonly SortKey[];
}

/** undefined when something was wrong and was reported. */
export function bindSortKeys(
  context: LoweringContext,
  input: LogicalNode,
  sources: readonly SourceText[],
): BoundSortKeys | undefined {
  const columns: ProjectColumn[] = [...handedOn(input.schema, context.origin(sources[0]))];
  const keys: SortKey[] = [];
  let isWrong = false;
  for (const source of sources) {
    const key = bindKey(context, input, source, columns);
    if (key === undefined) isWrong = true;
    // A second mention of a column orders nothing.
    else if (keys.every(({ slot }) => slot !== key.slot)) keys.push(key);
  }
  return isWrong ? undefined : { columns, keys };
}

/** A key that is no column becomes one behind the others. */
function bindKey(
  context: LoweringContext,
  { schema }: LogicalNode,
  source: SourceText,
  columns: ProjectColumn[],
): SortKey | undefined {
  const whole = findColumn(source.text, schema);
  if (whole !== undefined) return { slot: whole, descending: false, nullsFirst: false };
  if (isListText(source.text, schema)) {
    requireColumn(context, source, schema);
    return undefined;
  }
  const { length, descending, nullsFirst } = direction(source.text);
  const expression: SourceText = {
    ...source,
    text: source.text.slice(0, length),
    offsetAt: (index) => source.offsetAt(index),
  };
  if (expression.text.trim() === '') {
    context.report(diagnosticAt('SPEC_BAD_VALUE', 'a sort key is missing before the direction', source));
    return undefined;
  }
  const slot = findColumn(expression.text.trim(), schema);
  if (slot !== undefined) return { slot, descending, nullsFirst };
  const expr = context.bind(expression, schema);
  if (expr === undefined) return undefined;
  if (expr.op === 'column') return { slot: expr.slot, descending, nullsFirst };
  if (collectSlots(expr, new Set()).size === 0) {
    context.report(
      diagnosticAt('SPEC_BAD_VALUE', 'a constant puts nothing in order', expression, undefined, {
        hint: 'name a column, or an expression over columns',
      }),
    );
    return undefined;
  }
  const name = `#${columns.length}`;
  return { slot: columns.push({ name, expr, origin: context.origin(expression) }) - 1, descending, nullsFirst };
}

const DIRECTION = /\s+(asc|desc)?\s*(?:nulls\s+(first|last))?\s*$/i;

/** How long the key itself is, and what stands behind it. */
function direction(text: string): { length: number; descending: boolean; nullsFirst: boolean } {
  const found = DIRECTION.exec(` ${text}`);
  const [, way, nulls] = found ?? [];
  const length = found === null ? text.length : Math.max(0, found.index - 1);
  return {
    length: way === undefined && nulls === undefined ? text.length : length,
    descending: way?.toLowerCase() === 'desc',
    nullsFirst: nulls?.toLowerCase() === 'first',
  };
}
