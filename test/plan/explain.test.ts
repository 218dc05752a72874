/** The levels of a plan, as `leat explain` prints them: a change of a rule or of chaining shows up here. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { explainPipeline } from '../../src/engine.js';
import { EXPLAIN_LEVELS, type ExplainOptions } from '../../src/engine-api.js';
import { drawPlan } from '../../src/plan/explain.js';
import type { PlanDocument } from '../../src/plan/plan-document.js';
import { displayWidth } from '../../src/spec/display-width.js';
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

async function explain(options: ExplainOptions, pipeline = PIPELINE): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'leat-explain-'));
  try {
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'plan.yaml'), pipeline);
    const { text } = await explainPipeline(join(folder, 'plan.yaml'), { slots: 2, env: {}, ...options });
    return `${text.replaceAll(folder, '.')}\n`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const level of EXPLAIN_LEVELS) {
  it(`explain ${level}`, async () => {
    assertGolden(`test/plan/golden/${level}.txt`, await explain({ level }));
  });
}

for (const [format, ending] of [
  ['mermaid', 'mmd'],
  ['dot', 'dot'],
] as const) {
  it(`explain as ${format}`, async () => {
    assertGolden(`test/plan/golden/job.${ending}`, await explain({ format }));
    assertGolden(`test/plan/golden/optimized.${ending}`, await explain({ format, level: 'optimized' }));
    await assert.rejects(explain({ format, level: 'source' }), /CLI_USAGE: the level source is text/);
  });
}

/** A call that nobody needs goes, and with it its argument. */
const WINDOWS = `
steps:
  - read: in.csv
    schema: { id: bigint, country: string, amount: "decimal(12,2)", at: date, note: string }
  - over:
      place: rank()
      week: sum(amount)
      before: lag(note)
    by: upper(country)
    order_by: at desc
    frame: range between interval '7 days' preceding and current row
  - select: [id, place, week]
  - write: out.csv
`;

it('explain of windows', async () => {
  const levels = [await explain({ level: 'optimized' }, WINDOWS), await explain({ level: 'job' }, WINDOWS)];
  assertGolden('test/plan/golden/windows.txt', levels.join('\n'));
});

it('explain as json', async () => {
  assertGolden('test/plan/golden/plan.txt', await explain({ format: 'json' }));
  const { source, ...others } = JSON.parse(await explain({ format: 'json', level: 'source' }));
  assert.match(source, /for \(/);
  assert.deepEqual(others, { pipeline: 'plan', slots: 2 });
});

it('a limited step says so', async () => {
  const pipeline = PIPELINE.replace("- filter: country <> 'XX'", '$&\n    parallelism: 1');
  assert.match(await explain({ level: 'job' }, pipeline), /vertex 1: .*, at most 1 task\n/);
});

it('text is wrapped to the terminal', async () => {
  for (const columns of [60, 80, 140]) {
    const text = await explain({ columns, shownPath: () => 'x.csv' });
    for (const line of text.split('\n')) assert.ok(displayWidth(line) <= columns, `"${line}" in ${columns}`);
    assert.doesNotMatch(text, /\u00a0/);
  }
});

describe('labels', () => {
  /** Whatever might end a label, a line or the drawing. */
  const odd = 'a "b" \\ [c] {d} <e> &lt; #1; `f` | ; end\n%% g';
  const plan: PlanDocument = {
    pipeline: odd,
    slots: 1,
    job: [
      {
        ...{ id: 0, maxTasks: 1, inputs: [] },
        chain: [{ id: 0, operator: 'csv-source', steps: odd, file: odd, details: [odd] }],
      },
    ],
  };

  it('of Mermaid hold nothing that it acts on', () => {
    const text = drawPlan(plan, 'mermaid', 'job', {});
    const [, , node] = text.split('\n');
    const [, label] = /^ {4}v0o0\["(.*)"\]$/.exec(node) ?? assert.fail(node);
    const bare = label.replaceAll('<br/>', '\n').replace(/#(\d+);/g, '');
    assert.doesNotMatch(bare, /["<>&#`[\]{}|;\\]/);
    const shown = label.replaceAll('<br/>', '\n').replace(/#(\d+);/g, (_, code) => String.fromCharCode(code));
    assert.equal(shown.split('\n')[1], odd.replace('\n', ' '));
  });

  it('of Graphviz end where they end', () => {
    const text = drawPlan(plan, 'dot', 'job', {});
    const node = text.split('\n').find((line) => line.startsWith('    v0o0 ')) ?? assert.fail(text);
    const [, label] = /^ {4}v0o0 \[label="((?:[^"\\]|\\.)*)"\];$/.exec(node) ?? assert.fail(node);
    const shown = label.replaceAll('\\l', '\n').replace(/\\(.)/g, '$1').replaceAll('&amp;', '&');
    assert.equal(shown.split('\n')[1], odd.replace('\n', ' '));
    assert.match(text, /^digraph "a \\"b\\" /);
  });
});
