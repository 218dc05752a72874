/** The columns of a `schema:`. */
import type { ScanColumn } from '../../dataflow/logical-graph.js';
import type { LoweringContext } from '../../dataflow/verb.js';
import { parseType } from '../../expr/parse-type.js';
import type { SchemaEntry } from '../../spec/option-schema.js';
import { notYet } from '../../spec/planned.js';
import { diagnosticAt } from '../../spec/source.js';

/** Entries of a schema that say more than type, name and nulls. */
const LATER_ENTRY_KEYS = ['format', 'timezone', 'decimal', 'thousands', 'trim'] as const;

/** Columns by the name in the file, or by position when it has no header; undefined when an entry was wrong and was reported. */
export function declaredColumns(
  context: LoweringContext,
  entries: readonly SchemaEntry[],
  header: boolean,
): readonly ScanColumn[] | undefined {
  const columns = entries.map((entry, index): ScanColumn | undefined => {
    const later = LATER_ENTRY_KEYS.find((key) => entry[key] !== undefined);
    if (later !== undefined) {
      context.report(
        notYet(`\`${later}\` of a column`, 'read the column as a string and convert it in a `derive`', entry.name),
      );
      return undefined;
    }
    const parsed = parseType(entry.type.text);
    if ('problems' in parsed) {
      for (const { code, message, span, hint } of parsed.problems) {
        context.report(diagnosticAt(code, message, entry.type, span, { hint }));
      }
      return undefined;
    }
    const from = header ? (entry.from ?? entry.name).text : index;
    const nulls = entry.nulls?.map(({ text }) => text);
    return { name: entry.name.text, type: parsed.type, from, nulls, isDeclared: true };
  });
  return columns.some((column) => column === undefined) ? undefined : (columns as readonly ScanColumn[]);
}
