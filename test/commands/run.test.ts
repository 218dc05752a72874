/** `leat run` as a shell sees it: what goes to which stream, with which status, and how it ends when it is stopped. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import type { RunReport } from '../../src/engine-api.js';
import { lockOutput, unlockOutput } from '../../src/formats/publishing/output-lock.js';
import { leat, quietEnvironment } from '../support/leat.js';
import { projectRoot } from '../support/project-root.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-run-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

file('in.csv', 'id,word\n1,one\n2,two\n3,"th,ree"\n');
const toStdout = file('to-stdout.yaml', 'steps:\n  - read: in.csv\n  - filter: id >= 2\n  - write: stdout\n');
const toFile = file(
  'to-file.yaml',
  'steps:\n  - name: input\n    read: in.csv\n  - filter: id >= 2\n  - name: result\n    write: out.csv\n',
);
const wrong = file('wrong.yaml', 'steps:\n  - read: in.csv\n  - filter: idd >= 2 AND wrd = 1\n  - write: out.csv\n');
const failing = file(
  'failing.yaml',
  'steps:\n  - read: bad.csv\n    schema:\n      id: bigint\n  - filter: id > 0\n  - write: failed.csv\n',
);
file('bad.csv', 'id\n1\n2\nx3\n');
const ROWS = 'id,word\n2,two\n3,"th,ree"\n';

test('the shop: the rows that an independent calculation gives', async () => {
  const shop = join(projectRoot, 'fixtures/shop');
  const { status, stdout, stderr } = await leat(['run', 'fixtures/shop/revenue.yaml']);
  assert.equal(status, 0, stderr);
  const groups = new Map<string, { orders: bigint; items: bigint; revenue: bigint; largest: bigint }>();
  const orders: Record<string, string>[] = parse(readFileSync(join(shop, 'orders.csv')), { columns: true });
  for (const order of orders) {
    if (order['status'] !== 'paid' && order['status'] !== 'shipped') continue;
    // In ten-thousandths: two places of the price and two of the discount.
    const cents = (text: string): bigint => BigInt(text.replace('.', ''));
    const quantity = BigInt(order['quantity']);
    const amount = quantity * cents(order['unit_price']) * (100n - (order['discount'] ? cents(order['discount']) : 0n));
    const key = `${order['country'] || '\uffff'},${order['ordered_at'].slice(0, 7)}-01`;
    const group = groups.get(key) ?? { orders: 0n, items: 0n, revenue: 0n, largest: 0n };
    group.orders++;
    group.items += quantity;
    group.revenue += amount;
    if (amount > group.largest) group.largest = amount;
    groups.set(key, group);
  }
  const decimal = (value: bigint): string => `${value / 10000n}.${String(value % 10000n).padStart(4, '0')}`;
  const expected = [...groups.keys()].sort().map((key) => {
    const group = groups.get(key) ?? assert.fail();
    return [
      ...key.replace('\uffff', '').split(','),
      String(group.orders),
      String(group.items),
      decimal(group.revenue),
      decimal(group.largest),
    ];
  });
  const [header, ...rows] = parse(stdout) as string[][];
  assert.deepEqual(header, ['country', 'month', 'orders', 'items', 'revenue', 'largest']);
  assert.deepEqual(rows, expected);
});

test('rows on stdout, everything else on stderr', async () => {
  const { status, stdout, stderr } = await leat(['run', toStdout]);
  assert.equal(status, 0, stderr);
  assert.equal(stdout, ROWS);
  assert.match(stderr, /^done to-stdout in /m);
  assert.match(stderr, /read 3 rows/);
  assert.doesNotMatch(stderr, /\x1b/);
});

test('a file, named in the summary', async () => {
  const { status, stdout, stderr } = await leat(['run', toFile]);
  assert.equal(status, 0, stderr);
  assert.equal(stdout, '');
  assert.match(stderr, /out\.csv {2}2 rows {2}\d+ B/);
  assert.equal(readFileSync(join(folder, 'out.csv'), 'utf8'), ROWS);
});

test('-q prints nothing unless it fails', async () => {
  const quiet = await leat(['run', '-q', toStdout]);
  assert.deepEqual([quiet.status, quiet.stdout, quiet.stderr], [0, ROWS, '']);
  const failed = await leat(['run', '-q', wrong]);
  assert.equal(failed.status, 2);
  assert.match(failed.stderr, /EXPR_UNKNOWN_COLUMN/);
});

test('--json prints one document on stdout, --report the same to a file', async () => {
  const report = join(folder, 'report.json');
  const { status, stdout, stderr } = await leat(['run', '--json', '--report', report, toFile]);
  assert.equal(status, 0, stderr);
  const document = JSON.parse(stdout);
  assert.equal(document.ok, true);
  assert.equal(document.exitStatus, 0);
  assert.equal(document.outputs.length, 1);
  assert.equal(document.outputs[0].rows, 2);
  assert.deepEqual(JSON.parse(readFileSync(report, 'utf8')), document);
});

test('--json with rows for stdout is exit 2; --report goes with it', async () => {
  const refused = await leat(['run', '--json', toStdout]);
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /--report/);
  assert.equal(JSON.parse(refused.stdout).diagnostics[0].code, 'CLI_USAGE');
  const report = join(folder, 'beside.json');
  const taken = await leat(['run', '--report', report, toStdout]);
  assert.deepEqual([taken.status, taken.stdout], [0, ROWS]);
  assert.equal(JSON.parse(readFileSync(report, 'utf8')).wroteStdout, true);
});

test('a report that cannot be written is said before the run, which then publishes nothing', async () => {
  const target = join(folder, 'unreported.csv');
  const report = join(folder, 'nowhere/report.json');
  const { status, stderr } = await leat(['run', '--report', report, '--write', `result=${target}`, toFile]);
  assert.equal(status, 1);
  assert.match(stderr, /FORMAT_IO/);
  assert.match(stderr, /there is no folder .*nowhere/);
  assert.equal(existsSync(target), false);
});

test('a wrong pipeline is exit 2: every mistake with its place, and a report that says so', async () => {
  const report = join(folder, 'wrong.json');
  const { status, stdout, stderr } = await leat(['run', '--report', report, wrong], { cwd: folder });
  assert.equal(status, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /^wrong\.yaml:3:13 {2}error EXPR_UNKNOWN_COLUMN$/m);
  assert.match(stderr, /^wrong\.yaml:3:26 {2}error EXPR_UNKNOWN_COLUMN$/m);
  assert.equal(JSON.parse(readFileSync(report, 'utf8')).exitStatus, 2);
});

test('data that does not fit is exit 1: file, line and column, and nothing is published', async () => {
  const { status, stderr } = await leat(['run', failing], { cwd: folder });
  assert.equal(status, 1);
  assert.match(stderr, /^bad\.csv:4:1 {2}error FORMAT_CSV_VALUE$/m);
  assert.ok(!readdirSync(folder).includes('failed.csv'));
});

test('what was found while planning is told of a run that fails, too', async () => {
  const text = 'params:\n  what: { type: string, default: x }\nsteps:\n  - read: bad.csv\n    schema: { id: bigint }\n';
  const pipeline = file('warned.yaml', `${text}  - filter: CAST(id AS string) <> '$what'\n  - write: stdout\n`);
  const { status, stderr } = await leat(['run', pipeline], { cwd: folder });
  assert.equal(status, 1);
  assert.match(stderr, /error FORMAT_CSV_VALUE[\s\S]*^warned\.yaml:6:\d+ {2}warning EXPR_PARAM_IN_TEXT$/m);
});

test('a pipeline that does not exist is exit 2, a missing input exit 1', async () => {
  const missing = await leat(['run', 'nowhere.yaml'], { cwd: folder });
  assert.equal(missing.status, 2, missing.stderr);
  assert.match(missing.stderr, /nowhere\.yaml/);
  const input = await leat(['run', toFile, '--read', `input=${join(folder, 'nothing.csv')}`]);
  assert.equal(input.status, 1, input.stderr);
  assert.match(input.stderr, /FORMAT_FILE_MISSING/);
});

test('outputs that another run holds are exit 4', async () => {
  const target = join(folder, 'out.csv');
  rmSync(target, { force: true });
  lockOutput(target, 'other', join(folder, '.leat-part-other'));
  try {
    const { status, stdout, stderr } = await leat(['run', toFile]);
    assert.deepEqual([status, stdout], [4, '']);
    assert.match(stderr, /RUNTIME_OUTPUTS_HELD/);
    assert.equal(existsSync(target), false);
  } finally {
    unlockOutput(target, 'other');
  }
});

test('other files by step name, relative to the shell', async () => {
  file('other.csv', 'id,word\n9,nine\n');
  const args = ['run', toFile, '--read', 'input=other.csv', '--write', 'result=stdout'];
  const { status, stdout, stderr } = await leat(args, { cwd: folder });
  assert.equal(status, 0, stderr);
  assert.equal(stdout, 'id,word\n9,nine\n');
});

test('parameters: given, missing, unknown', async () => {
  const pipeline = file(
    'param.yaml',
    'params:\n  least: bigint\nsteps:\n  - read: in.csv\n  - filter: id >= $least\n  - write: stdout\n',
  );
  const given = await leat(['run', '--param', 'least=3', pipeline]);
  assert.deepEqual([given.status, given.stdout], [0, 'id,word\n3,"th,ree"\n'], given.stderr);
  const missing = await leat(['run', pipeline]);
  assert.equal(missing.status, 2);
  assert.match(missing.stderr, /SPEC_PARAM_MISSING/);
  const unknown = await leat(['run', pipeline, '-p', 'least=1', '-p', 'leasst=3']);
  assert.equal(unknown.status, 2);
  assert.match(unknown.stderr, /SPEC_PARAM_UNKNOWN/);
});

test('flag wins over variable, variable over file', async () => {
  const pipeline = file('slots.yaml', 'run:\n  slots: 3\nsteps:\n  - read: in.csv\n  - write: slots.csv\n');
  const slotsOf = async (args: readonly string[], env: Record<string, string>): Promise<number> =>
    JSON.parse((await leat(['run', '--json', pipeline, ...args], { env })).stdout).slots;
  assert.equal(await slotsOf([], {}), 3);
  assert.equal(await slotsOf([], { LEAT_SLOTS: '2' }), 2);
  assert.equal(await slotsOf(['--slots', '1'], { LEAT_SLOTS: '2' }), 1);
});

test('stdin that is piped, empty or kept open changes nothing', async () => {
  for (const stdin of [{ bytes: 'garbage\n' }, { bytes: '' }, 'open'] as const) {
    const { status, stdout } = await leat(['run', '-q', toStdout], {
      stdin,
      started: (child) => child.on('exit', () => child.stdin?.destroy()),
    });
    assert.deepEqual([status, stdout], [0, ROWS]);
  }
});

/** Large enough that the signal comes while it runs. */
function manyRows(thousands: number): string {
  const thousand = Array.from({ length: 1000 }, (_, id) => `${id},word number ${id}\n`).join('');
  return `id,word\n${thousand.repeat(thousands)}`;
}

