/** The columns that a join makes of its right side: which of them, and under which names. */
import type { LogicalNode } from '../dataflow/logical-graph.js';
import type { LoweringContext } from '../dataflow/verb.js';
import type { Equality } from '../expr/bind-pair-condition.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { diagnosticAt } from '../spec/source.js';
import { listed } from '../spec/suggest.js';
import { requireColumns } from './columns.js';

export interface TakenColumn {
  readonly slot: number;
  readonly name: string;
}

/**
 * Equalities of two columns, of which the right one is not repeated: of those with one left column the first, since in
 * a row that only the right has, the left column has room for one of them.
 */
export function mergedKeys(keys: readonly Equality[]): readonly Equality[] {
  return keys.filter(
    ({ columns }, i) => columns !== undefined && keys.findIndex((key) => key.columns?.left === columns.left) === i,
  );
}

/** What is taken of the right, and under which names; undefined when something is wrong, which is reported. */
export function takenColumns(
  context: LoweringContext,
  left: LogicalNode,
  right: LogicalNode,
  dropped: readonly number[],
  take: readonly SourceText[] | undefined,
  suffix: SourceText | undefined,
  at: SourceText,
): readonly TakenColumn[] | undefined {
  const slots =
    take === undefined
      ? [...right.schema.keys()].filter((slot) => !dropped.includes(slot))
      : requireColumns(context, take, right.schema);
  if (slots === undefined) return undefined;
  const isClash = (name: string): boolean => findExact(left, name);
  const taken = slots.map((slot) => {
    const { name } = right.schema[slot];
    return { slot, name: suffix !== undefined && isClash(name) ? `${name}${suffix.text}` : name };
  });
  const clashes = taken.filter(({ name }, i) => isClash(name) || taken.findIndex((other) => other.name === name) < i);
  if (clashes.length === 0) return taken;
  context.report(
    diagnosticAt(
      'PLAN_DUPLICATE_COLUMN',
      `both sides have ${listed(clashes.map(({ name }) => name))}`,
      suffix ?? at,
      undefined,
      { hint: 'give `suffix: _right`, say with `take:` what is wanted of the right, or rename columns first' },
    ),
  );
  return undefined;
}

function findExact({ schema }: LogicalNode, name: string): boolean {
  return schema.some((column) => column.name === name);
}
