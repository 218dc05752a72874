/**
 * Columns out of the folders that files lie in, as Hive names them: `year=2026/month=11/a.csv`. A name or a value may be written with
 * %20 for a blank and so on; `__HIVE_DEFAULT_PARTITION__` is null.
 */
import { type DataType, STRING, typeName } from '../columnar/data-type.js';
import { parseValue } from '../columnar/text.js';
import type { Value } from '../columnar/value.js';
import type { LoweringContext } from '../dataflow/verb.js';
import { type Diagnostic, diagnostic } from '../errors.js';
import { parseType } from '../expr/parse-type.js';
import { inferType } from '../formats/csv/infer-type.js';
import { NULL_PARTITION } from '../formats/partition-folder.js';
import type { PartitionColumn } from '../spec/option-schema.js';
import { diagnosticAt } from '../spec/source.js';
import type { NamedFile } from './read-formats/read-format.js';

export interface Partitions {
  readonly columns: readonly { readonly name: string; readonly type: DataType }[];
  /** Of each file. */
  readonly values: readonly (readonly Value[])[];
}

/** `wanted` 'all': what the folders of the first file say. undefined when something was wrong and was reported. */
export function readPartitions(
  context: LoweringContext,
  files: readonly NamedFile[],
  wanted: 'all' | readonly PartitionColumn[],
): Partitions | undefined {
  const folders = files.map(({ name }) => partitionsIn(name));
  const names = wanted === 'all' ? [...(folders[0]?.keys() ?? [])] : wanted.map(({ name }) => name.text);
  const missing = names.flatMap((name) => lacking(name, files, folders));
  missing.slice(0, 1).forEach(context.report);
  const types = names.map((name, index) => {
    const type = wanted === 'all' ? undefined : wanted[index].type;
    if (type === undefined) return inferType(folders.flatMap((values) => values.get(name) ?? []));
    const parsed = parseType(type.text);
    if ('type' in parsed) return parsed.type;
    for (const { code, message, span, hint } of parsed.problems) {
      context.report(diagnosticAt(code, message, type, span, { hint }));
    }
    return undefined;
  });
  if (missing.length > 0 || types.includes(undefined)) return undefined;
  const columns = names.map((name, index) => ({ name, type: types[index] ?? STRING }));
  const wrong: Diagnostic[] = [];
  const values = folders.map((texts, file) =>
    columns.map(({ name, type }): Value => {
      const text = texts.get(name) ?? null;
      const value = text === null ? null : parseValue(text, type);
      if (value === undefined) wrong.push(badValue(files[file], `${name}=${text}`, type));
      return value ?? null;
    }),
  );
  wrong.slice(0, 1).forEach(context.report);
  return wrong.length > 0 ? undefined : { columns, values };
}

/** Values by name; null is null. */
function partitionsIn(path: string): ReadonlyMap<string, string | null> {
  const folders = path.split(/[\\/]/).slice(0, -1);
  return new Map(
    folders.flatMap((folder) => {
      const at = folder.indexOf('=');
      if (at <= 0) return [];
      // A text of that name is written with a code in it.
      const value = folder.slice(at + 1);
      return [[decoded(folder.slice(0, at)), value === NULL_PARTITION ? null : decoded(value)] as const];
    }),
  );
}

/** What is no code stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function lacking(
  name: string,
  files: readonly NamedFile[],
  folders: readonly ReadonlyMap<string, unknown>[],
): readonly Diagnostic[] {
  const without = folders.findIndex((values) => !values.has(name));
  if (without < 0) return [];
  const having = folders.findIndex((values) => values.has(name));
  const other = having < 0 ? '' : `, and ${files[having].name} does`;
  return [
    diagnostic('FORMAT_PARTITION', `${files[without].name} is in no folder ${name}=...${other}`, {
      ...files[without].at,
      hint: 'all files of a read lie in folders with the same names; `partitions: [year, month]` says which ones count',
    }),
  ];
}

function badValue({ name, at }: NamedFile, folder: string, type: DataType): Diagnostic {
  return diagnostic('FORMAT_PARTITION', `the folder ${folder} of ${name} is no ${typeName(type)}`, {
    ...at,
    hint: 'give the partition another type: `partitions: { month: string }`',
  });
}
