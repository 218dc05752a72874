/** Bytes of the shared table of block states. */
export function blockStateBytes(splits: number): number {
  return Math.max(8, splits * 4);
}
