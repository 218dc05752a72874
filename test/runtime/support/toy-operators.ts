/**
 * Operators for tests of the runtime: numbers in, sums and texts out. They hold managed memory, seal partitions, spill
 * and write ordered files as real ones do, and need no kernels.
 *
 *     numbers   splits of consecutive numbers; fails at given ones
 *     sum       adds up what it sees; its total is in sealed pages, or in a spill file
 *     totals    reads the totals of another vertex
 *     lines     writes a line a number to a file
 */

import type {
  FactoryRegistry,
  OperatorFactory,
  SinkFactory,
  Source,
  SourceFactory,
  Split,
  TransformFactory,
} from '../../../src/dataflow/factory.js';
import type { Collector, Operator, OperatorContext } from '../../../src/dataflow/operator.js';
import { leatError } from '../../../src/errors.js';
import { prepareFileOutput } from '../../../src/formats/publishing/file-output.js';
import { OrderedFileWriter, type PreparedFile } from '../../../src/formats/publishing/ordered-file.js';
import { PAGE_BYTES } from '../../../src/memory/heap.js';
import { blockAt } from '../../../src/state/runs/block-list.js';
import type { SortedRun } from '../../../src/state/runs/sorted-run.js';
import { blockList } from '../../support/block-list.js';
import { numberBatch, numbersOf } from './number-batch.js';

export interface NumbersConfig {
  readonly splits: number;
  readonly perSplit: number;
  /** Numbers that cannot be read. */
  readonly badNumbers?: readonly number[];
  /** Throws something that is no LeatError. */
  readonly bug?: number;
  readonly source?: number;
  /** Spins so long a batch, so that there is time to be killed. */
  readonly spinMs?: number;
  /** Waits for ever in the batch of this number. */
  readonly hangsAt?: number;
}

