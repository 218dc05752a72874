/** Diagnostics in colour with paths a person can click, and as GitHub's annotations. Pure functions. */
import { isAbsolute, relative, resolve } from 'node:path';
import type { ChalkInstance } from 'chalk';
import type { Diagnostic, Place } from '../errors.js';
import { locationText, renderDiagnostic } from '../spec/frame.js';
import { shortPath } from './format.js';

export function diagnosticText(diagnostic: Diagnostic, paint: ChalkInstance, folder: string, columns?: number): string {
  const mark = diagnostic.severity === 'error' ? paint.red : paint.yellow;
  const brushes = {
    location: paint.cyan,
    error: paint.bold.red,
    warning: paint.bold.yellow,
    message: paint.bold,
    gutter: paint.dim,
    source: (text: string) => text,
    marker: mark,
    hint: paint.cyan,
    note: paint.dim,
  };
  return renderDiagnostic(shortened(diagnostic, folder), brushes, columns);
}

/** Where an annotation's paths start from, and those of diagnostics. */
export interface AnnotationFolders {
  /** The folder that GitHub shows the files of. */
  readonly workspace: string;
  readonly current: string;
}

/** The workflow command that puts the diagnostic beside its line in a pull request. */
export function annotation(diagnostic: Diagnostic, folders: AnnotationFolders): string {
  const { code, severity, message, related = [], hint, place } = diagnostic;
  const end = place === undefined ? undefined : endColumn(place);
  const properties = [
    ...(place ? [['file', pathInWorkspace(place.file, folders)]] : []),
    ...(place?.line === undefined ? [] : [['line', String(place.line)]]),
    ...(place?.column === undefined ? [] : [['col', String(place.column)]]),
    ...(end === undefined ? [] : [['endColumn', String(end)]]),
    ['title', code],
  ];
  const elsewhere = related.map((one) => {
    return `${locationText({ ...one.place, file: pathInWorkspace(one.place.file, folders) })}: ${one.message}`;
  });
  const text = [message, ...elsewhere, ...(hint ? [`hint: ${hint}`] : [])].join('\n');
  const listed = properties.map(([name, value]) => `${name}=${escapeProperty(value)}`).join(',');
  return `::${severity} ${listed}::${escapeMessage(text)}`;
}

/** One behind the last marked character; marks do not go beyond their line. */
export function endColumn({ column, length }: Place): number | undefined {
  return column === undefined || length === undefined ? undefined : column + length;
}

/** Annotations need the path in the repository, whatever folder leat was started in. */
function pathInWorkspace(file: string, { workspace, current }: AnnotationFolders): string {
  const path = relative(workspace, resolve(current, file));
  return path === '' || path.startsWith('..') || isAbsolute(path) ? file : path.replaceAll('\\', '/');
}

/** The places relative to `folder` where that is shorter. */
function shortened(diagnostic: Diagnostic, folder: string): Diagnostic {
  const short = (place: Place): Place => ({ ...place, file: shortPath(place.file, folder) });
  return {
    ...diagnostic,
    place: diagnostic.place && short(diagnostic.place),
    related: diagnostic.related?.map(({ place, message }) => ({ place: short(place), message })),
  };
}

function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
