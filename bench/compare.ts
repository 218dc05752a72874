/** Holds the two outputs of a question against each other; throws when they are not the same answer. */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { parse } from 'csv-parse/sync';
import type { Question } from './question.js';

const RELATIVE_TOLERANCE = 1e-9;
/** Of sorted files: enough to see an order, few enough to be parsed. */
const SAMPLED_LINES = 97;

export async function compareOutputs(question: Question, leatFile: string, duckFile: string): Promise<void> {
  if (question.compare === 'count') {
    const lines = (file: string): number =>
      Number(execFileSync('wc', ['-l', file], { encoding: 'utf8' }).split(' ')[0]);
    const [leat, duck] = [lines(leatFile), lines(duckFile)];
    if (leat !== duck) throw new Error(`${question.name}: leat wrote ${leat} lines, duckdb ${duck}`);
    return;
  }
  if (question.compare === 'parquet') return compareColumns(question.name, leatFile, duckFile);
  if (question.compare !== 'rows') {
    if ('keys' in question.compare) return compareByKeys(question.name, question.compare.keys, leatFile, duckFile);
    compareOrders(question.name, question.compare.order, leatFile, duckFile);
    return;
  }
  const rows = (file: string): string[][] =>
    (parse(readFileSync(file), { fromLine: 2 }) as string[][]).sort((a, b) => (a.join('\0') < b.join('\0') ? -1 : 1));
  const [leat, duck] = [rows(leatFile), rows(duckFile)];
  if (leat.length !== duck.length) throw new Error(`${question.name}: ${leat.length} rows against ${duck.length}`);
  leat.forEach((row, index) => {
    const isSame = row.every((value, column) => sameValue(value, duck[index][column]));
    if (!isSame) throw new Error(`${question.name}: leat ${row.join(',')} duckdb ${duck[index].join(',')}`);
  });
}

/** All values of each column together, as text: the two infer integers of different widths. */
async function compareColumns(name: string, leatFile: string, duckFile: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const sums = async (file: string): Promise<string> => {
    const reader = await connection.runAndReadAll(
      `select sum(hash(columns(*)::varchar)), count(columns(*)) from read_parquet('${file}')`,
    );
    return String(reader.getRows()[0]);
  };
  const [leat, duck] = [await sums(leatFile), await sums(duckFile)];
  connection.closeSync();
  instance.closeSync();
  if (leat !== duck) throw new Error(`${name}: columns differ: ${leat} and ${duck}`);
}

/** Rows of the same keys side by side, by DuckDB. */
async function compareByKeys(name: string, keys: readonly string[], leatFile: string, duckFile: string): Promise<void> {
  const header = readHeader(leatFile);
  const isSame = (column: string): string =>
    `(l."${column}" is not distinct from d."${column}" or abs(try_cast(l."${column}" as double) - try_cast(d."${column}" as double)) <= ${RELATIVE_TOLERANCE} * abs(try_cast(d."${column}" as double)))`;
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    `select count(*), count(*) filter (${header.map(isSame).join(' and ')}) from read_csv('${leatFile}') l
     full join read_csv('${duckFile}') d on ${keys.map((key) => `l."${key}" = d."${key}"`).join(' and ')}`,
  );
  const [[rows, same]] = reader.getRows();
  connection.closeSync();
  instance.closeSync();
  if (rows !== same) throw new Error(`${name}: of ${rows} rows ${same} are the same`);
}

function readHeader(file: string): string[] {
  const fd = openSync(file, 'r');
  const bytes = Buffer.alloc(4096);
  const [header] = parse(bytes.subarray(0, readSync(fd, bytes)), { toLine: 1 }) as string[][];
  closeSync(fd);
  return header;
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

function sameValue(a: string, b: string): boolean {
  if (a === b) return true;
  const [x, y] = [Number(a), Number(b)];
  return Math.abs(x - y) <= RELATIVE_TOLERANCE * Math.max(Math.abs(x), Math.abs(y));
}
