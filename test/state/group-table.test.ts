/** Tables, runs and merges against plain maps: keys of all types, duplicates, skew, spills, any split into tasks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccumulatorSpec } from '../../src/columnar/accumulator.js';
import {
  BIGINT,
  BOOLEAN,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  INT,
  STRING,
  TIMESTAMP,
} from '../../src/columnar/data-type.js';
import type { Value } from '../../src/columnar/value.js';
import type { Vector } from '../../src/columnar/vector.js';
import { AggregateMerge, aggregateMergeMinimumBytes } from '../../src/state/groups/aggregate-merge.js';
import { GroupTable } from '../../src/state/groups/group-table.js';
import { PartialGroups, partialGroupsMinimumBytes } from '../../src/state/groups/partial-groups.js';
import { keyRanges } from '../../src/state/runs/key-ranges.js';
import type { SortedRun } from '../../src/state/runs/sorted-run.js';
import type { StateEnv } from '../../src/state/state-env.js';
import { accumulator, aggregateReference, callsOf } from '../support/aggregate-reference.js';
import { Region, rowsOf } from '../support/columns.js';
import { type Random, random } from '../support/random.js';
import { testSpillFolder } from '../support/spill-folder.js';
import { testMemory } from '../support/task-memory.js';

const TYPES: readonly DataType[] = [
  BOOLEAN,
  INT,
  BIGINT,
  DOUBLE,
  decimal(12, 2),
  decimal(38, 4),
  STRING,
  DATE,
  TIMESTAMP,
];

const ALL_ACCUMULATORS: readonly AccumulatorSpec[] = [
  accumulator('count', null),
  accumulator('count', STRING),
  accumulator('sum_rest', DOUBLE),
  ...[INT, BIGINT, DOUBLE, decimal(12, 2), decimal(30, 4)].flatMap((type) => [
    accumulator('sum', type),
    accumulator('avg', type),
  ]),
  ...TYPES.flatMap((type) => [accumulator('min', type), accumulator('max', type)]),
];

interface Case {
  readonly keys: readonly DataType[];
  readonly specs: readonly AccumulatorSpec[];
  readonly rows: number;
  /** Distinct values a key column draws from. */
  readonly distinct: number;
  readonly pages?: number;
  readonly batchRows?: number;
  readonly tasks?: number;
  readonly ranges?: number;
  readonly textBytes?: number;
  readonly skew?: number;
  readonly hashMask?: number;
  readonly which?: 'wasm' | 'twins';
  readonly mustSpill?: boolean;
  /** Groups in the table from which on rows may become records. */
  readonly trialGroups?: number;
  readonly mustRecord?: boolean;
}

/** `skew`: the share of values that are one of two. */
function randomValue(rng: Random, type: DataType, distinct: number, textBytes: number, skew: number): Value {
  if (rng.chance(0.08)) return null;
  const n = rng.chance(skew) ? rng.int(2) : rng.int(distinct);
  const spread = BigInt(n) * 0x9e3779b97f4a7c15n;
  switch (type.kind) {
    case 'boolean':
      return n % 2 === 0;
    case 'int':
    case 'date':
      return Number(BigInt.asIntN(32, spread));
    case 'bigint':
    case 'timestamp':
      return n % 3 === 0 ? BigInt(n) : BigInt.asIntN(64, spread);
    case 'decimal':
      return type.precision > 18 ? BigInt.asIntN(64, spread) * 1_000_000_007n : BigInt.asIntN(39, spread);
    case 'double':
      return [Number.NaN, 0, -0, n / 7, -n * 1e17, n * 1e-300, (n % 5) * 2 ** 1000][n % 7];
    default: {
      const text = `${'prefix\u0000\u0001é'.slice(0, n % 11)}${n}`;
      return n % 5 === 4 ? text.padEnd(textBytes, 'long ') : text.slice(0, n % 9);
    }
  }
}

