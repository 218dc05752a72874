/** The command line itself: mistakes in it, help, and the traps of argument parsers that must stay closed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leat } from '../support/leat.js';

const MISTAKES: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [['rnu', 'x.yaml'], /no command "rnu"/],
  [['x.yaml'], /to run it: `leat run x.yaml`/],
  [['run'], /run needs FILE/],
  [['validate'], /validate needs FILE/],
  [['run', 'x.yaml', 'y.yaml'], /run does not take "y.yaml"/],
  [['run', 'x.yaml', '--slot', '2'], /no flag --slot[\s\S]*did you mean `--slots`/],
  [['run', 'x.yaml', '--slots'], /--slots expects a value/],
  [['run', 'x.yaml', '--slots', '0'], /--slots is "0", expected a whole number, at least 1/],
  [['run', 'x.yaml', '--slots', '2', '--slots', '3'], /--slots can only be specified once/],
  [['run', 'x.yaml', '--memory', '1G'], /--memory is "1G", expected a size, such as 256MiB/],
  [['run', 'x.yaml', '--memory', '4KiB'], /--memory is "4KiB", expected a size, .*, at least 1MiB$/m],
  [['run', 'x.yaml', '--restart-delay', '5'], /--restart-delay is "5", expected a duration/],
  [['run', 'x.yaml', '--param', 'day'], /--param is "day", expected NAME=VALUE/],
  [['run', 'x.yaml', '--param', 'a=1', '--param', 'a=2'], /--param gives "a" twice/],
  [['run', 'x.yaml', '--seed', 'x'], /--seed is "x", expected a whole number/],
  [['explain', 'x.yaml', '--level', 'all'], /--level=all to be one of: logical, optimized, job, source/],
  [['validate', 'x.yaml', '--format', 'xml'], /--format=xml to be one of: text, json, github/],
  [['--verson'], /no command "--verson"/],
  [['help', 'rum'], /no command "rum"[\s\S]*did you mean `run`/],
];

for (const [args, message] of MISTAKES) {
  test(`exit 2 and a message: leat ${args.join(' ')}`, async () => {
    const outcome = await leat(args);
    assert.equal(outcome.status, 2, outcome.stderr);
    assert.match(outcome.stderr, message);
    assert.match(outcome.stderr, /^error CLI_USAGE$/m);
    assert.equal(outcome.stdout, '');
    assert.doesNotMatch(outcome.stderr, /\n\s+at /, 'no stack');
  });
}

test('a bad value out of the environment names the variable', async () => {
  const { status, stderr } = await leat(['run', 'x.yaml'], { env: { LEAT_SLOTS: 'many' } });
  assert.equal(status, 2);
  assert.match(stderr, /LEAT_SLOTS is "many"/);
});

for (const [name, stdin] of [
  ['piped', { bytes: 'fixtures/shop/revenue.yaml\n' }],
  ['empty', { bytes: '' }],
  ['kept open', 'open'],
  ['closed', 'closed'],
] as const) {
  test(`no argument comes out of stdin: ${name}`, async () => {
    const { status, signal, stderr } = await leat(['run'], {
      stdin,
      // What is kept open is closed only after the program has ended.
      started: (child) => child.on('exit', () => child.stdin?.destroy()),
    });
    assert.equal(signal, null);
    assert.equal(status, 2);
    assert.match(stderr, /run needs FILE/);
  });
}

test('a mistake asked for as JSON is one document on stdout', async () => {
  const { status, stdout } = await leat(['run', '--json', '--slots', '0', 'x.yaml']);
  assert.equal(status, 2);
  const document = JSON.parse(stdout);
  assert.equal(document.ok, false);
  assert.equal(document.exitStatus, 2);
  assert.deepEqual(
    document.diagnostics.map((d: { code: string }) => d.code),
    ['CLI_USAGE'],
  );
});

test('colour follows the flag, then FORCE_COLOR, then NO_COLOR', async () => {
  const coloured = /\x1b\[/;
  const stderrOf = async (args: readonly string[], env: Record<string, string>): Promise<string> =>
    (await leat(['run', ...args], { env })).stderr;
  assert.doesNotMatch(await stderrOf([], {}), coloured, 'a pipe');
  assert.match(await stderrOf([], { FORCE_COLOR: '1' }), coloured);
  assert.doesNotMatch(await stderrOf([], { FORCE_COLOR: '0' }), coloured);
  assert.doesNotMatch(await stderrOf([], { NO_COLOR: '1' }), coloured);
  assert.doesNotMatch(await stderrOf(['--no-color'], { FORCE_COLOR: '1' }), coloured);
});

test('a workflow of GitHub gets annotations beside the report', async () => {
  const { stderr } = await leat(['run', '--slots=0', 'x'], { env: { GITHUB_ACTIONS: 'true' } });
  assert.match(stderr, /^ {2}--slots is "0"/m);
  assert.match(stderr, /^::error title=CLI_USAGE::--slots is "0", expected a whole number, at least 1$/m);
});

for (const args of [
  ['--help'],
  ['-h'],
  [],
  ['run', '--help'],
  ['help', 'run'],
  ['validate', '-h'],
  ['explain', '-h'],
]) {
  test(`help fits 80 columns: leat ${args.join(' ')}`, async () => {
    const { status, stdout, stderr } = await leat(args, { env: { COLUMNS: '80' } });
    assert.equal(status, 0);
    assert.equal(stderr, '');
    assert.match(stdout, /USAGE/);
    assert.deepEqual(
      stdout.split('\n').filter((line) => line.length > 80),
      [],
    );
  });
}

test('what comes after -- is no flag', async () => {
  const { status, stderr } = await leat(['run', 'x.yaml', '--', '--help']);
  assert.equal(status, 2);
  assert.match(stderr, /run does not take "--help"/);
});

test('the version', async () => {
  const { status, stdout } = await leat(['--version']);
  assert.equal(status, 0);
  assert.match(stdout, /^leat\/\d+\.\d+\.\d+ /);
});