export interface SumConfig {
  /** Its total goes to a spill file. */
  readonly spills?: boolean;
  /** Pages it needs at least, besides its own one. */
  readonly extraPages?: number;
  /** Pages, beyond those, that it takes at its first batch and does not give back. */
  readonly holdsPages?: number;
  /** Pages it seals besides the one with the total, as far as there are any. */
  readonly sealsPages?: number;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

const numbers: SourceFactory<NumbersConfig> = {
  role: 'source',
  kind: 'numbers',
  minimumBytes: () => PAGE_BYTES,
  enumerate: async (config, context) => ({
    splits: Array.from({ length: config.splits }, (_, index) => ({
      index,
      bytes: config.perSplit * 8,
      data: { from: index * config.perSplit, to: (index + 1) * config.perSplit } satisfies Range,
    })),
    shared: context.allocateShared(8),
  }),
  create(config, context, output): Source {
    let column = 0;
    const pages = Math.ceil((context.batchRows * 8) / PAGE_BYTES);
    return {
      open() {
        column = context.memory.allocate(pages, 'numbers');
      },
      runSplit(split: Split) {
        const { from, to } = split.data as Range;
        for (let first = from; first < to; first += context.batchRows) {
          context.poll();
          const count = Math.min(context.batchRows, to - first);
          const bad = config.badNumbers?.find((number) => number >= first && number < first + count);
          if (bad !== undefined) {
            throw leatError('FORMAT_CSV_VALUE', `bad number ${bad}`, {
              position: { source: config.source ?? 0, file: 0, offset: bad },
            });
          }
          if (config.bug !== undefined && config.bug >= first && config.bug < first + count) {
            throw new TypeError('a bug in the toy source');
          }
          for (let i = 0; i < count; i++) context.memory.heap.f64[column / 8 + i] = first + i;
          if (config.hangsAt === first) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
          const end = performance.now() + (config.spinMs ?? 0);
          while (performance.now() < end);
          output.emit(numberBatch(column, count));
        }
      },
      close() {
        if (column !== 0) context.memory.free(column, pages);
        column = 0;
      },
    };
  },
};

const sum: TransformFactory<SumConfig> = {
  role: 'transform',
  kind: 'sum',
  minimumBytes: (config) => PAGE_BYTES * (1 + (config.extraPages ?? 0)),
  create(config, context: OperatorContext, _output: Collector): Operator {
    let page = 0;
    let held = 0;
    let total = 0;
    const { memory } = context;
    const { holdsPages = 0 } = config;
    return {
      open() {
        page = memory.allocate(1, 'sum');
      },
      processBatch(batch) {
        if (holdsPages > 0 && held === 0) held = memory.allocate(holdsPages, 'sum');
        for (const value of numbersOf(batch, memory.heap)) total += value;
      },
      endInput(): SortedRun {
        memory.heap.f64[page / 8] = total;
        const pages = [{ address: page, pages: 1 }];
        const block = { at: page, bytes: 8, rows: 1, checksum: 0 };
        if (config.spills) {
          const writer = context.spill.create('total');
          writer.write(page, 8);
          const location = { kind: 'file', extent: writer.close() } as const;
          return { rows: 1, bytes: 8, blocks: blockList({ ...block, at: 0 }), location };
        }
        // As much as there is, to be in the way of who comes next.
        for (let more = config.sealsPages ?? 0; more > 0; more--) {
          const address = memory.tryAllocate(1);
          if (address !== 0) pages.push({ address, pages: 1 });
        }
        for (const run of pages) memory.seal(run.address, run.pages, 0);
        page = 0;
        return { rows: 1, bytes: 8, blocks: blockList(block), location: { kind: 'memory', pages } };
      },
      close() {
        if (page !== 0) memory.free(page, 1);
        if (held !== 0) memory.free(held, holdsPages);
        page = 0;
        held = 0;
      },
    };
  },
};

const totals: SourceFactory<{ vertex: number; operator: number; minimumPages?: number }> = {
  role: 'source',
  kind: 'totals',
  minimumBytes: ({ minimumPages = 1 }) => minimumPages * PAGE_BYTES,
  enumerate: async (config, context) => ({
    splits: [{ index: 0, bytes: 0, data: context.upstream(config.vertex, config.operator) }],
    shared: context.allocateShared(8),
  }),
  create({ minimumPages = 1 }, context, output): Source {
    let page = 0;
    return {
      open() {
        page = context.memory.allocate(minimumPages, 'totals');
      },
      runSplit(split) {
        const { f64 } = context.memory.heap;
        let all = 0;
        for (const { location, blocks } of split.data as SortedRun[]) {
          if (location.kind === 'file') {
            context.spill.read(location.extent, blockAt(blocks, 0).at, page, 8);
            all += f64[page / 8];
          } else {
            all += f64[blockAt(blocks, 0).at / 8];
          }
        }
        f64[page / 8] = all;
        output.emit(numberBatch(page, 1));
      },
      close() {
        if (page !== 0) context.memory.free(page, minimumPages);
        page = 0;
      },
    };
  },
};

const lines: SinkFactory<{ path: string; failAt?: number }> = {
  role: 'sink',
  kind: 'lines',
  minimumBytes: () => PAGE_BYTES,
  async prepare(config, splits, context) {
    const output = prepareFileOutput({ kind: 'file', path: config.path }, splits, {
      jobId: context.jobId,
      preamble: Buffer.from('number\n'),
    });
    return { ...output, showsFailures: [] };
  },
  create(config, context): Operator {
    const { memory } = context;
    const writer = new OrderedFileWriter(context.prepared as PreparedFile, context);
    let page = 0;
    let rows = 0;
    return {
      open() {
        page = memory.allocate(1, 'lines');
      },
      beginSplit(split) {
        rows = 0;
        writer.beginSplit(split);
      },
      processBatch(batch) {
        let end = 0;
        for (const value of numbersOf(batch, memory.heap)) {
          if (value === config.failAt) {
            throw leatError('EXPR_OVERFLOW', `cannot write ${value}`, {
              position: { source: 0, file: 0, offset: value },
            });
          }
          const text = Buffer.from(`${value}\n`);
          if (end + text.length > PAGE_BYTES) {
            writer.write(page, end);
            end = 0;
          }
          memory.heap.u8.set(text, page + end);
          end += text.length;
          rows++;
        }
        writer.write(page, end);
      },
      endSplit() {
        writer.endSplit(rows);
      },
      endInput() {
        writer.finish();
      },
      close() {
        writer.close();
        if (page !== 0) memory.free(page, 1);
        page = 0;
      },
    };
  },
};

/** Dies before it can say anything: for workers that cannot be started again and again. */
const crash: TransformFactory<null> = {
  role: 'transform',
  kind: 'crash',
  minimumBytes: () => 0,
  create: () => ({
    open() {},
    processBatch() {
      process.exit(1);
    },
    endInput() {},
    close() {},
  }),
};

export const FACTORIES: FactoryRegistry = new Map(
  ([numbers, sum, totals, lines, crash] as OperatorFactory[]).map((factory) => [factory.kind, factory]),
);
