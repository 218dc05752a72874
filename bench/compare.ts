/** Holds the two outputs of a question against each other; throws when they are not the same answer. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { Question } from './question.js';

const RELATIVE_TOLERANCE = 1e-9;
/** Of large files: enough to see a difference, few enough to be parsed. */
const SAMPLED_LINES = 97;

export function compareOutputs(question: Question, leatFile: string, duckFile: string): void {
  if (question.compare === 'count') {
    const lines = (file: string): number =>
      Number(execFileSync('wc', ['-l', file], { encoding: 'utf8' }).split(' ')[0]);
    const [leat, duck] = [lines(leatFile), lines(duckFile)];
    if (leat !== duck) throw new Error(`${question.name}: leat wrote ${leat} lines, duckdb ${duck}`);
    return;
  }
  if (typeof question.compare === 'object') {
    compareOrders(question.name, question.compare.order, leatFile, duckFile);
    return;
  }
  const linesOf = question.compare === 'sample' ? sampleLines : readFileSync;
  const rows = (file: string): string[][] =>
    (parse(linesOf(file), { fromLine: 2 }) as string[][]).sort((a, b) => (a.join('\0') < b.join('\0') ? -1 : 1));
  const [leat, duck] = [rows(leatFile), rows(duckFile)];
  if (leat.length !== duck.length) throw new Error(`${question.name}: ${leat.length} rows against ${duck.length}`);
  leat.forEach((row, index) => {
    const isSame = row.every((value, column) => sameValue(value, duck[index][column]));
    if (!isSame) throw new Error(`${question.name}: leat ${row.join(',')} duckdb ${duck[index].join(',')}`);
  });
}

/** Every 97th line, cut to the columns by which the files are sorted. */
function compareOrders(name: string, order: readonly number[], leatFile: string, duckFile: string): void {
  const [leat, duck] = [leatFile, duckFile].map((file) => sampleColumns(readFileSync(file), order));
  if (leat.length !== duck.length) throw new Error(`${name}: ${leat.length} rows against ${duck.length}`);
  leat.forEach((row, index) => {
    const isSame = row.every((value, column) => sameValue(value, duck[index][column]));
    if (!isSame) throw new Error(`${name}: row ${index}: leat ${row.join(',')} duckdb ${duck[index].join(',')}`);
  });
}

function sampleColumns(file: Buffer, order: readonly number[]): string[][] {
  const rows: string[][] = [];
  let line = 0;
  for (let start = 0; start < file.length; line++) {
    const end = file.indexOf(10, start);
    if (line % SAMPLED_LINES === 1) {
      const [row] = parse(file.subarray(start, end)) as string[][];
      rows.push(order.map((column) => row[column]));
    }
    start = end + 1;
  }
  return rows;
}

/** The header, and the lines whose first column is a number that counts. */
function sampleLines(path: string): string {
  const file = readFileSync(path);
  const lines: string[] = [];
  for (let start = 0; start < file.length; ) {
    const end = file.indexOf(10, start);
    const id = Number(file.toString('latin1', start, file.indexOf(44, start)));
    if (start === 0 || id % SAMPLED_LINES === 0) lines.push(file.toString('utf8', start, end));
    start = end + 1;
  }
  return lines.join('\n');
}

function sameValue(a: string, b: string): boolean {
  if (a === b) return true;
  const [x, y] = [Number(a), Number(b)];
  return Math.abs(x - y) <= RELATIVE_TOLERANCE * Math.max(Math.abs(x), Math.abs(y));
}
