/** Rows of a thirty-second of a slot's memory go through every step, as docs/language.md says; larger ones say what to do. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { checkPipeline } from '../../src/engine.js';
import { LeatError } from '../../src/errors.js';
import { runPipeline } from '../support/run-pipeline.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-large-rows-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const MEMORY = 16 << 20;

/** Eight rows, two of a kind. */
function rows(name: string, textBytes: number): void {
  const lines = Array.from({ length: 8 }, (_, i) => `${i % 4},${'abcdefgh'[i].repeat(textBytes)}`);
  writeFileSync(join(folder, name), `id,t\n${lines.join('\n')}\n`);
}

async function run(input: string, step: string, memoryBytes: number): Promise<string | LeatError> {
  const path = join(folder, 'p.yaml');
  const other = '  - name: other\n    read: small.csv\n';
  const read = `  - read: ${input}\n    schema: { id: int, t: string }\n`;
  writeFileSync(
    path,
    `steps:\n${other}${read}  - ${step}\n  - write: out.csv\n  - from: other\n    write: /dev/null\n`,
  );
  try {
    await runPipeline(path, { slots: 1, memoryBytes, env: {} });
    return readFileSync(join(folder, 'out.csv'), 'utf8');
  } catch (error) {
    if (error instanceof LeatError) return error;
    throw error;
  }
}

rows('large.csv', Math.floor(MEMORY / 33));
writeFileSync(join(folder, 'small.csv'), 'id,n\n1,one\n2,two\n');

for (const step of [
  'derive: { u: upper(t) }',
  'sort: [t desc]',
  'sort: [id]',
  'aggregate: { n: max(t) }\n    by: [id]',
  'aggregate: { n: count(*), m: count(DISTINCT t) }\n    by: [t]',
  'distinct: true',
  'dedupe: [id]',
  'over: { before: lag(t) }\n    order_by: [id]',
  'join: other\n    on: id',
]) {
  test(`large rows: ${step}`, async () => {
    const [little, much] = [await run('large.csv', step, MEMORY), await run('large.csv', step, 32 * MEMORY)];
    assert.ok(typeof little === 'string', String(little));
    assert.ok(little.length > MEMORY / 33);
    assert.ok(little === much);
  });
}

test('a row that is too large to be read, or to be kept, says what to do', async () => {
  for (const [share, step, code] of [
    [3, 'filter: id >= 0', 'FORMAT_CSV_ROW_SIZE'],
    [9, 'sort: [t]', 'MEMORY_EXHAUSTED'],
  ] as const) {
    rows('larger.csv', Math.floor(MEMORY / share));
    const error = await run('larger.csv', step, MEMORY);
    assert.ok(error instanceof LeatError);
    assert.equal(error.code, code);
    assert.match(error.diagnostics[0].hint ?? '', /--memory, or fewer slots with --slots/);
  }
});

test('columns whose first row is too long to be looked at are taken as text, and that is said', async () => {
  const path = join(folder, 'p.yaml');
  writeFileSync(path, 'steps:\n  - read: large.csv\n  - write: out.csv\n');
  const { diagnostics } = await checkPipeline(path, { env: {} });
  assert.match(diagnostics[0].message, /does not end within 256 KiB/);
});
