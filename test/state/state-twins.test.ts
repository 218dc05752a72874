/** The state kernels against their twins: the same inputs leave the same bytes, in tables, runs and results. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccumulatorSpec } from '../../src/columnar/accumulator.js';
import { BIGINT, BOOLEAN, DATE, type DataType, DOUBLE, decimal, INT, STRING } from '../../src/columnar/data-type.js';
import type { Value } from '../../src/columnar/value.js';
import type { Vector } from '../../src/columnar/vector.js';
import { KERNEL_CONSTANT_BYTES } from '../../src/kernels/loader.js';
import { AggregateMerge } from '../../src/state/groups/aggregate-merge.js';
import { GroupTable } from '../../src/state/groups/group-table.js';
import { blocksIn, firstKeyAt } from '../../src/state/runs/block-list.js';
import type { SortedRun } from '../../src/state/runs/sorted-run.js';
import type { StateEnv } from '../../src/state/state-env.js';
import { accumulator, callsOf } from '../support/aggregate-reference.js';
import { Region, rowsOf } from '../support/columns.js';
import { type Random, random } from '../support/random.js';
import { type TestSpillFolder, testSpillFolder } from '../support/spill-folder.js';
import { type TestMemory, testMemory } from '../support/task-memory.js';

const WIDE = decimal(38, 2);
const TYPES = [BOOLEAN, INT, BIGINT, DOUBLE, decimal(9, 1), WIDE, STRING, DATE];
const SPECS: readonly AccumulatorSpec[] = [
  accumulator('count', null),
  accumulator('count', STRING),
  ...[INT, BIGINT, WIDE, DOUBLE].flatMap((type) => [accumulator('sum', type), accumulator('avg', type)]),
  ...TYPES.flatMap((type) => [accumulator('min', type), accumulator('max', type)]),
];
/** The doubles are one column, from which one kernel takes sum, minimum and maximum. */
const CALLS = callsOf(
  SPECS,
  SPECS.map(({ input }, i) => (input === DOUBLE ? SPECS.findIndex((spec) => spec.input === DOUBLE) : i)),
);

function value(rng: Random, type: DataType, distinct: number): Value {
  if (rng.chance(0.1)) return null;
  const n = rng.int(distinct);
  if (type.kind === 'boolean') return n % 2 === 1;
  if (type.kind === 'double') return [n * 1.1, -0, Number.NaN, 2 ** 1000 * n, 5e-324 * n, -1e300, 1 / (n + 1)][n % 7];
  if (type.kind === 'string') return n % 3 === 0 ? alike(n / 3) : '\u0000\u0001xyz\u00e9'.slice(0, n % 7);
  if (type.kind === 'int' || type.kind === 'date') return (n * 0x10001) | 0;
  return type === WIDE ? (BigInt(n) - 30n) ** 11n : (BigInt(n) - 30n) ** 3n;
}

/** Texts of 0 to 42 bytes, those of one length different in one byte. */
function alike(n: number): string {
  const bytes = n % 43;
  const place = (n * 7) % Math.max(1, bytes);
  return bytes === 0 ? '' : `${'a'.repeat(place)}b${'a'.repeat(bytes - place - 1)}`;
}

interface Side {
  readonly memory: TestMemory;
  readonly env: StateEnv;
  readonly region: Region;
  readonly spill: TestSpillFolder;
  table: GroupTable;
}

const PAGES = 96;
const REGION_PAGES = 20;

function side(which: 'wasm' | 'twins', keys: readonly DataType[], sharePages: number, hashMask?: number): Side {
  const memory = testMemory(sharePages + REGION_PAGES);
  const region = new Region(memory.heap, memory.memory.allocate(REGION_PAGES, 'the test'), REGION_PAGES * 65536);
  const spill = testSpillFolder(memory.heap);
  const env: StateEnv = {
    memory: { ...memory.memory, shareBytes: sharePages * 65536 },
    heap: memory.heap,
    kernels: memory.kernels(which).state,
    spill,
    batchRows: 200,
    hashMask,
  };
  return { memory, env, region, spill, table: new GroupTable(env, keys, CALLS) };
}

/** The records of a run, from memory or file. */
function bytesOf({ env, spill }: Side, run: SortedRun): Buffer {
  if (run.location.kind === 'memory') {
    return Buffer.concat(
      [...blocksIn(run.blocks)].map(({ at, bytes }) => Buffer.from(env.heap.u8.slice(at, at + bytes))),
    );
  }
  const page = env.memory.allocate(1, 'reading');
  const parts = [...blocksIn(run.blocks)].map((block) => {
    if (run.location.kind === 'file') spill.read(run.location.extent, block.at, page, block.bytes);
    return Buffer.from(env.heap.u8.slice(page, page + block.bytes));
  });
  env.memory.free(page, 1);
  return Buffer.concat(parts);
}

