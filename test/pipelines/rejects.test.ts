/**
 * Rows that fail, left out and told of: what comes out is what whoever made the file knows. Would catch a row that is lost, told of
 * twice, told of with the bytes of another, or that takes good rows with it.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { LeatError } from '../../src/errors.js';
import { type Random, random } from '../support/random.js';
import { runPipeline } from '../support/run-pipeline.js';
import { byTier } from '../support/tier.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-rejects-'));
after(() => rmSync(folder, { recursive: true }));

interface Made {
  readonly file: string;
  readonly good: string;
  /** Of each bad row: its first line, its code, its text. */
  readonly bad: readonly (readonly [line: number, code: string, raw: string])[];
}

/** `quotes`: with rows whose quotes are out of place. */
function makeFile(rng: Random, rows: number, quotes: boolean): Made {
  let file = 'id,amount,note\n';
  let good = file;
  let line = 2;
  const bad: [number, string, string][] = [];
  for (let id = 0; id < rows; id++) {
    const note = rng.pick(['', 'a', '"b, c"', '"d\ne"', '"f ""g"""', 'é']);
    const kind = rng.chance(0.8) ? 'good' : rng.pick(['value', 'many', 'few', ...(quotes ? ['stray', 'behind'] : [])]);
    const amount = `${rng.int(1000)}.25`;
    const [code, raw] = {
      good: ['', `${id},${amount},${note}`],
      value: ['FORMAT_CSV_VALUE', `${id},oops${id},${note}`],
      many: ['FORMAT_CSV_FIELD_COUNT', `${id},${amount},${note},${id}`],
      few: ['FORMAT_CSV_FIELD_COUNT', `${id},${amount}`],
      stray: ['FORMAT_CSV_STRAY_QUOTE', `${id},${amount},a "b`],
      behind: ['FORMAT_CSV_STRAY_QUOTE', `${id},${amount},"a"b`],
    }[kind]!;
    if (code === '') good += `${raw}\n`;
    else bad.push([line, code, raw]);
    file += `${raw}\n`;
    line += raw.split('\n').length;
  }
  return { file, good, bad };
}

const SETTINGS = [
  { slots: 1 },
  { slots: 2, test: { inProcessBytes: 0, splitBytes: 1000 } },
  { slots: 3, test: { inProcessBytes: 0, splitBytes: 300, batchRows: 3 } },
  { slots: 1, test: { kernels: 'twins', batchRows: 1 } },
] as const;

const READ = 'read: in.csv\n    schema: { id: bigint, amount: "decimal(9,2)", note: string }\n';

test('a file with bad rows: the good ones come out, and the bad ones as they stand in it', async () => {
  const rng = random(3);
  writeFileSync(
    join(folder, 'a.yaml'),
    `steps:\n  - name: in\n    ${READ}    on_error: reject\n  - write: good.csv\n  - from: in.rejects\n    write: bad.csv\n`,
  );
  writeFileSync(join(folder, 'b.yaml'), `steps:\n  - ${READ}    on_error: skip\n  - write: good.csv\n`);
  for (let round = 0; round < byTier(6, 60); round++) {
    const { file, good, bad } = makeFile(rng, rng.pick([0, 1, 50, 400]), round % 2 === 1);
    writeFileSync(join(folder, 'in.csv'), file);
    for (const settings of SETTINGS) {
      const hint = `seed ${rng.seed}, round ${round}, ${JSON.stringify(settings)}`;
      await runPipeline(join(folder, 'a.yaml'), settings);
      assert.equal(readFileSync(join(folder, 'good.csv'), 'utf8'), good, hint);
      const told = parse(readFileSync(join(folder, 'bad.csv')), { columns: true }) as Record<string, string>[];
      assert.deepEqual(
        told.map(({ line, code, raw }) => [Number(line), code, raw]),
        bad,
        hint,
      );
      for (const { byte_offset: offset, raw } of told) {
        const at = Number(offset);
        assert.equal(
          Buffer.from(file)
            .subarray(at, at + Buffer.byteLength(raw))
            .toString(),
          raw,
          hint,
        );
      }
      await runPipeline(join(folder, 'b.yaml'), settings);
      assert.equal(readFileSync(join(folder, 'good.csv'), 'utf8'), good, `${hint}, skipped`);
    }
  }
});

