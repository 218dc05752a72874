/** `extract` against JavaScript's regular expressions, at any number of slots; and what it refuses. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { checkPipeline } from '../../src/engine.js';
import { LeatError } from '../../src/errors.js';
import { random } from '../support/random.js';
import { runPipeline } from '../support/run-pipeline.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-extract-'));
after(() => rmSync(folder, { recursive: true }));

const PATTERN = '"(?P<method>[A-Z]+) (?P<path>[^ ?"]*)(\\?[^ "]*)?" (?P<status>\\d+)(?: (?P<ms>[0-9.]+)ms)?';
const numbers = random(8);
const lines = Array.from({ length: 2000 }, (_, i) => {
  const path = numbers.pick(['/', '/a/b', '/é', '/x\\n', '', "/it's"]);
  const query = numbers.pick(['', '?q=1', '?']);
  const time = numbers.pick(['', ' 12ms', ' 0.5ms', ' x']);
  if (numbers.chance(0.1)) return `nothing ${i}`;
  return `${i} "${numbers.pick(['GET', 'POST'])} ${path}${query}" ${numbers.between(100, 599)}${time}`;
});
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
writeFileSync(join(folder, 'in.csv'), `id,line\n${lines.map((line, id) => `${id},${quoted(line)}\n`).join('')}`);

function pipeline(steps: string): string {
  const path = join(folder, 'p.yaml');
  const read = '  - read: in.csv\n    schema: { id: int, line: string }\n';
  writeFileSync(path, `steps:\n${read}${steps}  - write: out.csv\n`);
  return path;
}

async function leat(steps: string, slots: number): Promise<string> {
  await runPipeline(pipeline(steps), { slots, test: { splitBytes: 5000, inProcessBytes: 0 } });
  return readFileSync(join(folder, 'out.csv'), 'utf8');
}

const EXTRACT = `  - extract: line\n    pattern: '${PATTERN}'\n`;

describe('extract', () => {
  it('makes a column of each group with a name', async () => {
    const found = await leat(`${EXTRACT}    schema: { status: int, ms: double }\n  - drop: [line]\n`, 1);
    const expression = new RegExp(PATTERN.replaceAll('?P<', '?<'));
    const expected = lines.map((line, id) => {
      const { method, path, status, ms } = expression.exec(line)?.groups ?? {};
      const time = ms === undefined ? '' : ms.includes('.') ? ms : `${ms}.0`;
      return [id, method ?? '', path === '' ? '""' : (path ?? ''), status ?? '', time].join(',');
    });
    assert.equal(found, `${['id,method,path,status,ms', ...expected].join('\n')}\n`);
    assert.equal(await leat(`${EXTRACT}    schema: { status: int, ms: double }\n  - drop: [line]\n`, 8), found);
  });

  it('computes only what is read', async () => {
    const steps = `${EXTRACT}    schema: { path: int }\n  - aggregate: { n: count(*) }\n    by: [method]\n`;
    assert.match(await leat(steps, 2), /^method,n\nGET,\d+\nPOST,\d+\n,\d+\n$/);
  });

  it('fails where a part is no value of its type', async () => {
    await assert.rejects(leat(`${EXTRACT}    schema: { path: int }\n`, 2), (error: unknown) => {
      assert.ok(error instanceof LeatError);
      const [{ code, place, message }] = error.diagnostics;
      assert.equal(code, 'EXPR_CAST');
      assert.match(message, /cannot be cast to int, in step extract/);
      assert.equal(place?.line, 6);
      return true;
    });
  });

  it('leaves out rows whose parts do not fit when it is told so', async () => {
    const found = await leat(`${EXTRACT}    schema: { path: int }\n    on_error: skip\n  - select: [id, path]\n`, 2);
    const expected = lines.flatMap((line, id) => (line.includes('"') ? [] : [`${id},\n`]));
    assert.equal(found, `id,path\n${expected.join('')}`);
  });

  it('is refused where it means nothing', async () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ["  - extract: line\n    pattern: '(a'\n", /is not a regular expression/],
      ["  - extract: line\n    pattern: '(a)'\n", /no group of the pattern has a name/],
      ["  - extract: line\n    pattern: '(?P<id>a)'\n", /there is a column "id" already/],
      ["  - extract: id\n    pattern: '(?P<a>a)'\n", /id is int, and `extract` takes texts apart/],
      ["  - extract: lime\n    pattern: '(?P<a>a)'\n", /there is no column lime/],
      ["  - extract: line\n    pattern: '(?P<a>a)'\n    schema: { b: int }\n", /the pattern has no group b/],
      ["  - extract: line\n    pattern: '(?P<a>a)'\n    schema: { a: integr }\n", /integr is not a type/],
    ];
    for (const [steps, message] of cases) {
      const { diagnostics } = await checkPipeline(pipeline(steps));
      assert.match(diagnostics.map((found) => found.message).join('; '), message);
    }
  });
});
