/**
 * Outputs that are folders: the same files however the rows were made, together all rows; what the modes leave and take away.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { LeatError } from '../../src/errors.js';
import { duckdbRows } from '../support/duckdb.js';
import { random } from '../support/random.js';
import { runPipeline } from '../support/run-pipeline.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-folders-'));
const out = join(folder, 'out');
after(() => rmSync(folder, { recursive: true }));
beforeEach(() => rmSync(out, { recursive: true, force: true }));

const SETTINGS = [
  { slots: 1 },
  { slots: 2, test: { inProcessBytes: 0, splitBytes: 1000 } },
  { slots: 3, test: { inProcessBytes: 0, splitBytes: 300, batchRows: 3 } },
  { slots: 1, memoryBytes: 2 << 20, test: { batchRows: 1 } },
] as const;

const rng = random(6);
const ROWS = Array.from({ length: 600 }, (_, i) => {
  const country = rng.pick(['NO', 'SE', 'a/b', 'ø æ', '""', '']);
  return `${i},${country},${rng.pick(['2026-01-01', '2026-02-01'])},${rng.pick(['x', '"y\nz"', '"q ""r"""'])}`;
});
writeFileSync(join(folder, 'in.csv'), `id,country,day,note\n${ROWS.join('\n')}\n`);

/** Names and contents, the list of files aside. */
function files(at = out): Map<string, string> {
  const found = readdirSync(at, { recursive: true, encoding: 'utf8' }).filter((path) => /\.(?:csv|jsonl)$/.test(path));
  return new Map(found.sort().map((path) => [path, readFileSync(join(at, path), 'utf8')]));
}

async function write(keys: string, settings = {}, read = '  - read: in.csv\n'): Promise<void> {
  writeFileSync(join(folder, 'p.yaml'), `steps:\n${read}  - write: out/\n${keys.replace(/^/gm, '    ')}\n`);
  await runPipeline(join(folder, 'p.yaml'), { slots: 1, ...settings });
}

for (const keys of [
  'format: csv\npart_size: 1KiB',
  'format: csv\npart_size: 700B\npartition_by: [country, day]',
  'format: jsonl\npart_size: 2KiB\npartition_by: [day]',
]) {
  test(`the same files at any number of slots: ${keys.replaceAll('\n', ', ')}`, async () => {
    await write(keys);
    const first = files();
    assert.ok(first.size > 5, `${first.size} files`);
    for (const settings of SETTINGS) {
      await write(keys, settings);
      assert.deepEqual(files(), first, JSON.stringify(settings));
    }
  });
}

test('parts together are the rows, and none is much longer than asked for', async () => {
  await write('format: csv\npart_size: 1KiB\nheader: false');
  const texts = [...files().values()];
  assert.equal(texts.join(''), `${ROWS.join('\n')}\n`);
  assert.ok(texts.slice(0, -1).every((text) => Buffer.byteLength(text) >= 1024 && Buffer.byteLength(text) < 1100));
});

test('partitions are those that DuckDB reads, whatever characters are in their values', async () => {
  await write('format: csv\npartition_by: [country, day]');
  const glob = `${out}/*/*/*.csv`;
  const read = `read_csv('${glob}', hive_partitioning = true, all_varchar = true, hive_types_autocast = false)`;
  const rows = await duckdbRows(`SELECT id, country, day FROM ${read} ORDER BY CAST(id AS int)`);
  const expected = ROWS.map((row) => {
    const [id, country, day] = row.split(',');
    return [id, country === '' ? null : country === '""' ? '' : country, day];
  });
  assert.deepEqual(rows, expected);
});

test('null and the text that stands for it come back as what they were', async () => {
  writeFileSync(join(folder, 'h.csv'), 'id,k\n1,__HIVE_DEFAULT_PARTITION__\n2,\n3,x\n');
  await write('format: csv\npartition_by: k', {}, '  - read: h.csv\n');
  writeFileSync(
    join(folder, 'b.yaml'),
    'steps:\n  - read: out/*/*.csv\n    partitions: true\n  - sort: id\n  - write: back.csv\n',
  );
  await runPipeline(join(folder, 'b.yaml'), { slots: 1 });
  assert.equal(readFileSync(join(folder, 'back.csv'), 'utf8'), 'id,k\n1,__HIVE_DEFAULT_PARTITION__\n2,\n3,x\n');
});

