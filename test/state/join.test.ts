/** Rows of a join's right side: stored by several tasks, linked in partitions, found again. Against a map, by both kernels. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BIGINT, BOOLEAN, DATE, type DataType, DOUBLE, decimal, INT, STRING } from '../../src/columnar/data-type.js';
import { gatherRecords } from '../../src/columnar/gather.js';
import type { RecordBatch } from '../../src/columnar/record-batch.js';
import type { Value } from '../../src/columnar/value.js';
import type { Vector } from '../../src/columnar/vector.js';
import { COLUMN_BYTES, RECORD_VALIDITY } from '../../src/kernels/assembly/state-layout.js';
import { Arena } from '../../src/memory/arena.js';
import { describeColumn } from '../../src/state/groups/table-memory.js';
import { JoinDirectoryBuilder, openProbe, partitionRows } from '../../src/state/join/join-directory.js';
import { recordLayout, recordsInOrder } from '../../src/state/join/join-record.js';
import { JoinRowsBuilder } from '../../src/state/join/join-rows.js';
import { Region, rowsOf } from '../support/columns.js';
import { type Random, random } from '../support/random.js';
import { testSpillFolder } from '../support/spill-folder.js';
import { testMemory } from '../support/task-memory.js';

const WIDE = decimal(30, 2);
const TYPES: readonly DataType[] = [INT, BIGINT, DOUBLE, STRING, WIDE, DATE, BOOLEAN];
const REGION_PAGES = 40;
const BATCH_ROWS = 300;

function randomValue(rng: Random, type: DataType): Value {
  if (rng.chance(0.1)) return null;
  const n = rng.int(60);
  switch (type.kind) {
    case 'boolean':
      return n % 2 === 0;
    case 'int':
    case 'date':
      return n * 7919 - 100;
    case 'double':
      return n % 7 === 0 ? -0 : n % 11 === 0 ? Number.NaN : n / 8;
    case 'string':
      return `\u0001${'text of a key '.repeat(n % 4)}${n}`.slice(n % 3);
    default:
      return BigInt(n) ** 5n - 1000n;
  }
}

interface Case {
  readonly keys: readonly DataType[];
  readonly values: readonly DataType[];
  readonly partitions: number;
  readonly keepsNulls: boolean;
  readonly hashMask?: number;
}

function check(name: string, seed: number, { keys, values, partitions, keepsNulls, hashMask }: Case): void {
  for (const which of ['wasm', 'twins'] as const) {
    test(`${name}, ${which}`, () => {
      const rng = random(seed);
      const { memory, heap, kernels } = testMemory(200 + REGION_PAGES);
      const region = new Region(heap, memory.allocate(REGION_PAGES, 'the test'), REGION_PAGES * 65536);
      const spill = testSpillFolder(heap);
      const env = { memory, heap, kernels: kernels(which).state, spill, batchRows: BATCH_ROWS, hashMask };
      const types = [...keys, ...values];
      const batchOf = (rows: readonly (readonly Value[])[]): RecordBatch => {
        region.reset();
        const vectors = types.map(
          (type, column): Vector =>
            region.vector(
              type,
              rows.map((row) => row[column]),
            ),
        );
        // Every other row is not taken.
        const selection = region.selection(rows.flatMap((_, i) => (i % 2 === 0 ? [i] : [])));
        return { numRows: rows.length, vectors, selection, selectedCount: Math.ceil(rows.length / 2) };
      };
      const right: Value[][] = [];
      const builders = [0, 1].map(() => new JoinRowsBuilder(env, keys, values, keepsNulls));
      for (let split = 0; split < 6; split++) {
        const builder = builders[split % 2];
        builder.beginSplit(split);
        for (let batch = 0; batch < rng.int(3); batch++) {
          const rows = Array.from({ length: rng.between(1, BATCH_ROWS) }, () =>
            types.map((type) => randomValue(rng, type)),
          );
          builder.add(batchOf(rows));
          right.push(...rows.filter((_, i) => i % 2 === 0));
        }
      }
      const results = builders.map((builder, task) => builder.finish(task));
      const chunks = recordsInOrder(results);
      const record = recordLayout(keys, values);
      const link = (epoch: number) => {
        const builder = new JoinDirectoryBuilder(env, new Arena(memory, 'a join'), record, keepsNulls, epoch);
        return Array.from({ length: partitions }, (_, partition) =>
          builder.link(chunks, partitionRows(results, partition, partitions), partition, partitions),
        );
      };
      // A task that died half-way leaves chains behind.
      link(1);
      const parts = link(2);
      const arena = new Arena(memory, 'the test');
      const probe = openProbe(env, arena, record, parts);
      const columns = arena.allocate(COLUMN_BYTES * Math.max(1, keys.length));
      const [found, records] = [arena.allocate(4 * BATCH_ROWS, 4), arena.allocate(4 * BATCH_ROWS, 4)];

      const keyOf = (row: readonly Value[]): string =>
        row
          .slice(0, keys.length)
          .map((value) => `${typeof value}${Object.is(value, -0) ? 0 : value}`)
          .join('|');
      const isKeyed = (row: readonly Value[]): boolean => row.slice(0, keys.length).every((value) => value !== null);
      const wanted = new Map<string, Value[][]>();
      for (const row of right.filter(isKeyed)) wanted.set(keyOf(row), [...(wanted.get(keyOf(row)) ?? []), row]);
      assert.equal(
        parts.every(({ isUnique }) => isUnique),
        [...wanted.values()].every((rows) => rows.length === 1),
      );

      const left = Array.from({ length: BATCH_ROWS }, () => types.map((type) => randomValue(rng, type)));
      const { vectors, selection, selectedCount } = batchOf(left);
      for (let k = 0; k < keys.length; k++) describeColumn(heap, columns + k * COLUMN_BYTES, vectors[k]);
      env.kernels.lookUpRecords(probe, columns, selection, 0, selectedCount, found);
      const outputs = values.map((type) => region.vector(type, Array<Value>(BATCH_ROWS).fill(randomValue(rng, type))));
      for (let i = 0; i < selectedCount; i++) {
        const row = left[2 * i];
        let count = 0;
        for (let at = heap.u32[(found >>> 2) + i]; at !== 0; at = heap.u32[at >>> 2])
          heap.u32[(records >>> 2) + count++] = at;
        const gathered = outputs.map((vector): Vector => ({ ...vector, validity: region.place(BATCH_ROWS) }));
        gathered.forEach((target, c) => {
          gatherRecords(heap, records, count, record.offsets[c], RECORD_VALIDITY + c, target);
        });
        const rows = rowsOf(heap, { numRows: count, vectors: gathered, selection: 0, selectedCount: count });
        const matches = isKeyed(row) ? (wanted.get(keyOf(row)) ?? []) : [];
        assert.deepEqual(
          rows,
          matches.map((match) => match.slice(keys.length)),
          `seed ${seed}, row ${i}`,
        );
      }
      spill.close();
    });
  }
}

TYPES.forEach((type, i) => {
  check(`one ${type.kind} key`, i, { keys: [type], values: [STRING, INT], partitions: 2, keepsNulls: i % 2 === 0 });
});
check('all types', 10, { keys: [STRING, WIDE, INT], values: TYPES, partitions: 4, keepsNulls: true });
check('no key', 11, { keys: [], values: [INT], partitions: 1, keepsNulls: false });
check('no values', 12, { keys: [INT], values: [], partitions: 8, keepsNulls: false });
check('all hashes equal', 13, { keys: [INT, STRING], values: [INT], partitions: 2, keepsNulls: true, hashMask: 0 });
