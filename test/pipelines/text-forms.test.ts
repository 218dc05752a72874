/**
 * Columns whose values are not written in the usual form: DuckDB converts the same texts, under settings that tear rows and
 * batches apart, quoted and not, by the kernels and by csv-parse. Would catch a form that is guessed, and a null that is lost.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { checkPipeline } from '../../src/engine.js';
import type { LeatError } from '../../src/errors.js';
import { duckdbRows } from '../support/duckdb.js';
import { HOSTILE } from '../support/hostile-settings.js';
import type { PipelineCase } from '../support/pipeline-case.js';
import { type Random, random } from '../support/random.js';
import { runCase } from '../support/run-case.js';
import { runPipeline } from '../support/run-pipeline.js';

const ROWS = 3000;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const two = (value: number): string => String(value).padStart(2, '0');

function grouped(digits: string, mark: string): string {
  return digits.replace(/\B(?=(?:[0-9]{3})+$)/g, mark);
}

/** Fields as somebody might write them. */
function row(rng: Random): readonly string[] {
  const [year, month, day] = [rng.between(1970, 2069), rng.between(1, 12), rng.between(1, 28)];
  const time = `${two(rng.int(24))}:${two(rng.int(60))}`;
  const date = rng.chance(0.5) ? `${day}.${month}.${year}` : `${two(day)}.${two(month)}.${year}`;
  const at = rng.chance(0.5) ? `${day} ${MONTHS[month - 1]} ${year} ${time}` : `${year}/${month}/${day} ${time}:07.25`;
  const sign = rng.chance(0.3) ? '-' : '';
  const whole = String(rng.int(10 ** rng.between(1, 8)));
  const price = `${sign}${rng.chance(0.5) ? grouped(whole, '.') : whole},${two(rng.int(100))}`;
  const n = `${sign}${grouped(String(rng.int(1e9)), '\u202f')}`;
  const note = `${rng.pick(['', ' ', '\t'])}${rng.pick(['a', 'b c', '"q"', 'n/a'])}${rng.pick(['', '  '])}`;
  const fields = [date, at, price, n, note].map((text) => (rng.chance(0.1) ? 'n/a' : text));
  return fields;
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

function csv(rng: Random, newline: string): string {
  const lines = Array.from({ length: ROWS }, (_, id) => {
    const fields = row(rng).map((text) =>
      /"/.test(text) || (text.trim() !== 'n/a' && rng.chance(0.3)) ? quoted(text) : text,
    );
    return `${id};${fields.join(';')}`;
  });
  return `id;day;at;price;n;note${newline}${lines.join(newline)}${newline}`;
}

function pipeline(quotes: string): string {
  return `steps:
  - read: in.csv
    delimiter: ;
    quotes: ${quotes}
    nulls: [n/a]
    schema:
      id: int
      day: { type: date, format: '%d.%m.%Y' }
      at: { type: timestamp, format: ['%d %b %Y %H:%M', '%Y/%m/%d %H:%M:%S.%f'] }
      price:
        type: decimal(12,2)
        decimal: ','
        thousands: '.'
      n: { type: bigint, thousands: "\\u202f" }
      note: { type: string, trim: true }
  - write: out.csv
`;
}

const text = (column: string): string => `CASE WHEN trim("${column}", ' \t') <> 'n/a' THEN "${column}" END`;

async function expected(content: string): Promise<readonly (readonly (string | null)[])[]> {
  const folder = mkdtempSync(join(tmpdir(), 'leat-forms-'));
  try {
    writeFileSync(join(folder, 'in.csv'), content);
    return await duckdbRows(`
      SELECT id, strptime(${text('day')}, '%d.%m.%Y')::DATE,
        strptime(${text('at')}, ['%d %b %Y %H:%M', '%Y/%m/%d %H:%M:%S.%f']),
        CAST(replace(replace(${text('price')}, '.', ''), ',', '.') AS DECIMAL(12,2)),
        CAST(replace(${text('n')}, '\u202f', '') AS BIGINT),
        trim(${text('note')}, ' \t')
      FROM read_csv('${join(folder, 'in.csv')}', delim = ';', all_varchar = true, quote = '"', nullstr = 'zzz')
      ORDER BY CAST(id AS BIGINT)`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('columns with a form of their own', () => {
  for (const [newline, quotes] of [
    ['\n', 'strict'],
    ['\r\n', 'strict'],
    ['\n', 'lax'],
  ] as const) {
    it(`are what DuckDB makes of them: ${JSON.stringify(newline)}, ${quotes}`, async () => {
      const testCase: PipelineCase = {
        name: `forms ${newline} ${quotes}`,
        files: { 'in.csv': () => csv(random(11), newline) },
        pipeline: pipeline(quotes),
        leastBytes: 2 << 20,
        outputs: ['out.csv'],
      };
      const rows = await expected(csv(random(11), newline));
      const { 'out.csv': plain } = await runCase(testCase);
      const lines = plain.trimEnd().split('\n').slice(1);
      assert.equal(lines.length, ROWS);
      for (const [index, line] of lines.entries()) {
        const [id, day, at, price, n, note] = rows[index];
        const shown = note?.includes('"') ? quoted(note) : note;
        assert.equal(line, [id, day, at, price, n, shown].map((value) => value ?? '').join(','));
      }
      for (const settings of HOSTILE) {
        assert.deepEqual(await runCase(testCase, settings), { 'out.csv': plain }, settings.name);
      }
    });
  }
});

const folder = mkdtempSync(join(tmpdir(), 'leat-forms-'));
after(() => rmSync(folder, { recursive: true }));

function lay(entry: string, values: readonly string[], more = ''): string {
  writeFileSync(join(folder, 'v.csv'), `v,w\n${values.map((value) => `${value},x\n`).join('')}`);
  const path = join(folder, 'v.yaml');
  writeFileSync(path, `steps:\n  - read: v.csv\n${more}    schema:\n      v: ${entry}\n  - write: stdout\n`);
  return path;
}

describe('a value of another form', () => {
  for (const [entry, values, line] of [
    ["{ type: double, decimal: ',' }", ['"1,5"', '1.5'], 3],
    ["{ type: 'decimal(9,2)', decimal: ',', thousands: '.' }", ['1.500', '1.50'], 3],
    ["{ type: 'decimal(9,2)', decimal: ',', thousands: '.' }", ['12.500', '1234.500'], 3],
    ["{ type: bigint, thousands: '.' }", ['1.2.345', '12.34.567'], 2],
    ["{ type: bigint, thousands: '.' }", ['12.34.567', '1.000.'], 3],
    ["{ type: date, format: '%d.%m.%Y' }", ['28.2.2026', '29.2.2026'], 3],
    ["{ type: date, format: '%d.%m.%Y' }", ['28.2.2026', '2026-02-28'], 3],
    ["{ type: timestamp, format: ['%Y%m%d', '%j %Y'] }", ['20260228', '366 2026'], 3],
    ['{ type: timestamp, timezone: Europe/Oslo }', ['2026-02-28 10:00:00', 'soon'], 3],
  ] as const) {
    it(`is an error: ${values.join(' and ')} as ${entry}`, async () => {
      await assert.rejects(runPipeline(lay(entry, values), { env: {} }), (error: LeatError) => {
        const [{ code, place, message }] = error.diagnostics;
        assert.deepEqual([code, place?.line, place?.column], ['FORMAT_CSV_VALUE', line, 1]);
        assert.ok(message.startsWith(JSON.stringify(values[line - 2])), message);
        return true;
      });
    });
  }

  it('is null when it is listed, whatever marks are in it', async () => {
    const path = lay("{ type: double, decimal: ',', thousands: '.', trim: true, nulls: ['-.-', n/a] }", [
      '-.-',
      ' n/a ',
      '""',
    ]);
    await assert.rejects(runPipeline(path, { env: {} }), (error: LeatError) => error.diagnostics[0].place?.line === 4);
  });
});

describe('rows with a value of another form', () => {
  it('can be rejected', async () => {
    const path = lay(
      "{ type: date, format: '%d.%m.%Y' }",
      ['1.2.2026', '2026-02-01', '2.2.2026', 'x'],
      '    on_error: reject\n    rejects: r.csv\n',
    );
    writeFileSync(path, readFileSync(path, 'utf8').replace('stdout', 'o.csv'));
    await runPipeline(path, { env: {} });
    assert.equal(readFileSync(join(folder, 'o.csv'), 'utf8'), 'v\n2026-02-01\n2026-02-02\n');
    const rejected = readFileSync(join(folder, 'r.csv'), 'utf8').trimEnd().split('\n').slice(1);
    assert.deepEqual(
      rejected.map((line) => line.split(',').slice(1, 2)),
      [['3'], ['5']],
    );
  });
});

describe('a time zone', () => {
  it('is that of the timestamps that name none, as to_utc_timestamp has it', async () => {
    const rng = random(3);
    const times = Array.from({ length: 500 }, (_, i) => {
      const day =
        i < 100
          ? `2026-${i % 2 ? '03-29' : '10-25'}`
          : `${rng.between(1850, 2100)}-${two(rng.between(1, 12))}-${two(rng.between(1, 28))}`;
      return `${day} ${two(rng.int(24))}:${two(rng.int(60))}:00`;
    });
    writeFileSync(
      join(folder, 't.csv'),
      `t,u\n${times.map((at) => `${at},${at}\n`).join('')}2026-07-01 12:00:00Z,2026-07-01 14:00:00\n`,
    );
    const path = join(folder, 't.yaml');
    const schema = '    schema:\n      t: { type: timestamp, timezone: Europe/Oslo }\n      u: timestamp\n';
    const formats = schema.replace('timezone', "format: ['%Y-%m-%d %H:%M:%S', '%Y-%m-%d %H:%M:%S%z'], timezone");
    for (const declared of [schema, formats]) {
      writeFileSync(
        path,
        `steps:\n  - read: t.csv\n${declared}  - check: t = to_utc_timestamp(u, 'Europe/Oslo')\n  - aggregate: { n: count(t) }\n  - check: n = 501\n`,
      );
      const { checks } = await runPipeline(path, { env: {} });
      assert.deepEqual(
        checks.map(({ holds }) => holds),
        [true, true],
      );
    }
  });
});

describe('a form in a schema', () => {
  for (const [entry, expected] of [
    ["{ type: string, format: '%d' }", 'is for columns of type date, timestamp, and this is string'],
    ['{ type: date, timezone: UTC }', 'is for columns of type timestamp'],
    ["{ type: int, decimal: ',' }", 'is for columns of type decimal, double'],
    ["{ type: date, format: '%Q' }", '%Q is not a part of a format'],
    ["{ type: date, format: [''] }", 'the format is empty'],
    ['{ type: timestamp, timezone: Europe/Olso }', 'there is no time zone Europe/Olso'],
    ["{ type: double, thousands: '.' }", '"." stands between thousands and is the decimal point'],
    ["{ type: double, thousands: '0' }", '0 is a part of numbers already'],
  ] as const) {
    it(`is refused: ${entry}`, async () => {
      const { diagnostics } = await checkPipeline(lay(entry, []), { env: {} });
      assert.equal(diagnostics.length, 1, JSON.stringify(diagnostics));
      const [{ code, message, place }] = diagnostics;
      assert.deepEqual([code, place?.line], ['SPEC_BAD_VALUE', 4]);
      assert.ok(message.includes(expected), message);
    });
  }
});
