/** Which texts of a verb's value name other steps, before the value is read: what feeds what must be known first. */
import { CHECK_OPTIONS, type OptionDefinition } from './option-schema.js';
import type { SourceText, SpecMap, SpecNode } from './pipeline-spec.js';

/** What is no text is reported when the value is read. `withColumn`: a column of the step stands behind its name. */
export function namedSteps(
  definition: OptionDefinition,
  value: SpecNode,
): readonly { readonly source: SourceText; readonly withColumn: boolean }[] {
  if (definition.kind === 'steps') return textsOf(value).map((source) => ({ source, withColumn: false }));
  if (definition.kind !== 'checks' || value.kind !== 'map') return [];
  const entries = isOneCheck(value) ? [value] : value.entries.map((entry) => entry.value);
  return entries
    .flatMap((entry) => (entry?.kind === 'map' ? entry.entries : []))
    .flatMap(({ key, value: references }) => (key.text === 'references' ? [references] : []))
    .flatMap((references) => (references?.kind === 'map' ? references.entries : []))
    .flatMap((reference) => (reference.value === null ? [] : textsOf(reference.value)))
    .map((source) => ({ source, withColumn: true }));
}

/** The options of one check, not checks by name. */
export function isOneCheck({ entries }: SpecMap): boolean {
  return entries.every(({ key }) => Object.hasOwn(CHECK_OPTIONS, key.text));
}

function textsOf(node: SpecNode): readonly SourceText[] {
  const items = node.kind === 'list' ? node.items : [node];
  return items.flatMap((item) => (item.kind === 'scalar' ? [item.source] : []));
}
