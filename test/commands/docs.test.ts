import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { leat } from '../support/leat.js';

test('docs without a topic lists them', async () => {
  const { status, stdout, stderr } = await leat(['docs']);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /verbs +read write filter/);
  assert.match(stdout, /text +.*concat/);
  assert.match(stdout, /errors +.*SPEC PLAN/);
  assert.equal(stderr, '');
  const { topics } = JSON.parse((await leat(['docs', '--json'])).stdout);
  assert.deepEqual([topics[0].name, topics[1].name], ['language', 'verbs']);
});

test('docs of a function, of a code and of a verb', async () => {
  const fn = await leat(['docs', 'SubStr']);
  assert.match(fn.stdout, /^substring\(text, start\[, length\]\) {2}\(text\)\n/);
  assert.match(
    fn.stdout,
    /Also substr\.\n {2}Null when an argument is null\.\n\n {4}substring\('hello', 2, 3\) {2}=> ell\n/,
  );
  const code = await leat(['docs', 'expr_cast']);
  assert.match(code.stdout, /^EXPR_CAST {2}\(error, exit status 1\)[\s\S]*\n {2}Mend: `TRY_CAST` gives null instead/);
  const verb = await leat(['docs', 'read', '--json']);
  const [page] = JSON.parse(verb.stdout).topics;
  assert.deepEqual(
    page.options.find(({ name }: { name: string }) => name === 'quotes'),
    {
      name: 'quotes',
      kind: 'enum',
      doc: 'lax: a quote inside a field that is not quoted is a character like others',
      required: false,
      values: ['strict', 'lax'],
      default: 'strict',
    },
  );
});

test('docs of nothing that there is', async () => {
  const { status, stdout, stderr } = await leat(['docs', 'fliter']);
  assert.deepEqual([status, stdout], [2, '']);
  assert.equal(stderr, 'error CLI_USAGE\n  there is no topic "fliter"\n  hint: did you mean `filter`?\n');
  const json = await leat(['docs', 'fliter', '--json']);
  assert.equal(JSON.parse(json.stdout).diagnostics[0].code, 'CLI_USAGE');
});

test('an error names its page, once, and not when it is to be quiet', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'leat-docs-'));
  after(() => rmSync(folder, { recursive: true }));
  const text = 'steps:\n  - read: a.csv\n    schema:\n      a: x\n      b: y\n  - write: b.csv\n';
  writeFileSync(join(folder, 'bad.yaml'), text);
  const run = (...flags: string[]) => leat(['validate', 'bad.yaml', 'bad.yaml', ...flags], { cwd: folder });
  const { stderr } = await run();
  assert.equal(stderr.match(/error EXPR_UNKNOWN_TYPE$/gm)?.length, 4, stderr);
  assert.equal(stderr.match(/^ {2}more: leat docs EXPR_UNKNOWN_TYPE$/gm)?.length, 1, stderr);
  assert.doesNotMatch((await run('-q')).stderr, /more:/);
});