interface Outcome {
  readonly found: Value[][];
  readonly wanted: Value[][];
  /** Runs in files. */
  readonly spilled: number;
  /** Runs of rows that became records. */
  readonly recorded: number;
  /** Partial groups in all runs. */
  readonly partialRows: number;
}

/** Rows through tables (one a task, in batches with selections), runs, ranges and merges; what comes out. */
function run(seed: number, options: Case): Outcome {
  const rng = random(seed);
  const {
    keys,
    specs,
    rows,
    distinct,
    pages = 200,
    batchRows = 500,
    tasks = 1,
    ranges = 1,
    textBytes = 30,
    skew = 0.3,
  } = options;
  const column = (type: DataType): Value[] =>
    Array.from({ length: rows }, () => randomValue(rng, type, distinct, textBytes, skew));
  const keyValues = keys.map(column);
  const inputValues = specs.map((spec) => (spec.input === null ? null : column(spec.input)));

  // Inputs lie in a region of their own at the end, so that `pages` is what the state room has.
  const regionPages = Math.ceil((batchRows * (keys.length + specs.length) * (24 + textBytes * 3)) / 65536) + 1;
  const test = testMemory(pages + regionPages);
  const regionAt = test.memory.allocate(regionPages, 'the test');
  const region = new Region(test.heap, regionAt, regionPages * 65536);
  const spill = testSpillFolder(test.heap);
  const sealed: [address: number, pages: number][] = [];
  const env: StateEnv = {
    memory: {
      ...test.memory,
      shareBytes: pages * 65536,
      seal: (address, count) => sealed.push([address, count]),
    },
    heap: test.heap,
    kernels: test.kernels(options.which).state,
    spill,
    batchRows,
    hashMask: options.hashMask,
    trialGroups: options.trialGroups,
  };
  try {
    const taskRows: number[][] = Array.from({ length: tasks }, () => []);
    for (let row = 0; row < rows; row++) if (!rng.chance(0.1)) rng.pick(taskRows).push(row);
    const runs: SortedRun[] = [];
    for (const [partition, mine] of taskRows.entries()) {
      const Groups = options.trialGroups === undefined ? GroupTable : PartialGroups;
      const table = new Groups(env, keys, callsOf(specs));
      for (let at = 0; at < mine.length; ) {
        const picked = mine.slice(at, at + batchRows);
        region.reset();
        // Every other batch has a selection over rows that are not taken.
        const batch = rng.chance(0.5) ? picked : picked.flatMap((row) => [row, rng.int(rows)]).slice(0, batchRows);
        const taken = batch === picked ? picked : batch.filter((_, i) => i % 2 === 0);
        const vector = (type: DataType, values: Value[]): Vector =>
          region.vector(
            type,
            batch.map((row) => values[row]),
          );
        const keyVectors = keys.map((type, i) => vector(type, keyValues[i]));
        const inputs = specs.map((spec, i) => {
          const values = inputValues[i];
          return spec.input === null || values === null ? null : vector(spec.input, values);
        });
        const selection = batch === picked ? 0 : region.selection(taken.map((_, i) => 2 * i));
        table.add(keyVectors, inputs as Vector[], selection, taken.length);
        at += taken.length;
      }
      runs.push(...table.finish(partition));
      table.close();
    }
    const spilled = runs.filter(({ location }) => location.kind === 'file').length;
    const recorded = runs.filter(({ location }) => location.kind === 'memory' && location.indexed !== undefined).length;
    const found: Value[][] = [];
    for (const range of keyRanges(structuredClone(runs), ranges)) {
      const merge = new AggregateMerge(env, keys, callsOf(specs), runs, range);
      for (let batch = merge.next(); batch !== null; batch = merge.next()) found.push(...rowsOf(test.heap, batch));
      merge.close();
    }
    for (const { location } of runs) if (location.kind === 'file') spill.remove(location.extent);
    for (const [address, count] of sealed) test.memory.free(address, count);
    assert.equal(test.pagesInUse(), regionPages, 'pages leaked');
    assert.equal(spill.files.size, 0, 'files leaked');
    const partialRows = runs.reduce((sum, { rows }) => sum + rows, 0);
    const wanted = aggregateReference(keys.length, specs, keyValues, inputValues, taskRows.flat());
    return { found, wanted, spilled, recorded, partialRows };
  } finally {
    spill.close();
  }
}

