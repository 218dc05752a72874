/** What sources of files have in common on the slots: one reader, made for what all splits share, and started for each of them. */
import type { RecordBatch } from '../columnar/record-batch.js';
import type { Source, SourceContext, Split } from '../dataflow/factory.js';
import type { Collector } from '../dataflow/operator.js';

/** Rows of split after split; a batch lives until the next call of `next`. */
interface SplitReader<SplitOfFile> {
  start(split: SplitOfFile): void;
  /** null at the end of the split. */
  next(): RecordBatch | null;
  close(): void;
}

/** The data of a split. `layout` is one object for all of them, so that it crosses to a slot once. */
export interface FileSplitData<Layout, SplitOfFile> {
  readonly layout: Layout;
  readonly split: SplitOfFile;
}

export class FileSource<Layout, SplitOfFile> implements Source {
  readonly #context: SourceContext;
  readonly #output: Collector;
  readonly #createReader: (layout: Layout) => SplitReader<SplitOfFile>;
  #reader: SplitReader<SplitOfFile> | undefined;

  constructor(context: SourceContext, output: Collector, createReader: (layout: Layout) => SplitReader<SplitOfFile>) {
    this.#context = context;
    this.#output = output;
    this.#createReader = createReader;
  }

  open(): void {
    const [first] = this.#context.splits;
    if (first !== undefined) this.#reader = this.#createReader(this.#dataOf(first).layout);
  }

  runSplit(split: Split): void {
    const reader = this.#reader!;
    reader.start(this.#dataOf(split).split);
    this.#context.metrics.bytesIn += split.bytes;
    for (let batch = reader.next(); batch !== null; batch = reader.next()) {
      this.#output.emit(batch);
      if (this.#output.done) return;
    }
  }

  close(): void {
    this.#reader?.close();
  }

  #dataOf({ data }: Split): FileSplitData<Layout, SplitOfFile> {
    return data as FileSplitData<Layout, SplitOfFile>;
  }
}
