/**
 * Row groups of a file whose rows come in splits of any size, at sizes so small that borders lie everywhere: by rows, by bytes, at the
 * ends of splits, several in one block. Would catch a border that depends on a split, a row that is written twice or
 * not at all, an attempt that repeats what another has written.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { DOUBLE, INT, STRING } from '../../src/columnar/data-type.js';
import type { Schema } from '../../src/columnar/schema.js';
import type { Value } from '../../src/columnar/value.js';
import { BlockPacker } from '../../src/formats/parquet/block-packer.js';
import { fileFooter, MAGIC } from '../../src/formats/parquet/file-footer.js';
import { RowGroupDuties } from '../../src/formats/parquet/row-group-duties.js';
import { keptRecord } from '../../src/formats/parquet/row-group-record.js';
import type { RowGroupSizes } from '../../src/formats/parquet/row-group-sizes.js';
import { RowGroupWriter } from '../../src/formats/parquet/row-group-writer.js';
import { RowSpoolState } from '../../src/formats/parquet/row-spool-state.js';
import { prepareFileOutput } from '../../src/formats/publishing/file-output.js';
import { OrderedFileWriter, type PreparedFile } from '../../src/formats/publishing/ordered-file.js';
import { PAGE_BYTES } from '../../src/memory/heap.js';
import { Region } from '../support/columns.js';
import { duckdbRows } from '../support/duckdb.js';
import { type Random, random } from '../support/random.js';
import { testMemory } from '../support/task-memory.js';
import { byTier } from '../support/tier.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-row-groups-'));
after(() => rmSync(folder, { recursive: true }));

const SCHEMA: Schema = [
  { name: 'n', type: INT },
  { name: 'text', type: STRING },
  { name: 'x', type: DOUBLE },
];
type Row = readonly Value[];
type Split = readonly (readonly Row[])[];

let files = 0;

class Attempt {
  readonly duties: RowGroupDuties;
  readonly #memory = testMemory(200);
  readonly #region = new Region(this.#memory.heap, 150 * PAGE_BYTES, 50 * PAGE_BYTES);
  readonly #file: OrderedFileWriter;
  readonly #packer: BlockPacker;

  constructor(prepared: PreparedFile, name: string, state: RowSpoolState, sizes: RowGroupSizes) {
    const { memory, heap } = this.#memory;
    const kernels = this.#memory.kernels();
    const metrics = { bytesOut: 0, waitMs: 0 };
    const poll = (): void => {};
    const file = new OrderedFileWriter(prepared, { memory, kernels, metrics, poll });
    this.#file = file;
    const writer = new RowGroupWriter({
      ...{ schema: SCHEMA, codec: 'none' as const, sizes, name, memory, kernels, poll },
      sink: (address, bytes) => file.write(address, bytes),
    });
    this.duties = new RowGroupDuties({
      ...{ name, columns: SCHEMA.length, sizes, state, file, writer, heap, isAlone: true, metrics, poll },
    });
    this.#packer = new BlockPacker(SCHEMA, memory, kernels.parquet, (...block) => this.duties.add(...block));
  }

  split(number: number, split: Split): void {
    this.duties.beginSplit(number);
    for (const rows of split) this.batch(rows);
    this.duties.endSplit(number);
  }

  batch(rows: readonly Row[]): void {
    this.#region.reset();
    const vectors = SCHEMA.map(({ type }, i) =>
      this.#region.vector(
        type,
        rows.map((row) => row[i]),
      ),
    );
    this.#packer.write({ numRows: rows.length, vectors, selection: 0, selectedCount: rows.length });
    this.duties.advance();
  }

  end(): void {
    this.duties.finish();
    this.duties.close();
    this.#file.close();
  }
}

/** `diesIn`: the split in which the first attempt ends, with a batch of it written. */
async function write(splits: readonly Split[], sizes: RowGroupSizes, diesIn?: number): Promise<string> {
  const path = join(folder, `${files}.parquet`);
  const name = join(folder, `spool-${files++}`);
  const output = prepareFileOutput({ kind: 'file', path }, 65_536, {
    jobId: 'job',
    preamble: MAGIC,
    closing: (file) => {
      const groups = Array.from({ length: file.turn }, (_, group) => group).filter((group) => file.rows[group] > 0);
      const records = groups.map((group) => ({ record: keptRecord(name, group), start: file.starts[group] }));
      return fileFooter(SCHEMA, records, file.bytes);
    },
  });
  const shared = new SharedArrayBuffer(RowSpoolState.sharedBytes(splits.length));
  const begin = (): Attempt => new Attempt(output.prepared, name, new RowSpoolState(shared, splits.length), sizes);
  if (diesIn !== undefined) {
    const first = begin();
    for (let number = 0; number < diesIn; number++) first.split(number, splits[number]);
    first.duties.beginSplit(diesIn);
    for (const rows of splits[diesIn].slice(0, 1)) first.batch(rows);
  }
  const last = begin();
  splits.forEach((split, number) => {
    last.split(number, split);
  });
  last.end();
  const [{ temporary }] = await output.finish();
  // What an attempt left that died goes with the spill folder.
  if (diesIn === undefined) assert.deepEqual(spooledFiles(name), []);
  return temporary;
}

