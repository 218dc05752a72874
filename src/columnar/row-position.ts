/** The order of positions: source, file, offset. An error without a position (behind an aggregate) comes last. */
import type { RowPosition } from '../errors.js';

export function comparePositions(a: RowPosition | undefined, b: RowPosition | undefined): number {
  if (!a || !b) return (a ? 0 : 1) - (b ? 0 : 1);
  return a.source - b.source || a.file - b.file || a.offset - b.offset;
}
