/** What windows promise beside their values: which memory they take, what fails, in what order rows come, and names. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runPipeline } from '../support/run-pipeline.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-windows-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly csv: string;
  readonly schema: string;
  readonly steps: string;
  readonly memoryBytes?: number;
  readonly params?: Readonly<Record<string, string>>;
  readonly batchRows?: number;
}

async function run({ csv, schema, steps, memoryBytes = 64 << 20, params, batchRows }: Run): Promise<string> {
  writeFileSync(join(folder, 'in.csv'), csv);
  const declared = Object.keys(params ?? {}).map((name) => `  ${name}: int\n`);
  const head = declared.length === 0 ? '' : `params:\n${declared.join('')}`;
  const read = `${head}steps:\n  - read: in.csv\n    schema: ${schema}\n`;
  writeFileSync(join(folder, 'p.yaml'), `${read}${steps}  - write: out.csv\n`);
  await runPipeline(join(folder, 'p.yaml'), { slots: 1, memoryBytes, env: {}, params, test: { batchRows } });
  return readFileSync(join(folder, 'out.csv'), 'utf8');
}

const ROWS = 60_000;
/** One partition of some ten MiB in memory. */
const LARGE = `id,x,s\n${Array.from({ length: ROWS }, (_, id) => `${id},${(id * 7919) % 1000},${'text'.repeat(20)}${id % 7}`).join('\n')}\n`;
const LARGE_SCHEMA = '{ id: int, x: int, s: string }';

test('a partition need not fit when nothing looks at its end', async () => {
  const columns = ['n: row_number()', 'total: sum(x)', 'most: max(s)', 'head: first_value(s)', 'before: lag(s)'];
  const steps = `  - over:\n${columns.map((column) => `      ${column}\n`).join('')}    order_by: id\n  - filter: n = ${ROWS}\n  - select: [total, most, head]\n`;
  const out = await run({ csv: LARGE, schema: LARGE_SCHEMA, steps, memoryBytes: 4 << 20 });
  const total = Array.from({ length: ROWS }, (_, id) => (id * 7919) % 1000).reduce((a, b) => a + b, 0);
  const text = 'text'.repeat(20);
  assert.equal(out, `total,most,head\n${total},${text}6,${text}0\n`);
});

test('of rows that a call looks up in an order of its own no more must fit than the values it looks at', async () => {
  const given = { csv: LARGE, schema: LARGE_SCHEMA };
  const over = (call: string): string => `  - over:\n      looked_up: |\n        ${call}\n      behind: lead(s)\n`;
  const steps = over('median(x)');
  assert.equal(await run({ ...given, steps, memoryBytes: 6 << 20 }), await run({ ...given, steps }));
  await assert.rejects(
    run({ ...given, steps: over('count(DISTINCT s)'), memoryBytes: 6 << 20 }),
    /MEMORY_EXHAUSTED: the rows that count\(DISTINCT s\) looks at do not fit/,
  );
});

test('a running median and running different values of more rows than a page holds', async () => {
  const rows = 20_000;
  const values = Array.from({ length: rows }, (_, id) => (id * id * 31 + id) % 9973);
  const csv = `id,x\n${values.map((value, id) => `${id},${value}`).join('\n')}\n`;
  const steps = `  - over:\n      m: median(x)\n      c: count(DISTINCT x)\n    order_by: id\n  - filter: id % 2500 = 0\n  - select: [id, m, c]\n`;
  const expected = Array.from({ length: rows / 2500 }, (_, i) => {
    const seen = values.slice(0, 2500 * i + 1).sort((a, b) => a - b);
    const middle = (seen[Math.floor((seen.length - 1) / 2)] + seen[Math.ceil((seen.length - 1) / 2)]) / 2;
    return `${2500 * i},${Number.isInteger(middle) ? middle.toFixed(1) : middle},${new Set(seen).size}`;
  });
  const out = await run({ csv, schema: '{ id: int, x: int }', steps });
  assert.equal(out, `id,m,c\n${expected.join('\n')}\n`);
});

test('a moving sum of large numbers loses nothing, and one beyond its type is an error', async () => {
  const large = '9'.repeat(37);
  const csv = `x\n${large}\n1\n-${large}\n2\n`;
  const steps = (before: number): string =>
    `  - over:\n      s: sum(x)\n    frame: rows between ${before} preceding and current row\n`;
  const out = await run({ csv, schema: '{ x: "decimal(38,0)" }', steps: steps(1) });
  assert.equal(
    out,
    `x,s\n${large},${large}\n1,1${'0'.repeat(37)}\n-${large},-${large.slice(0, -1)}8\n2,-${large.slice(0, -1)}7\n`,
  );
  const doubled = `x\n${'9'.repeat(38)}\n1\n`;
  await assert.rejects(run({ csv: doubled, schema: '{ x: "decimal(38,0)" }', steps: steps(1) }), /EXPR_OVERFLOW/);
});

