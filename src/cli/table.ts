/** Rows as a table for people: as wide as the terminal, with the types of the columns below their names. */
import type { ChalkInstance } from 'chalk';
import { displayWidth } from '../spec/display-width.js';

export interface TableColumn {
  readonly name: string;
  readonly type: string;
}

const WIDEST_CELL = 40;
const GAP = '  ';
const NUMBERS = /^(?:int|bigint|double|decimal)/;

/** `width`: columns of the terminal; undefined: as wide as it gets. Columns that find no room are told of in the last line. */
export function table(
  columns: readonly TableColumn[],
  rows: readonly (readonly (string | null)[])[],
  paint: ChalkInstance,
  width = Number.POSITIVE_INFINITY,
): string {
  const cells = rows.map((row) => row.map((value) => (value === null ? 'null' : cut(oneLine(value), WIDEST_CELL))));
  const widths = columns.map(({ name, type }, c) => {
    return Math.max(...[cut(name, WIDEST_CELL), type, ...cells.map((row) => row[c])].map(displayWidth));
  });
  const shown = fitting(widths, width);
  const isRight = columns.map(({ type }) => NUMBERS.test(type));
  const line = (texts: readonly string[], style: (text: string, c: number) => string): string =>
    texts
      .slice(0, shown)
      .map((text, c) => {
        const room = ' '.repeat(widths[c] - displayWidth(text));
        return isRight[c] ? room + style(text, c) : style(text, c) + room;
      })
      .join(GAP)
      .trimEnd();
  const lines = [
    line(
      columns.map(({ name }) => cut(name, WIDEST_CELL)),
      (text) => paint.bold(text),
    ),
    line(
      columns.map(({ type }) => type),
      (text) => paint.dim(text),
    ),
    ...rows.map((row, r) => line(cells[r], (text, c) => (row[c] === null ? paint.dim(text) : text))),
  ];
  const more = columns.slice(shown).map(({ name }) => name);
  if (more.length === 0) return lines.join('\n');
  const names = more.length > 8 ? `${more.slice(0, 8).join(', ')}, ...` : more.join(', ');
  return [...lines, paint.dim(`${more.length} more column${more.length === 1 ? '' : 's'}: ${names}`)].join('\n');
}

/** How many columns there is room for; one in any case. */
function fitting(widths: readonly number[], width: number): number {
  let used = 0;
  const first = widths.findIndex((each, c) => {
    used += each + (c === 0 ? 0 : GAP.length);
    return used > width && c > 0;
  });
  return first === -1 ? widths.length : first;
}

function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]/g, (c) => JSON.stringify(c).slice(1, -1));
}

function cut(text: string, most: number): string {
  if (displayWidth(text) <= most) return text;
  let kept = '';
  for (const character of text) {
    if (displayWidth(kept + character) >= most) break;
    kept += character;
  }
  return `${kept}…`;
}