for (const [signal, expected, slots] of [
  ['SIGINT', 130, '1'],
  ['SIGINT', 130, '2'],
  ['SIGTERM', 143, '2'],
] as const) {
  test(`${signal} cancels a job of --slots ${slots}, leaves nothing behind, and is exit ${expected}`, async () => {
    const place = mkdtempSync(join(folder, 'stop-'));
    writeFileSync(join(place, 'in.csv'), manyRows(1500));
    writeFileSync(
      join(place, 'long.yaml'),
      "steps:\n  - read: in.csv\n  - derive:\n      long: word || '-' || word\n  - write: out.csv\n",
    );
    const outcome = await leat(['run', '--slots', slots, 'long.yaml'], {
      cwd: place,
      started: (child) => {
        // The first temporary file says that the job has begun to write.
        const watch = setInterval(() => {
          if (readdirSync(place).length > 2) {
            child.kill(signal);
            clearInterval(watch);
          }
        }, 5);
        child.on('exit', () => clearInterval(watch));
      },
    });
    assert.equal(outcome.status, expected, outcome.stderr);
    assert.match(outcome.stderr, /stopping/);
    assert.deepEqual(readdirSync(place).sort(), ['in.csv', 'long.yaml']);
  });
}

for (const [name, steps] of [
  ['streaming', '  - write: stdout\n'],
  ['beside a file', '  - name: rows\n    filter: id >= 0\n  - write: out.csv\n  - from: rows\n    write: stdout\n'],
] as const) {
  test(`one SIGINT is enough when nobody reads stdout, ${name}`, async () => {
    const place = mkdtempSync(join(folder, 'unread-'));
    writeFileSync(join(place, 'in.csv'), manyRows(300));
    writeFileSync(join(place, 'p.yaml'), `steps:\n  - read: in.csv\n${steps}`);
    const outcome = await leat(['run', 'p.yaml'], {
      cwd: place,
      started: (child) => {
        child.stdout?.once('data', () => {
          child.stdout?.pause();
          child.kill('SIGINT');
        });
        child.on('exit', () => child.stdout?.resume());
      },
    });
    assert.equal(outcome.status, 130, outcome.stderr);
    assert.deepEqual(readdirSync(place).sort(), ['in.csv', 'p.yaml']);
  });

  test(`a stdout that is full fails the run and publishes nothing, ${name}`, { skip: !existsSync('/dev/full') }, () => {
    const place = mkdtempSync(join(folder, 'full-'));
    writeFileSync(join(place, 'in.csv'), manyRows(1));
    writeFileSync(join(place, 'p.yaml'), `steps:\n  - read: in.csv\n${steps}`);
    const full = openSync('/dev/full', 'w');
    const run = [join(projectRoot, 'bin/run.js'), 'run', 'p.yaml'];
    const stdio = ['ignore' as const, full, 'pipe' as const];
    const { status, stderr } = spawnSync(process.execPath, run, { cwd: place, env: quietEnvironment(), stdio });
    closeSync(full);
    assert.equal(status, 1);
    assert.match(String(stderr), /error FORMAT_IO\n {2}the output cannot be written: ENOSPC/);
    assert.deepEqual(readdirSync(place).sort(), ['in.csv', 'p.yaml']);
  });
}

