/**
 * Data that cannot be processed: one error, the lowest, with file, line and column, the same at any number of slots,
 * and no output. Would catch an error that depends on who was faster, or rows published by a failed job.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import type { TestSettings } from '../../src/engine-api.js';
import { type Diagnostic, type ErrorCode, LeatError } from '../../src/errors.js';
import { runPipeline } from '../support/run-pipeline.js';

interface DataError {
  readonly name: string;
  readonly data: string | Buffer;
  readonly steps: string;
  readonly code: ErrorCode;
  /** `file:line:column`; a place in the pipeline for errors of expressions. */
  readonly place: string;
  readonly says: RegExp;
}

const SCHEMA = '    schema:\n      id: int\n      amount: decimal(8,2)\n      note: string\n';
const READ = `steps:\n  - read: in.csv\n${SCHEMA}`;
const WRITE = '  - write: out.csv\n';

/** Good rows before and after, so that the bad one lies in a block of its own. */
function around(bad: string, more = ''): string {
  const rows = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, i) => `${from + i},${from + i}.25,"line one\nline two"\n`).join('');
  return `id,amount,note\n${rows(1, 301)}${bad}\n${rows(301, 601)}${more}`;
}
/** The line on which the bad row begins: the header, and two lines a good row. */
const BAD_LINE = 602;

const ERRORS: readonly DataError[] = [
  {
    name: 'a value that does not fit its type',
    data: around('7,12x.5,n', 'abc,1,n\n'),
    steps: READ + WRITE,
    code: 'FORMAT_CSV_VALUE',
    place: `in.csv:${BAD_LINE}:3`,
    says: /12x\.5.*decimal\(8,2\)/s,
  },
  {
    name: 'a number too large for its type',
    data: around('99999999999,1,n'),
    steps: READ + WRITE,
    code: 'FORMAT_CSV_VALUE',
    place: `in.csv:${BAD_LINE}:1`,
    says: /99999999999/,
  },
  {
    name: 'a field too many',
    data: around('7,1.5,n,more', 'x\n'),
    steps: READ + WRITE,
    code: 'FORMAT_CSV_FIELD_COUNT',
    place: `in.csv:${BAD_LINE}:1`,
    says: /4.*3/s,
  },
  {
    name: 'a field too few',
    data: around('7,1.5'),
    steps: READ + WRITE,
    code: 'FORMAT_CSV_FIELD_COUNT',
    place: `in.csv:${BAD_LINE}:1`,
    says: /2.*3/s,
  },
  {
    name: 'a stray quote',
    data: around('7,1.5,a "b" c'),
    steps: READ + WRITE,
    code: 'FORMAT_CSV_STRAY_QUOTE',
    place: `in.csv:${BAD_LINE}:9`,
    says: /quotes: lax/,
  },
  {
    name: 'a quote that is never closed',
    data: around('7,1.5,"never closed'),
    steps: READ + WRITE,
    code: 'FORMAT_CSV_STRAY_QUOTE',
    place: `in.csv:${BAD_LINE + 1}:12`,
    says: /quote/,
  },
  {
    name: 'a quote that is never closed, in the last row',
    data: 'id,amount,note\n1,1.5,"never closed\n\n',
    steps: READ + WRITE,
    code: 'FORMAT_CSV_UNCLOSED_QUOTE',
    place: 'in.csv:2:7',
    says: /quote/,
  },
  {
    name: 'bytes that are not UTF-8',
    data: Buffer.concat([Buffer.from(around('7,1.5,n')), Buffer.from('8,1,caf\xe9\n', 'latin1')]),
    steps: READ + WRITE,
    code: 'FORMAT_CSV_UTF8',
    place: `in.csv:${BAD_LINE + 601}:8`,
    says: /UTF-8/,
  },
  {
    name: 'a header with one name twice',
    data: 'id,id,amount,note\n1,2,3,4\n',
    steps: READ + WRITE,
    code: 'FORMAT_CSV_HEADER',
    place: 'in.csv:1:undefined',
    says: /id/,
  },
  {
    name: 'a declared column that the file does not have',
    data: 'id,amounts,note\n1,2,3\n',
    steps: READ + WRITE,
    code: 'FORMAT_CSV_MISSING_COLUMN',
    place: 'in.csv:1:undefined',
    says: /did you mean `amounts`/,
  },
  {
    name: 'an overflow',
    data: around('2000000000,1,n', '2000000001,1,n\n'),
    steps: `${READ}  - derive:\n      twice: id * 2\n${WRITE}`,
    code: 'EXPR_OVERFLOW',
    place: 'pipeline.yaml:8:14',
    says: /2000000000|4000000000/,
  },
  {
    name: 'a cast of text that is no number',
    data: around('7777,1,seven'),
    steps: `${READ}  - filter: id = 7777\n  - derive:\n      n: CAST(note AS int)\n${WRITE}`,
    code: 'EXPR_CAST',
    place: 'pipeline.yaml:9:10',
    says: /seven/,
  },
  {
    name: 'an argument outside the domain of a function',
    data: around('-7,1,n'),
    steps: `${READ}  - derive:\n      root: sqrt(id)\n${WRITE}`,
    code: 'EXPR_DOMAIN',
    place: 'pipeline.yaml:8:13',
    says: /negative/,
  },
];

async function failureOf({ data, steps }: DataError, slots: number, test: TestSettings): Promise<Diagnostic> {
  const folder = mkdtempSync(join(tmpdir(), 'leat-data-errors-'));
  try {
    writeFileSync(join(folder, 'in.csv'), data);
    writeFileSync(join(folder, 'pipeline.yaml'), steps);
    const run = runPipeline(join(folder, 'pipeline.yaml'), { slots, memoryBytes: 64 << 20, test, env: {} });
    const error = await run.then(
      () => assert.fail('the run succeeded'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof LeatError, String(error));
    assert.equal(error.exitStatus, 1);
    assert.deepEqual(readdirSync(folder).sort(), ['in.csv', 'pipeline.yaml'], 'left behind');
    const [{ place, ...diagnostic }] = error.diagnostics;
    const text = JSON.stringify({ ...diagnostic, place: { ...place, file: basename(place?.file ?? '') } });
    return JSON.parse(text.replaceAll(folder, '')) as Diagnostic;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const dataError of ERRORS) {
  describe(dataError.name, () => {
    const alone = failureOf(dataError, 1, {});
    it('names code, place, text and mend', async () => {
      const { code, place, message, hint, notes } = await alone;
      const said = `${message}; ${hint}; ${notes}`;
      assert.deepEqual(
        [code, `${place?.file}:${place?.line}:${place?.column}`],
        [dataError.code, dataError.place],
        said,
      );
      assert.match(said, dataError.says);
    });
    for (const [slots, splitBytes, batchRows] of [
      [2, 3000, undefined],
      [3, 1024, 7],
      [1, 500, 1],
    ] as const) {
      it(`is the same at ${slots} slots, blocks of ${splitBytes} bytes`, async () => {
        assert.deepEqual(await failureOf(dataError, slots, { inProcessBytes: 0, splitBytes, batchRows }), await alone);
      });
    }
  });
}
