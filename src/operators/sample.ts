/**
 * `sample`: each row draws a number, and those with the lowest are taken: below a bound for a share, the first ones in their order
 * for a number of rows. What is taken stays in the order of the input.
 *
 *     sample: 10%     draw - filter draw < a tenth of all numbers - project
 *     sample: 1000    draw - position - sort by draw - limit 1000 - sort by position - project
 */
import { BIGINT, BOOLEAN } from '../columnar/data-type.js';
import type { LogicalNode, SortKey } from '../dataflow/logical-graph.js';
import { defineVerb, type LoweringContext } from '../dataflow/verb.js';
import type { BoundExpr } from '../expr/bound.js';
import { literal } from '../expr/literals.js';
import type { Amount } from '../spec/scalar-values.js';
import { columnExpr, handedOn } from './columns.js';
import { addPosition } from './position.js';
import { schemaOf } from './select.js';

/** What is drawn is below that. */
const DRAWS = 1n << 63n;

export const SAMPLE = defineVerb({
  verb: 'sample',
  summary:
    'Some of the rows at random, in their order: about a share of them, or exactly so many; the same in every run.',
  example: '- sample: 10%\n  seed: 7',
  hasInput: true,
  hasOutput: true,
  keepsSchema: true,
  schema: {
    value: { kind: 'amount', required: true, doc: 'a share of the rows, such as `10%`, or how many' },
    options: {
      seed: { kind: 'bigint', doc: 'another one takes other rows; default: the seed of the run, or 0' },
    },
  },
  async lower(context, { value, options }) {
    const input = context.input!;
    const draw = input.schema.length;
    const seed = options.seed ?? context.constants.seed ?? 0n;
    const operator = { op: 'draw', seed, step: context.nextDraw(), isPlaced: context.rowsHavePlaces } as const;
    const drawn = context.add(operator, [input], [...input.schema, { name: '#draw', type: BIGINT }]);
    const taken =
      value.kind === 'share' ? addShare(context, drawn, draw, value) : addCount(context, drawn, draw, value);
    const kept = handedOn(taken.schema, context.origin(context.step.verbSource)).slice(0, draw);
    return context.add({ op: 'project', columns: kept }, [taken], schemaOf(kept));
  },
});

function addShare(
  context: LoweringContext,
  drawn: LogicalNode,
  draw: number,
  { part, of }: Extract<Amount, { kind: 'share' }>,
): LogicalNode {
  if (part === of) return drawn;
  const column = columnExpr(drawn.schema, draw);
  const bound = literal((DRAWS * part) / of, BIGINT, column.span);
  const condition: BoundExpr = { op: 'call', fn: 'less', args: [column, bound], type: BOOLEAN, span: column.span };
  const origin = context.origin(context.step.verbSource);
  return context.add({ op: 'filter', condition, origin }, [drawn], drawn.schema);
}

function addCount(
  context: LoweringContext,
  drawn: LogicalNode,
  draw: number,
  { count }: Extract<Amount, { kind: 'count' }>,
): LogicalNode {
  const placed = addPosition(context, drawn);
  const { schema } = placed;
  const by = (slot: number): SortKey => ({ slot, descending: false, nullsFirst: false });
  const lowest = context.add({ op: 'sort', keys: [by(draw), by(draw + 1)] }, [placed], schema);
  const taken = context.add({ op: 'limit', count, offset: 0, by: [] }, [lowest], schema);
  return context.add({ op: 'sort', keys: [by(draw + 1)] }, [taken], schema);
}