test('rows that a step cannot compute', async () => {
  const rows = Array.from({ length: 300 }, (_, i) => (i % 7 === 3 ? `${i},x${i}` : `${i},${i * 3}`));
  writeFileSync(join(folder, 'in.csv'), `id,n\n${rows.join('\n')}\n`);
  writeFileSync(
    join(folder, 'c.yaml'),
    [
      'steps:',
      '  - read: in.csv\n    schema: { id: bigint, n: string }',
      '  - name: big\n    filter: CAST(n AS bigint) > 100\n    on_error: reject',
      '  - derive: { twice: "CAST(n AS bigint) * 2" }\n    on_error: reject\n    rejects: none.csv',
      '  - write: good.csv',
      '  - from: big.rest\n    write: rest.csv',
      '  - from: big.rejects\n    write: bad.csv\n',
    ].join('\n'),
  );
  for (const settings of SETTINGS) {
    await runPipeline(join(folder, 'c.yaml'), settings);
    const read = (name: string): string[][] => parse(readFileSync(join(folder, name)), { from: 2 }) as string[][];
    const ids = (name: string): number[] => read(name).map(([id]) => Number(id));
    const whole = rows.map((_, i) => i).filter((i) => i % 7 !== 3);
    assert.deepEqual(
      ids('good.csv'),
      whole.filter((i) => i * 3 > 100),
    );
    assert.deepEqual(
      ids('rest.csv'),
      whole.filter((i) => i * 3 <= 100),
    );
    assert.deepEqual(
      read('bad.csv').map(([, line, , step, , code, , raw]) => [Number(line), step, code, raw]),
      rows.flatMap((_, i) => (i % 7 === 3 ? [[i + 2, 'filter big', 'EXPR_CAST', `{"id":"${i}","n":"x${i}"}`]] : [])),
    );
    assert.deepEqual(read('none.csv'), []);
  }
});

test('more rows than may fail: the rejects are written, and nothing else', async () => {
  const { file, bad } = makeFile(random(4), 200, true);
  writeFileSync(join(folder, 'in.csv'), file);
  const write = (limit: string): void =>
    writeFileSync(
      join(folder, 'd.yaml'),
      `steps:\n  - ${READ}    on_error: reject\n    rejects: bad2.csv\n    max_errors: ${limit}\n  - write: good2.csv\n`,
    );
  for (const limit of [`${bad.length - 1}`, '0', '1.5%']) {
    write(limit);
    await assert.rejects(runPipeline(join(folder, 'd.yaml'), { slots: 1 }), (error) => {
      assert.ok(error instanceof LeatError);
      assert.equal(error.code, 'FORMAT_TOO_MANY_ERRORS');
      return true;
    });
    assert.throws(() => readFileSync(join(folder, 'good2.csv')), { code: 'ENOENT' });
    assert.equal((parse(readFileSync(join(folder, 'bad2.csv'))) as unknown[]).length, bad.length + 1);
  }
  for (const limit of [`${bad.length}`, '99%']) {
    write(limit);
    await runPipeline(join(folder, 'd.yaml'), { slots: 1 });
  }
});

test('one file for the rejects of all steps', async () => {
  writeFileSync(join(folder, 'in.csv'), 'id,amount,note\n1,x,a\n2,2,b\n3,3,c\n');
  writeFileSync(
    join(folder, 'e.yaml'),
    `run: { rejects: all.csv }\nsteps:\n  - ${READ}    on_error: reject\n  - name: n\n    derive: { n: CAST(note AS int) }\n    on_error: reject\n  - write: good.csv\n`,
  );
  await runPipeline(join(folder, 'e.yaml'), { slots: 1 });
  const steps = (parse(readFileSync(join(folder, 'all.csv')), { columns: true }) as { step: string }[]).map(
    ({ step }) => step,
  );
  assert.deepEqual(steps, ['read', 'derive n', 'derive n']);
});

for (const [keys, message] of [
  ['on_error: reject', /go nowhere/],
  ['max_errors: 3', /means nothing/],
  ['rejects: r.csv', /rejects no rows/],
] as const) {
  test(`refused: ${keys}`, async () => {
    writeFileSync(join(folder, 'in.csv'), 'id,amount,note\n');
    writeFileSync(join(folder, 'f.yaml'), `steps:\n  - ${READ}    ${keys}\n  - write: good.csv\n`);
    await assert.rejects(runPipeline(join(folder, 'f.yaml')), message);
  });
}
