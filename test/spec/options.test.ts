/** Options that are right: the values they are read as. Those that are wrong are in slips.test.ts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Diagnostic } from '../../src/errors.js';
import type { OptionContext } from '../../src/spec/node-reader.js';
import type { OptionsOf } from '../../src/spec/option-schema.js';
import { readOptions } from '../../src/spec/options.js';
import { readPipeline } from '../../src/spec/pipeline.js';
import { readBigint, readDuration, readInteger, readSize } from '../../src/spec/scalar-values.js';
import { TEST_VERBS } from './test-verbs.js';

type Verb = keyof typeof TEST_VERBS;

function read<V extends Verb>(verb: V, step: string, context?: OptionContext): OptionsOf<(typeof TEST_VERBS)[V]> {
  const { spec, diagnostics } = readPipeline(
    { path: 'p.yaml', text: `steps:\n  - ${step}\n` },
    new Set(Object.keys(TEST_VERBS)),
  );
  assert.deepEqual(diagnostics, []);
  const found: Diagnostic[] = [];
  const values = readOptions(TEST_VERBS[verb], spec!.steps[0], found, context);
  assert.deepEqual(found, []);
  return values as OptionsOf<(typeof TEST_VERBS)[V]>;
}

describe('options', () => {
  it('have their defaults', () => {
    const { value, options } = read('read', 'read: a.csv');
    assert.deepEqual(
      value.map((path) => path.text),
      ['a.csv'],
    );
    const { header, delimiter, quotes, skip_lines, nulls, schema } = options;
    assert.deepEqual(
      [header, delimiter, quotes, skip_lines, nulls, schema],
      [true, ',', 'strict', 0, undefined, undefined],
    );
  });

  it('are read by kind', () => {
    const { options } = read(
      'read',
      `read: [a.csv, "b c.csv"]
    delimiter: ;
    quote: none
    quotes: lax
    header: false
    nulls: [NA, '', 0.10]
    skip_lines: $skip
    part_size: 1.5GiB
    delay: 2m
    seed: -9223372036854775808`,
      { parameter: (name) => (name === 'skip' ? { text: '12' } : { problem: undefined }) },
    );
    const { delimiter, quote, quotes, header, nulls, skip_lines, part_size, delay, seed } = options;
    assert.deepEqual([delimiter, quote, quotes, header, skip_lines], [';', '', 'lax', false, 12]);
    assert.deepEqual([part_size, delay, seed], [1.5 * 2 ** 30, 120_000, -(2n ** 63n)]);
    assert.deepEqual(
      nulls?.map(({ text }) => text),
      ['NA', '', '0.10'],
    );
  });

  it('take a tab in every spelling', () => {
    for (const tab of ['"\\t"', "'\\t'", '\\t', 'tab'])
      assert.equal(read('read', `read: a\n    delimiter: ${tab}`).options.delimiter, '\t');
  });

  it('schema: types alone and with more', () => {
    const { options } = read(
      'read',
      `read: a
    schema:
      Order ID: bigint
      amount:
        type: decimal(12,2)
        from: Amount
        decimal: ","
        nulls: NA
        trim: true`,
    );
    const [id, amount] = options.schema!;
    assert.deepEqual([id.name.text, id.type.text, id.from], ['Order ID', 'bigint', undefined]);
    assert.deepEqual(
      [amount.type.text, amount.from?.text, amount.decimal, amount.trim],
      ['decimal(12,2)', 'Amount', ',', true],
    );
    assert.deepEqual(
      amount.nulls?.map(({ text }) => text),
      ['NA'],
    );
  });

  it('outputs: columns and new columns, in order', () => {
    const { value } = read('select', 'select:\n    - a\n    - "*"\n    - b: x + 1\n      c: y\n    - Order ID');
    const shown = value.map((item) =>
      item.kind === 'column' ? item.source.text : `${item.name.text}=${item.expr.text}`,
    );
    assert.deepEqual(shown, ['a', '*', 'b=x + 1', 'c=y', 'Order ID']);
  });

  it('expressions keep text and place', () => {
    const { value } = read('filter', "filter: |\n      a > 1 -- comments are fine here\n      AND b = 'x'");
    assert.equal(value.text, "a > 1 -- comments are fine here\nAND b = 'x'\n");
    assert.equal(value.file.text[value.offsetAt(value.text.indexOf('AND'))], 'A');
    const last = read('filter', 'filter: |\n      a > 1\n      AND b -- a comment on the last line');
    assert.match(last.value.text, /last line\n$/);
    assert.equal(read('filter', `filter: "'web'"`).value.text, "'web'");
    assert.equal(read('filter', "filter: >\n      a = 'x -- y'\n      AND b").value.text, "a = 'x -- y' AND b\n");
  });

  it('all problems at once', () => {
    const text =
      'steps:\n  - read: a\n    delimiter: ab\n    header: maybe\n    hedaer: 1\n    schema:\n      a:\n      b: [int]\n';
    const { spec } = readPipeline({ path: 'p.yaml', text }, new Set(['read']));
    const found: Diagnostic[] = [];
    assert.equal(readOptions(TEST_VERBS.read, spec!.steps[0], found), undefined);
    assert.deepEqual(found.map(({ place }) => place?.line).sort(), [3, 4, 5, 7, 8]);
  });
});

describe('numbers with units', () => {
  const value = <T>(reading: { value: T } | { expected: string }): T | undefined =>
    'value' in reading ? reading.value : undefined;

  it('sizes', () => {
    assert.equal(value(readSize('256MiB')), 268435456);
    assert.equal(value(readSize('1 GiB')), 2 ** 30);
    assert.equal(value(readSize('64mb')), 64e6);
    for (const wrong of ['256', 'MiB', '-1MiB', '1 constructor', '1e3MiB', '9999999999TiB'])
      assert.equal(value(readSize(wrong)), undefined, wrong);
    assert.equal(value(readSize('1KiB', { min: 2048 })), undefined);
  });

  it('durations', () => {
    assert.deepEqual(
      ['500ms', '1s', '1.5m', '2h', '1d'].map((text) => value(readDuration(text))),
      [500, 1000, 90_000, 7_200_000, 86_400_000],
    );
    for (const wrong of ['1', 's', '1 fortnight', '1 tostring'])
      assert.equal(value(readDuration(wrong)), undefined, wrong);
  });

  it('whole numbers', () => {
    assert.equal(value(readInteger('1_000')), 1000);
    assert.equal(value(readBigint('+9223372036854775807')), 2n ** 63n - 1n);
    for (const wrong of ['1.0', '1e3', '0x10', '', '1__0', '99999999999999999999'])
      assert.equal(value(readInteger(wrong)), undefined, wrong);
    assert.equal(value(readBigint('9223372036854775808')), undefined);
  });
});