/** Beside the records of row groups. */
function spooledFiles(name: string): string[] {
  return readdirSync(folder).filter((file) => file.startsWith(`${basename(name)}-`) && !file.includes('group'));
}

function rowsOf(rng: Random, count: number): Row[] {
  const longest = rng.pick([0, 10, 900]);
  const text = (): string =>
    rng.pick(['', 'a', 'bc', 'd'.repeat(rng.int(longest + 1)), '\u00fc'.repeat(rng.int(longest + 1))]);
  return Array.from({ length: count }, (_, n) => [
    n,
    rng.chance(0.2) ? null : text(),
    rng.chance(0.2) ? null : rng.int(5) * 0.1,
  ]);
}

/** The rows in splits of batches, some of both empty. */
function splitsOf(rng: Random, rows: readonly Row[]): Split[] {
  const splits: Split[] = [];
  const most = rng.pick([1, 40, 300, 5000]);
  for (let from = 0; from < rows.length; ) {
    const to = Math.min(rows.length, from + rng.int(most + 1));
    const batches: (readonly Row[])[] = [];
    for (let at = from; at < to; ) {
      const end = Math.min(to, at + 1 + rng.int(200));
      batches.push(rows.slice(at, end));
      at = end;
    }
    splits.push(batches);
    from = to;
  }
  return splits;
}

/** Numbers of rows of the groups that rows make one by one. */
function groupRows(rows: readonly Row[], sizes: RowGroupSizes): string[] {
  const counts = new Map<number, number>();
  let bytes = 0;
  rows.forEach(([, text, x], row) => {
    const group = Math.floor(row / sizes.rows) + Math.floor(bytes / sizes.bytes);
    counts.set(group, (counts.get(group) ?? 0) + 1);
    bytes += 4 + (text === null ? 0 : 4 + Buffer.byteLength(text as string)) + (x === null ? 0 : 8);
  });
  return [...counts.values()].map(String);
}

test('row groups do not depend on splits, and are where rows and bytes say', async () => {
  for (let seed = 1; seed <= byTier(2, 400); seed++) {
    const rng = random(seed);
    const rows = rowsOf(rng, rng.pick([1, 500, 2000]));
    const sizes = { rows: rng.pick([7, 100, 1000, 5000]), bytes: rng.pick([300, 5000, 40_000, 1 << 20]) };
    const whole = await write([[rows.slice(0, 333), rows.slice(333)]], sizes);
    const splits = splitsOf(rng, rows);
    for (const diesIn of [undefined, rng.int(splits.length)]) {
      const found = await write(splits, sizes, diesIn);
      assert.ok(readFileSync(found).equals(readFileSync(whole)), `seed ${seed}, dies in ${diesIn}`);
    }
    const read = await duckdbRows(`SELECT * FROM read_parquet('${whole}') ORDER BY n`);
    assert.deepEqual(
      read.map(([n, text, x]) => [Number(n), text, x === null ? null : Number(x)]),
      rows,
      `seed ${seed}`,
    );
    const groups = `SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata('${whole}') ORDER BY 1`;
    assert.deepEqual(
      (await duckdbRows(groups)).map(([, count]) => count),
      groupRows(rows, sizes),
      `seed ${seed}`,
    );
  }
});
