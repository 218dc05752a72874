/** A column of numbers with a text among them: mistakes about its type show that text. Would catch a wrong line. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { checkPipeline } from '../../src/engine.js';
import { locationText } from '../../src/spec/frame.js';
import { mistakesFolder } from './support/find-mistakes.js';

const folder = mistakesFolder();
after(() => rmSync(folder, { recursive: true }));
const ROWS = 'id,amount,note\n1,10.5,"a\nb"\n2,20,b\n\n3,n/a,c\n4,7,d\n';

const STEPS = `steps:
  - name: r
    read: odd.csv
  - filter: amount > 4
  - write: a.csv
  - from: r
    aggregate:
      s: sum(amount)
      t: sum(note)
  - write: b.csv
  - from: r
    join: r
    on: { id: amount }
    take: []
  - write: c.csv
  - from: r
    select: [id, { amount: id }, note]
  - union: r
  - write: d.csv
  - from: r
    filter: AMOUNT || note
  - write: e.csv
`;

async function found(rows: string, read = 'read: odd.csv'): Promise<readonly string[]> {
  writeFileSync(join(folder, 'odd.csv'), rows);
  const path = join(folder, 'p.yaml');
  writeFileSync(path, STEPS.replace('read: odd.csv', read));
  const { diagnostics } = await checkPipeline(path, { env: {} });
  return diagnostics.map(({ place, related = [] }) => {
    const odd = related.map((one) => `${locationText(one.place)} ${one.message}`.replace(`${folder}/`, ''));
    return [place?.line, ...odd].join(' | ');
  });
}

it('the value that makes a text of a column is shown where its type is wrong', async () => {
  const odd = 'odd.csv:6 amount is text because of "n/a"; `nulls: ["n/a"]` makes null of it';
  const expected = [`4 | ${odd}`, `8 | ${odd}`, '9', `13 | ${odd}`, `18 | ${odd}`, '21'];
  assert.deepEqual(await found(ROWS), expected);
  assert.deepEqual(await found(ROWS.replaceAll('\n', '\r\n')), expected);
  assert.deepEqual(await found(ROWS.replaceAll(',', ';'), 'read: odd.csv\n    delimiter: ;'), [
    ...expected.map((one) => one.replace(/^\d+/, (line) => String(Number(line) + 1))),
  ]);
});

it('a column that is mostly text, or declared as such, is nothing odd', async () => {
  const texts = ROWS.replace('10.5', 'x').replace('20', 'y');
  assert.deepEqual(await found(texts), ['4', '8', '9', '13', '18', '21']);
  const read = 'read: odd.csv\n    schema: { id: int, amount: string, note: string }';
  assert.deepEqual(await found(ROWS, read), ['5', '9', '10', '14', '19', '22']);
});
