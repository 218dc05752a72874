/**
 * What a finished run says on stderr: what was written, how much was read, how fast, with how much memory. Notes were
 * said when they came up. */

import type { ChalkInstance } from 'chalk';
import type { RunReport } from '../engine-api.js';
import { displayWidth, wrapText } from '../spec/display-width.js';
import { formatSize } from '../spec/size-text.js';
import { formatCount, formatSeconds, formatShortCount, plural, shortPath } from './format.js';

/** `columns` of the terminal; undefined where lines may be of any length. */
export function summary(report: RunReport, paint: ChalkInstance, folder: string, columns?: number): string {
  const outputs = report.outputs.map((output) => ({
    path: shortPath(output.path, folder),
    rows: plural(output.rows, 'row'),
    size: `${filesText(output.files)}${formatSize(output.bytes)}${output.readerLeft ? ', of which its reader took only a part' : ''}`,
  }));
  const pathWidth = Math.max(0, ...outputs.map((o) => displayWidth(o.path)));
  const rowsWidth = Math.max(0, ...outputs.map((o) => o.rows.length));
  const lines = outputs.map(
    (o) =>
      `  ${paint.bold(o.path)}${' '.repeat(pathWidth - displayWidth(o.path))}  ${o.rows.padStart(rowsWidth)}  ${o.size}`,
  );
  const { rows, bytes } = rowsRead(report);
  const rate = report.elapsedMs > 0 ? ` (${formatShortCount((rows * 1000) / report.elapsedMs)} rows/s)` : '';
  const spilled = sumOf(report, 'spilledBytes');
  const rejected = sumOf(report, 'rejected');
  const facts = [
    `read ${formatCount(rows)} rows, ${formatSize(bytes)}${rate}`,
    ...(rejected > 0 ? [`${plural(rejected, 'row')} left out for errors`] : []),
    ...(report.checks.length > 0
      ? [checksText(report.checks.filter(({ holds }) => holds).length, report.checks.length)]
      : []),
    plural(report.slots, 'slot'),
    `peak memory ${formatSize(report.peakResidentBytes)}`,
    ...(spilled > 0 ? [`spilled ${formatSize(spilled)}`] : []),
  ];
  return [
    `${paint.green('done')} ${report.pipeline} in ${formatSeconds(report.elapsedMs)}`,
    ...lines,
    ...wrapText(facts.join(', '), (columns ?? Number.POSITIVE_INFINITY) - 2).map((line) => paint.dim(`  ${line}`)),
  ].join('\n');
}

function filesText(files: readonly string[] | undefined): string {
  return files === undefined ? '' : `${plural(files.length, 'file')}  `;
}

/** What reads rows that were read before. */
const EXCHANGE_SOURCES = ['run-source', 'sorted-source', 'values-source'];

/** Rows that came out of files; what later vertices read are the same rows again. */
function rowsRead(report: RunReport): { rows: number; bytes: number } {
  let [rows, bytes] = [0, 0];
  for (const vertex of report.vertices) {
    const head = vertex.operators[0];
    if (head === undefined || !head.kind.endsWith('-source') || EXCHANGE_SOURCES.includes(head.kind)) continue;
    rows += head.metrics.recordsOut;
    bytes += head.metrics.bytesIn;
  }
  return { rows, bytes };
}

function sumOf(report: RunReport, counter: 'spilledBytes' | 'rejected'): number {
  return report.vertices
    .flatMap((vertex) => vertex.operators)
    .reduce((sum, operator) => sum + operator.metrics[counter], 0);
}

function checksText(holding: number, all: number): string {
  if (holding === all) return all === 1 ? 'the check holds' : `${all} checks hold`;
  return all === 1 ? 'the check does not hold' : `${holding} of ${all} checks hold`;
}
