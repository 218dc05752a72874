/** What stands behind the row groups of a file: the indexes of their pages, and what the file says about itself. */
import type { Schema } from '../../columnar/schema.js';
import { schemaElement } from './column-shape.js';
import { CREATED_BY, VERSION } from './created-by.js';
import { type ColumnChunk, FILE_META_DATA, OFFSET_INDEX, type RowGroup, writeStruct } from './metadata.js';
import type { RowGroupRecord } from './row-group-record.js';

export const MAGIC = new TextEncoder().encode('PAR1');
/** Older readers look for the first of these; nothing of the second is used but what the first has. */
const FORMAT_VERSION = 2;

export interface PlacedRecord {
  readonly record: RowGroupRecord;
  /** Where the row group begins in the file. */
  readonly start: number;
}

/** `end`: where the last row group ends. */
export function fileFooter(schema: Schema, records: readonly PlacedRecord[], end: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = end;
  const append = (bytes: Uint8Array): { offset: number; length: number } => {
    parts.push(bytes);
    at += bytes.length;
    return { offset: at - bytes.length, length: bytes.length };
  };
  const columnIndexes = records.map(({ record }) =>
    record.columnIndexes.map((bytes) => (bytes.length === 0 ? undefined : append(bytes))),
  );
  const rowGroups = records.map(({ record, start }, group): RowGroup => {
    const columns = record.rowGroup.columns.map((column, i): ColumnChunk => {
      const { pageLocations } = record.offsetIndexes[i];
      const moved = pageLocations.map((page) => ({ ...page, offset: page.offset + start }));
      const offsetIndex = append(writeStruct(OFFSET_INDEX, { pageLocations: moved }));
      const columnIndex = columnIndexes[group][i];
      return {
        ...movedChunk(column, start),
        offsetIndexOffset: offsetIndex.offset,
        offsetIndexLength: offsetIndex.length,
        ...(columnIndex && { columnIndexOffset: columnIndex.offset, columnIndexLength: columnIndex.length }),
      };
    });
    return { ...record.rowGroup, columns, fileOffset: start };
  });
  const metadata = writeStruct(FILE_META_DATA, {
    version: FORMAT_VERSION,
    schema: [{ name: 'schema', numChildren: schema.length }, ...schema.map(schemaElement)],
    numRows: rowGroups.reduce((sum, { numRows }) => sum + numRows, 0),
    rowGroups,
    keyValueMetadata: [{ key: 'leat.version', value: VERSION }],
    createdBy: CREATED_BY,
    columnOrders: schema.map(() => ({ typeOrder: {} })),
  });
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, metadata.length, true);
  return Buffer.concat([...parts, metadata, length, MAGIC]);
}

function movedChunk({ metaData, ...chunk }: ColumnChunk, by: number): ColumnChunk {
  if (metaData === undefined) return chunk;
  const { dataPageOffset, dictionaryPageOffset } = metaData;
  return {
    ...chunk,
    metaData: {
      ...metaData,
      dataPageOffset: dataPageOffset + by,
      ...(dictionaryPageOffset === undefined ? {} : { dictionaryPageOffset: dictionaryPageOffset + by }),
    },
  };
}
