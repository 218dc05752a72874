/** The columns of a `schema:`. */
import type { ScanColumn } from '../../dataflow/logical-graph.js';
import type { LoweringContext } from '../../dataflow/verb.js';
import { parseType } from '../../expr/parse-type.js';
import type { SchemaEntry } from '../../spec/option-schema.js';
import { diagnosticAt } from '../../spec/source.js';
import { textFormOf } from './declared-form.js';

/** Columns by the name in the file, or by position when it has no header; undefined when an entry was wrong and was reported. */
export function declaredColumns(
  context: LoweringContext,
  entries: readonly SchemaEntry[],
  header: boolean,
): readonly ScanColumn[] | undefined {
  const columns = entries.map((entry, index): ScanColumn | undefined => {
    const parsed = parseType(entry.type.text);
    if ('problems' in parsed) {
      for (const { code, message, span, hint } of parsed.problems) {
        context.report(diagnosticAt(code, message, entry.type, span, { hint }));
      }
      return undefined;
    }
    const from = header ? (entry.from ?? entry.name).text : index;
    const nulls = entry.nulls?.map(({ text }) => text);
    const form = textFormOf(context, entry, parsed.type);
    if (form === 'wrong') return undefined;
    return { name: entry.name.text, type: parsed.type, from, nulls, form, isDeclared: true };
  });
  return columns.some((column) => column === undefined) ? undefined : (columns as readonly ScanColumn[]);
}
