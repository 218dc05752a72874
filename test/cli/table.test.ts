/** Tables: columns in their places whatever characters they hold, and what finds no room is told of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chalk } from 'chalk';
import { table } from '../../src/cli/table.js';
import { displayWidth } from '../../src/spec/display-width.js';

const plain = new Chalk({ level: 0 });
const COLUMNS = [
  { name: 'id', type: 'bigint' },
  { name: '名前', type: 'string' },
  { name: 'note', type: 'string' },
];

test('numbers stand on the right, wide characters take two places, line breaks none', () => {
  const text = table(
    COLUMNS,
    [
      ['7', '日本', 'a\nb'],
      ['1000000', null, 'x'.repeat(60)],
    ],
    plain,
  );
  assert.equal(
    text,
    `     id  名前    note\n bigint  string  string\n      7  日本    a\\nb\n1000000  null    ${'x'.repeat(39)}…`,
  );
});

test('no line is wider than the terminal', () => {
  for (const width of [1, 10, 20, 30, 200]) {
    const lines = table(COLUMNS, [['1', 'abc', 'de']], plain, width).split('\n');
    const rows = lines.slice(0, 3);
    assert.ok(
      rows.every((line) => displayWidth(line) <= Math.max(width, 6)),
      `${width}: ${rows.join('|')}`,
    );
    assert.equal(lines.length === 4, width < 22, `${width}`);
  }
});
