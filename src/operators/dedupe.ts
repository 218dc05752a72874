/**
 * `dedupe`: of the rows with equal keys one, whole, where it stands. Rows are brought together by their keys, the first of each
 * group is taken, and what was taken is put back into the order of the input:
 *
 *     dedupe: [k]     project k, x, x + 1 - position - sort by k, x + 1, position - first of k - sort by position - project k, x
 *     order_by: x + 1
 */
import type { ProjectColumn, SortKey } from '../dataflow/logical-graph.js';
import { defineVerb } from '../dataflow/verb.js';
import { diagnosticAt } from '../spec/source.js';
import { findColumn, handedOn, requireColumns } from './columns.js';
import { addPosition } from './position.js';
import { schemaOf } from './select.js';
import { bindSortKeys } from './sort-keys.js';

export const DEDUPE = defineVerb({
  verb: 'dedupe',
  summary: 'One whole row for each value of the keys: the first or the last one; the rows keep their order.',
  example: '- dedupe: [customer]\n  keep: last\n  order_by: [changed_at]',
  hasInput: true,
  hasOutput: true,
  keepsSchema: true,
  schema: {
    value: {
      kind: 'columns',
      required: true,
      doc: 'the key: of the rows that agree in these columns one is kept; nulls are equal',
    },
    options: {
      keep: { kind: 'enum', values: ['first', 'last'], default: 'first', doc: 'which of the rows with one key' },
      order_by: {
        kind: 'columns',
        doc: 'what first and last mean, as in `sort`; default: the order of the input, which also decides ties',
      },
    },
  },
  async lower(context, { value, options: { keep, order_by } }) {
    const input = context.input!;
    const [first] = value;
    if (value.length === 1 && first.text === 'true' && findColumn(first.text, input.schema) === undefined) {
      context.report(
        diagnosticAt('SPEC_BAD_VALUE', '`dedupe` is a list of columns, found `true`', first, undefined, {
          hint: 'name the key: [id]; of rows that are equal as a whole `distinct: true` keeps one',
        }),
      );
      return undefined;
    }
    const by = requireColumns(context, value, input.schema);
    const origin = context.origin(first);
    const columns: ProjectColumn[] = [...handedOn(input.schema, origin)];
    const order = bindSortKeys(context, input, order_by ?? [], columns);
    if (by === undefined || order === undefined) return undefined;
    const isComputed = columns.length > input.schema.length;
    const computed = isComputed ? context.add({ op: 'project', columns }, [input], schemaOf(columns)) : input;
    const placed = addPosition(context, computed);
    const position = computed.schema.length;
    const inOrder: SortKey = { slot: position, descending: false, nullsFirst: false };
    const wanted = [...order.filter(({ slot }) => !by.includes(slot)), inOrder];
    const keys = [
      ...by.map((slot): SortKey => ({ slot, descending: false, nullsFirst: false })),
      ...(keep === 'first' ? wanted : wanted.map(reversed)),
    ];
    const grouped = context.add({ op: 'sort', keys, grouping: by.length, keepsOne: true }, [placed], placed.schema);
    const taken = context.add({ op: 'first', by }, [grouped], placed.schema);
    const sorted = context.add({ op: 'sort', keys: [inOrder] }, [taken], placed.schema);
    const kept = handedOn(placed.schema, origin).slice(0, input.schema.length);
    return context.add({ op: 'project', columns: kept }, [sorted], schemaOf(kept));
  },
});

function reversed({ slot, descending, nullsFirst }: SortKey): SortKey {
  return { slot, descending: !descending, nullsFirst: !nullsFirst };
}
