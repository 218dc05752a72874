/** Holds the two outputs of a question against each other; throws when they are not the same answer. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { Question } from './question.js';

const RELATIVE_TOLERANCE = 1e-9;

export function compareOutputs(question: Question, leatFile: string, duckFile: string): void {
  if (question.compare === 'count') {
    const lines = (file: string): number =>
      Number(execFileSync('wc', ['-l', file], { encoding: 'utf8' }).split(' ')[0]);
    const [leat, duck] = [lines(leatFile), lines(duckFile)];
    if (leat !== duck) throw new Error(`${question.name}: leat wrote ${leat} lines, duckdb ${duck}`);
    return;
  }
  if (question.compare !== 'rows') return compareOrders(question.name, question.compare.order, leatFile, duckFile);
  const rows = (file: string): string[][] =>
    (parse(readFileSync(file), { fromLine: 2 }) as string[][]).sort((a, b) => (a.join('\0') < b.join('\0') ? -1 : 1));
  const [leat, duck] = [rows(leatFile), rows(duckFile)];
  if (leat.length !== duck.length) throw new Error(`${question.name}: ${leat.length} rows against ${duck.length}`);
  leat.forEach((row, index) => {
    const isSame = row.every((value, column) => sameValue(value, duck[index][column]));
    if (!isSame) throw new Error(`${question.name}: leat ${row.join(',')} duckdb ${duck[index].join(',')}`);
  });
}

/** Line by line, without reading the files as a whole: cut to the columns by which they are sorted. */
function compareOrders(name: string, order: readonly number[], leatFile: string, duckFile: string): void {
  const [leat, duck] = [leatFile, duckFile].map((file) => sortedColumns(file, order));
  if (leat.length !== duck.length) throw new Error(`${name}: ${leat.length} rows against ${duck.length}`);
  leat.forEach((row, index) => {
    const isSame = row.every((value, column) => sameValue(value, duck[index][column]));
    if (!isSame) throw new Error(`${name}: row ${index}: leat ${row.join(',')} duckdb ${duck[index].join(',')}`);
  });
}

/** Every 97th row. */
function sortedColumns(file: string, order: readonly number[]): string[][] {
  const lines = execFileSync('awk', ['NR % 97 == 2', file], { encoding: 'utf8', maxBuffer: 2 ** 30 });
  return (parse(lines) as string[][]).map((row) => order.map((column) => row[column]));
}

function sameValue(a: string, b: string): boolean {
  if (a === b) return true;
  const [x, y] = [Number(a), Number(b)];
  return Math.abs(x - y) <= RELATIVE_TOLERANCE * Math.max(Math.abs(x), Math.abs(y));
}
