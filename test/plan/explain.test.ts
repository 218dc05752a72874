/** The levels of a plan, as `leat explain` prints them: a change of a rule or of chaining shows up here. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { explainPipeline } from '../../src/engine.js';
import { EXPLAIN_LEVELS } from '../../src/engine-api.js';
import { assertGolden } from '../support/golden.js';

/** Has a rule to apply at every level: constants, a filter that moves, columns that go, two phases, a shared step. */
const PIPELINE = `
params:
  floor:
    type: decimal(12,2)
    default: 10
steps:
  - name: orders
    read: in.csv
    schema:
      id: bigint
      country: string
      amount: decimal(12,2)
      at: date
      note: string
  - derive:
      year: year(at)
      text: note || '!'
  - filter: amount >= $floor + 5 AND at >= date '2026-01-01'
  - name: totals
    aggregate:
      revenue: sum(amount)
      mean: sum(amount) / count(*)
    by: [country, year]
    having: count(*) > 1
  - filter: country <> 'XX'
  - write: totals.csv
  - from: orders
    select: [id, note]
  - write: notes.csv
`;

for (const level of EXPLAIN_LEVELS) {
  it(`explain ${level}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'leat-explain-'));
    try {
      mkdirSync(join(folder, 'data'));
      writeFileSync(join(folder, 'plan.yaml'), PIPELINE);
      const { text } = await explainPipeline(join(folder, 'plan.yaml'), { level, slots: 2, env: {} });
      assertGolden(`test/plan/golden/${level}.txt`, `${text.replaceAll(folder, '.')}\n`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
