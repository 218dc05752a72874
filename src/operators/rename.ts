/** `rename`: columns under other names, in their places. */
import type { ProjectColumn } from '../dataflow/logical-graph.js';
import { defineVerb } from '../dataflow/verb.js';
import { diagnosticAt } from '../spec/source.js';
import { findColumn, handedOn, reportDuplicates, requireColumns } from './columns.js';
import { schemaOf } from './select.js';

export const RENAME = defineVerb({
  verb: 'rename',
  summary: 'Gives columns other names; their places and values stay.',
  example: '- rename:\n    customer: cust_no\n    placed_at: ts',
  hasInput: true,
  hasOutput: true,
  schema: {
    value: { kind: 'pairs', required: true, doc: '`new: old`, one a line' },
    options: {},
  },
  async lower(context, { value }) {
    const input = context.input!;
    const turned = value.filter(
      ({ name, text }) =>
        findColumn(text.text, input.schema) === undefined && findColumn(name.text, input.schema) !== undefined,
    );
    for (const { name, text } of turned) {
      context.report(
        diagnosticAt('EXPR_UNKNOWN_COLUMN', `there is no column ${text.text}`, text, undefined, {
          hint: `it is \`new: old\`; did you mean \`${text.text}: ${name.text}\`?`,
        }),
      );
    }
    if (turned.length > 0) return undefined;
    const slots = requireColumns(
      context,
      value.map(({ text }) => text),
      input.schema,
    );
    const isTwice = reportDuplicates(
      value.map(({ name }) => name),
      (diagnostic) => context.report(diagnostic),
    );
    if (slots === undefined || isTwice) return undefined;
    const columns = handedOn(input.schema, context.origin(value[0].name)).map((column, slot): ProjectColumn => {
      const index = slots.indexOf(slot);
      return index === -1 ? column : { ...column, name: value[index].name.text };
    });
    const clash = value.find(({ name }) => columns.filter((column) => column.name === name.text).length > 1);
    if (clash === undefined) return context.add({ op: 'project', columns }, [input], schemaOf(columns));
    context.report(
      diagnosticAt('PLAN_DUPLICATE_COLUMN', `there is a column "${clash.name.text}" already`, clash.name, undefined, {
        hint: 'it is `new: old`; drop or rename the other column first',
      }),
    );
    return undefined;
  },
});
