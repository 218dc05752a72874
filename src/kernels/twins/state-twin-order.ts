/** What ordering rows means: see assembly/state-order.ts. */
import type { Heap } from '../../memory/heap.js';
import { LAYOUT_ORDINAL, TABLE_GROUPS, TABLE_LAYOUT } from '../assembly/state-layout.js';
import type { StateKernels } from '../state-kernels.js';
import { rowAt, setU32, u32 } from './state-twin-heap.js';

export function orderTwins(heap: Heap): Pick<StateKernels, 'orderByGroup'> {
  return {
    orderByGroup(table, groups, selection, from, to, rows, orderedGroups, counters) {
      const ordinal = u32(heap, u32(heap, table + TABLE_LAYOUT) + LAYOUT_ORDINAL);
      const pairs = Array.from({ length: to - from }, (_, i) => {
        const group = u32(heap, groups + 4 * (from + i));
        return { row: rowAt(heap, selection, from + i), group, kind: u32(heap, group + ordinal) };
      });
      // The counters are left where the kernel's counting sort leaves them: behind the rows of each group.
      for (let kind = 0; kind < u32(heap, table + TABLE_GROUPS); kind++) {
        setU32(heap, counters + 4 * kind, pairs.filter((pair) => pair.kind <= kind).length);
      }
      pairs.sort((a, b) => a.kind - b.kind);
      pairs.forEach(({ row, group }, i) => {
        setU32(heap, rows + 4 * i, row);
        setU32(heap, orderedGroups + 4 * i, group);
      });
    },
  };
}