/** The first address at which the managed pages differ; -1: nowhere. The kernels' constants lie below them. */
function firstDifference(a: Uint8Array, b: Uint8Array): number {
  for (let i = KERNEL_CONSTANT_BYTES; i < a.length; i++) if (a[i] !== b[i]) return i;
  return -1;
}

function compare(
  name: string,
  seed: number,
  keys: readonly DataType[],
  distinct: number,
  pages = PAGES,
  mask?: number,
): void {
  test(name, () => {
    const rng = random(seed);
    const sides = [side('wasm', keys, pages, mask), side('twins', keys, pages, mask)];
    try {
      for (let batch = 0; batch < 6; batch++) {
        const rows = rng.between(1, 200);
        const columns = [...keys, ...SPECS.map((spec) => spec.input)].map((type) =>
          type === null ? null : Array.from({ length: rows }, () => value(rng, type, distinct)),
        );
        const doubles = columns.findIndex((_, i) => i >= keys.length && SPECS[i - keys.length].input === DOUBLE);
        const isConstant = columns.map(() => rng.chance(0.1));
        columns.forEach((_, i) => {
          if (i < keys.length || SPECS[i - keys.length].input !== DOUBLE) return;
          columns[i] = columns[doubles];
          isConstant[i] = isConstant[doubles];
        });
        const selected = Array.from({ length: rows }, (_, i) => i).filter(() => rng.chance(0.8));
        const hasSelection = rng.chance(0.5);
        for (const { region, table } of sides) {
          region.reset();
          const vectors = columns.map((values, i): Vector | null => {
            const type = i < keys.length ? keys[i] : SPECS[i - keys.length].input;
            if (values === null || type === null) return null;
            const vector = region.vector(type, isConstant[i] ? values.slice(0, 1) : values, isConstant[i]);
            // An empty text may lie nowhere.
            for (let row = 0; row < (isConstant[i] ? 1 : rows); row++)
              if (values[row] === '') region.heap.u32[(vector.values >>> 2) + 2 * row] = 0;
            return vector;
          });
          const selection = hasSelection ? region.selection(selected) : 0;
          const keyVectors = vectors.slice(0, keys.length).filter((vector) => vector !== null);
          table.add(
            keyVectors,
            vectors.slice(keys.length) as Vector[],
            selection,
            hasSelection ? selected.length : rows,
          );
        }
        if (sides[0].table.spilledRuns === 0) {
          assert.equal(
            firstDifference(sides[0].env.heap.u8, sides[1].env.heap.u8),
            -1,
            `memory after batch ${batch}, seed ${seed}`,
          );
        }
      }
      const [a, b] = sides.map((each) => ({ each, runs: each.table.finish(0) }));
      const plain = (runs: SortedRun[]) => runs.map((run) => ({ ...run, location: run.location.kind }));
      assert.deepEqual(plain(a.runs), plain(b.runs), `descriptors, seed ${seed}`);
      a.runs.forEach((run, i) => {
        assert.ok(bytesOf(a.each, run).equals(bytesOf(b.each, b.runs[i])), `run ${i}, seed ${seed}`);
      });
      const { blocks } = a.runs[0];
      const middle = blocks.length === 0 ? null : firstKeyAt(blocks, blocks.length - 1).toString('base64');
      for (const range of [
        { low: null, high: middle },
        { low: middle, high: null },
      ]) {
        const [found, wanted] = [a, b].map(({ each, runs }) => {
          // The same run twice: every group is combined.
          const merge = new AggregateMerge(each.env, keys, CALLS, [...runs, ...runs], range);
          const rows: Value[][] = [];
          for (let batch = merge.next(); batch !== null; batch = merge.next())
            rows.push(...rowsOf(each.env.heap, batch));
          merge.close();
          return rows;
        });
        assert.deepEqual(found, wanted, `results, seed ${seed}`);
      }
    } finally {
      for (const { spill } of sides) spill.close();
    }
  });
}

compare('one text key', 1, [STRING], 900);
compare('one double key', 2, [DOUBLE], 60);
compare('one bigint key', 3, [BIGINT], 300);
compare('one int key', 4, [INT], 30);
compare('one boolean key', 5, [BOOLEAN], 9);
compare('one wide key', 6, [WIDE], 100);
compare('many keys', 7, TYPES, 5);
compare('no key', 8, [], 50);
compare('equal hashes', 9, [STRING, INT], 9, PAGES, 0);
compare('spilling', 10, [STRING, BIGINT], 400, 8);
compare('two text keys', 11, [STRING, STRING], 300);
compare('one text key, equal hashes', 12, [STRING], 900, PAGES, 0);
