/**
 * Columns that travel as one text, against the same columns one by one, as a second reader of the step makes them: the same bytes,
 * whatever stands in the fields. Would catch a span that keeps quotes, loses a null or takes a field too many.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { explainPipeline } from '../../src/engine.js';
import type { TestSettings } from '../../src/engine-api.js';
import { type Random, random } from '../support/random.js';
import { runPipeline } from '../support/run-pipeline.js';
import { byTier } from '../support/tier.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-spans-'));
after(() => rmSync(folder, { recursive: true }));

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const PLAIN = ['x', 'yz', '', '0.10', ' blank ', 'ü', 'a longer text of more than thirty-two bytes, no'];
const ODD = [
  '"q"',
  '"with , in it"',
  '"a ""quoted"" text"',
  '""',
  '"two\nlines"',
  '"cr\r\nlf"',
  'lone\rcr',
  '"\r"',
  '"ü"',
];

/** Values of one type, and texts that mean the same but are written in another way. */
const VALUES = [
  ['1', '-20', '', '+3', '"4"', ' 5', '0'],
  ['1.5', '2.50', '3', '-0.0', '1e3', '', '"6.10"', '123456789.123456789', '1e-7', '57265.20', '.5', '1e300', '100.0'],
  ['2026-01-02', '1999/12/31', '', '"2000-02-29"', '0001-01-01'],
  ['2026-01-02 10:00:00', '2026-01-02T10:00', '2026-01-02 10:00:00.250', '', '"2026-01-02 10:00:00.1"', '2026-01-02'],
  ['true', 'false', 'T', '', 'no', '"true"'],
];

/** Two columns that are looked at, the last one among them. */
function makeValueFile(rng: Random): string {
  const newline = rng.pick(['\n', '\r\n']);
  const kinds = [rng.pick(VALUES), rng.pick(VALUES)];
  const rows = Array.from({ length: rng.pick([30, 400]) }, () => {
    const cells = NAMES.map(() => rng.pick(rng.chance(0.02) ? ODD : PLAIN.slice(0, -1)));
    [cells[3], cells[5]] = kinds.map((texts) => rng.pick(rng.chance(0.5) ? texts.slice(0, 1) : texts));
    return `${cells.join(',')}${newline}`;
  });
  return `${NAMES.join(',')}${newline}${rows.join('')}`;
}

const VALUE_STEPS = [
  '  - sort: [d, f desc]\n',
  '  - filter: d IS NOT NULL\n  - sort: [f]\n',
  '  - filter: f IS NOT NULL OR d IS NULL\n',
  '  - select: [d, e, f, a, b]\n  - sort: [d]\n',
  '  - select: [f, d, e]\n  - sort: [d]\n',
  '  - over: { n: row_number() }\n    by: [d, b]\n    order_by: [f]\n',
  '  - dedupe: [d, f]\n',
  '  - derive: { g: d, h: b }\n  - filter: f = f\n',
];

function makeFile(rng: Random): string {
  const fields = rng.chance(0.3) ? PLAIN.slice(0, -1) : [...PLAIN.slice(0, -1), ...ODD];
  const newline = rng.pick(['\n', '\r\n']);
  const rows = Array.from({ length: rng.pick([1, 30, 400]) }, (_, i) => {
    const cells = NAMES.map(() => rng.pick(fields));
    cells[3] = `${(i * 7919) % 101}`;
    const isBlank = rng.chance(0.03);
    return `${cells.join(',')}${newline}${isBlank ? newline : ''}`;
  });
  const text = `${NAMES.join(',')}${newline}${rows.join('')}`;
  return rng.chance(0.2) ? text.slice(0, -newline.length) : text;
}

const STEPS = [
  '',
  '  - sort: [d]\n',
  '  - filter: d > 50\n',
  '  - filter: d < 90\n  - sort: [d desc]\n  - limit: 7\n',
  '  - select: [b, c, d, e, f]\n',
  '  - select: [d, e, f, a, b]\n  - sort: [d]\n',
  '  - derive: { g: d * 2 }\n',
  '  - over: { n: row_number() }\n    by: [d]\n',
  '  - dedupe: [d]\n',
  '  - rename: { first: a, last: f }\n  - sort: [d]\n',
];
const SETTINGS: readonly { readonly slots: number; readonly test: TestSettings }[] = [
  { slots: 1, test: {} },
  { slots: 2, test: { inProcessBytes: 0, splitBytes: 512 } },
  { slots: 1, test: { kernels: 'twins', batchRows: 3 } },
];

