/**
 * Reads JSON files: the coordinator looks at how rows stand in each and cuts lines into blocks, the slots decode the keys
 * that are used. A key that a row does not have is null.
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
import type { CsvSplit } from '../formats/csv/splits.js';
import { planSplits, splitBytes, withLines } from '../formats/csv/splits.js';
import type { InputFile } from '../formats/input-file.js';
import { inspectJsonFiles, type JsonFile, type JsonFormat } from '../formats/jsonl/json-file.js';
import { type JsonColumn, JsonReader, jsonReaderMinimumBytes } from '../formats/jsonl/reader.js';
import { ROWS_ARE_LINES } from '../kernels/jsonl-kernels.js';
import type { Located } from '../spec/source.js';
import { READ_HERE } from './read-formats/read-format.js';
import { tellingStep } from './step-place.js';

interface JsonlSourceColumn {
  readonly name: string;
  readonly type: DataType;
  /** The key. */
  readonly from: string;
  readonly form?: TextForm;
  /** No key of the file; these stand behind those that are. */
  readonly fault?: FaultKind;
}

export interface JsonlSourceConfig {
  readonly files: readonly InputFile[];
  /** Where the pipeline names each of them. */
  readonly at: readonly Located[];
  readonly format: JsonFormat;
  readonly columns: readonly JsonlSourceColumn[];
  /** The source's place in the plan. */
  readonly source: number;
  readonly splitBytes?: number;
  /** Rows are asked for the lines that they begin in. */
  readonly countsLines?: boolean;
}

/** What all splits of a source share; one object, so that it crosses to a slot once. */
interface JsonLayout {
  readonly files: readonly JsonFile[];
  readonly columns: readonly JsonColumn[];
}

interface JsonSplitData {
  readonly layout: JsonLayout;
  readonly split: CsvSplit;
}

class JsonlSource implements Source {
  private reader: JsonReader | undefined;

  private readonly config: JsonlSourceConfig;
  private readonly context: SourceContext;
  private readonly output: Collector;

  constructor(config: JsonlSourceConfig, context: SourceContext, output: Collector) {
    this.config = config;
    this.context = context;
    this.output = output;
  }

  open(): void {
    const first = this.context.splits[0];
    if (first === undefined) return;
    const { layout } = first.data as JsonSplitData;
    const { memory, kernels, batchRows, chunkBytes } = this.context;
    const { source } = this.config;
    const faults = faultsOf(this.config);
    this.reader = new JsonReader({
      ...layout,
      source,
      memory,
      kernels,
      batchRows,
      chunkBytes,
      poll: () => this.context.poll(),
      faults: faults.length === 0 ? undefined : faults,
      onFault: () => this.context.metrics.rejected++,
    });
  }

  runSplit({ data, bytes }: Split): void {
    const reader = this.reader!;
    reader.start((data as JsonSplitData).split);
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

function faultsOf({ columns }: JsonlSourceConfig): readonly FaultKind[] {
  return columns.flatMap(({ fault }) => (fault === undefined ? [] : [fault]));
}

/** What is wrong with a file is told at the step. */
function inspect({ files, at, format }: JsonlSourceConfig): readonly JsonFile[] {
  const placeOf = (file = files[0].path): Located => at[files.findIndex(({ path }) => path === file)] ?? at[0];
  return tellingStep(() => inspectJsonFiles(files, format), placeOf, READ_HERE);
}

async function enumerate(config: JsonlSourceConfig, context: CoordinatorContext): Promise<SplitPlan> {
  const ofFile = config.columns.filter(({ fault }) => fault === undefined);
  const columns = ofFile.map(({ name, type, from, form }): JsonColumn => ({ name, type, key: from, form }));
  const layout: JsonLayout = { files: inspect(config), columns };
  const cut = planSplits(layout.files, ({ mode }) => mode !== ROWS_ARE_LINES, config.splitBytes);
  const splits = config.countsLines ? withLines(cut, layout.files, 'lf') : cut;
  return {
    splits: splits.map((split): Split => {
      const data: JsonSplitData = { layout, split };
      return { index: split.index, bytes: splitBytes(split, layout.files[split.file]), data };
    }),
    shared: context.allocateShared(0),
  };
}

export const JSONL_SOURCE: SourceFactory<JsonlSourceConfig> = {
  role: 'source',
  kind: 'jsonl-source',
  minimumBytes: (config, sizes) => {
    const faults = faultsOf(config).length;
    const room = faults === 0 ? 0 : faultRowsMinimumBytes(faults);
    const formed = config.columns.filter(({ form }) => form !== undefined).length;
    return jsonReaderMinimumBytes({ columns: config.columns.length - faults, formed }, sizes) + room;
  },
  enumerate,
  check: (config, withSchema) => {
    if (withSchema) inspect(config);
  },
  create: (config, context, output) => new JsonlSource(config, context, output),
};
