/**
 * Rows of a nested column as JSON, put together from the levels of its leaves (Dremel's record assembly): each part of
 * the schema takes the entries of its leaves that belong to one value of it.
 *
 *     list    [a, b]              struct    {"name": value, ...}
 *     map     {"key": value}      leaf      a number, true, a text in quotes; what is not there is null
 */
import { formatValue } from '../../columnar/text.js';
import type { LeafStream } from './leaf-stream.js';
import type { ParquetField, ParquetLeaf } from './schema.js';

/** Takes the entries of one value from the leaves; undefined: null. */
export type Assembly = () => string | undefined;

/** Of a top-level field; `streamOf`: that of a leaf. */
export function assemblyOf(field: ParquetField, streamOf: (leaf: ParquetLeaf) => LeafStream): Assembly {
  return field.isRepeated ? repeated(field, one(field, streamOf), streamOf) : one(field, streamOf);
}

function streamsOf(field: ParquetField, streamOf: (leaf: ParquetLeaf) => LeafStream): readonly LeafStream[] {
  if (field.leaf !== undefined) return [streamOf(field.leaf)];
  return field.children.flatMap((child) => streamsOf(child, streamOf));
}

/** One value of a field, of a repeated one too. */
function one(field: ParquetField, streamOf: (leaf: ParquetLeaf) => LeafStream): Assembly {
  const present = presentValue(field, streamOf);
  if (!field.isOptional) return present;
  const streams = streamsOf(field, streamOf);
  return () => {
    if (streams.length === 0 || streams[0].definition >= field.definition) return present();
    for (const stream of streams) stream.advance();
    return undefined;
  };
}

/** All values in a row of a repeated field. */
function repeated(field: ParquetField, item: Assembly, streamOf: (leaf: ParquetLeaf) => LeafStream): Assembly {
  const items = itemsOf(field, item, streamOf);
  return () => `[${items().join(',')}]`;
}

function itemsOf(
  field: ParquetField,
  item: Assembly,
  streamOf: (leaf: ParquetLeaf) => LeafStream,
): () => readonly string[] {
  const streams = streamsOf(field, streamOf);
  return () => {
    if (streams.length === 0) return [];
    const [first] = streams;
    if (first.definition < field.definition) {
      for (const stream of streams) stream.advance();
      return [];
    }
    const items: string[] = [];
    do items.push(item() ?? 'null');
    while (first.repetition === field.repetition);
    return items;
  };
}

function presentValue(field: ParquetField, streamOf: (leaf: ParquetLeaf) => LeafStream): Assembly {
  const { leaf, children, shape } = field;
  if (leaf !== undefined) {
    const stream = streamOf(leaf);
    return () => {
      const text = stream.definition === leaf.maxDefinition ? leafJson(stream) : undefined;
      stream.advance();
      return text;
    };
  }
  const [repeatedChild] = children;
  if (shape === 'map') {
    const [key, value] = repeatedChild.children.map((child) => assemblyOf(child, streamOf));
    const items = itemsOf(repeatedChild, () => `${keyJson(key())}:${value() ?? 'null'}`, streamOf);
    return () => `{${items().join(',')}}`;
  }
  if (shape === 'list') {
    const item = isElement(field.name, repeatedChild)
      ? one(repeatedChild, streamOf)
      : assemblyOf(repeatedChild.children[0], streamOf);
    return repeated(repeatedChild, item, streamOf);
  }
  const members = children.map((child) => ({ name: JSON.stringify(child.name), value: assemblyOf(child, streamOf) }));
  return () => `{${members.map(({ name, value }) => `${name}:${value() ?? 'null'}`).join(',')}}`;
}

/** Older writers had no level between a list and its elements. */
function isElement(list: string, { name, children }: ParquetField): boolean {
  return children.length !== 1 || name === 'array' || name === `${list}_tuple`;
}

/** Keys of an object are texts. */
function keyJson(key: string | undefined): string {
  if (key === undefined) return '"null"';
  return key.startsWith('"') ? key : JSON.stringify(key);
}

function leafJson(stream: LeafStream): string {
  const { type } = stream.leaf.leafType;
  const value = stream.value();
  switch (type.kind) {
    case 'json':
      return value as string;
    case 'boolean':
    case 'int':
    case 'bigint':
    case 'decimal':
      return formatValue(value, type);
    case 'double':
      // As JSON that leat writes has them.
      return Number.isFinite(value) ? formatValue(value, type) : `"${value}"`;
    default:
      return JSON.stringify(formatValue(value, type));
  }
}
