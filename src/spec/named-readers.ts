/** Lists and maps of text: expressions by name, columns by name, the keys of a join. */
import type { NodeReader } from './node-reader.js';
import type {
  KeysValue,
  NamedExpression,
  NamedText,
  NamedValue,
  OutputItem,
  PartitionColumn,
} from './option-schema.js';
import type { SourceText, SpecNode } from './pipeline-spec.js';
import { readWrittenValue } from './written-value.js';

const WORD = /^[\p{L}_][\p{L}\p{N}_]*$/u;

export function readOutputs(reader: NodeReader, key: SourceText, node: SpecNode): readonly OutputItem[] | undefined {
  if (node.kind === 'map') {
    return readExpressions(reader, key, node)?.map(({ name, expr }) => ({ kind: 'new', name, expr }));
  }
  const source = reader.oneLine(key, node, 'columns or `new: expression`');
  return source && [{ kind: 'column', source }];
}

export function readExpressions(
  reader: NodeReader,
  key: SourceText,
  node: SpecNode,
): readonly NamedExpression[] | undefined {
  const map = reader.map(key, node, '`name: expression`, one a line');
  if (map === undefined) return undefined;
  const values = map.entries.map((entry): NamedExpression | undefined => {
    const value = reader.nodeOf(entry, 'an expression');
    const expr = value && reader.expression(entry.key, value);
    return expr && { name: entry.key, expr };
  });
  return values.every((value) => value !== undefined) ? values : undefined;
}

export function readKeys(reader: NodeReader, key: SourceText, node: SpecNode): KeysValue | undefined {
  if (node.kind === 'scalar') {
    // Of a lone word in quotes it is plain that it is a column.
    const text = WORD.test(node.source.text) ? node.source : reader.expression(key, node);
    return text && { kind: 'text', text };
  }
  const pairs = node.kind === 'map' ? readPairs(reader, key, node) : sameNames(reader, key, node);
  return pairs && { kind: 'pairs', pairs };
}

/** Columns that have one name on both sides. */
function sameNames(reader: NodeReader, key: SourceText, node: SpecNode): readonly NamedText[] | undefined {
  const names = reader.list(key, node, (item) =>
    reader.oneLine(key, item, 'a column, a list of them, or `left: right`'),
  );
  return names?.map((name) => ({ name, text: name }));
}

export function readPairs(reader: NodeReader, key: SourceText, node: SpecNode): readonly NamedText[] | undefined {
  const map = reader.map(key, node, '`name: name`, one a line');
  if (map === undefined) return undefined;
  const values = map.entries.map((entry): NamedText | undefined => {
    const value = reader.nodeOf(entry, 'a name');
    const text = value && reader.oneLine(entry.key, value, 'a name');
    return text && { name: entry.key, text };
  });
  return values.every((value) => value !== undefined) ? values : undefined;
}

/** `true`, a list of names, or `name: type`. */
export function readPartitionColumns(
  reader: NodeReader,
  key: SourceText,
  node: SpecNode,
): 'all' | readonly PartitionColumn[] | undefined {
  if (node.kind === 'map') return readPairs(reader, key, node)?.map(({ name, text }) => ({ name, type: text }));
  if (node.kind === 'scalar' && (node.source.text === 'true' || node.source.text === 'false')) {
    return node.source.text === 'true' ? 'all' : undefined;
  }
  const names = reader.list(key, node, (item) => reader.oneLine(key, item, '`true`, a list of names, or `name: type`'));
  return names?.map((name) => ({ name }));
}

export function readValues(reader: NodeReader, key: SourceText, node: SpecNode): readonly NamedValue[] | undefined {
  const map = reader.map(key, node, '`name: value`, one a line');
  const values = map?.entries.map((entry): NamedValue | undefined => {
    const value = readWrittenValue(entry, reader.diagnostics);
    return value && { name: entry.key, value };
  });
  return values?.every((value) => value !== undefined) ? values : undefined;
}
