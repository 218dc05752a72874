/**
 * Files that are not there, where the pipeline says that this may be. Would catch a run without rows that writes nothing,
 * and one whose columns depend on which files came.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { checkPipeline } from '../../src/engine.js';
import { runPipeline } from '../support/run-pipeline.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-absent-'));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'a.csv'), 'id,n\n1,2\n');
writeFileSync(join(folder, 'b.csv'), 'id,n\n3,4\n');

const SCHEMA = '    schema: { id: int, n: int }\n';

function lay(read: string, steps = ''): string {
  const path = join(folder, 'p.yaml');
  writeFileSync(path, `steps:\n  - read: ${read}${SCHEMA}${steps}  - write: out.csv\n`);
  return path;
}

async function rowsOf(read: string, steps = ''): Promise<string> {
  await runPipeline(lay(read, steps), { env: {} });
  return readFileSync(join(folder, 'out.csv'), 'utf8');
}

describe('files that are not there', () => {
  it('are no rows when the pipeline says so', async () => {
    assert.equal(await rowsOf('"x*.csv"\n    allow_empty: true\n'), 'id,n\n');
    assert.equal(await rowsOf('x.csv\n    if_missing: empty\n'), 'id,n\n');
    assert.equal(await rowsOf('a.csv/x.csv\n    if_missing: empty\n'), 'id,n\n');
    assert.equal(
      await rowsOf('[none/*.csv, b.csv, x.csv, a.csv]\n    allow_empty: true\n    if_missing: empty\n'),
      'id,n\n3,4\n1,2\n',
    );
  });

  it('are counted and joined like inputs without rows', async () => {
    const count = '  - aggregate: { rows: count(*), t: sum(n) }\n';
    assert.equal(await rowsOf('x.csv\n    if_missing: empty\n', count), 'rows,t\n0,\n');
    const join = `  - name: r\n    read: a.csv\n${SCHEMA}  - join: l\n    type: left\n    on: id\n    suffix: _l\n`;
    assert.equal(await rowsOf('x.csv\n    name: l\n    if_missing: empty\n', join), 'id,n,n_l\n1,2,\n');
  });

  for (const [name, read, expected] of [
    ['an empty pattern', '"x*.csv"\n    if_missing: empty\n', '2:11 FORMAT_NO_FILES'],
    ['a path', 'x.csv\n    allow_empty: true\n', '2:11 FORMAT_FILE_MISSING'],
    ['a path among others', '[a.csv, x.csv]\n', '2:19 FORMAT_FILE_MISSING'],
  ] as const) {
    it(`are an error otherwise: ${name}`, async () => {
      const { diagnostics } = await checkPipeline(lay(read), { data: true, env: {} });
      assert.deepEqual(
        diagnostics.map(({ code, place }) => `${place?.line}:${place?.column} ${code}`),
        [expected],
      );
    });
  }

  it('need a schema', async () => {
    const path = join(folder, 's.yaml');
    for (const key of ['allow_empty: true', 'if_missing: empty']) {
      writeFileSync(path, `steps:\n  - read: a.csv\n    ${key}\n  - write: out.csv\n`);
      const { diagnostics } = await checkPipeline(path, { env: {} });
      assert.deepEqual(
        diagnostics.map(({ code, place }) => [code, place?.line, place?.column]),
        [['SPEC_MISSING_KEY', 3, 5]],
      );
    }
  });
});
