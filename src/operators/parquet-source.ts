/**
 * Reads Parquet files: the coordinator reads every file's footer, finds the columns by name and makes a split of each row
 * group; the slots decode the columns that are used.
 */
import { type DataType, typeName, typesEqual } from '../columnar/data-type.js';
import type {
  CoordinatorContext,
  Source,
  SourceContext,
  SourceFactory,
  Split,
  SplitPlan,
} from '../dataflow/factory.js';
import type { Collector } from '../dataflow/operator.js';
import { leatError } from '../errors.js';
import type { BoundExpr } from '../expr/bound.js';
import { collectSlots } from '../expr/traverse.js';
import type { InputFile } from '../formats/input-file.js';
import { ParquetFault } from '../formats/parquet/fault.js';
import { type ParquetFile, type ParquetFooter, readFooter } from '../formats/parquet/footer.js';
import { RowGroupReader, readerMinimumBytes } from '../formats/parquet/row-group-reader.js';
import { type RowGroupSplit, rowGroupSplits, type WantedRows } from '../formats/parquet/row-groups.js';
import { type ParquetColumn, parquetColumn } from '../formats/parquet/schema.js';
import type { Located } from '../spec/source.js';
import { didYouMean } from '../spec/suggest.js';
import { FileSource, type FileSplitData } from './file-source.js';
import { mayHold } from './parquet-conditions.js';
import { READ_HERE } from './read-formats/read-format.js';
import { tellingStep } from './step-place.js';

export interface ParquetSourceColumn {
  readonly name: string;
  /** That of the column in the files. */
  readonly type: DataType;
  /** Its name in the files. */
  readonly from: string | number;
}

export interface ParquetSourceConfig {
  readonly files: readonly InputFile[];
  /** Where the pipeline names each of them. */
  readonly at: readonly Located[];
  readonly columns: readonly ParquetSourceColumn[];
  /** The source's place in the plan. */
  readonly source: number;
  /** What a page of each leaf of a column may take, by its name in the files; undefined when no file was seen. */
  readonly pageBytes?: Readonly<Record<string, readonly number[]>>;
  /** Rows for which one of them is not true are not wanted. */
  readonly conditions?: readonly BoundExpr[];
}

/** What all splits of a source share. */
interface ParquetLayout {
  readonly files: readonly ParquetFile[];
  readonly columns: readonly ParquetColumn[];
}

/** Of a page about which nothing is known. */
const ASSUMED_PAGE_BYTES = 1 << 16;

function createSource({ source }: ParquetSourceConfig, context: SourceContext, output: Collector): Source {
  const { memory, kernels, batchRows } = context;
  return new FileSource<ParquetLayout, RowGroupSplit>(context, output, (layout) => {
    return new RowGroupReader({ ...layout, source, memory, kernels, batchRows, poll: () => context.poll() });
  });
}

interface LaidOut {
  readonly layout: ParquetLayout;
  readonly splits: readonly RowGroupSplit[];
}

/** What is wrong with a file is told at the step. */
function layOut(config: ParquetSourceConfig): LaidOut {
  const { files, at } = config;
  const placeOf = (file = files[0].path): Located => at[files.findIndex(({ path }) => path === file)] ?? at[0];
  return tellingStep(() => lookAndCut(config), placeOf, READ_HERE);
}

function lookAndCut({ files: inputs, columns: wanted, conditions = [] }: ParquetSourceConfig): LaidOut {
  const wantedRows: WantedRows = {
    isWanted: (rangeOf) => conditions.every((condition) => mayHold(condition, rangeOf)),
    slots: conditions.reduce((slots, condition) => collectSlots(condition, slots), new Set<number>()),
  };
  const files: ParquetFile[] = [];
  const splits: RowGroupSplit[] = [];
  let columns: readonly ParquetColumn[] = [];
  for (const input of inputs) {
    const footer = readFooter(input);
    const found = wanted.map((column) => findColumn(footer, column));
    splits.push(...rowGroupSplits(footer, files.length, found, wantedRows, splits.length));
    if (files.length === 0) columns = found;
    files.push(footer.file);
  }
  return { layout: { files, columns }, splits };
}

/** Exact name first, then the only one that differs in case; its type must be the one that the plan has. */
function findColumn({ file: { path }, columns }: ParquetFooter, { from, type }: ParquetSourceColumn): ParquetColumn {
  const name = String(from);
  const column = parquetColumn(columns, name);
  if (column === undefined) {
    throw leatError('FORMAT_PARQUET_COLUMN', `the file has no column "${name}"`, {
      place: { file: path },
      hint: didYouMean(
        name,
        columns.map((other) => other.name),
        'columns',
      ),
    });
  }
  if (column.fault !== undefined) throw column.fault.at(path, `column ${column.name}`);
  if (typesEqual(column.type, type)) return column;
  const message = `column "${name}" is ${typeName(column.type)} in this file, not ${typeName(type)}`;
  throw new ParquetFault(message, 'FORMAT_PARQUET_COLUMN').at(path);
}

async function enumerate(config: ParquetSourceConfig, context: CoordinatorContext): Promise<SplitPlan> {
  const { layout, splits } = layOut(config);
  return {
    splits: splits.map((split): Split => {
      const data: FileSplitData<ParquetLayout, RowGroupSplit> = { layout, split };
      return { index: split.index, bytes: split.bytes, data };
    }),
    shared: context.allocateShared(0),
  };
}

export const PARQUET_SOURCE: SourceFactory<ParquetSourceConfig> = {
  role: 'source',
  kind: 'parquet-source',
  minimumBytes: ({ columns, pageBytes }, { batchRows }) =>
    readerMinimumBytes(
      batchRows,
      columns.flatMap(({ from }) => pageBytes?.[from] ?? [ASSUMED_PAGE_BYTES]),
    ),
  enumerate,
  check: (config, withSchema) => {
    if (withSchema || config.pageBytes !== undefined) layOut(config);
  },
  create: createSource,
};