test('a reader that goes away ends the output quietly', async () => {
  file('many.csv', `id\n${'1234567\n'.repeat(600_000)}`);
  const beside = '  - name: rows\n    filter: true\n  - write: many-out.csv\n  - from: rows\n    write: stdout\n';
  for (const steps of ['  - write: stdout\n', beside]) {
    const pipeline = file('pipe.yaml', `steps:\n  - read: many.csv\n${steps}`);
    const path = join(folder, 'left.json');
    const { status, stderr } = await leat(['run', '-q', '--report', path, pipeline], {
      started: (child) => child.stdout?.once('data', () => child.stdout?.destroy()),
    });
    assert.equal(stderr, '');
    assert.equal(status, 0);
    // Rows and bytes tell of the same part of the output.
    const report: RunReport = JSON.parse(readFileSync(path, 'utf8'));
    const { rows, bytes, readerLeft } = report.outputs.find((output) => output.path === 'stdout') ?? assert.fail();
    assert.equal(readerLeft, true);
    assert.equal(bytes, 'id\n'.length + rows * '1234567\n'.length);
  }
});

test('rows for a stdout that the shell closed are not lost quietly', { skip: !existsSync('/proc/self/fdinfo') }, () => {
  const run = (pipeline: string, redirection: string) => {
    const command = `exec "$0" "$@" ${redirection}`;
    const args = ['-c', command, process.execPath, join(projectRoot, 'bin/run.js'), 'run', pipeline];
    const { status, stderr } = spawnSync('sh', args, { cwd: folder, env: quietEnvironment(), encoding: 'utf8' });
    return { status, stderr };
  };
  const closed = run(toStdout, '>&-');
  assert.equal(closed.status, 1, closed.stderr);
  assert.match(closed.stderr, /^to-stdout\.yaml:4:12 {2}error FORMAT_IO\n {2}stdout is closed/m);
  const discarded = run(toStdout, '>/dev/null');
  assert.equal(discarded.status, 0, discarded.stderr);
  const unused = run(toFile, '>&-');
  assert.equal(unused.status, 0, unused.stderr);
});
