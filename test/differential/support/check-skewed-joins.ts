/**
 * Joins in which one key has most of the rows, or a side has none, in memory and by key with little of it: the same bytes,
 * and the rows that DuckDB gives. Would catch a part of a large key that is left out or given twice, on one slot or several.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { RunOptions } from '../../../src/engine-api.js';
import { duckdbRows, sameText } from '../../support/duckdb.js';
import { type Random, random } from '../../support/random.js';
import { runPipeline } from '../../support/run-pipeline.js';
import { byTier } from '../../support/tier.js';

const MIB = 1 << 20;

/** Those that read the name carry it through the sorts: several ranges. Without equalities all rows have the same key. */
const CONDITIONS = [
  'left.k = right.k',
  "left.k = right.k AND left.v BETWEEN right.w AND right.w + 20 AND right.name <> 'x'",
  "left.v BETWEEN right.w - 1 AND right.w AND right.name <> 'x'",
] as const;

type Type = 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti';

const BY_KEY: readonly RunOptions[] = [
  { slots: 1, memoryBytes: 8 * MIB, test: { joins: 'by-key' } },
  { slots: 2, memoryBytes: 16 * MIB, test: { joins: 'by-key', inProcessBytes: 0, splitBytes: 100_000 } },
  { slots: 3, memoryBytes: 96 * MIB, test: { joins: 'by-key', inProcessBytes: 0, splitBytes: 20_000, batchRows: 50 } },
];

interface Sides {
  readonly left: readonly string[];
  readonly right: readonly string[];
}

interface Side {
  readonly rows: number;
  /** How many of them have one key. */
  readonly skew: number;
  /** Bytes of each. */
  readonly width: number;
}

const FEW: Side = { rows: 30, skew: 0.5, width: 8 };
const NONE: Side = { rows: 0, skew: 0, width: 8 };

function sidesOf(rng: Random, left: Side, right: Side): Sides {
  const rows = (side: Side): readonly string[] =>
    Array.from({ length: side.rows }, (_, id) => {
      const key = rng.chance(0.05) ? '' : rng.chance(side.skew) ? '150' : `${rng.int(300)}`;
      return `${id},${key},${rng.int(400)},${'a name '.repeat(side.width / 7)}${id}`;
    });
  return { left: rows(left), right: rows(right) };
}

const COLUMNS = {
  left: { id: 'INTEGER', k: 'INTEGER', v: 'INTEGER', text: 'VARCHAR' },
  right: { rid: 'INTEGER', k: 'INTEGER', w: 'INTEGER', name: 'VARCHAR' },
};

function write(folder: string, name: 'left' | 'right', rows: readonly string[]): void {
  writeFileSync(join(folder, `${name}.csv`), `${[Object.keys(COLUMNS[name]).join(','), ...rows].join('\n')}\n`);
}

function sqlOf(folder: string, type: Type, condition: string): string {
  const table = (name: 'left' | 'right'): string => {
    const types = Object.entries(COLUMNS[name]).map(([column, sqlType]) => `'${column}': '${sqlType}'`);
    return `read_csv('${join(folder, `${name}.csv`)}', columns = {${types.join(', ')}}, header = true)`;
  };
  const on = condition.replaceAll('left.', 'l.').replaceAll('right.', 'r.');
  const [left, right] = [`${table('left')} l`, `${table('right')} r`];
  if (type === 'semi' || type === 'anti') {
    const not = type === 'anti' ? 'NOT ' : '';
    return `SELECT l.id, l.k, l.v, l.text FROM ${left} WHERE ${not}EXISTS (SELECT 1 FROM ${right} WHERE ${on}) ORDER BY l.id`;
  }
  const key = condition.startsWith('left.k = right.k') ? 'coalesce(l.k, r.k)' : 'l.k';
  return `SELECT l.id, ${key}, l.v, l.text, r.rid, r.w FROM ${left} ${type} JOIN ${right} ON ${on} ORDER BY l.id NULLS LAST, r.rid NULLS LAST`;
}

async function check(sides: Sides, type: Type, condition: string, hint: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'leat-skewed-'));
  try {
    for (const name of ['left', 'right'] as const) write(folder, name, sides[name]);
    const read = (name: 'left' | 'right'): string => {
      const schema = Object.entries(COLUMNS[name]).map(
        ([column, sqlType]) => `${column}: ${sqlType === 'VARCHAR' ? 'string' : 'int'}`,
      );
      return `  - name: ${name}\n    read: ${name}.csv\n    schema: { ${schema.join(', ')} }\n`;
    };
    const take = type === 'semi' || type === 'anti' ? '' : '    take: [rid, w]\n';
    const steps = `  - join: right\n    type: ${type}\n    on: ${condition}\n${take}`;
    writeFileSync(join(folder, 'p.yaml'), `steps:\n${read('right')}${read('left')}${steps}  - write: out.csv\n`);
    const run = async (options: RunOptions): Promise<string> => {
      await runPipeline(join(folder, 'p.yaml'), { env: {}, spillDir: folder, ...options });
      return readFileSync(join(folder, 'out.csv'), 'utf8');
    };
    const written = await run({ slots: 2, memoryBytes: 256 * MIB });
    for (const options of byTier(BY_KEY.slice(0, 2), BY_KEY)) {
      assert.ok((await run(options)) === written, `${hint}, ${options.slots} slots`);
    }
    const leat = parse(written, { fromLine: 2 }) as string[][];
    const duck = await duckdbRows(sqlOf(folder, type, condition));
    assert.equal(leat.length, duck.length, hint);
    leat.forEach((row, index) => {
      const other = duck[index].map((value) => value ?? '');
      assert.ok(
        row.every((value, column) => sameText(value, other[column])),
        `${hint}, row ${index}: ${row} ${other}`,
      );
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A large key on either side, in `many` rows, and sides without rows. */
export async function checkSkewedJoins(type: Type, seed: number, many: number): Promise<void> {
  const rng = random(seed);
  const hint = (condition: string, what: string): string => `${type} on ${condition}, seed ${rng.seed}, ${what}`;
  const large: Side = { rows: many, skew: 0.5, width: 500 };
  for (const condition of byTier<readonly string[]>(CONDITIONS.slice(0, 2), CONDITIONS)) {
    await check(sidesOf(rng, FEW, large), type, condition, hint(condition, 'many rows of the right'));
  }
  const condition = CONDITIONS[1];
  await check(sidesOf(rng, large, { ...FEW, rows: 200 }), type, condition, hint(condition, 'many rows of the left'));
  for (const sides of [sidesOf(rng, FEW, NONE), sidesOf(rng, NONE, FEW)]) {
    await check(sides, type, condition, hint(condition, 'a side without rows'));
  }
}