test('replace takes away what leat wrote before and nothing else', async () => {
  await write('format: csv\npartition_by: country');
  writeFileSync(join(out, 'mine.csv'), 'x');
  await assert.rejects(
    write('format: csv'),
    (error) => error instanceof LeatError && error.code === 'FORMAT_OUTPUT_EXISTS',
  );
  rmSync(join(out, 'mine.csv'));
  await write('format: csv');
  assert.deepEqual([...files().keys()], ['part-00000.csv']);
  assert.deepEqual(readdirSync(out), ['.leat-files.json', 'part-00000.csv'], 'no empty folders');
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('.')),
    [],
  );
});

test('append puts parts beside those that are there; error refuses', async () => {
  await write('format: csv');
  await write('format: csv\nmode: append');
  assert.deepEqual([...files().keys()], ['part-00000.csv', 'part-00001.csv']);
  assert.equal(new Set(files().values()).size, 1);
  await assert.rejects(write('format: csv\nmode: error'), /has files already/);
  await write('format: csv\nmode: replace');
  assert.equal(files().size, 1);
});

test('replace_partitions replaces those that have rows now', async () => {
  await write('format: csv\npartition_by: country');
  const before = files();
  const some = "  - read: in.csv\n  - filter: country = 'NO'\n  - limit: 3\n";
  await write('format: csv\npartition_by: country\nmode: replace_partitions', {}, some);
  const now = files();
  assert.deepEqual([...now.keys()], [...before.keys()]);
  for (const [path, text] of now) {
    if (path.startsWith('country=NO/')) assert.equal(text.match(/^\d+,/gm)?.length, 3);
    else assert.equal(text, before.get(path), path);
  }
  await write('format: csv\npartition_by: country', {}, some);
  assert.deepEqual([...files().keys()], ['country=NO/part-00000.csv'], 'all of them are known still');
});

test('a partition that no file system can name is an error before anything is published', async () => {
  await write('format: csv\npartition_by: country');
  const before = files();
  const long = `  - read: in.csv\n  - derive: { country: "repeat('b', id)" }\n`;
  await assert.rejects(write('format: csv\npartition_by: country', {}, long), /names have up to 255 bytes/);
  assert.deepEqual(files(), before);
  await write('format: csv\npartition_by: country');
  assert.deepEqual(files(), before);
});

test('a pipeline reads what its output was', async () => {
  await write('format: csv\npart_size: 4KiB');
  const read = '  - read: out/*.csv\n  - filter: id >= 100\n';
  await write('format: csv\npart_size: 4KiB', SETTINGS[1], read);
  const text = [...files().values()].map((part) => part.replace(/^id.*\n/, '')).join('');
  assert.equal(text, `${ROWS.slice(100).join('\n')}\n`);
});

test('rows behind those of one file', async () => {
  const path = join(folder, 'log.csv');
  const append = async (name: string): Promise<void> => {
    writeFileSync(join(folder, 'a.yaml'), `steps:\n  - read: small.csv\n  - write: ${name}\n    mode: append\n`);
    await runPipeline(join(folder, 'a.yaml'), { slots: 1 });
  };
  writeFileSync(join(folder, 'small.csv'), 'a,b\n1,2\n');
  await append('log.csv');
  await append('log.csv');
  assert.equal(readFileSync(path, 'utf8'), 'a,b\n1,2\n1,2\n');
  writeFileSync(path, 'a,b\n3,4');
  await append('log.csv');
  assert.equal(readFileSync(path, 'utf8'), 'a,b\n3,4\n1,2\n', 'a last line without an end');
  writeFileSync(path, 'b,a\n3,4\n');
  await assert.rejects(append('log.csv'), /its header is another one/);
  assert.equal(readFileSync(path, 'utf8'), 'b,a\n3,4\n');
  await append('log.jsonl');
  await append('log.jsonl');
  assert.equal(readFileSync(join(folder, 'log.jsonl'), 'utf8'), '{"a":1,"b":2}\n{"a":1,"b":2}\n');
  await append('log.json');
  await assert.rejects(append('log.json'), /one list/);
});

for (const [text, message] of [
  ['out.csv\n    partition_by: [id]', /is for folders/],
  ['out.csv\n    mode: replace_partitions', /is for folders/],
  ['out/', /does not say its format/],
  ['out/\n    format: json', /cannot be parts of a folder/],
  ['out/\n    format: csv\n    partition_by: [id, country, day, note]', /no column is left/],
] as const) {
  test(`refused: ${text.replace(/\s+/g, ' ')}`, async () => {
    writeFileSync(join(folder, 'r.yaml'), `steps:\n  - read: in.csv\n  - write: ${text}\n`);
    await assert.rejects(runPipeline(join(folder, 'r.yaml')), message);
  });
}
