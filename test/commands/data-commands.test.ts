/** preview, schema, convert and validate --freeze: a file looked at, turned into another, and written down in a pipeline. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { leat } from '../support/leat.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-data-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const ORDERS = 'id,amount,note\n1,2.5,"a, b"\n2,10,\n3,7.25,""\n';
writeFileSync(join(folder, 'orders.csv'), ORDERS);
const at = { cwd: folder };

interface Preview {
  readonly rows: readonly (readonly (string | null)[])[];
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly hasMore: boolean;
}

test('preview of a file: a table, and the same as JSON', async () => {
  const { status, stdout, stderr } = await leat(['preview', 'orders.csv', '-n', '2'], at);
  assert.equal(status, 0, stderr);
  assert.equal(stdout, ' id  amount  note\nint  double  string\n  1     2.5  a, b\n  2      10  null\n');
  assert.match(stderr, /the first 2 rows; there are more/);
  const all = JSON.parse((await leat(['preview', 'orders.csv', '--json'], at)).stdout) as Preview;
  assert.deepEqual(all.rows.at(-1), ['3', '7.25', '']);
  assert.equal(all.hasMore, false);
});

test('preview of a step writes nothing, and reads what feeds it alone', async () => {
  writeFileSync(
    join(folder, 'p.yaml'),
    'steps:\n  - name: bad\n    read: nowhere.csv\n    schema: { x: int }\n  - write: never.csv\n  - name: orders\n    read: orders.csv\n  - filter: amount > 5\n  - write: out.csv\n',
  );
  const before = readdirSync(folder);
  const last = JSON.parse((await leat(['preview', 'p.yaml', '--json'], at)).stdout) as Preview;
  assert.deepEqual(
    last.rows.map(([id]) => id),
    ['2', '3'],
  );
  const named = JSON.parse((await leat(['preview', 'p.yaml', '--step', 'orders', '--json'], at)).stdout) as Preview;
  assert.equal(named.rows.length, 3);
  assert.deepEqual(readdirSync(folder), before);
  const wrong = await leat(['preview', 'p.yaml', '--step', 'order'], at);
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /did you mean `orders`/);
});

test('schema prints what a pipeline takes, with its evidence', async () => {
  const { status, stdout } = await leat(['schema', 'orders.csv'], at);
  assert.equal(status, 0);
  assert.equal(
    stdout,
    '# orders.csv: all 3 rows looked at\nschema:\n  id: int         # 1 .. 3, no nulls\n  amount: double  # 2.5 .. 10.0, no nulls\n  note: string    # "" .. a, b, 1 null\n',
  );
  const indented = stdout.replace(/^/gm, '    ').trimEnd();
  writeFileSync(join(folder, 's.yaml'), `steps:\n  - read: orders.csv\n${indented}\n  - write: stdout\n`);
  assert.equal((await leat(['run', 's.yaml', '-q'], at)).stdout, 'id,amount,note\n1,2.5,"a, b"\n2,10.0,\n3,7.25,""\n');
});

test('convert, with some of the rows and columns', async () => {
  const args = [
    'convert',
    'orders.csv',
    '-',
    '--filter',
    'amount > 5',
    '--select',
    'id, concat(note, \',\') AS "my note", amount',
  ];
  const { status, stdout, stderr } = await leat(args, at);
  assert.equal(status, 0, stderr);
  assert.equal(stdout, 'id,my note,amount\n2,",",10.0\n3,",",7.25\n');
  await leat(['convert', 'orders.csv', 'orders.tsv'], at);
  assert.equal(
    readFileSync(join(folder, 'orders.tsv'), 'utf8'),
    'id\tamount\tnote\n1\t2.5\ta, b\n2\t10\t\n3\t7.25\t""\n',
  );
  const wrong = await leat(['convert', 'orders.csv', '-', '--filter', 'amont > 5'], at);
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /leat convert:4:14 {2}error EXPR_UNKNOWN_COLUMN/);
});

test('what is frozen are the columns of the files alone', async () => {
  mkdirSync(join(folder, 'h/y=1'), { recursive: true });
  writeFileSync(join(folder, 'h/y=1/a.csv'), 'a\n1\n');
  const text =
    'steps:\n  - read: h/*/*.csv\n    partitions: true\n    file_columns: true\n  - write: stdout\n  - read: orders.csv\n    format: lines\n  - write: l.csv\n';
  writeFileSync(join(folder, 'g.yaml'), text);
  assert.equal((await leat(['validate', '--freeze', 'g.yaml'], at)).status, 0);
  assert.equal(
    readFileSync(join(folder, 'g.yaml'), 'utf8'),
    text.replace('h/*/*.csv\n', 'h/*/*.csv\n    schema:\n      a: int\n'),
  );
  const { status, stdout, stderr } = await leat(['run', 'g.yaml', '-q'], at);
  assert.equal(status, 0, stderr);
  assert.equal(stdout, 'a,y,_file,_line\n1,1,h/y=1/a.csv,2\n');
});

test('validate --freeze puts schemas into a pipeline, once, and nothing else is touched', async () => {
  const text =
    '# mine\nsteps:\n  - name: orders # why\n    read: orders.csv   # the file\n    nulls: [x]\n  - write: stdout\n  - read:\n      - orders.csv\n      # more\n  - write: b.csv';
  writeFileSync(join(folder, 'f.yaml'), text);
  assert.equal((await leat(['validate', '--freeze', 'f.yaml'], at)).status, 0);
  const frozen = readFileSync(join(folder, 'f.yaml'), 'utf8');
  const schema = '    schema:\n      id: int\n      amount: double\n      note: string\n';
  assert.equal(
    frozen,
    text
      .replace('# the file\n', `# the file\n${schema}`)
      .replace('      - orders.csv\n', `      - orders.csv\n${schema}`),
  );
  assert.match((await leat(['validate', '--freeze', 'f.yaml'], at)).stderr, /every read has its schema/);
  assert.equal(readFileSync(join(folder, 'f.yaml'), 'utf8'), frozen);
});
