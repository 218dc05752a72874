/** Parquet files put together by hand: one row group, plain values, pages that end wherever the test likes. */
import {
  CODEC,
  ENCODING,
  FILE_META_DATA,
  PAGE_HEADER,
  PAGE_TYPE,
  PHYSICAL_TYPE,
  REPETITION,
  writeStruct,
} from '../../../src/formats/parquet/metadata.js';

export interface MadeColumn {
  readonly name: string;
  /** Numbers of 64 bits, or texts. */
  readonly values: readonly (bigint | string)[];
  /** Rows of each page; the last one takes what is left. */
  readonly pageRows: readonly number[];
}

export function madeParquet(columns: readonly MadeColumn[]): Buffer {
  const parts: Uint8Array[] = [Buffer.from('PAR1')];
  let offset = 4;
  const append = (bytes: Uint8Array): number => {
    parts.push(bytes);
    offset += bytes.length;
    return offset - bytes.length;
  };
  const numRows = columns[0].values.length;
  const chunks = columns.map(({ name, values, pageRows }) => {
    const start = offset;
    for (let from = 0, page = 0; from < numRows; page++) {
      const to = Math.min(numRows, from + (pageRows[page] ?? numRows));
      const bytes = Buffer.concat(values.slice(from, to).map(plain));
      const size = bytes.length;
      const dataPageHeader = {
        numValues: to - from,
        encoding: ENCODING.PLAIN,
        definitionLevelEncoding: ENCODING.RLE,
        repetitionLevelEncoding: ENCODING.RLE,
      };
      append(
        writeStruct(PAGE_HEADER, {
          type: PAGE_TYPE.DATA_PAGE,
          uncompressedPageSize: size,
          compressedPageSize: size,
          dataPageHeader,
        }),
      );
      append(bytes);
      from = to;
    }
    const metaData = {
      type: physicalOf(values),
      encodings: [ENCODING.PLAIN],
      pathInSchema: [name],
      codec: CODEC.UNCOMPRESSED,
      numValues: numRows,
      totalUncompressedSize: offset - start,
      totalCompressedSize: offset - start,
      dataPageOffset: start,
    };
    return { fileOffset: start, metaData };
  });
  const footer = writeStruct(FILE_META_DATA, {
    version: 1,
    schema: [
      { name: 'schema', numChildren: columns.length },
      ...columns.map(({ name, values }) => {
        const type = physicalOf(values);
        const convertedType = type === PHYSICAL_TYPE.BYTE_ARRAY ? 0 : undefined;
        return { name, type, repetitionType: REPETITION.REQUIRED, convertedType };
      }),
    ],
    numRows,
    rowGroups: [{ columns: chunks, totalByteSize: offset - 4, numRows }],
  });
  append(footer);
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(footer.length, 0);
  tail.write('PAR1', 4);
  return Buffer.concat([...parts, tail]);
}

function physicalOf([first]: readonly (bigint | string)[]): number {
  return typeof first === 'string' ? PHYSICAL_TYPE.BYTE_ARRAY : PHYSICAL_TYPE.INT64;
}

function plain(value: bigint | string): Buffer {
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length);
    return Buffer.concat([length, text]);
  }
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes;
}
