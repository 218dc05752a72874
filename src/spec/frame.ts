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
import type { Diagnostic, Place } from '../errors.js';
import { charWidth, displayWidth, wrapText } from './display-width.js';

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
/** Longer source lines are cut around the marked part; on a terminal, those that do not fit on it. */
const MAX_CELLS = 100;
/** Fewer show nothing that could be recognized. */
const LEAST_CELLS = 20;

/** `columns` of the terminal: sentences are wrapped to it; undefined where lines may be of any length. */
export function renderDiagnostic(diagnostic: Diagnostic, paint: Paint = NO_PAINT, columns?: number): string {
  const { code, severity, message, hint, place } = diagnostic;
  const location = place === undefined ? '' : locationText(place);
  const title = `${severity} ${code}`;
  const heading = paint[severity](title);
  const gap = displayWidth(location) + 2 + title.length > (columns ?? Number.POSITIVE_INFINITY) ? '\n' : '  ';
  const indented = (label: string, text: string, brush: Brush): string[] => sentence(label, text, brush, columns);
  return [
    location === '' ? heading : `${paint.location(location)}${gap}${heading}`,
    ...indented('', message, paint.message),
    ...frameLines(diagnostic, paint, columns),
    ...(hint === undefined ? [] : indented('hint: ', hint, paint.hint)),
    ...noteTexts(diagnostic).flatMap((note) => indented('note: ', note, paint.note)),
  ].join('\n');
}

function noteTexts({ related = [], notes = [] }: Diagnostic): readonly string[] {
  return [...related.map(({ place, message }) => `${locationText(place)}: ${message}`), ...notes];
}

/** `file:line:column`, as far as it is known. */
export function locationText({ file, line, column, offset }: Place): string {
  if (line === undefined) return offset === undefined ? file : `${file} (byte ${offset})`;
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
}

function sentence(label: string, text: string, brush: Brush, columns: number = Number.POSITIVE_INFINITY): string[] {
  return text
    .split(/\r?\n/)
    .flatMap((line) => wrapText(printable(line), columns - label.length - 2))
    .map((line, index) => `  ${brush((index === 0 ? label : ' '.repeat(label.length)) + line)}`);
}

function frameLines(diagnostic: Diagnostic, paint: Paint, columns?: number): string[] {
  const frame = codeFrame(diagnostic, columns);
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

function codeFrame({ place, sourceLine }: Diagnostic, columns?: number): CodeFrame | undefined {
  if (sourceLine === undefined || place?.line === undefined || place.column === undefined) return undefined;
  const number = String(place.line);
  const gutter = `  ${number} | `;
  const most = columns === undefined ? MAX_CELLS : Math.max(LEAST_CELLS, columns - gutter.length);
  const { before, marked, after } = cut(cells(sourceLine), place.column - 1, place.length ?? 1, most);
  return {
    number,
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

/** At most `most` cells, the marked part in the middle of them where the line goes on at both ends. */
function cut(line: readonly Cell[], start: number, length: number, most: number): Parts {
  const dots: Cell = { text: '…', width: 1 };
  const [before, whole, rest] = [line.slice(0, start), line.slice(start, start + length), line.slice(start + length)];
  if (width(line) <= most) return { before, marked: whole, after: rest };
  const marked = whole.slice(0, fitting(whole, Math.floor(most / 2)));
  const after = marked.length < whole.length ? [] : rest;
  const room = most - width(marked);
  const beforeRoom = Math.max(Math.floor(room / 2), room - width(after));
  const shownBefore =
    width(before) <= beforeRoom
      ? before
      : [dots, ...before.slice(before.length - fitting(before.toReversed(), beforeRoom - 1))];
  const afterRoom = room - width(shownBefore);
  const shownAfter = width(after) <= afterRoom ? after : [...after.slice(0, fitting(after, afterRoom - 1)), dots];
  return { before: shownBefore, marked, after: shownAfter };
}

/** How many of the first cells fit into a width. */
function fitting(list: readonly Cell[], most: number): number {
  let [used, count] = [0, 0];
  while (count < list.length && used + list[count].width <= most) used += list[count++].width;
  return count;
}

function width(list: readonly Cell[]): number {
  return list.reduce((sum, cell) => sum + cell.width, 0);
}
