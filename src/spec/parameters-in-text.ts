/** `'$day'` in an expression is a text of four characters, whatever parameters there are. */
import type { Diagnostic } from '../errors.js';
import type { SourceText, SpecNode } from './pipeline-spec.js';
import { diagnosticAt } from './source.js';

/** Warnings of the parameters in the texts of a step. */
export function parametersInText(node: SpecNode | null, names: ReadonlyMap<string, unknown>): readonly Diagnostic[] {
  if (node === null || names.size === 0) return [];
  switch (node.kind) {
    case 'scalar':
      return inScalar(node.source, names);
    case 'list':
      return node.items.flatMap((item) => parametersInText(item, names));
    case 'map':
      return node.entries.flatMap(({ value }) => parametersInText(value, names));
  }
}

function inScalar(source: SourceText, names: ReadonlyMap<string, unknown>): readonly Diagnostic[] {
  return [...source.text.matchAll(/'[^']*'/g)].flatMap(({ 0: quoted, index }) => {
    const found = [...quoted.matchAll(/\$\{?([A-Za-z_]\w*)\}?/g)].find(([, name]) => names.has(name));
    if (found === undefined) return [];
    const message = `\`${found[0]}\` in quotes is text and not the parameter`;
    const value = `$${found[1]}`;
    const hint =
      quoted.length === found[0].length + 2 ? `write ${value} without quotes` : `join the parts: 'text' || ${value}`;
    const span = { start: index, end: index + quoted.length };
    return [diagnosticAt('EXPR_PARAM_IN_TEXT', message, source, span, { severity: 'warning', hint })];
  });
}
