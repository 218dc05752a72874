/** Diagnostics in colour with paths a person can click, and as GitHub's annotations. Pure functions. */
import type { ChalkInstance } from 'chalk';
import type { Diagnostic } from '../errors.js';
import { renderDiagnostic } from '../spec/frame.js';
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

/** The workflow command that puts the diagnostic beside its line in a pull request. */
export function annotation(diagnostic: Diagnostic, workspace: string): string {
  const { place } = shortened(diagnostic, workspace);
  const properties = [
    ...(place ? [['file', place.file]] : []),
    ...(place?.line === undefined ? [] : [['line', String(place.line)]]),
    ...(place?.column === undefined ? [] : [['col', String(place.column)]]),
    ['title', `leat ${diagnostic.code}`],
  ];
  const text = [diagnostic.message, ...(diagnostic.hint ? [`hint: ${diagnostic.hint}`] : [])].join('\n');
  const listed = properties.map(([name, value]) => `${name}=${escapeProperty(value)}`).join(',');
  return `::${diagnostic.severity} ${listed}::${escapeMessage(text)}`;
}

/** The place relative to `folder` where that is shorter. */
function shortened(diagnostic: Diagnostic, folder: string): Diagnostic {
  const { place } = diagnostic;
  return place === undefined ? diagnostic : { ...diagnostic, place: { ...place, file: shortPath(place.file, folder) } };
}

function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
