/** The first row of each group, however many groups there are: against an ordinary search, in any memory, before and behind the trial. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BIGINT, INT, STRING } from '../../../src/columnar/data-type.js';
import type { Value } from '../../../src/columnar/value.js';
import { PAGE_BYTES } from '../../../src/memory/heap.js';
import { OneOfEach, oneOfEachMinimumBytes } from '../../../src/state/keyed/one-of-each.js';
import { runToFile } from '../../../src/state/runs/run-eviction.js';
import type { SortedRun } from '../../../src/state/runs/sorted-run.js';
import type { SortFormat } from '../../../src/state/sort/sort-format.js';
import { SortedRows, sortedRowsMinimumBytes } from '../../../src/state/sort/sorted-rows.js';
import { rowsOf } from '../../support/columns.js';
import { random } from '../../support/random.js';
import { type StatePlace, statePlace } from '../../support/state-place.js';
import { byTier } from '../../support/tier.js';

/** A group, then what orders its rows: the greatest number first, then the position. */
const FORMAT: SortFormat = {
  keys: [STRING, INT, BIGINT],
  orders: [{}, { descending: true }, {}],
  values: [STRING, INT, BIGINT, STRING],
};
const GROUPING = 1;

/** Through one task each; `loads`: of the rows that were asked for. */
function runsOf(where: StatePlace, rows: readonly (readonly Value[])[]): { runs: SortedRun[]; loads: number } {
  const { env, region, spill } = where;
  const firsts = new OneOfEach(env, FORMAT, GROUPING);
  let loads = 0;
  for (let at = 0; at < rows.length; at += env.batchRows) {
    region.reset();
    const batch = rows.slice(at, at + env.batchRows);
    const columns = FORMAT.values.map((type, c) =>
      region.vector(
        type,
        batch.map((row) => row[c]),
      ),
    );
    firsts.add([...columns.slice(0, 3), ...columns], 0, batch.length, (_, count) => {
      loads += count;
    });
  }
  const runs = firsts.finish(0).map((run) => {
    if (run.location.kind === 'file') return run;
    return runToFile(run, spill, env.heap, () => env.kernels);
  });
  firsts.close();
  return { runs, loads };
}

function firstsIn({ env }: StatePlace, runs: readonly SortedRun[]): Map<Value, readonly Value[]> {
  const firsts = new Map<Value, readonly Value[]>();
  const sorted = new SortedRows(env, FORMAT, runs, { low: null, high: null });
  for (let batch = sorted.next(); batch !== null; batch = sorted.next()) {
    for (const row of rowsOf(env.heap, batch)) if (!firsts.has(row[0])) firsts.set(row[0], row);
  }
  sorted.close();
  return firsts;
}

for (const which of ['wasm', 'twins'] as const) {
  test(`the first row of each group is among what comes out (${which})`, () => {
    const rng = random(31);
    for (let round = 0; round < (which === 'wasm' ? byTier(30, 600) : byTier(10, 80)); round++) {
      const groups = rng.pick([1, 7, 300, 1e9]);
      const count = which === 'wasm' ? rng.pick([0, 1, 900, 20_000]) : 900;
      const rows = Array.from({ length: count }, (_, i): readonly Value[] => {
        const group = rng.chance(0.01) ? null : `group ${rng.int(groups)}`;
        return [group, rng.chance(0.05) ? null : rng.int(50), BigInt(i), `row ${i}`];
      });
      const sizes = { shareBytes: 16 * PAGE_BYTES, batchRows: rng.pick([1, 70, 1500]) };
      const least = Math.max(oneOfEachMinimumBytes(FORMAT, GROUPING, sizes), sortedRowsMinimumBytes(FORMAT, sizes));
      const place = statePlace(rng.pick([least / PAGE_BYTES, 200]) + 40, sizes.batchRows, which);
      const where = { ...place, env: { ...place.env, trialGroups: rng.pick([50, 1e9]) } };
      const expected = new Map<Value, readonly Value[]>();
      for (const row of rows) {
        const other = expected.get(row[0]);
        const isBetter = other === undefined || (row[1] !== null && (other[1] === null || row[1] > other[1]));
        if (isBetter) expected.set(row[0], row);
      }
      const { runs } = runsOf(where, rows);
      const hint = `seed ${rng.seed}, round ${round}`;
      assert.deepEqual(firstsIn(where, runs), expected, hint);
      where.spill.close();
    }
  });
}

test('few groups are kept in memory, and only the rows that stay are loaded; many are sorted', () => {
  const rowsFor = (groups: number): readonly (readonly Value[])[] =>
    Array.from({ length: 20_000 }, (_, i) => [`group ${i % groups}`, -Math.floor(i / groups), BigInt(i), `row ${i}`]);
  const run = (groups: number) => {
    const place = statePlace(400, 500);
    const found = runsOf({ ...place, env: { ...place.env, trialGroups: 1000 } }, rowsFor(groups));
    place.spill.close();
    return { loads: found.loads, rows: found.runs.reduce((sum, each) => sum + each.rows, 0) };
  };
  assert.deepEqual(run(100), { loads: 100, rows: 100 });
  assert.deepEqual(run(20_000), { loads: 20_000, rows: 20_000 });
});
