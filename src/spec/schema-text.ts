/** A `schema:` as YAML, to be pasted into a pipeline. */
import { stringify } from 'yaml';

export interface SchemaLine {
  readonly name: string;
  readonly type: string;
  /** Put behind the type, one below the other. */
  readonly comment?: string;
}

/** Ends with a line break. */
export function schemaText(columns: readonly SchemaLine[], indent = ''): string {
  const lines = columns.map(({ name, type, comment }) => ({ text: `  ${keyText(name)}: ${type}`, comment }));
  const width = Math.max(0, ...lines.map(({ text }) => text.length));
  const rows = lines.map(({ text, comment }) => (comment === undefined ? text : `${text.padEnd(width)}  # ${comment}`));
  return ['schema:', ...rows].map((line) => `${indent}${line}\n`).join('');
}

/** Quoted only where it must be. */
function keyText(name: string): string {
  const text = stringify({ [name]: 0 }, { lineWidth: 0 }).replace(/: 0\n$/, '');
  // What is a number or a truth value to YAML is a name here all the same.
  return text.startsWith('? ') || text.includes('\n') ? JSON.stringify(name) : text;
}
