/**
 * Progress while a job runs: bars that are redrawn on a terminal, a plain line now and then elsewhere, nothing when
 * quiet. Drawing happens only while nothing else uses the terminal; `close` leaves no trace of the bars.
 */
import type { JobProgress } from '../runtime/job-result.js';
import { displayWidth, wrapText } from '../spec/display-width.js';
import type { OutputStyle } from './output-style.js';
import { progressBars, progressLine } from './progress-text.js';

export interface Progress {
  show(progress: JobProgress): void;
  /** A line that stays, above the bars. */
  say(text: string): void;
  /** Rows go to the same terminal: no bars from here on. */
  yieldTerminal(): void;
  close(): void;
}

/** What is drawn on: stderr, or a stand-in of tests. */
export interface Screen {
  readonly columns?: number;
  write(text: string): unknown;
}

/** A job that is done sooner shows no bar: it would only flicker. */
const FIRST_BAR_MS = 400;
const FIRST_LINE_MS = 5000;
const LINE_EVERY_MS = 10_000;

export function createProgress(style: OutputStyle, screen: Screen = process.stderr): Progress {
  if (style.quiet) return { show() {}, say() {}, yieldTerminal() {}, close() {} };
  return style.interactive ? terminalProgress(style, screen) : plainProgress(screen);
}

function terminalProgress(style: OutputStyle, screen: Screen): Progress {
  let drawn: readonly string[] = [];
  let yielded = false;

  const erase = (): string => {
    if (drawn.length === 0) return '';
    // Lines drawn on a wider terminal wrap when it shrinks: count the rows they take now.
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns(screen))), 0);
    drawn = [];
    return `\x1b[${rows}A\r\x1b[J`;
  };

  return {
    show(progress) {
      if (yielded || progress.elapsedMs < FIRST_BAR_MS) return;
      const lines = progressBars(progress, columns(screen), style.paint);
      const erased = erase();
      screen.write(erased + lines.map((line) => `${line}\n`).join(''));
      drawn = lines.map((line) => 'x'.repeat(displayWidth(withoutColour(line))));
    },
    say: (text) => void screen.write(`${erase()}${wrapText(text, columns(screen) - 1).join('\n')}\n`),
    yieldTerminal() {
      if (drawn.length > 0) screen.write(erase());
      yielded = true;
    },
    close() {
      if (drawn.length > 0) screen.write(erase());
    },
  };
}

function plainProgress(screen: Screen): Progress {
  let next = FIRST_LINE_MS;
  return {
    show(progress) {
      if (progress.elapsedMs < next) return;
      next = progress.elapsedMs + LINE_EVERY_MS;
      screen.write(`${progressLine(progress)}\n`);
    },
    say: (text) => void screen.write(`${text}\n`),
    yieldTerminal() {},
    close() {},
  };
}

function columns(screen: Screen): number {
  return Math.max(20, screen.columns ?? 80);
}

function withoutColour(text: string): string {
  return text.replace(/\x1b\[[0-9;]*m/g, '');
}
