/** The pipeline that `leat convert` means. */
import type { PipelineInput } from '../engine-api.js';
import { dataPath } from './data-pipeline.js';

export interface ConvertFlags {
  readonly filter?: string;
  readonly select?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Texts stand in double quotes as JSON has them, which YAML reads as the same texts. */
export function convertPipeline(input: string, output: string, flags: ConvertFlags): PipelineInput {
  const { filter, select, from, to } = flags;
  const quoted = JSON.stringify;
  const lines = [
    `  - read: ${quoted(dataPath(input))}`,
    ...(from === undefined ? [] : [`    format: ${quoted(from)}`]),
    ...(filter === undefined ? [] : [`  - filter: ${quoted(filter)}`]),
    ...(select === undefined ? [] : ['  - select:', ...selectItems(select).map((item) => `      - ${item}`)]),
    `  - write: ${quoted(dataPath(output, 'stdout'))}`,
    ...(to === undefined ? [] : [`    format: ${quoted(to)}`]),
  ];
  return { path: 'leat convert', text: `name: convert\nsteps:\n${lines.join('\n')}\n` };
}

/** `id, round(x, 1) AS y` as items of a `select`. */
function selectItems(list: string): string[] {
  return splitList(list).map((item) => {
    const named = /^(.*\S)\s+AS\s+(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_]*))$/isu.exec(item);
    if (named === null) return JSON.stringify(item);
    const name = named[2]?.replaceAll('""', '"') ?? named[3];
    return `${JSON.stringify(name)}: ${JSON.stringify(named[1])}`;
  });
}

/** At commas outside of parentheses and quotes. */
function splitList(list: string): string[] {
  const items = [''];
  let depth = 0;
  for (const [token] of list.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[\s\S]/g)) {
    if (token === '(' || token === '[') depth++;
    if (token === ')' || token === ']') depth--;
    if (token === ',' && depth === 0) items.push('');
    else items[items.length - 1] += token;
  }
  return items.map((item) => item.trim());
}
