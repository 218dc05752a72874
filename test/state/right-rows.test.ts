/**
 * The right side of a join by key, walked along with the keys of a left side, both out of sorted runs in files: against a
 * map from key to rows. Would catch a key that is lost when the buffer that it lay in is read into again, a row that is
 * given twice or not at all, records that go while somebody may look at them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BIGINT, type DataType, STRING } from '../../src/columnar/data-type.js';
import { Arena } from '../../src/memory/arena.js';
import { PAGE_BYTES } from '../../src/memory/heap.js';
import { recordLayout } from '../../src/state/join/join-record.js';
import { RightRows } from '../../src/state/join/right-rows.js';
import type { SortedRun } from '../../src/state/runs/sorted-run.js';
import { SortBuffer } from '../../src/state/sort/sort-buffer.js';
import type { SortFormat } from '../../src/state/sort/sort-format.js';
import { keyBytesOf, keyOf } from '../../src/state/sort/sorted-keys.js';
import { SortedRows } from '../../src/state/sort/sorted-rows.js';
import type { StateEnv } from '../../src/state/state-env.js';
import { Region, rowsOf } from '../support/columns.js';
import { type Random, random } from '../support/random.js';
import { testSpillFolder } from '../support/spill-folder.js';
import { testMemory } from '../support/task-memory.js';
import { byTier } from '../support/tier.js';

const REGION_PAGES = 20;
const BATCH_ROWS = 24;
const ALL = { low: null, high: null };
const TYPES: readonly DataType[] = [STRING, BIGINT];
const FORMAT: SortFormat = { keys: TYPES, orders: [], values: TYPES };
const RECORD = recordLayout([], TYPES);

interface Row {
  readonly key: string;
  readonly position: bigint;
}

/** Several runs in files, whatever fits into memory. */
function runsOf(env: StateEnv, region: Region, rows: readonly Row[]): readonly SortedRun[] {
  const buffer = new SortBuffer(env, FORMAT);
  for (let at = 0; at < rows.length; at += BATCH_ROWS) {
    region.reset();
    const batch = rows.slice(at, at + BATCH_ROWS);
    const columns = [
      region.vector(
        STRING,
        batch.map(({ key }) => key),
      ),
      region.vector(
        BIGINT,
        batch.map(({ position }) => position),
      ),
    ];
    buffer.add([...columns, ...columns], 0, batch.length);
    if (at % (10 * BATCH_ROWS) === 0) buffer.spill();
  }
  buffer.spill();
  return buffer.finish(0);
}

/** In the order of their positions. Keys have up to some hundred bytes, so that those of one key fill several blocks of a file. */
function rowsWith(rng: Random, keys: number, most: number): readonly Row[] {
  const rows: Row[] = [];
  for (let key = 0; key < keys; key++) {
    const count = rng.pick([0, 1, 1, 2, rng.int(most)]);
    for (let i = 0; i < count; i++) {
      rows.push({
        key: `key ${key} ${'of a length '.repeat(key % 40)}`,
        position: BigInt(rows.length * 7919) % 1000003n,
      });
    }
  }
  return rows.sort((a, b) => Number(a.position - b.position));
}

interface Case {
  /** Rows of a key of the right. */
  readonly most: number;
  readonly hasLargeKeys?: boolean;
  readonly wantsRecords: boolean;
  readonly wantsUnmet: boolean;
}

type Kernels = 'wasm' | 'twins';
const BOTH: readonly Kernels[] = ['wasm', 'twins'];

