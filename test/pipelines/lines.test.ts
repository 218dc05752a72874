/** Text files, a line a row, whatever is in it. Would catch quotes or delimiters that mean something, and empty lines that are null. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { checkPipeline } from '../../src/engine.js';
import { HOSTILE } from '../support/hostile-settings.js';
import type { PipelineCase } from '../support/pipeline-case.js';
import { type Random, random } from '../support/random.js';
import { runCase } from '../support/run-case.js';

const WORDS = ['', ' ', '"', 'a,b;c\t', 'ÿ', '\u0001', '漢', '"" ', 'x'.repeat(300), '#', "'"];

function text(rng: Random, newline: string): string {
  const line = (): string => Array.from({ length: rng.int(4) }, () => rng.pick(WORDS)).join('');
  return Array.from({ length: 3000 }, line).join(newline) + (rng.chance(0.5) ? newline : `${newline}end`);
}

const quoted = (line: string): string => (line === '' || /[",]/.test(line) ? `"${line.replaceAll('"', '""')}"` : line);

const folder = mkdtempSync(join(tmpdir(), 'leat-lines-'));
after(() => rmSync(folder, { recursive: true }));

describe('lines', () => {
  for (const newline of ['\n', '\r\n']) {
    it(`are rows as they stand: ${JSON.stringify(newline)}`, async () => {
      const testCase: PipelineCase = {
        name: `lines ${newline}`,
        files: { 'in.txt': (rng) => text(rng, newline) },
        pipeline:
          'steps:\n  - read: in.txt\n    format: lines\n    skip_lines: 1\n    file_columns: true\n' +
          '  - check: line IS NOT NULL AND _line > 1\n  - select: [line]\n  - write: out.csv\n',
        outputs: ['out.csv'],
        leastBytes: 2 << 20,
      };
      const lines = text(random(1), newline).split(newline);
      if (lines[lines.length - 1] === '') lines.pop();
      const { 'out.csv': written } = await runCase(testCase);
      assert.deepEqual(written.slice(0, -1).split('\n'), ['line', ...lines.slice(1).map(quoted)]);
      for (const settings of HOSTILE) {
        assert.deepEqual(await runCase(testCase, settings), { 'out.csv': written }, settings.name);
      }
    });
  }

  it('of an empty file, or of no file, are none', async () => {
    for (const read of ['in.txt', 'x.txt\n    if_missing: empty']) {
      const pipeline = `steps:\n  - read: ${read}\n    format: lines\n  - aggregate: { n: count(*), m: max(line) }\n  - write: out.csv\n`;
      const files = { 'in.txt': () => '' };
      assert.deepEqual(await runCase({ name: read, files, pipeline, outputs: ['out.csv'] }), {
        'out.csv': 'n,m\n0,\n',
      });
    }
  });

  it('have one column and no other options', async () => {
    for (const [key, line] of [
      ['schema: { line: int }', 4],
      ['delimiter: ;', 4],
    ] as const) {
      const path = join(folder, 'p.yaml');
      writeFileSync(path, `steps:\n  - read: x.txt\n    format: lines\n    ${key}\n  - write: o.csv\n`);
      const { diagnostics } = await checkPipeline(path, { env: {} });
      assert.deepEqual(
        diagnostics.map(({ code, place }) => [code, place?.line]),
        [['SPEC_BAD_VALUE', line]],
      );
    }
  });
});