test('rows come by partition and in its order, a new name replaces a column, parameters are distances', async () => {
  const csv = 'id,k,x\n1,b,5\n2,a,7\n3,b,1\n4,a,7\n5,,2\n';
  const steps =
    '  - over:\n      x: sum(x)\n      n: row_number()\n      twice: 2 * n\n    by: k\n    order_by: x desc\n    frame: rows $back preceding\n';
  const out = await run({ csv, schema: '{ id: int, k: string, x: int }', steps, params: { back: '1' } });
  assert.equal(out, 'id,k,x,n,twice\n2,a,7,1,2\n4,a,14,2,4\n1,b,5,1,2\n3,b,6,2,4\n5,,2,1,2\n');
});

test('without an order the rows are in that of the input', async () => {
  const csv = `id,x\n${Array.from({ length: 5000 }, (_, id) => `${id},${id % 3}`).join('\n')}\n`;
  const steps =
    '  - over:\n      n: row_number()\n      before: lag(id)\n    by: x\n  - filter: before <> id - 3 OR n <> id // 3 + 1\n';
  assert.equal(await run({ csv, schema: '{ id: int, x: int }', steps }), 'id,x,n,before\n');
});

test('NaN is one value and the greatest, and leaves a frame without a trace', async () => {
  const csv = 'id,x\n1,1.5\n2,nan\n3,2.5\n4,inf\n5,-inf\n6,0.25\n7,0.5\n';
  const steps =
    '  - over:\n      s: sum(x)\n      m: max(x)\n      l: min(x)\n    order_by: id\n    frame: rows 1 preceding\n  - drop: x\n';
  const out = await run({ csv, schema: '{ id: int, x: double }', steps });
  const rows = [
    '1,1.5,1.5,1.5',
    '2,nan,nan,1.5',
    '3,nan,nan,2.5',
    '4,inf,inf,2.5',
    '5,nan,inf,-inf',
    '6,-inf,0.25,-inf',
  ];
  assert.equal(out, `id,s,m,l\n${rows.join('\n')}\n7,0.75,0.5,0.25\n`);
});

test('ties of first and last within an order are those of the input', async () => {
  const csv = 'id,x\n1,1\n2,1\n3,0\n4,0\n5,1\n';
  const steps =
    '  - over:\n      a: first(id ORDER BY x)\n      b: last(id ORDER BY x)\n      c: arg_max(id, x)\n      filled: last(x) FILTER (WHERE x > 0)\n    order_by: id\n    frame: rows 2 preceding\n';
  const out = await run({ csv, schema: '{ id: int, x: int }', steps });
  assert.equal(out, 'id,x,a,b,c,filled\n1,1,1,1,1,1\n2,1,1,2,1,1\n3,0,3,2,1,1\n4,0,3,2,2,1\n5,1,3,5,5,1\n');
});

/** In small chunks, most of which are let go on the way; against all rows in one. */
test('no row is let go that an end of a frame has yet to pass, whatever the call keeps', async () => {
  const rows = Array.from({ length: 400 }, (_, id) => `${id},${id < 90 ? '' : Math.floor(id / 60) * 10}`);
  const csv = `id,x\n${rows.join('\n')}\n`;
  const frames = [
    ...['groups between 3 preceding and current row', 'groups between 1 following and 2 following'],
    ...['range between 10 following and 20 following', 'range between 30 preceding and 10 preceding'],
    ...['rows between 70 preceding and 60 preceding', 'rows between 60 following and 70 following'],
  ];
  for (const frame of frames) {
    for (const call of ['last_value(id)', 'nth_value(id, 2)', 'count(*)']) {
      for (const nulls of ['first', 'last']) {
        const steps = `  - over:\n      v: |\n        ${call}\n    order_by: x nulls ${nulls}\n    frame: ${frame}\n`;
        const given = { csv, schema: '{ id: int, x: int }', steps };
        assert.equal(await run({ ...given, batchRows: 1 }), await run(given), `${call}, ${frame}, nulls ${nulls}`);
      }
    }
  }
});
