/**
 * The tree of a file's schema, and its top-level fields as columns. A field without children is a leaf and has a column
 * chunk in every row group. How deep a value goes is told by levels:
 *
 *     definition level   how many of the optional and repeated fields on the way to the leaf are there
 *     repetition level   the repeated field at which a new value begins; 0: a new row
 */
import { type DataType, JSON_TEXT } from '../../columnar/data-type.js';
import { damaged, ParquetFault } from './fault.js';
import { type LeafType, leafTypeOf } from './leaf-form.js';
import { CONVERTED_TYPE, REPETITION, type SchemaElement } from './metadata.js';

/** Levels are kept as bytes. */
const MAX_LEVEL = 255;
const MAX_DEPTH = 100;

export interface ParquetLeaf {
  /** Ordinal among the chunks of a row group. */
  readonly chunk: number;
  /** The names on the way to it, with dots. */
  readonly path: string;
  readonly physical: number;
  readonly maxDefinition: number;
  readonly maxRepetition: number;
  readonly leafType: LeafType;
}

export interface ParquetField {
  readonly name: string;
  readonly isOptional: boolean;
  readonly isRepeated: boolean;
  /** What its children mean together. */
  readonly shape: 'leaf' | 'struct' | 'list' | 'map';
  readonly children: readonly ParquetField[];
  readonly leaf?: ParquetLeaf;
  /** Definition level of a value that is there, and repetition level of a second one in a row. */
  readonly definition: number;
  readonly repetition: number;
}

/** A top-level field, as `read` has it. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: DataType;
  readonly field: ParquetField;
  readonly leaves: readonly ParquetLeaf[];
  /** Why it cannot be read. */
  readonly fault?: ParquetFault;
}

/** Throws ParquetFault when the elements are no tree. */
export function columnsOf(elements: readonly SchemaElement[]): readonly ParquetColumn[] {
  return new SchemaReader(elements).columns();
}

/** One value a row, or null. */
export function isFlat({ field }: Pick<ParquetColumn, 'field'>): boolean {
  return field.leaf !== undefined && !field.isRepeated;
}

/** Exact name first, then the only one that differs in case. */
export function parquetColumn(columns: readonly ParquetColumn[], name: string): ParquetColumn | undefined {
  const exact = columns.find((column) => column.name === name);
  if (exact !== undefined) return exact;
  const alike = columns.filter((column) => column.name.toLowerCase() === name.toLowerCase());
  return alike.length === 1 ? alike[0] : undefined;
}

class SchemaReader {
  readonly #elements: readonly SchemaElement[];
  #next = 1;
  #chunks = 0;
  /** Of the column at work. */
  #leaves: ParquetLeaf[] = [];
  #fault: ParquetFault | undefined;

  constructor(elements: readonly SchemaElement[]) {
    this.#elements = elements;
  }

  columns(): readonly ParquetColumn[] {
    const fields = this.#elements[0]?.numChildren ?? damaged('a schema without a root');
    const columns: ParquetColumn[] = [];
    for (let i = 0; i < fields; i++) {
      this.#leaves = [];
      this.#fault = undefined;
      const field = this.#field('', 0, 0, 0);
      const leaves = this.#leaves;
      const type = isFlat({ field }) ? leaves[0].leafType.type : JSON_TEXT;
      columns.push({ name: field.name, type, field, leaves, fault: this.#fault });
    }
    if (this.#next !== this.#elements.length) damaged('a schema with elements that belong to nothing');
    return columns;
  }

  #field(above: string, outerDefinition: number, outerRepetition: number, depth: number): ParquetField {
    const element = this.#elements[this.#next++] ?? damaged('a schema that ends in the middle');
    const { name, repetitionType, numChildren = 0 } = element;
    if (depth > MAX_DEPTH) damaged(`a schema nested deeper than ${MAX_DEPTH}`);
    const isOptional = repetitionType === REPETITION.OPTIONAL;
    const isRepeated = repetitionType === REPETITION.REPEATED;
    const definition = outerDefinition + (isOptional || isRepeated ? 1 : 0);
    const repetition = outerRepetition + (isRepeated ? 1 : 0);
    if (definition > MAX_LEVEL) damaged(`a schema with more than ${MAX_LEVEL} levels`);
    const path = above === '' ? name : `${above}.${name}`;
    const shared = { name, isOptional, isRepeated, definition, repetition };
    if (element.type === undefined || numChildren > 0) {
      const children: ParquetField[] = [];
      for (let i = 0; i < numChildren; i++) children.push(this.#field(path, definition, repetition, depth + 1));
      return { ...shared, children, shape: shapeOf(element, children) };
    }
    const leafType = leafTypeOf(element);
    const chunk = this.#chunks++;
    if (leafType instanceof ParquetFault) {
      this.#fault ??= leafType;
      return { ...shared, children: [], shape: 'leaf' };
    }
    const leaf: ParquetLeaf = {
      chunk,
      path,
      physical: element.type,
      maxDefinition: definition,
      maxRepetition: repetition,
      leafType,
    };
    this.#leaves.push(leaf);
    return { ...shared, children: [], shape: 'leaf', leaf };
  }
}

/** Lists and maps are structs with one repeated field; what they are is said beside. */
function shapeOf(
  { logicalType, convertedType }: SchemaElement,
  children: readonly ParquetField[],
): 'struct' | 'list' | 'map' {
  const isOne = children.length === 1 && children[0].isRepeated;
  if (!isOne) return 'struct';
  if (logicalType?.list !== undefined || convertedType === CONVERTED_TYPE.LIST) return 'list';
  const isMap =
    logicalType?.map !== undefined ||
    convertedType === CONVERTED_TYPE.MAP ||
    convertedType === CONVERTED_TYPE.MAP_KEY_VALUE;
  return isMap && children[0].children.length === 2 ? 'map' : 'struct';
}