function check(name: string, seed: number, { most, hasLargeKeys = false, wantsRecords, wantsUnmet }: Case): void {
  for (const which of hasLargeKeys ? byTier<readonly Kernels[]>(['wasm'], BOTH) : BOTH) {
    test(`${name}, ${which}`, () => {
      const rng = random(seed);
      const { memory, heap, kernels, pagesInUse } = testMemory(120 + REGION_PAGES);
      const region = new Region(heap, memory.allocate(REGION_PAGES, 'the test'), REGION_PAGES * PAGE_BYTES);
      const spill = testSpillFolder(heap);
      const env: StateEnv = {
        memory: { ...memory, shareBytes: 60 * PAGE_BYTES },
        heap,
        kernels: kernels(which).state,
        spill,
        batchRows: BATCH_ROWS,
      };
      const [leftRows, rightRows] = [rowsWith(rng, 120, 20), rowsWith(rng, 120, most)];
      const [leftRuns, rightRuns] = [runsOf(env, region, leftRows), runsOf(env, region, rightRows)];
      assert.ok(rightRuns.length > 1 && rightRuns.every(({ location }) => location.kind === 'file'));
      const wanted = new Map<string, Row[]>();
      for (const row of rightRows) wanted.set(row.key, [...(wanted.get(row.key) ?? []), row]);
      const rowAt = (record: number): Row => {
        const text = (record + RECORD.offsets[0]) >>> 2;
        const key = Buffer.from(heap.u8.slice(heap.u32[text], heap.u32[text] + heap.u32[text + 1])).toString();
        return { key, position: heap.i64[(record + RECORD.offsets[1]) >>> 3] };
      };
      const chain = (first: number): readonly Row[] => {
        const rows: Row[] = [];
        for (let record = first; record !== 0; record = heap.u32[record >>> 2]) rows.push(rowAt(record));
        return rows;
      };
      const passed: Row[] = [];
      const pending: { readonly key: string; readonly first: number }[] = [];
      const settle = (): void => {
        for (const { key, first } of pending.splice(0)) {
          if (wantsRecords) assert.deepEqual(chain(first), wanted.get(key) ?? []);
          else assert.equal(first !== 0, wanted.has(key), key);
        }
      };
      const before = pagesInUse();
      const arena = new Arena(memory, 'a join');
      const right = new RightRows(env, arena, TYPES, {
        wantsRecords,
        passed: wantsUnmet
          ? (chunks) => {
              for (const { address, records } of chunks)
                for (let i = 0; i < records; i++) passed.push(rowAt(address + i * RECORD.bytes));
            }
          : undefined,
        settle,
      });
      const read = new SortedRows(env, FORMAT, rightRuns, ALL);
      right.begin(read);
      let inParts: string | undefined;
      let parts = 0;
      const left = new SortedRows(env, FORMAT, leftRuns, ALL);
      for (let batch = left.next(); batch !== null; batch = left.next()) {
        for (const [row, [value]] of rowsOf(heap, batch).entries()) {
          const key = String(value);
          if (key === inParts) continue;
          const record = heap.u32[(left.records >>> 2) + row];
          const first = right.find(keyOf(record), keyBytesOf(heap, record));
          if (!right.hasMore) {
            pending.push({ key, first });
            continue;
          }
          assert.deepEqual(pending, [], 'what was found before is done with');
          inParts = key;
          const rows: Row[] = [];
          for (let part = right.found; part !== 0; part = right.findMore()) {
            rows.push(...chain(part));
            parts++;
          }
          assert.deepEqual(rows, wanted.get(key));
        }
        settle();
        right.release();
      }
      right.end();
      for (const each of [left, read, right, arena]) each.close();
      assert.equal(pagesInUse(), before, 'nothing is left behind');
      assert.equal(parts > 2, hasLargeKeys);
      const ordered = (rows: readonly Row[]): readonly Row[] =>
        [...rows].sort((a, b) => Number(a.position - b.position));
      if (wantsUnmet) assert.deepEqual(ordered(passed), ordered(rightRows));
      spill.close();
    });
  }
}

const SEED = 21;
check('records', SEED, { most: 60, wantsRecords: true, wantsUnmet: false });
check('records, and all rows are shown', SEED + 1, { most: 60, wantsRecords: true, wantsUnmet: true });
check('whether there are some', SEED + 2, { most: 60, wantsRecords: false, wantsUnmet: false });
check('keys of more rows than are held', SEED + 3, {
  most: 2000,
  hasLargeKeys: true,
  wantsRecords: true,
  wantsUnmet: true,
});
