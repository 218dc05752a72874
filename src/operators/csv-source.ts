/**
 * Reads CSV files: the coordinator looks at every file's header and cuts the files into blocks, the slots decode the
 * columns that are used. Columns are found by name in the header, or by position where there is none.
 */
import type { DataType } from '../columnar/data-type.js';
import type { FaultKind } from '../columnar/fault.js';
import { faultRowsMinimumBytes } from '../columnar/fault-rows.js';
import type { TextForm } from '../columnar/text-form.js';
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
import { blockStateBytes } from '../formats/csv/block-states.js';
import { type CsvColumn, type CsvReader, createCsvReader, csvReaderMinimumBytes } from '../formats/csv/csv-reader.js';
import { type CsvDialect, type CsvOptions, isBlockDialect } from '../formats/csv/dialect.js';
import { inspectCsvFiles, sampleCsv } from '../formats/csv/infer.js';
import { type CsvFile, type CsvSplit, planSplits, splitBytes, withLines } from '../formats/csv/splits.js';
import type { InputFile } from '../formats/input-file.js';
import { PAGE_BYTES } from '../memory/heap.js';
import type { Located } from '../spec/source.js';
import { didYouMean } from '../spec/suggest.js';
import { ArrangedColumns } from './arranged-columns.js';
import { READ_HERE } from './read-formats/read-format.js';
import { tellingStep } from './step-place.js';

export interface CsvSourceColumn {
  readonly name: string;
  readonly type: DataType;
  /** Name in the header, or ordinal where there is none. */
  readonly from: string | number;
  readonly nulls?: readonly string[];
  readonly form?: TextForm;
  /** So many fields from that one on, as one text. */
  readonly fields?: number;
  /** No column of the file; these stand behind those that are. */
  readonly fault?: FaultKind;
}

export interface CsvSourceConfig {
  readonly files: readonly InputFile[];
  /** Where the pipeline names each of them. */
  readonly at: readonly Located[];
  readonly options: CsvOptions;
  readonly columns: readonly CsvSourceColumn[];
  /** The source's place in the plan. */
  readonly source: number;
  readonly splitBytes?: number;
  /** A file is one split: behind a stray quote the others would begin in the wrong state. */
  readonly isInSequence?: boolean;
  /** Files may have different columns: what a file does not have is null. */
  readonly isUnited?: boolean;
  /** Rows are asked for the lines that they begin in. */
  readonly countsLines?: boolean;
  /** What was seen of the first file while the pipeline was planned; it is looked at again where nothing was. */
  readonly seen?: { readonly dialect: CsvDialect; readonly names: readonly string[] };
}

/** What all splits of a source share; one object, so that it crosses to a slot once. */
interface CsvLayout {
  readonly files: readonly CsvFile[];
  readonly dialect: CsvDialect;
  readonly splits: readonly CsvSplit[];
  /** The headers that there are, and which one each file has. */
  readonly headers: readonly CsvHeader[];
  readonly headerOf: readonly number[];
}

/** Columns by a header; undefined: files with it do not have the column. */
interface CsvHeader {
  readonly fieldCount: number;
  readonly columns: readonly (CsvColumn | undefined)[];
}

interface CsvSplitData {
  readonly layout: CsvLayout;
  readonly split: CsvSplit;
}

class CsvSource implements Source {
  private reader: CsvReader | undefined;
  private arranged: ArrangedColumns | undefined;
  private header: number | undefined;

  private readonly config: CsvSourceConfig;
  private readonly context: SourceContext;
  private readonly output: Collector;

  constructor(config: CsvSourceConfig, context: SourceContext, output: Collector) {
    this.config = config;
    this.context = context;
    this.output = output;
  }

  open(): void {
    const first = this.context.splits[0];
    if (first !== undefined) this.enter((first.data as CsvSplitData).layout, 0);
  }

  runSplit({ data, bytes }: Split): void {
    const { layout, split } = data as CsvSplitData;
    this.enter(layout, layout.headerOf[split.file]);
    const reader = this.reader!;
    reader.start(split);
    this.context.metrics.bytesIn += bytes;
    for (let batch = reader.next(); batch !== null; batch = reader.next()) {
      this.output.emit(this.arranged?.arrange(batch) ?? batch);
      if (this.output.done) return;
    }
  }

  close(): void {
    this.reader?.close();
    this.arranged?.close();
  }

  /** A reader of the files with that header; they mostly follow one another. */
  private enter({ files, dialect, splits, headers }: CsvLayout, header: number): void {
    if (header === this.header) return;
    this.close();
    this.header = header;
    const { memory, kernels, batchRows, chunkBytes, shared } = this.context;
    const { fieldCount, columns } = headers[header];
    const faults = faultsOf(this.config);
    const present = columns.filter((column) => column !== undefined);
    this.reader = createCsvReader({
      ...{ files, dialect, splits, fieldCount, columns: present },
      states: shared,
      source: this.config.source,
      memory,
      kernels: kernels.csv,
      codecs: kernels.codec,
      batchRows,
      chunkBytes,
      poll: () => this.context.poll(),
      faults: faults.length === 0 ? undefined : faults,
      onFault: () => this.context.metrics.rejected++,
    });
    this.arranged = undefined;
    if (present.length === columns.length) return;
    const absent = columns.map((column, index) => column ?? this.config.columns[index].type);
    const sources = absent.map((one) => ('index' in one ? present.indexOf(one) : one));
    this.arranged = new ArrangedColumns(memory, [...sources, ...faults.map((_, index) => present.length + index)]);
  }
}

