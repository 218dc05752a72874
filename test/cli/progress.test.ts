/** Progress on a stand-in for a terminal that keeps what is on its screen: no line wraps, nothing is left behind. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chalk } from 'chalk';
import type { OutputStyle } from '../../src/cli/output-style.js';
import { createProgress, type Screen } from '../../src/cli/progress.js';
import { progressBars, progressLine } from '../../src/cli/progress-text.js';
import type { JobProgress, VertexProgress } from '../../src/runtime/job-result.js';
import { displayWidth } from '../../src/spec/display-width.js';
import { random } from '../support/random.js';

const plain = new Chalk({ level: 0 });

function vertex(fields: Partial<VertexProgress>): VertexProgress {
  return {
    vertex: 0,
    name: 'orders → filter → aggregate by country',
    state: 'running',
    splitsDone: 3,
    splitsTotal: 10,
    bytesDone: 300e6,
    bytesTotal: 1e9,
    recordsIn: 2.5e6,
    tasksRunning: 2,
    ...fields,
  };
}

/** Understands what progress writes: text, new lines, cursor up, carriage return, clear to the end. */
class Terminal implements Screen {
  lines: string[] = [''];
  row = 0;
  readonly columns = 80;

  write(text: string): void {
    for (const [part, up] of text.matchAll(/\x1b\[(\d+)A|\x1b\[J|\x1b\[[\d;]*m|\r|\n|[^\x1b\r\n]+/g)) {
      if (up !== undefined) this.row = Math.max(0, this.row - Number(up));
      else if (part === '\x1b[J') this.lines = [...this.lines.slice(0, this.row), ''];
      else if (part === '\n') this.lines[++this.row] ??= '';
      else if (part !== '\r' && !part.startsWith('\x1b')) this.put(part);
    }
  }

  private put(text: string): void {
    this.lines[this.row] += text;
    assert.ok(displayWidth(this.lines[this.row]) < this.columns, `a line of ${displayWidth(text)} columns wraps`);
  }
}

function style(fields: Partial<OutputStyle>): OutputStyle {
  return {
    ...{ json: false, quiet: false, paint: plain, annotations: false, interactive: true, columns: undefined },
    ...{ debug: false, ...fields },
  };
}

const at = (elapsedMs: number, ...vertices: VertexProgress[]): JobProgress => ({ elapsedMs, vertices });

test('bars say what is done, how much, and what is left', () => {
  const [line] = progressBars(at(3000, vertex({}), vertex({ state: 'waiting' })), 120, plain);
  assert.match(line, /^orders → filter → aggregate by country ━+─+ {2}30% {2}2\.5 M rows {2}286 MiB of 954 MiB/);
  assert.match(line, /2 tasks {2}7 s left$/);
});

test('bars fit every width', () => {
  const rng = random(7);
  for (let round = 0; round < 500; round++) {
    const columns = rng.between(20, 200);
    const lines = progressBars(
      at(
        rng.int(1e7),
        ...Array.from({ length: rng.int(12) }, () =>
          vertex({
            name: 'filter 注文 '.repeat(rng.int(8)),
            bytesDone: rng.int(2e9),
            bytesTotal: rng.chance(0.2) ? 0 : 2e9,
            splitsTotal: rng.int(3),
            recordsIn: rng.int(1e9),
            tasksRunning: rng.int(65),
          }),
        ),
      ),
      columns,
      plain,
    );
    assert.ok(lines.length <= 8);
    for (const line of lines) assert.ok(displayWidth(line) < columns, `seed ${rng.seed}: "${line}" in ${columns}`);
  }
});

test('the terminal is as it was when progress is closed, notes apart', () => {
  const terminal = new Terminal();
  terminal.write('$ leat run x.yaml\n');
  const progress = createProgress(style({}), terminal);
  for (let ms = 0; ms < 3000; ms += 100) {
    progress.show(at(ms, vertex({ bytesDone: ms * 1e5 }), ...(ms > 1500 ? [vertex({ name: 'second' })] : [])));
    if (ms === 2000) progress.say('note: a worker died');
  }
  assert.match(terminal.lines.join('\n'), /second/);
  progress.close();
  assert.deepEqual(terminal.lines, ['$ leat run x.yaml', 'note: a worker died', '']);
});

test('a terminal that shrinks: the rows that wrapped lines take now are erased', () => {
  const written: string[] = [];
  const screen = { columns: 100, write: (text: string) => void written.push(text) };
  const progress = createProgress(style({}), screen);
  progress.show(at(1000, vertex({})));
  screen.columns = 40;
  progress.close();
  assert.match(written.at(-1) ?? '', /^\x1b\[3A/);
});

test('short jobs and quiet ones draw nothing; rows on the terminal stop the bars', () => {
  const written: string[] = [];
  const screen = { columns: 80, write: (text: string) => void written.push(text) };
  createProgress(style({}), screen).show(at(100, vertex({})));
  const quiet = createProgress(style({ quiet: true }), screen);
  quiet.show(at(10_000, vertex({})));
  quiet.say('note');
  const yielded = createProgress(style({}), screen);
  yielded.yieldTerminal();
  yielded.show(at(10_000, vertex({})));
  yielded.close();
  assert.deepEqual(written, []);
});

test('a pipe gets a plain line now and then', () => {
  const written: string[] = [];
  const progress = createProgress(style({ interactive: false }), { write: (text) => void written.push(text) });
  for (let ms = 0; ms <= 30_000; ms += 250) progress.show(at(ms, vertex({ name: 'orders' })));
  progress.close();
  assert.equal(written.length, 3);
  assert.equal(written[0], 'leat: 5.00 s: orders: 30%, 2.5 M rows, 286 MiB of 954 MiB, 2 tasks, 12 s left\n');
  assert.equal(progressLine(at(1000)), 'leat: 1.00 s');
  const many = Array.from({ length: 60 }, (_, i) => vertex({ name: `step ${i}` }));
  const line = progressLine(at(1000, ...many));
  assert.match(line, /step 3: .*; 56 more$/);
  assert.doesNotMatch(line, /step 4:/);
});
