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
import type { InputFile } from '../formats/input-file.js';
import { ParquetFault } from '../formats/parquet/fault.js';
import { type ParquetFile, type ParquetFooter, readFooter } from '../formats/parquet/footer.js';
import type { RowGroup } from '../formats/parquet/metadata.js';
import { RowGroupReader, readerMinimumBytes } from '../formats/parquet/row-group-reader.js';
import { chunkOf, type RowGroupSplit, rowGroupSplits } from '../formats/parquet/row-groups.js';
import { isFlat, type ParquetColumn, parquetColumn } from '../formats/parquet/schema.js';
import { rangeOf } from '../formats/parquet/statistics.js';
import type { Located } from '../spec/source.js';
import { didYouMean } from '../spec/suggest.js';
import { mayHold, type RangeOf } from './parquet-conditions.js';
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

/** What all splits of a source share; one object, so that it crosses to a slot once. */
interface ParquetLayout {
  readonly files: readonly ParquetFile[];
  readonly columns: readonly ParquetColumn[];
}

interface ParquetSplitData {
  readonly layout: ParquetLayout;
  readonly split: RowGroupSplit;
}

/** Of a page about which nothing is known. */
const ASSUMED_PAGE_BYTES = 1 << 16;

class ParquetSource implements Source {
  private reader: RowGroupReader | undefined;
  private readonly config: ParquetSourceConfig;
  private readonly context: SourceContext;
  private readonly output: Collector;

  constructor(config: ParquetSourceConfig, context: SourceContext, output: Collector) {
    this.config = config;
    this.context = context;
    this.output = output;
  }

  open(): void {
    const first = this.context.splits[0];
    if (first === undefined) return;
    const { layout } = first.data as ParquetSplitData;
    const { memory, kernels, batchRows } = this.context;
    this.reader = new RowGroupReader({
      ...layout,
      source: this.config.source,
      memory,
      kernels,
      batchRows,
      poll: () => this.context.poll(),
    });
  }

  runSplit({ data, bytes }: Split): void {
    const reader = this.reader!;
    reader.start((data as ParquetSplitData).split);
    this.context.metrics.bytesIn += bytes;
    for (let batch = reader.next(); batch !== null; batch = reader.next()) {
      this.output.emit(batch);
      if (this.output.done) return;
    }
  }

  close(): void {
    this.reader?.close();
  }
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
  const files: ParquetFile[] = [];
  const splits: RowGroupSplit[] = [];
  let columns: readonly ParquetColumn[] = [];
  for (const input of inputs) {
    const footer = readFooter(input);
    const found = wanted.map((column) => findColumn(footer, column));
    const isWanted = (group: RowGroup): boolean =>
      conditions.every((condition) => mayHold(condition, rangesOf(found, group)));
    splits.push(...rowGroupSplits(footer, files.length, found, isWanted, splits.length));
    if (files.length === 0) columns = found;
    files.push(footer.file);
  }
  return { layout: { files, columns }, splits };
}

/** Of nested columns nothing is known. */
function rangesOf(columns: readonly ParquetColumn[], group: RowGroup): RangeOf {
  return (slot) => {
    const [leaf] = columns[slot].leaves;
    return isFlat(columns[slot]) ? rangeOf(chunkOf(group, leaf), leaf.leafType) : undefined;
  };
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
      const data: ParquetSplitData = { layout, split };
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
  create: (config, context, output) => new ParquetSource(config, context, output),
};
