/**
 * Where row groups end. A row belongs to the group that the rows and bytes before it say, counted from the beginning of the
 * output: so borders are where they are whatever the splits, and who knows how much lies before a split knows its borders.
 *
 *     rows    0 ......... 122,880 ......... 245,760
 *     bytes   0 ................... 512 MiB
 *     group   |     0     |    1  |   2     |   3
 *
 * Where both meet, or a row is larger than a group, there are groups without rows; they are numbered and not written.
 */

export interface RowGroupSizes {
  readonly rows: number;
  /** Of plain values; only long texts come near it. */
  readonly bytes: number;
}

export const ROW_GROUP_SIZES: RowGroupSizes = { rows: 122_880, bytes: 512 << 20 };

/** How much lies before a row. */
export interface RowPlace {
  readonly row: number;
  readonly bytes: number;
}

export function rowGroupAt({ row, bytes }: RowPlace, sizes: RowGroupSizes): number {
  return Math.floor(row / sizes.rows) + Math.floor(bytes / sizes.bytes);
}
