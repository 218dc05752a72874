/**
 * Standard input read like a file: the same rows, places and errors whatever pieces it comes in. Would catch bytes that the
 * look before the run swallows, a copy that stays on the disk, and a run that waits for a person to type.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import { checkPipeline, explainPipeline } from '../../src/engine.js';
import type { LeatError } from '../../src/errors.js';
import { leat } from '../support/leat.js';
import { random } from '../support/random.js';
import { runPipeline } from '../support/run-pipeline.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-stdin-'));
after(() => rmSync(folder, { recursive: true }));

const spillDir = join(folder, 'spill');
mkdirSync(spillDir);

function lay(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const rng = random(4);
const ROWS = Array.from({ length: 40_000 }, (_, i) => `${i},"a text, ${rng.int(1e6)}",${rng.int(100)}\n`);
const CSV = `id,note,n\n${ROWS.join('')}`;

/** The text in pieces that end anywhere. */
function pieces(text: string, most: number): Readable {
  const bytes = Buffer.from(text);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + rng.int(most);
    parts.push(bytes.subarray(at, at + length));
    at += length;
  }
  return Readable.from(parts);
}

const STEPS = '  - filter: n < 50\n  - aggregate: { rows: count(*), first: first(note), t: sum(id) }\n    by: [n]\n';

describe('standard input', () => {
  const fromFile = lay('file.yaml', `steps:\n  - read: in.csv\n${STEPS}  - write: file.csv\n`);
  const schema = '    schema: { id: bigint, note: string, n: int }\n';
  const plain = lay('plain.yaml', `steps:\n  - read: stdin\n${STEPS}  - write: stdin.csv\n`);
  const declared = lay('declared.yaml', `steps:\n  - read: stdin\n${schema}${STEPS}  - write: stdin.csv\n`);
  lay('in.csv', CSV);

  it('gives the rows of the same bytes in a file', async () => {
    await runPipeline(fromFile, { env: {} });
    const expected = readFileSync(join(folder, 'file.csv'), 'utf8');
    const test = { inProcessBytes: 0, splitBytes: 50_000 };
    for (const [path, slots] of [[plain, 2] as const, [declared, 1] as const]) {
      const stdin = pieces(CSV, 70_000);
      const report = await runPipeline(path, { stdin, slots, spillDir, env: {}, test });
      assert.equal(readFileSync(join(folder, 'stdin.csv'), 'utf8'), expected);
      assert.ok(report.vertices[0].splits > 5);
      assert.deepEqual(readdirSync(spillDir), []);
    }
  });

  it('is what --read puts in place of a file, and what a shell pipes', async () => {
    const path = lay('named.yaml', 'steps:\n  - name: r\n    read: none.csv\n  - select: [id]\n  - write: stdout\n');
    const { status, stdout, stderr } = await leat(['run', '-q', path, '--read', 'r=stdin'], {
      stdin: { bytes: 'id,x\n1,2\n3,4\n' },
    });
    assert.deepEqual([status, stdout, stderr], [0, 'id\n1\n3\n', '']);
  });

  it('is told by its name and line in errors', async () => {
    const path = lay('bad.yaml', 'steps:\n  - read: stdin\n    schema: { id: int }\n  - write: bad.csv\n');
    await assert.rejects(
      runPipeline(path, { stdin: Readable.from([Buffer.from('id\n1\n2\nx\n')]), spillDir, env: {} }),
      (error: LeatError) => {
        const [{ code, place }] = error.diagnostics;
        assert.deepEqual([code, place?.file, place?.line], ['FORMAT_CSV_VALUE', 'stdin', 4]);
        return true;
      },
    );
    assert.deepEqual(readdirSync(spillDir), []);
  });

  it('without anything in it has no header', async () => {
    const { diagnostics } = await checkPipeline(plain, { stdin: Readable.from([]), spillDir, env: {} });
    assert.deepEqual(
      diagnostics.map(({ code, place }) => [code, place?.file]),
      [['FORMAT_CSV_HEADER', 'stdin']],
    );
  });

  it('is not opened where nothing looks at it', async () => {
    const stdin = new Readable({ read: () => assert.fail('it was read') });
    assert.equal((await checkPipeline(declared, { stdin, env: {} })).ok, true);
    assert.match((await explainPipeline(declared, { stdin, env: {} })).text, /\bstdin\b/);
  });

  it('is checked against a schema when validate looks at data', async () => {
    const stdin = Readable.from([Buffer.from('id,n\n1,2\n')]);
    const { diagnostics } = await checkPipeline(declared, { stdin, data: true, spillDir, env: {} });
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      ['FORMAT_CSV_MISSING_COLUMN'],
    );
  });

  it('is no terminal', async () => {
    for (const path of [plain, declared]) {
      const stdin = Object.assign(new Readable({ read: () => assert.fail('it was read') }), { isTTY: true });
      await assert.rejects(runPipeline(path, { stdin, spillDir, env: {} }), (error: LeatError) => {
        const [{ code, message, place, hint }] = error.diagnostics;
        assert.deepEqual([code, place?.file, place?.line], ['FORMAT_IO', path, 2]);
        assert.match(`${message} ${hint}`, /terminal.*leat run/);
        return true;
      });
    }
    assert.deepEqual(readdirSync(spillDir), []);
  });

  it('can be read by one step', async () => {
    const path = lay(
      'twice.yaml',
      'steps:\n  - name: a\n    read: stdin\n    schema: { id: int }\n  - write: a.csv\n' +
        '  - read: stdin\n    schema: { id: int }\n  - write: b.csv\n',
    );
    const { diagnostics } = await checkPipeline(path, { env: {} });
    assert.deepEqual(
      diagnostics.map(({ code, place }) => [code, place?.line]),
      [['PLAN_STDIN_TWICE', 6]],
    );
  });

  it('counts towards the limit of the disk', async () => {
    const run = (spillLimit: number): Promise<unknown> =>
      runPipeline(declared, { stdin: pieces(CSV, 9000), spillDir, spillLimit, env: {} });
    await assert.rejects(run(CSV.length - 1), { code: 'SPILL_LIMIT' });
    assert.deepEqual(readdirSync(spillDir), []);
    await run(CSV.length);
  });

  it('that never ends can be interrupted', async () => {
    const interrupt = new AbortController();
    const stdin = new Readable({
      read() {
        this.push('id,note,n\n');
        interrupt.abort();
      },
    });
    const { signal } = interrupt;
    await assert.rejects(runPipeline(plain, { stdin, signal, spillDir, env: {} }), { code: 'RUNTIME_CANCELLED' });
    assert.deepEqual(readdirSync(spillDir), []);
  });
});
