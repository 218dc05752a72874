/** Pipelines over compressed files: the same rows as over plain ones, whatever the number of slots and the memory. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { brotliCompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { LeatError } from '../../src/errors.js';
import { pipe } from '../formats/compression/support/programs.js';
import { random } from '../support/random.js';
import { runPipeline } from '../support/run-pipeline.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-compressed-'));
after(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);

function makeRows(seed: number, rows: number): string {
  const rng = random(seed);
  const lines = Array.from(
    { length: rows },
    (_, i) => `${i},${rng.pick(['DE', 'FR', 'IT'])},${rng.int(100_000) / 100},"note, ${rng.int(50)}"`,
  );
  return `id,country,amount,note\n${lines.join('\n')}\n`;
}

/** Each file plain and packed, in several ways. */
const PARTS = [9000, 100, 0, 20_000].map((rows, i) => makeRows(i + 1, rows));
const PACKED = ['one.csv.gz', 'two.csv.bz2', 'three.csv.zst', 'four.csv'];
PARTS.forEach((text, i) => {
  writeFileSync(at(`part${i}.csv`), text);
  const bytes = Buffer.from(text);
  const packed = [
    gzipSync(bytes.subarray(0, 1000)),
    pipe(bytes, 'bzip2', '-c') ?? gzipSync(bytes),
    pipe(bytes, 'zstd', '-qc') ?? gzipSync(bytes),
    gzipSync(bytes),
  ][i];
  const rest = i === 0 ? gzipSync(bytes.subarray(1000)) : Buffer.alloc(0);
  writeFileSync(at(PACKED[i]), Buffer.concat([packed, rest]));
});

const STEPS = `
  - filter: amount > 10
  - aggregate: { n: count(*), total: sum(amount), first: min(note) }
    by: [country]
`;

function pipeline(name: string, files: readonly string[], rest: string): string {
  const path = at(`${name}.yaml`);
  writeFileSync(path, `name: ${name}\nsteps:\n  - read: [${files.join(', ')}]\n${rest}`);
  return path;
}

test('rows and groups are those of the plain files', async () => {
  const plain = PARTS.map((_, i) => `part${i}.csv`);
  await runPipeline(pipeline('plain', plain, `${STEPS}  - write: plain.out.csv\n`));
  await runPipeline(pipeline('copied', plain, '  - write: copied.out.csv\n'));
  for (const slots of [1, 3]) {
    for (const memoryBytes of [24 << 20, 256 << 20]) {
      const options = { slots, memoryBytes };
      await runPipeline(pipeline('packed', PACKED, `${STEPS}  - write: packed.out.csv\n`), options);
      assert.equal(readFileSync(at('packed.out.csv'), 'utf8'), readFileSync(at('plain.out.csv'), 'utf8'));
      await runPipeline(pipeline('unpacked', PACKED, '  - write: unpacked.out.csv\n'), options);
      assert.equal(readFileSync(at('unpacked.out.csv'), 'utf8'), readFileSync(at('copied.out.csv'), 'utf8'));
    }
  }
});

test('a file that is damaged fails the run and publishes nothing', async () => {
  const packed = gzipSync(PARTS[3]);
  packed[packed.length >> 1] ^= 1;
  writeFileSync(at('damaged.csv.gz'), packed);
  const path = pipeline('damaged', ['damaged.csv.gz'], '  - write: damaged.out.csv\n');
  for (const slots of [1, 3]) {
    await assert.rejects(runPipeline(path, { slots }), (error) => {
      assert.ok(error instanceof LeatError && error.code === 'FORMAT_COMPRESSION', String(error));
      const [{ place, hint }] = error.diagnostics;
      assert.equal(place?.file, at('damaged.csv.gz'));
      assert.match(hint ?? '', /again/);
      return true;
    });
    assert.throws(() => readFileSync(at('damaged.out.csv')));
  }
});

test('a way that leat does not know is told before the run', async () => {
  writeFileSync(at('b.csv.br'), brotliCompressSync(PARTS[1]));
  const path = pipeline('brotli', ['b.csv.br'], '  - write: brotli.out.csv\n');
  await assert.rejects(runPipeline(path), (error) => error instanceof LeatError && error.code === 'SPEC_PLANNED');
});

/** What the file holds, by the program for zstd; undefined where that is not installed. */
function unpacked(name: string): string | undefined {
  const bytes = readFileSync(at(name));
  const plain = name.endsWith('.zst') ? pipe(bytes, 'zstd', '-dqc') : gunzipSync(bytes);
  return plain && Buffer.from(plain).toString();
}

const SHAPES: Readonly<Record<string, string>> = {
  copy: '',
  sorted: '  - sort: [amount, id]\n',
  none: '  - filter: id < 0\n',
  few: '  - filter: id = 7\n',
};

for (const [shape, steps] of Object.entries(SHAPES)) {
  test(`compressed output is the plain one, the same bytes for all slots and sizes: ${shape}`, async () => {
    const files = ['part0.csv', 'part1.csv', 'part3.csv'];
    for (const format of ['csv', 'json', 'jsonl']) {
      const plain = `${shape}.${format}`;
      await runPipeline(pipeline(plain, files, `${steps}  - write: ${plain}\n`));
      for (const end of ['gz', 'zst']) {
        const packed = `${plain}.${end}`;
        const path = pipeline(packed, files, `${steps}  - write: ${packed}\n`);
        const found = new Set<string>();
        for (const slots of [1, 3]) {
          for (const memoryBytes of [32 << 20, 512 << 20]) {
            const report = await runPipeline(path, { slots, memoryBytes });
            assert.equal(report.outputs[0].bytes, readFileSync(at(packed)).length);
            found.add(readFileSync(at(packed)).toString('hex'));
          }
        }
        assert.equal(found.size, 1, packed);
        const text = unpacked(packed);
        if (text !== undefined) assert.equal(text, readFileSync(at(plain), 'utf8'), packed);
      }
    }
  });
}

test('output without a row or a header is an empty member', async () => {
  const path = pipeline('nothing', ['part2.csv'], '  - write: nothing.csv.gz\n    header: false\n');
  await runPipeline(path);
  assert.equal(unpacked('nothing.csv.gz'), '');
});

test('what is written is read again; `compression` goes before the name', async () => {
  await runPipeline(pipeline('there', ['part0.csv'], '  - write: there.txt\n    compression: zstd\n'));
  await runPipeline(pipeline('back', ['there.txt'], '  - write: back.csv.gz\n    compression: none\n'));
  assert.equal(readFileSync(at('back.csv.gz'), 'utf8'), PARTS[0]);
});

test('lines and their numbers are those of the plain file', async () => {
  const rest = '    format: lines\n    file_columns: true\n  - select: [line, _line]\n';
  await runPipeline(pipeline('lines', ['part0.csv'], `${rest}  - write: lines.csv\n`));
  for (const slots of [1, 3]) {
    await runPipeline(pipeline('packed-lines', ['one.csv.gz'], `${rest}  - write: packed-lines.csv\n`), { slots });
    assert.equal(readFileSync(at('packed-lines.csv'), 'utf8'), readFileSync(at('lines.csv'), 'utf8'));
  }
});
