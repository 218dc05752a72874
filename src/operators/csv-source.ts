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
import type { Located } from '../spec/source.js';
import { didYouMean } from '../spec/suggest.js';
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
  /** Rows are asked for the lines that they begin in. */
  readonly countsLines?: boolean;
  /** What was seen of the first file while the pipeline was planned; it is looked at again where nothing was. */
  readonly seen?: { readonly dialect: CsvDialect; readonly names: readonly string[] };
}

/** What all splits of a source share; one object, so that it crosses to a slot once. */
interface CsvLayout {
  readonly files: readonly CsvFile[];
  readonly dialect: CsvDialect;
  readonly fieldCount: number;
  readonly columns: readonly CsvColumn[];
  readonly splits: readonly CsvSplit[];
}

interface CsvSplitData {
  readonly layout: CsvLayout;
  readonly split: CsvSplit;
}

class CsvSource implements Source {
  private reader: CsvReader | undefined;

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
    if (first === undefined) return;
    const { layout } = first.data as CsvSplitData;
    const { memory, kernels, batchRows, chunkBytes, shared } = this.context;
    const faults = faultsOf(this.config);
    this.reader = createCsvReader({
      ...layout,
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
  }

  runSplit({ data, bytes }: Split): void {
    const reader = this.reader!;
    reader.start((data as CsvSplitData).split);
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
  const files = inspectCsvFiles(config.files, dialect, names);
  const ofFile = config.columns.filter(({ fault }) => fault === undefined);
  const columns = ofFile.map((column): CsvColumn => {
    const { name, type, nulls, form, fields } = column;
    // An empty file without a header has no fields at all, and no rows that would need them.
    const index = names.length === 0 ? 0 : ordinalOf(column, names, config.files[0].path);
    return { index, name, type, nulls, form, fields };
  });
  const splits = planSplits(files, () => config.isInSequence || !isBlockDialect(dialect), config.splitBytes);
  return { files, dialect, fieldCount: names.length, columns, splits };
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
    const room = faults.length === 0 ? 0 : faultRowsMinimumBytes(faults.length);
    const formed = config.columns.filter(({ form }) => form !== undefined).length;
    return csvReaderMinimumBytes({ columns: config.columns.length - faults.length, formed }, sizes) + room;
  },
  enumerate,
  check: (config, withSchema) => {
    if (withSchema || config.seen !== undefined) layOut(config);
  },
  create: (config, context, output) => new CsvSource(config, context, output),
};