function check(name: string, seed: number, options: Case): void {
  test(name, () => {
    const { found, wanted, spilled, recorded } = run(seed, options);
    assert.equal(found.length, wanted.length, `groups, seed ${seed}`);
    for (let i = 0; i < wanted.length; i++) assert.deepEqual(found[i], wanted[i], `group ${i}, seed ${seed}`);
    if (options.mustSpill) assert.ok(spilled > 0, 'nothing was spilled');
    if (options.mustRecord) assert.ok(recorded > 0, 'no row became a record');
  });
}

for (const [i, type] of TYPES.entries()) {
  check(`one key of type ${type.kind}${i}`, 100 + i, {
    keys: [type],
    specs: ALL_ACCUMULATORS,
    rows: 3000,
    distinct: 300,
    tasks: 2,
  });
}
check('several keys', 1, {
  keys: [STRING, DOUBLE, INT],
  specs: ALL_ACCUMULATORS,
  rows: 3000,
  distinct: 20,
  tasks: 3,
  ranges: 3,
});
check('all key types together', 2, { keys: TYPES, specs: [accumulator('sum', INT)], rows: 2000, distinct: 3 });
check('no keys', 3, { keys: [], specs: ALL_ACCUMULATORS, rows: 2000, distinct: 1000, tasks: 2 });
check('no keys and no rows', 4, { keys: [], specs: ALL_ACCUMULATORS, rows: 0, distinct: 1 });
check('no rows', 5, { keys: [INT], specs: ALL_ACCUMULATORS, rows: 0, distinct: 1 });
check('one group', 6, { keys: [STRING], specs: ALL_ACCUMULATORS, rows: 2000, distinct: 1 });
check('many groups', 7, {
  keys: [BIGINT],
  specs: [accumulator('count', null), accumulator('sum', BIGINT)],
  rows: 60000,
  distinct: 40000,
  batchRows: 5000,
  pages: 400,
  ranges: 4,
  tasks: 2,
});
check('batches of one row', 8, { keys: [STRING], specs: ALL_ACCUMULATORS, rows: 300, distinct: 50, batchRows: 1 });
check('batches of three rows, spilling', 9, {
  keys: [STRING],
  specs: ALL_ACCUMULATORS,
  rows: 3000,
  distinct: 3000,
  batchRows: 3,
  pages: 8,
  mustSpill: true,
});
check('spilling, wide rows', 10, {
  keys: [STRING, BIGINT],
  specs: ALL_ACCUMULATORS,
  rows: 6000,
  distinct: 5000,
  batchRows: 1000,
  pages: 8,
  tasks: 2,
  ranges: 3,
  mustSpill: true,
});
check('spilling, narrow rows, six pages', 11, {
  keys: [BIGINT],
  specs: [accumulator('count', null)],
  rows: 40000,
  distinct: 40000,
  batchRows: 1024,
  pages: 6,
  ranges: 2,
  mustSpill: true,
});
check('spilling, double sums', 12, {
  keys: [INT],
  specs: [accumulator('sum', DOUBLE), accumulator('max', STRING)],
  rows: 30000,
  distinct: 9000,
  batchRows: 1024,
  pages: 6,
  mustSpill: true,
});
check('long texts', 13, {
  keys: [STRING],
  specs: [accumulator('max', STRING), accumulator('count', null)],
  rows: 2000,
  distinct: 500,
  textBytes: 5000,
  batchRows: 100,
  pages: 14,
  mustSpill: true,
});
check('texts larger than a page', 14, {
  keys: [STRING],
  specs: [accumulator('min', STRING)],
  rows: 60,
  distinct: 50,
  textBytes: 90_000,
  batchRows: 10,
  pages: 60,
  tasks: 2,
});
check('all hashes equal', 15, { keys: [STRING, INT], specs: ALL_ACCUMULATORS, rows: 1500, distinct: 15, hashMask: 0 });
check('all hashes equal, one text', 16, {
  keys: [STRING],
  specs: [accumulator('count', null)],
  rows: 1500,
  distinct: 300,
  hashMask: 0,
});
check('all hashes equal, one double', 17, {
  keys: [DOUBLE],
  specs: [accumulator('count', null)],
  rows: 1500,
  distinct: 300,
  hashMask: 0,
});

