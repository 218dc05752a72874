/** The columns of a file with what speaks for their types: a `read` without a schema, and aggregates over its first rows. */
import type { InferredColumn, InferredSchema, SchemaOptions } from '../engine-api.js';
import { quotedName } from '../expr/quoted-name.js';
import { previewRows } from './preview.js';

/** Types without a least and a greatest value worth showing. */
const UNORDERED: ReadonlySet<string> = new Set(['boolean', 'json', 'bytes']);

/** Aggregates of one run at most: a generated loop has its limits, and some files thousands of columns. */
const COLUMNS_AT_ONCE = 100;

export async function inferSchemas(file: string, options: SchemaOptions): Promise<InferredSchema> {
  const says = options.format === undefined ? '' : `    format: ${JSON.stringify(options.format)}\n`;
  const read = `  - read: ${JSON.stringify(file)}\n${says}`;
  const inFolder = { ...options, baseDir: options.baseDir ?? process.cwd() };
  const run = (steps: string, rows: number) =>
    previewRows({ path: 'leat schema', text: `steps:\n${read}${steps}` }, { ...inFolder, rows, step: undefined });
  const { columns, warnings } = await run('', 1);
  const found: InferredColumn[] = [];
  let rows = 0;
  for (let from = 0; from < Math.max(1, columns.length); from += COLUMNS_AT_ONCE) {
    const some = columns.slice(from, from + COLUMNS_AT_ONCE);
    const calls = some.flatMap(({ name, type }, i) => {
      const column = quotedName(name);
      const range = UNORDERED.has(type) ? [] : [`least${i}: min(${column})`, `greatest${i}: max(${column})`];
      return [`count${i}: count(${column})`, ...range];
    });
    const all = ['rows: count(*)', ...calls].map(
      (call) => `      ${call.replace(/: (.*)$/s, (_, text) => `: ${JSON.stringify(text)}`)}\n`,
    );
    const evidence = await run(`  - limit: ${options.rows + 1}\n  - aggregate:\n${all.join('')}`, 1);
    const value = (name: string): string | undefined =>
      evidence.rows[0][evidence.columns.findIndex((column) => column.name === name)] ?? undefined;
    rows = Number(value('rows'));
    for (const [i, { name, type }] of some.entries()) {
      const nulls = rows - Number(value(`count${i}`));
      found.push({ name, type, nulls, least: value(`least${i}`), greatest: value(`greatest${i}`) });
    }
  }
  return { file, columns: found, rows, isSample: rows > options.rows, warnings };
}