function faultsOf({ columns }: CsvSourceConfig): readonly FaultKind[] {
  return columns.flatMap(({ fault }) => (fault === undefined ? [] : [fault]));
}

/** What is wrong with a file is told at the step. */
function layOut(config: CsvSourceConfig): CsvLayout {
  const { files, at } = config;
  const placeOf = (file = files[0].path): Located => at[files.findIndex(({ path }) => path === file)] ?? at[0];
  return tellingStep(() => lookAndCut(config), placeOf, READ_HERE);
}

/** Looks at the header of every file, finds the columns, cuts the files into blocks. */
function lookAndCut(config: CsvSourceConfig): CsvLayout {
  const { dialect, names } = config.seen ?? sampleCsv(config.files[0], config.options);
  const { files, headers: found } = inspectCsvFiles(config.files, dialect, config.isUnited ? undefined : names);
  const [headers, headerOf] = config.isUnited ? distinct(found) : [[names], files.map(() => 0)];
  const ofFile = config.columns.filter(({ fault }) => fault === undefined);
  // A column that no file has is missing from the first.
  for (const column of ofFile)
    if (!headers.some((header) => hasColumn(column, header))) ordinalOf(column, names, files[0].path);
  const columnOf = (column: CsvSourceColumn, header: readonly string[]): CsvColumn | undefined => {
    if (config.isUnited && !hasColumn(column, header)) return undefined;
    const { name, type, nulls, form, fields } = column;
    // An empty file without a header has no fields at all, and no rows that would need them.
    const index = header.length === 0 ? 0 : ordinalOf(column, header, config.files[0].path);
    return { index, name, type, nulls, form, fields };
  };
  const splits = planSplits(files, () => config.isInSequence || !isBlockDialect(dialect), config.splitBytes);
  return {
    ...{ files, dialect, splits, headerOf },
    headers: headers.map((header) => {
      return { fieldCount: header.length, columns: ofFile.map((column) => columnOf(column, header)) };
    }),
  };
}

async function enumerate(config: CsvSourceConfig, context: CoordinatorContext): Promise<SplitPlan> {
  const looked = layOut(config);
  const { files, dialect } = looked;
  const splits = config.countsLines ? withLines(looked.splits, files, dialect.newline) : looked.splits;
  const layout = { ...looked, splits };
  return {
    splits: splits.map((split): Split => {
      const data: CsvSplitData = { layout, split };
      return { index: split.index, bytes: splitBytes(split, layout.files[split.file]), data };
    }),
    shared: context.allocateShared(blockStateBytes(splits.length)),
  };
}

/** The headers that differ, and for each file its ordinal among them. */
function distinct(
  all: readonly (readonly string[])[],
): readonly [headers: readonly (readonly string[])[], headerOf: readonly number[]] {
  const keys = all.map((header) => JSON.stringify(header));
  const known = [...new Set(keys)];
  return [known.map((key) => all[keys.indexOf(key)]), keys.map((key) => known.indexOf(key))];
}

function hasColumn({ from }: CsvSourceColumn, header: readonly string[]): boolean {
  if (typeof from === 'number') return header.length === 0 || from < header.length;
  const same = header.filter((other) => other.toLowerCase() === from.toLowerCase());
  return same.includes(from) || same.length === 1;
}

/** Where the column stands in a row; exact name first, then the only one that differs in case. */
function ordinalOf({ name, from }: CsvSourceColumn, header: readonly string[], file: string): number {
  if (typeof from === 'number') {
    if (from < header.length) return from;
    throw leatError(
      'FORMAT_CSV_MISSING_COLUMN',
      `"${name}" is column ${from + 1}, and rows have ${header.length} fields`,
      {
        place: { file, line: 1 },
        hint: 'without a header, `schema:` names the columns by position',
      },
    );
  }
  const exact = header.indexOf(from);
  if (exact !== -1) return exact;
  const alike = header.flatMap((other, index) => (other.toLowerCase() === from.toLowerCase() ? [index] : []));
  if (alike.length === 1) return alike[0];
  throw leatError('FORMAT_CSV_MISSING_COLUMN', `the file has no column "${from}"`, {
    place: { file, line: 1 },
    hint: didYouMean(from, header, 'columns'),
  });
}

export const CSV_SOURCE: SourceFactory<CsvSourceConfig> = {
  role: 'source',
  kind: 'csv-source',
  minimumBytes: (config, sizes) => {
    const faults = faultsOf(config);
    const nulls = config.isUnited ? PAGE_BYTES : 0;
    const room = nulls + (faults.length === 0 ? 0 : faultRowsMinimumBytes(faults.length));
    const formed = config.columns.filter(({ form }) => form !== undefined).length;
    const hasSpans = config.columns.some(({ fields }) => fields !== undefined);
    return csvReaderMinimumBytes({ columns: config.columns.length - faults.length, formed, hasSpans }, sizes) + room;
  },
  enumerate,
  check: (config, withSchema) => {
    if (withSchema || config.seen !== undefined) layOut(config);
  },
  create: (config, context, output) => new CsvSource(config, context, output),
};
