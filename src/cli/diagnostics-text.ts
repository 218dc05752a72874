/**
 * Diagnostics for people, with the line they point at, and for GitHub's annotations. Pure functions; paths are shown
 * relative to the current folder when that is shorter.
 *
 *     error: the step has no column "amonut" [EXPR_UNKNOWN_COLUMN]
 *       --> revenue.yaml:12:13
 *        |
 *     12 |   - filter: amonut >= 10
 *        |             ^^^^^^
 *       hint: did you mean "amount"?
 */
import { isAbsolute, relative } from 'node:path';
import type { ChalkInstance } from 'chalk';
import type { Diagnostic, Place } from '../errors.js';

export function diagnosticText(diagnostic: Diagnostic, paint: ChalkInstance, folder: string): string {
  const isError = diagnostic.severity === 'error';
  const word = isError ? paint.bold.red('error') : paint.bold.yellow('warning');
  const lines = [`${word}${paint.bold(`: ${diagnostic.message}`)} ${paint.dim(`[${diagnostic.code}]`)}`];
  if (diagnostic.place) lines.push(`  ${paint.cyan('-->')} ${placeText(diagnostic.place, folder)}`);
  lines.push(...frame(diagnostic, isError ? paint.red : paint.yellow, paint));
  for (const note of diagnostic.notes ?? []) lines.push(`  ${paint.cyan('note:')} ${note}`);
  if (diagnostic.hint) lines.push(`  ${paint.cyan('hint:')} ${diagnostic.hint}`);
  return lines.join('\n');
}

/** `file:line:column`, which terminals and editors make clickable. */
export function placeText(place: Place, folder: string): string {
  const line = place.line === undefined ? '' : `:${place.line}`;
  const column = place.line === undefined || place.column === undefined ? '' : `:${place.column}`;
  const offset = place.line === undefined && place.offset !== undefined ? ` at byte ${place.offset}` : '';
  return `${shortPath(place.file, folder)}${line}${column}${offset}`;
}

/** The workflow command that puts the diagnostic beside its line in a pull request. */
export function annotation(diagnostic: Diagnostic, workspace: string): string {
  const { place } = diagnostic;
  const properties = [
    ...(place ? [['file', shortPath(place.file, workspace)]] : []),
    ...(place?.line === undefined ? [] : [['line', String(place.line)]]),
    ...(place?.column === undefined ? [] : [['col', String(place.column)]]),
    ['title', `leat ${diagnostic.code}`],
  ];
  const text = [diagnostic.message, ...(diagnostic.hint ? [`hint: ${diagnostic.hint}`] : [])].join('\n');
  const listed = properties.map(([name, value]) => `${name}=${escapeProperty(value)}`).join(',');
  return `::${diagnostic.severity} ${listed}::${escapeMessage(text)}`;
}

function frame(diagnostic: Diagnostic, mark: ChalkInstance, paint: ChalkInstance): string[] {
  const { place, sourceLine } = diagnostic;
  if (place?.line === undefined || sourceLine === undefined) return [];
  const gutter = String(place.line);
  const blank = ' '.repeat(gutter.length);
  const { text, column, length } = window(sourceLine, place.column ?? 1, place.length ?? 1);
  const before = text.slice(0, column - 1).replace(/[^\t]/g, ' ');
  return [
    paint.dim(` ${blank} |`),
    `${paint.dim(` ${gutter} |`)} ${text}`,
    ...(place.column === undefined ? [] : [`${paint.dim(` ${blank} |`)} ${before}${mark('^'.repeat(length))}`]),
  ];
}

/** A line of data can be megabytes long: shows the part around the mark. */
const FRAME_COLUMNS = 100;
const COLUMNS_BEFORE_MARK = 40;

function window(line: string, column: number, length: number): { text: string; column: number; length: number } {
  const start = line.length > FRAME_COLUMNS ? Math.max(0, column - 1 - COLUMNS_BEFORE_MARK) : 0;
  const end = Math.min(line.length, start + FRAME_COLUMNS);
  const lead = start > 0 ? '…' : '';
  const text = `${lead}${line.slice(start, end)}${end < line.length ? '…' : ''}`.replace(
    /[\x00-\x08\x0b-\x1f\x7f]/g,
    '·',
  );
  const shown = column - start + lead.length;
  return { text, column: shown, length: Math.max(1, Math.min(length, text.length - shown + 1)) };
}

function shortPath(path: string, folder: string): string {
  if (!isAbsolute(path)) return path;
  const short = relative(folder, path);
  return short !== '' && !isAbsolute(short) && short.length < path.length ? short : path;
}

function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
