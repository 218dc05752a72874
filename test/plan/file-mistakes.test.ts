/**
 * Files that cannot be read or written: the error stands where the pipeline names them, and a mistake of the pipeline
 * beside it decides the exit status. Would catch errors without a place, and status 1 for a pipeline that is wrong.
 */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { checkPipeline, LeatError } from '../../src/engine.js';
import type { Diagnostic } from '../../src/errors.js';
import { makePipe } from '../support/make-pipe.js';
import { runPipeline } from '../support/run-pipeline.js';
import { mistakesFolder } from './support/find-mistakes.js';

const folder = mistakesFolder();
after(() => rmSync(folder, { recursive: true }));

const SCHEMA = '    schema: { id: int }\n';

function lay(steps: string): string {
  const path = join(folder, 'p.yaml');
  writeFileSync(path, `steps:\n${steps}`);
  return path;
}

async function failureOf(steps: string): Promise<LeatError> {
  try {
    await runPipeline(lay(steps), { env: {}, slots: 1, memoryBytes: 64 << 20 });
  } catch (error) {
    if (error instanceof LeatError) return error;
    throw error;
  }
  throw new Error('it ran');
}

const shown = ({ code, place, message }: Diagnostic): string =>
  `${place?.line}:${place?.column} ${code} ${message.replaceAll(`${folder}/`, '')}`;

describe('files', () => {
  const cases: readonly (readonly [name: string, steps: string, expected: string])[] = [
    [
      'an input with a schema that is not there',
      `  - read: [in.csv, nope.csv]\n${SCHEMA}  - write: out.csv\n`,
      '2:20 FORMAT_FILE_MISSING nope.csv does not exist',
    ],
    [
      'an input that is a pipe',
      `  - read: pipe\n${SCHEMA}  - write: out.csv\n`,
      '2:11 FORMAT_IO pipe is not a regular file',
    ],
    [
      'an output that is a pipe',
      '  - read: in.csv\n  - write: pipe\n    format: csv\n',
      '3:12 FORMAT_IO pipe is not a regular file',
    ],
    [
      'an output that is a folder',
      '  - read: in.csv\n  - write: .\n    format: csv\n',
      '3:12 FORMAT_IO the output cannot be written: it is a folder',
    ],
    [
      'an input with a character that no path has',
      '  - read: in${chr(0)}.csv\n  - write: out.csv\n',
      '2:11 SPEC_PATH_VARIABLE the path holds the character of code 0',
    ],
    [
      'an output with a character that no path has',
      '  - read: in.csv\n  - write: out${chr(0)}.csv\n',
      '3:12 SPEC_PATH_VARIABLE the path holds the character of code 0',
    ],
  ];
  makePipe(join(folder, 'pipe'));
  for (const [name, steps, expected] of cases) {
    it(name, async () => {
      const { diagnostics } = await failureOf(steps);
      assert.deepEqual(diagnostics.map(shown), [expected]);
    });
  }

  it('a column that a file lacks is told in the file, and names the step', async () => {
    const { diagnostics } = await failureOf('  - read: in.csv\n    schema: { idd: int }\n  - write: out.csv\n');
    const [{ place, related = [] }] = diagnostics;
    assert.equal(place?.file, join(folder, 'in.csv'));
    assert.deepEqual(
      related.map((one) => [one.place.line, one.place.column, one.message]),
      [[2, 11, 'it is read here']],
    );
    const checked = await checkPipeline(join(folder, 'p.yaml'), { env: {}, data: true });
    assert.deepEqual(checked.diagnostics, diagnostics);
  });

  it('are all looked at', async () => {
    writeFileSync(join(folder, 'other.csv'), 'id,x\n1,2\n');
    const steps = `  - read: [in.csv, other.csv, in.csv, nope.csv]\n${SCHEMA}  - write: out.csv\n`;
    const { diagnostics } = await checkPipeline(lay(steps), { env: {}, data: true });
    assert.deepEqual(
      diagnostics.map(({ code, place }) => [code, place?.line]),
      [
        ['FORMAT_CSV_HEADER', 1],
        ['FORMAT_FILE_MISSING', 2],
      ],
    );
  });

  it('that are missing beside a mistake of the pipeline: the pipeline is wrong', async () => {
    const missing = '  - read: nope.csv\n  - write: a.csv\n';
    assert.equal((await failureOf(missing)).exitStatus, 1);
    const error = await failureOf(`${missing}  - read: in.csv\n  - filter: amont > 1\n  - write: b.csv\n`);
    assert.deepEqual(
      error.diagnostics.map(({ code }) => code),
      ['FORMAT_FILE_MISSING', 'EXPR_UNKNOWN_COLUMN'],
    );
    assert.equal(error.exitStatus, 2);
  });
});
