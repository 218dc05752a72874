/** The columns of a `read` that are not in the rows: `file_columns`, and `partitions`. */
import { BIGINT, STRING } from '../columnar/data-type.js';
import type { Value } from '../columnar/value.js';
import type { ScanColumn } from '../dataflow/logical-graph.js';
import type { LoweringContext } from '../dataflow/verb.js';
import { diagnosticAt } from '../spec/source.js';
import type { NamedFile } from './read-formats/read-format.js';
import type { ReadOptions } from './read-formats/read-options.js';
import { readPartitions } from './read-partitions.js';

export interface ColumnsOfFiles {
  readonly columns: readonly ScanColumn[];
  /** Of each file. */
  readonly fileValues: readonly (readonly Value[])[];
}

/** undefined when something was wrong and was reported. */
export function columnsOfFiles(
  context: LoweringContext,
  files: readonly NamedFile[],
  { partitions: wanted, file_columns }: ReadOptions,
): ColumnsOfFiles | undefined {
  const partitions = wanted === undefined ? { columns: [], values: [] } : readPartitions(context, files, wanted);
  if (partitions === undefined) return undefined;
  const columns = partitions.columns.map(({ name, type }, index): ScanColumn => {
    return { name, type, from: name, isDeclared: true, ofFile: index };
  });
  const fileValues = files.map(({ name }, file) => [...(partitions.values[file] ?? []), name]);
  if (!file_columns) return { columns, fileValues };
  const path: ScanColumn = { name: '_file', type: STRING, from: '', isDeclared: true, ofFile: columns.length };
  const line: ScanColumn = { name: '_line', type: BIGINT, from: '', isDeclared: true, ofFile: 'line' };
  return { columns: [...columns, path, line], fileValues };
}

/** Reports names that files and folders both have; true when there are any. */
export function hasNameTwice(
  { step, report }: LoweringContext,
  columns: readonly ScanColumn[],
  added: readonly ScanColumn[],
): boolean {
  const twice = added.find(({ name }) => columns.some((column) => column.name === name));
  if (twice === undefined) return false;
  const key = step.options.get(twice.name === '_file' || twice.name === '_line' ? 'file_columns' : 'partitions');
  const hint = 'a `schema:` says which columns of the files are read, and `from:` in it gives one another name';
  const message = `the files have a column ${twice.name} of their own`;
  report(diagnosticAt('PLAN_DUPLICATE_COLUMN', message, key?.key ?? step.verbSource, undefined, { hint }));
  return true;
}
