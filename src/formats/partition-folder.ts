/** The folder of a partition, as Hive, Spark and DuckDB name it: `country=NO/day=2026-01-01`. */

/** Stands for null. */
export const NULL_PARTITION = '__HIVE_DEFAULT_PARTITION__';

export function partitionFolder(names: readonly string[], values: readonly (string | null)[]): string {
  const folders = names.map((name, i) => {
    const value = values[i];
    // The text of that name is not null.
    const text =
      value === NULL_PARTITION ? value.replace('_', '%5F') : value === null ? value : encodeURIComponent(value);
    return `${encodeURIComponent(name)}=${text ?? NULL_PARTITION}`;
  });
  return folders.join('/');
}
