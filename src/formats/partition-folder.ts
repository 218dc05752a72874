/** The folder of a partition, as Hive, Spark and DuckDB name it: `country=NO/day=2026-01-01`. */

/** Stands for null. */
const NULL_PARTITION = '__HIVE_DEFAULT_PARTITION__';

export function partitionFolder(names: readonly string[], values: readonly (string | null)[]): string {
  const folders = names.map((name, i) => {
    const value = values[i];
    return `${encodeURIComponent(name)}=${value === null ? NULL_PARTITION : encodeURIComponent(value)}`;
  });
  return folders.join('/');
}
