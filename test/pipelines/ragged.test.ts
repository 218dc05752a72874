/**
 * Rows that are too short, with `ragged: pad`: DuckDB's null_padding gives the same. Would catch values that move into the next
 * column, and rows that are too long taken for good.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { LeatError } from '../../src/errors.js';
import { duckdbRows } from '../support/duckdb.js';
import { HOSTILE } from '../support/hostile-settings.js';
import type { PipelineCase } from '../support/pipeline-case.js';
import { type Random, random } from '../support/random.js';
import { runCase } from '../support/run-case.js';
import { runPipeline } from '../support/run-pipeline.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-ragged-'));
after(() => rmSync(folder, { recursive: true }));

function ragged(rng: Random): string {
  const row = (): string => Array.from({ length: rng.between(1, 4) }, () => rng.pick(['1', '22', '"3"', ''])).join(',');
  return `a,b,c,d\n${Array.from({ length: 2000 }, (_, i) => `${i}${rng.chance(0.9) ? `,${row().split(',').slice(1).join(',')}` : ''}\n`).join('')}`;
}

describe('rows that are too short', () => {
  it('are filled with nulls, as DuckDB does', async () => {
    const testCase: PipelineCase = {
      name: 'ragged',
      files: { 'in.csv': ragged },
      pipeline: 'steps:\n  - read: in.csv\n    ragged: pad\n  - select: [a, b, c, d]\n  - write: out.csv\n',
      outputs: ['out.csv'],
      leastBytes: 2 << 20,
    };
    const { 'out.csv': text } = await runCase(testCase);
    writeFileSync(join(folder, 'in.csv'), ragged(random(1)));
    const expected = await duckdbRows(
      `SELECT * FROM read_csv('${folder}/in.csv', null_padding = true, all_varchar = true, header = true) ORDER BY CAST(a AS INT)`,
    );
    assert.equal(expected.length, 2000);
    assert.deepEqual(
      text.trimEnd().split('\n').slice(1),
      expected.map((row) => row.map((value) => value ?? '').join(',')),
    );
    for (const settings of HOSTILE)
      assert.deepEqual(await runCase(testCase, settings), { 'out.csv': text }, settings.name);
  });

  for (const [options, text] of [
    ['', 'a,b\n1\n'],
    ['    ragged: pad\n', 'a,b\n1\n1,2,3\n'],
  ] as const) {
    it(`are an error otherwise, and those that are too long always: ${options.trim()}`, async () => {
      writeFileSync(join(folder, 'x.csv'), text);
      writeFileSync(join(folder, 'x.yaml'), `steps:\n  - read: x.csv\n${options}  - write: o.csv\n`);
      await assert.rejects(runPipeline(join(folder, 'x.yaml'), { env: {} }), (error: LeatError) => {
        const [{ code, place }] = error.diagnostics;
        assert.deepEqual([code, place?.line], ['FORMAT_CSV_FIELD_COUNT', text.split('\n').length - 1]);
        return true;
      });
    });
  }
});
