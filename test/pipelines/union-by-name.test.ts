/**
 * CSV files whose columns differ, united by name: DuckDB's union_by_name gives the same. Would catch the columns of the file before,
 * and a type that only the first file shows.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { checkPipeline } from '../../src/engine.js';
import { duckdbRows } from '../support/duckdb.js';
import { HOSTILE } from '../support/hostile-settings.js';
import type { PipelineCase } from '../support/pipeline-case.js';
import { type Random, random } from '../support/random.js';
import { runCase } from '../support/run-case.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-united-'));
after(() => rmSync(folder, { recursive: true }));

const HEADERS = ['id,a,b', 'b,id', 'c,id,a', 'id,a,b', 'id', 'd,c,b,a,id'];

function file(rng: Random, index: number): string {
  const names = HEADERS[index].split(',');
  const cell = (name: string, row: number): string => {
    if (name === 'id') return String(index * 1000 + row);
    if (name === 'a') return index < 3 ? String(rng.int(100)) : `${rng.int(100)}.5`;
    if (name === 'd') return rng.chance(0.5) ? '"x, ""y"""' : '';
    return rng.pick(['', 'k', '"l"']);
  };
  return `${HEADERS[index]}\n${Array.from({ length: 400 }, (_, row) => `${names.map((name) => cell(name, row)).join(',')}\n`).join('')}`;
}

const FILES = Object.fromEntries(HEADERS.map((_, index) => [`in${index}.csv`, () => file(random(index), index)]));

function united(steps: string, options = ''): PipelineCase {
  const pipeline = `steps:\n  - read: in*.csv\n    union_by_name: true\n${options}${steps}  - write: out.csv\n`;
  return { name: steps, files: FILES, pipeline, outputs: ['out.csv'], leastBytes: 2 << 20 };
}

async function duckdb(select: string): Promise<string[]> {
  for (const [name, make] of Object.entries(FILES)) writeFileSync(join(folder, name), make());
  const rows = await duckdbRows(
    `SELECT ${select} FROM read_csv('${folder}/in*.csv', union_by_name = true, header = true) ORDER BY CAST(id AS INT)`,
  );
  return rows.map((row) =>
    row.map((value) => (value?.includes('"') ? `"${value.replaceAll('"', '""')}"` : (value ?? ''))).join(','),
  );
}

const linesOf = ({ 'out.csv': text }: Record<string, string>): string[] => text.trimEnd().split('\n');

describe('files whose columns differ', () => {
  it('are united by name, as DuckDB does', async () => {
    const testCase = united('  - derive: { twice: a * 2 }\n  - select: [id, a, b, c, d, twice]\n');
    const expected = await duckdb('id, a, b, c, d, a * 2');
    const found = await runCase(testCase);
    assert.equal(expected.length, 2400);
    const [header, ...lines] = linesOf(found);
    assert.equal(header, 'id,a,b,c,d,twice');
    const plain = (line: string): string => line.replace(/\b(\d+)\.0\b/g, '$1');
    assert.deepEqual(lines.map(plain), expected.map(plain));
    for (const settings of HOSTILE) assert.deepEqual(await runCase(testCase, settings), found, settings.name);
  });

  it('have their columns in the order in which they turn up, which are passed on as they stand', async () => {
    const [header, first] = linesOf(await runCase(united('')));
    assert.equal(header, 'id,a,b,c,d');
    assert.match(first, /^0,\d+,(k|l)?,,$/);
  });

  it('are read by a schema, with partitions and rejects beside', async () => {
    const options = '    schema: { c: string, id: int, a: int }\n    on_error: skip\n    file_columns: true\n';
    const lines = linesOf(await runCase(united('  - select: [_file, c, id, a, _line]\n', options)));
    assert.equal(lines[1].replace(/,\d*,2$/, ''), 'in0.csv,,0');
    // Where `a` is 5.5 the row is left out; the file without it has no such row.
    assert.equal(lines.length - 1, 1600);
  });

  it('are an error otherwise, which names both and the column', async () => {
    for (const [a, b, message] of [
      ['x,y', 'x,z', /there is no column "y", which is in .*a\.csv/],
      ['x,y', 'y,x', /column 1 is "y", and "x" in .*a\.csv/],
      ['x', 'x,y', /the column "y" is not in .*a\.csv/],
    ] as const) {
      writeFileSync(join(folder, 'a.csv'), `${a}\n`);
      writeFileSync(join(folder, 'b.csv'), `${b}\n`);
      const path = join(folder, 'p.yaml');
      writeFileSync(path, 'steps:\n  - read: [a.csv, b.csv]\n  - write: out.csv\n');
      const { diagnostics } = await checkPipeline(path, { env: {} });
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      assert.deepEqual(
        errors.map(({ code, place }) => [code, place?.file]),
        [['FORMAT_CSV_HEADER', join(folder, 'b.csv')]],
      );
      assert.match(errors[0].message, message);
    }
  });

  it('must have a column that is asked for in one of them, and a header', async () => {
    const path = join(folder, 'q.yaml');
    for (const [options, code] of [
      ['    schema: { nope: int }\n', 'FORMAT_CSV_MISSING_COLUMN'],
      ['    header: false\n', 'SPEC_BAD_VALUE'],
    ] as const) {
      writeFileSync(path, `steps:\n  - read: [a.csv, b.csv]\n    union_by_name: true\n${options}  - write: out.csv\n`);
      const { diagnostics } = await checkPipeline(path, { env: {}, data: true });
      assert.deepEqual(
        diagnostics.filter(({ severity }) => severity === 'error').map((one) => one.code),
        [code],
      );
    }
  });
});
