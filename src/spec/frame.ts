/**
 * A diagnostic as lines of text:
 *
 *     revenue.yaml:4:13  error EXPR_UNKNOWN_COLUMN
 *       there is no column `amont`
 *         |
 *       4 |   - filter: amont > 5
 *         |             ^^^^^
 *       hint: did you mean `amount`?
 *
 * Text only; the command line hands in a `Paint` to colour the parts.
 */
import type { Diagnostic } from '../errors.js';
import { charWidth } from './display-width.js';

type Brush = (text: string) => string;

/** Each hook gets a part without line breaks and returns it with whatever colour it should have. */
export interface Paint {
  readonly location: Brush;
  readonly error: Brush;
  readonly warning: Brush;
  readonly message: Brush;
  readonly gutter: Brush;
  readonly source: Brush;
  readonly marker: Brush;
  readonly hint: Brush;
  readonly note: Brush;
}

const same: Brush = (text) => text;

export const NO_PAINT: Paint = {
  location: same,
  error: same,
  warning: same,
  message: same,
  gutter: same,
  source: same,
  marker: same,
  hint: same,
  note: same,
};

const TAB_CELLS = 4;
/** Longer source lines are cut around the marked part. */
const MAX_CELLS = 100;

export function renderDiagnostic(diagnostic: Diagnostic, paint: Paint = NO_PAINT): string {
  const { code, severity, message, hint, notes } = diagnostic;
  const location = locationText(diagnostic);
  const heading = paint[severity](`${severity} ${code}`);
  return [
    location === '' ? heading : `${paint.location(location)}  ${heading}`,
    ...indented('', message, paint.message),
    ...frameLines(diagnostic, paint),
    ...(hint === undefined ? [] : indented('hint: ', hint, paint.hint)),
    ...(notes ?? []).flatMap((note) => indented('note: ', note, paint.note)),
  ].join('\n');
}

/** `file:line:column`, as far as it is known. */
function locationText({ place }: Diagnostic): string {
  if (place === undefined) return '';
  const { file, line, column, offset } = place;
  if (line === undefined) return offset === undefined ? file : `${file} (byte ${offset})`;
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
}

function indented(label: string, text: string, brush: Brush): string[] {
  return text
    .split(/\r?\n/)
    .map((line, index) => `  ${brush((index === 0 ? label : ' '.repeat(label.length)) + printable(line))}`);
}

function frameLines(diagnostic: Diagnostic, paint: Paint): string[] {
  const frame = codeFrame(diagnostic);
  if (frame === undefined) return [];
  const { number, text, gap, carets } = frame;
  const blank = ' '.repeat(number.length);
  return [
    `  ${paint.gutter(`${blank} |`)}`,
    `  ${paint.gutter(`${number} |`)} ${paint.source(text)}`.trimEnd(),
    `  ${paint.gutter(`${blank} |`)} ${gap}${paint.marker(carets)}`,
  ];
}

/** The source line and what stands under it, ready to print. */
interface CodeFrame {
  /** Of the line. */
  readonly number: string;
  /** The line without tabs and control characters, cut around the mark when it is long. */
  readonly text: string;
  /** Blanks up to the mark. */
  readonly gap: string;
  readonly carets: string;
}

function codeFrame({ place, sourceLine }: Diagnostic): CodeFrame | undefined {
  if (sourceLine === undefined || place?.line === undefined || place.column === undefined) return undefined;
  const { before, marked, after } = cut(cells(sourceLine), place.column - 1, place.length ?? 1);
  return {
    number: String(place.line),
    text: [...before, ...marked, ...after]
      .map((cell) => cell.text)
      .join('')
      .trimEnd(),
    gap: ' '.repeat(width(before)),
    // Past the end of the line, and under characters without width, one caret still stands.
    carets: '^'.repeat(Math.max(1, width(marked))),
  };
}

interface Cell {
  readonly text: string;
  readonly width: number;
}

/** One a code point: tabs become blanks, control characters a sign of their own. */
function cells(line: string): readonly Cell[] {
  let at = 0;
  return [...line].map((char) => {
    const text = char === '\t' ? ' '.repeat(TAB_CELLS - (at % TAB_CELLS)) : printable(char);
    const cell = { text, width: char === '\t' ? text.length : charWidth(text) };
    at += cell.width;
    return cell;
  });
}

/** What a terminal would act on is shown as the pictures of Unicode's Control Pictures block. */
function printable(text: string): string {
  return text.replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, (char) => {
    const code = char.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\u2421';
  });
}

interface Parts {
  readonly before: readonly Cell[];
  readonly marked: readonly Cell[];
  readonly after: readonly Cell[];
}

function cut(line: readonly Cell[], start: number, length: number): Parts {
  const dots: Cell = { text: '…', width: 1 };
  let before = line.slice(0, start);
  let marked = line.slice(start, start + length);
  let after = line.slice(start + length);
  if (width(line) <= MAX_CELLS) return { before, marked, after };
  if (marked.length > MAX_CELLS / 2) {
    marked = marked.slice(0, MAX_CELLS / 2);
    after = [];
  }
  const room = Math.floor((MAX_CELLS - width(marked)) / 2);
  if (before.length > room) before = [dots, ...before.slice(-room)];
  const rest = MAX_CELLS - width(before) - width(marked);
  if (start + marked.length < line.length) {
    after = line.slice(start + marked.length);
    if (after.length > rest) after = [...after.slice(0, Math.max(0, rest)), dots];
  }
  return { before, marked, after };
}

function width(list: readonly Cell[]): number {
  return list.reduce((sum, cell) => sum + cell.width, 0);
}
