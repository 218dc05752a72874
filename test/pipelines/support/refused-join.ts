/** A join whose right side is larger than the memory: generated, run with plenty of memory and with little. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runPipeline } from '../../support/run-pipeline.js';

export interface RefusedJoin {
  readonly leftRows: number;
  readonly rightRows: number;
  readonly memoryBytes: number;
  readonly slots: readonly number[];
  readonly types: readonly string[];
}

const MIB = 1 << 20;

/** Keys of both sides are spread over their rows, some several times on either side, some on one side only. */
function writeInputs(folder: string, leftRows: number, rightRows: number): void {
  const left = Array.from(
    { length: leftRows },
    (_, id) => `${id},${id % 11 === 0 ? '' : (id * 7919) % rightRows},${id % 50}`,
  );
  const right = Array.from(
    { length: rightRows },
    (_, row) => `${row % 13 === 0 ? '' : (row * 31) % Math.ceil(rightRows * 0.6)},the name of row ${row},${row % 40}`,
  );
  writeFileSync(join(folder, 'left.csv'), `id,k,v\n${left.join('\n')}\n`);
  writeFileSync(join(folder, 'right.csv'), `k,name,w\n${right.join('\n')}\n`);
}

/** The same bytes with little memory, at any slots, and a note that says how. */
export async function checkRefusedJoin({ leftRows, rightRows, memoryBytes, slots, types }: RefusedJoin): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'leat-refused-'));
  try {
    writeInputs(folder, leftRows, rightRows);
    for (const type of types) {
      const suffix = type === 'semi' || type === 'anti' ? '' : '    suffix: _right\n';
      writeFileSync(
        join(folder, 'p.yaml'),
        `steps:\n  - name: names\n    read: right.csv\n  - read: left.csv\n  - join: names\n    type: ${type}\n    on: k\n${suffix}  - write: out.csv\n`,
      );
      const run = async (memory: number, count: number): Promise<{ text: string; notes: readonly string[] }> => {
        let elapsed = 0;
        const report = await runPipeline(
          join(folder, 'p.yaml'),
          { slots: count, memoryBytes: memory, env: {}, spillDir: folder },
          {
            started() {},
            note() {},
            progress({ elapsedMs }) {
              assert.ok(elapsedMs >= elapsed, 'the time of the job goes on');
              elapsed = elapsedMs;
            },
          },
        );
        return { text: readFileSync(join(folder, 'out.csv'), 'utf8'), notes: report.notes };
      };
      const expected = await run(512 * MIB, 2);
      assert.deepEqual(expected.notes, []);
      for (const count of slots) {
        const { text, notes } = await run(memoryBytes, count);
        assert.ok(text === expected.text, `${type}, ${count} slots`);
        const wanted = 'the right side of the join with names does not fit into memory: rows are joined by key';
        assert.ok(notes.includes(wanted), notes.join());
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