const WITHOUT_TEXTS = ALL_ACCUMULATORS.filter(({ kind, input }) => input !== STRING || kind === 'count');
for (const which of ['wasm', 'twins'] as const) {
  check(`rows as records, ${which}`, 18, {
    skew: 0,
    keys: [STRING, BIGINT],
    specs: WITHOUT_TEXTS,
    rows: which === 'twins' ? 600 : 6000,
    distinct: 5000,
    batchRows: 100,
    pages: 400,
    tasks: 2,
    ranges: 3,
    which,
    trialGroups: 100,
    mustRecord: true,
  });
}
check('rows as records, whole keys in their entries', 19, {
  skew: 0,
  keys: [BIGINT],
  specs: [accumulator('sum', DOUBLE), accumulator('max', INT), accumulator('count', null)],
  rows: 60_000,
  distinct: 40_000,
  batchRows: 3000,
  pages: 700,
  tasks: 2,
  ranges: 4,
  trialGroups: 5000,
  mustRecord: true,
});
check('rows as records, spilling', 21, {
  skew: 0,
  keys: [STRING, BIGINT],
  specs: WITHOUT_TEXTS,
  rows: 12_000,
  distinct: 9000,
  batchRows: 500,
  pages: 40,
  tasks: 2,
  ranges: 3,
  trialGroups: 200,
  mustSpill: true,
});
check('rows as records until keys come again', 22, {
  skew: 0,
  keys: [INT],
  specs: [accumulator('sum', DOUBLE), accumulator('count', null)],
  rows: 60_000,
  distinct: 6000,
  batchRows: 100,
  pages: 400,
  trialGroups: 500,
  mustRecord: true,
});
check('texts to compare are kept in a table', 23, {
  skew: 0,
  keys: [INT],
  specs: [accumulator('max', STRING)],
  rows: 3000,
  distinct: 3000,
  pages: 400,
  trialGroups: 100,
});

test('rows are records where there are many groups, and only as long as keys do not come again', () => {
  const options = {
    keys: [INT],
    specs: [accumulator('count', null)],
    batchRows: 100,
    pages: 400,
    trialGroups: 500,
    skew: 0,
  };
  const result = (distinct: number) => run(24, { ...options, rows: 60_000, distinct });
  const [many, again, few] = [result(1_000_000), result(6000), result(400)];
  assert.ok(many.partialRows > 40_000, `${many.partialRows} of 60 000 rows`);
  assert.ok(again.recorded > 0);
  assert.ok(again.partialRows < 30_000, `${again.partialRows} of 60 000 rows`);
  assert.equal(few.partialRows, few.found.length);
});

test('the minimums suffice', () => {
  for (const keys of [[], [STRING], [BIGINT], TYPES]) {
    for (const specs of [[accumulator('count', null)], ALL_ACCUMULATORS]) {
      const sizes = { shareBytes: 1 << 20, batchRows: 1024 };
      const bytes = Math.max(
        partialGroupsMinimumBytes(keys, callsOf(specs), sizes),
        aggregateMergeMinimumBytes(keys, callsOf(specs), sizes),
      );
      const { found, wanted } = run(20, {
        keys,
        specs,
        rows: 3000,
        distinct: 2000,
        pages: bytes / 65536,
        batchRows: 1024,
      });
      assert.deepEqual(found, wanted);
    }
  }
});
