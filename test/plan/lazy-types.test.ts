/** Which inferred types a plan asks for: those that some expression or key reads, no matter what else the file has. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BIGINT } from '../../src/columnar/data-type.js';
import { typedLater } from '../../src/columnar/schema.js';
import type { ScanColumn } from '../../src/dataflow/logical-graph.js';
import type { VerbDefinition } from '../../src/dataflow/verb.js';
import { InputSpool } from '../../src/formats/input-spool.js';
import { READ } from '../../src/operators/read.js';
import { VERBS } from '../../src/operators/verbs.js';
import { planJob } from '../../src/plan/job-planner.js';
import { lowerPipeline } from '../../src/plan/lowering.js';
import { openPipeline } from '../../src/plan/open-pipeline.js';
import { optimize } from '../../src/plan/optimizer.js';
import { readPipeline } from '../../src/spec/pipeline.js';
import { decodeSourceFile } from '../../src/spec/source.js';

const CONSTANTS = { nowMicros: 0n, seed: null };

/** Plans the steps over columns a to f, and says whose types were asked for. */
async function typesAsked(steps: string): Promise<string> {
  const asked = new Set<string>();
  const columns = [...'abcdef'].map(
    (name): ScanColumn => ({
      name,
      get type() {
        asked.add(name);
        return BIGINT;
      },
      from: name,
      isDeclared: false,
    }),
  );
  const read: VerbDefinition = {
    ...READ,
    lower: async (context) =>
      context.add(
        { op: 'scan', factory: 'csv-source', config: {}, columns, fileValues: [], text: '' },
        [],
        columns.map((column) => typedLater(column.name, column)),
      ),
  };
  const file = decodeSourceFile('x.yaml', Buffer.from(`steps:\n  - read: x.csv\n${steps}  - write: y.csv\n`));
  const { spec } = readPipeline(file, new Set(VERBS.keys()));
  const pipeline = openPipeline(spec!, { given: new Map(), folder: '/', constants: CONSTANTS }, {}, []);
  const { graph } = await lowerPipeline(pipeline, {
    verbs: new Map([...VERBS, ['read', read]]),
    constants: CONSTANTS,
    env: {},
    reads: new Map(),
    writes: new Map(),
    inputs: new InputSpool({ stdin: () => process.stdin }),
  });
  const job = planJob(optimize(graph, CONSTANTS));
  const found = [...asked].sort().join('');
  // What crosses to the threads is plain data: nothing in it asks for more.
  structuredClone(job);
  assert.equal([...asked].sort().join(''), found);
  return found;
}

test('only columns whose values are computed with have their types found', async () => {
  assert.equal(await typesAsked(''), '');
  assert.equal(await typesAsked('  - filter: b > 1\n'), 'b');
  assert.equal(await typesAsked('  - select: [a, f, new: c + 1]\n'), 'c');
  assert.equal(await typesAsked('  - derive:\n      x: a + 1\n      y: x * 2\n      b: 0\n  - filter: y > d\n'), 'ad');
  assert.equal(await typesAsked('  - select: ["*"]\n  - aggregate:\n      n: sum(e)\n    by: [a]\n'), 'ae');
});
