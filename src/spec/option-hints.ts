/** What was probably meant by a value that a key does not take. */
import type { SourceText, SpecNode } from './pipeline-spec.js';

export const BLOCK_HINT = 'put the value in quotes; `|` and `>` begin a block of text';

/** A scalar that is none of what is expected. `isSetting`: a number of `run:`. */
export function valueHint(source: SourceText, isSetting: boolean): string | undefined {
  if (source.style === 'block') return BLOCK_HINT;
  const hint = parameterHint(source);
  return hint && isSetting ? 'settings take no parameters; each has a flag and an environment variable' : hint;
}

/** A parameter where none can stand. */
export function parameterHint({ text }: SourceText): string | undefined {
  if (!/^\$\w/.test(text)) return undefined;
  return 'parameters stand in expressions, in paths, and for numbers, sizes and durations of steps';
}

/** A value of another kind: entries as a list or an assignment, a direction as a map, a number for bounds. */
export function kindHint(key: string, expected: string, node: SpecNode): string | undefined {
  const count = node.kind === 'scalar' && key === 'rows' ? /^[><=]*\s*(\d+)$/.exec(node.source.text) : null;
  if (count !== null) return `write \`rows: { min: ${count[1]} }\`, or with \`max\``;
  const [entry] = node.kind === 'map' ? node.entries : [];
  if (expected === 'a list of columns' && entry?.value?.kind === 'scalar') {
    return `a direction stands behind the column: "${entry.key.text} ${entry.value.source.text}"`;
  }
  if (!expected.includes(': ')) return undefined;
  if (node.kind === 'list') return 'leave the dashes and brackets out: the entries are a map';
  const assigned = node.kind === 'scalar' ? /^(\w+)\s*=\s*(.+)$/.exec(node.source.text) : null;
  return assigned === null ? undefined : `write \`${assigned[1]}: ${assigned[2]}\` on a line of its own, indented`;
}