async function written(pipeline: string, settings: (typeof SETTINGS)[number]): Promise<string> {
  writeFileSync(join(folder, 'p.yaml'), pipeline);
  await runPipeline(join(folder, 'p.yaml'), { env: {}, memoryBytes: 64 << 20, ...settings });
  return readFileSync(join(folder, 'out.csv'), 'utf8');
}

test('columns as one text are written as they are one by one', async () => {
  for (let seed = 1; seed <= byTier(60, 600); seed++) {
    const rng = random(seed);
    const hasValues = rng.chance(0.5);
    writeFileSync(join(folder, 'in.csv'), hasValues ? makeValueFile(rng) : makeFile(rng));
    const steps = rng.pick(hasValues ? VALUE_STEPS : STEPS);
    const settings = rng.pick(SETTINGS);
    const head = `steps:\n  - read: in.csv\n${steps}  - name: all\n    filter: true\n`;
    const one = `${head}  - write: out.csv\n`;
    const { text } = await explained(one);
    const expected = await written(`${one}  - from: all\n    write: other.csv\n`, { slots: 1, test: {} });
    assert.match(text, / \.\. /, `seed ${seed}`);
    assert.equal(await written(one, settings), expected, `seed ${seed}\n${steps}`);
  }
});

async function explained(pipeline: string): Promise<{ readonly text: string }> {
  writeFileSync(join(folder, 'p.yaml'), pipeline);
  return explainPipeline(join(folder, 'p.yaml'), { env: {}, level: 'optimized' });
}

const READ = 'steps:\n  - read: in.csv\n';
const CASES: readonly (readonly [name: string, pipeline: string, columns: string])[] = [
  ['a copy', `${READ}  - write: out.csv\n`, 'a .. f string'],
  ['a filter', `${READ}  - filter: d > 1\n  - write: out.csv\n`, 'd int, a .. f string'],
  [
    'columns in another order',
    `${READ}  - select: [c, b, a, e, f]\n  - write: out.csv\n`,
    'a string, b string, c string, e .. f string',
  ],
  ['a column twice', `${READ}  - derive: { g: b }\n  - write: out.csv\n`, 'b string, a .. f string'],
  ['a column that somebody looks at', `${READ}  - filter: b <> 'x'\n  - write: out.csv\n`, 'b string, a .. f string'],
  [
    'another delimiter',
    `${READ}  - write: { path: out.csv, delimiter: ';' }\n`.replace(
      "{ path: out.csv, delimiter: ';' }",
      "out.csv\n    delimiter: ';'",
    ),
    'a string, b string, c string, d string, e string, f string',
  ],
  ['declared columns', `${READ}    schema: { a: string, b: string }\n  - write: out.csv\n`, 'a string, b string'],
  [
    'texts that mean null',
    `${READ}    nulls: [x]\n  - write: out.csv\n`,
    'a string, b string, c string, d string, e string, f string',
  ],
  [
    'two readers',
    `${READ}  - write: out.csv\n  - from: read\n    write: o.csv\n`.replace(
      '  - read: in.csv\n',
      '  - name: read\n    read: in.csv\n',
    ),
    'a string, b string, c string, d string, e string, f string',
  ],
  ['an aggregate', `${READ}  - aggregate: { n: count(*) }\n    by: [a, b]\n  - write: out.csv\n`, 'a string, b string'],
];

for (const [name, pipeline, columns] of CASES) {
  test(`which columns are one: ${name}`, async () => {
    writeFileSync(join(folder, 'in.csv'), 'a,b,c,d,e,f\nx,yy,z,1,2,3\n');
    const { text } = await explained(pipeline);
    assert.match(text, new RegExp(`: ${columns.replaceAll('.', '\\.')}\\n`));
  });
}
