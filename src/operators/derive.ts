/**
 * `derive`: adds computed columns; one with the name of an input column takes its place. A name means the input's
 * column first, then a column that the step made above. Entries that read such columns lower to a projection behind
 * the one that makes them:
 *
 *     derive: { a: x + 1, b: a * 2, x: 0 }     project x, a: x + 1
 *                                              project x, a, b: a * 2, x': 0
 *                                              project x: x', a, b
 */
import type { Field } from '../columnar/schema.js';
import type { LogicalNode, ProjectColumn } from '../dataflow/logical-graph.js';
import { defineVerb } from '../dataflow/verb.js';
import { collectSlots } from '../expr/traverse.js';
import { ERROR_OPTIONS, REJECTS } from '../spec/error-options.js';
import { columnExpr, reportDuplicates } from './columns.js';
import { schemaOf } from './select.js';

export const DERIVE = defineVerb({
  verb: 'derive',
  summary: 'Adds computed columns; an existing name is replaced. Columns made above in the same step may be used.',
  example: '- derive:\n    total: price * quantity\n    with_tax: total * 1.25',
  hasInput: true,
  hasOutput: true,
  sides: [REJECTS],
  schema: {
    value: { kind: 'expressions', required: true, doc: 'the new columns, each with its expression' },
    options: ERROR_OPTIONS,
  },
  async lower(context, { value }) {
    const input = context.input!;
    const width = input.schema.length;
    if (
      reportDuplicates(
        value.map(({ name }) => name),
        (diagnostic) => context.report(diagnostic),
      )
    )
      return undefined;
    /** What expressions see: the input, then what was made so far; replacements stay out of sight. */
    const visible: Field[] = [...input.schema];
    const replaced = new Map<string, number>();
    let node: LogicalNode = input;
    let pending: ProjectColumn[] = [];
    const wrong: string[] = [];
    let isRight = true;
    const flush = (): void => {
      if (pending.length === 0) return;
      const kept = node.schema.map(({ name }, slot) => ({
        name,
        expr: columnExpr(node.schema, slot),
        origin: pending[0].origin,
      }));
      const columns = [...kept, ...pending];
      node = context.add({ op: 'project', columns }, [node], schemaOf(columns));
      pending = [];
    };
    for (const { name, expr: source } of value) {
      // What reads a column whose expression is wrong is looked at when that is mended.
      const expr = wrong.some((other) => mentions(source.text, other)) ? undefined : context.bind(source, visible);
      const hidden = input.schema.some((field) => field.name === name.text);
      if (expr === undefined) {
        if (!hidden) wrong.push(name.text);
        isRight = false;
        continue;
      }
      if ([...collectSlots(expr, new Set())].some((slot) => slot >= node.schema.length)) flush();
      if (hidden) replaced.set(name.text, visible.length);
      const label = hidden ? `${name.text} (new)` : name.text;
      visible.push({ name: label, type: expr.type });
      pending.push({ name: label, expr, origin: context.origin(source) });
    }
    if (!isRight) return undefined;
    flush();
    if (replaced.size === 0) return node;
    const origin = context.origin(value[0].expr);
    const columns = [
      ...input.schema.map(({ name }, slot): ProjectColumn => {
        return { name, expr: columnExpr(node.schema, replaced.get(name) ?? slot), origin };
      }),
      ...node.schema.flatMap(({ name }, slot): ProjectColumn[] =>
        slot < width || [...replaced.values()].includes(slot)
          ? []
          : [{ name, expr: columnExpr(node.schema, slot), origin }],
      ),
    ];
    return context.add({ op: 'project', columns }, [node], schemaOf(columns));
  },
});

/** Perhaps only in a text: then a mistake is reported later, which does no harm. */
function mentions(expression: string, name: string): boolean {
  return [...expression.matchAll(/[\p{L}_][\p{L}\p{N}_]*/gu)].some(([word]) => word === name);
}
