/** An inferred schema as YAML to paste, with the evidence in comments. */
import type { InferredColumn, InferredSchema } from '../engine-api.js';
import { schemaText } from '../spec/schema-text.js';
import { plural } from './format.js';

const LONGEST_VALUE = 24;

export function inferredText({ file, columns, rows, isSample }: InferredSchema): string {
  const seen = isSample ? `the first ${plural(rows, 'row')}` : `all ${plural(rows, 'row')}`;
  const lines = columns.map((column) => ({ ...column, comment: evidence(column, rows) }));
  return `# ${file}: ${seen} looked at\n${schemaText(lines)}`.trimEnd();
}

function evidence({ nulls, least, greatest }: InferredColumn, rows: number): string | undefined {
  if (rows === 0) return undefined;
  if (nulls === rows) return 'only nulls';
  const range = least === undefined || greatest === undefined ? [] : [rangeText(shown(least), shown(greatest))];
  return [...range, nulls === 0 ? 'no nulls' : plural(nulls, 'null')].join(', ');
}

function rangeText(least: string, greatest: string): string {
  return least === greatest ? `always ${least}` : `${least} .. ${greatest}`;
}

function shown(value: string): string {
  const text = JSON.stringify(value).slice(1, -1);
  if (text === '') return '""';
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
