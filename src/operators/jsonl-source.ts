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
import { FileSource, type FileSplitData } from './file-source.js';
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

/** What all splits of a source share. */
interface JsonLayout {
  readonly files: readonly JsonFile[];
  readonly columns: readonly JsonColumn[];
}

function createSource(config: JsonlSourceConfig, context: SourceContext, output: Collector): Source {
  const { memory, kernels, batchRows, chunkBytes } = context;
  const faults = faultsOf(config);
  return new FileSource<JsonLayout, CsvSplit>(context, output, (layout) => {
    return new JsonReader({
      ...layout,
      source: config.source,
      memory,
      kernels,
      batchRows,
      chunkBytes,
      poll: () => context.poll(),
      faults: faults.length === 0 ? undefined : faults,
      onFault: () => context.metrics.rejected++,
    });
  });
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
      const data: FileSplitData<JsonLayout, CsvSplit> = { layout, split };
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
  create: createSource,
};
