import { type DataType, PHYSICAL_BYTES, physicalOf } from '../../columnar/data-type.js';
import type { EmitRule } from './emit.js';

/** How the kernel is told what a value is. */
export function distinctMarkWidth(type: DataType): number {
  const physical = physicalOf(type);
  return physical === 'text' ? 0 : physical === 'f64' ? 64 : PHYSICAL_BYTES[physical];
}

export const distinctMarkEmit: EmitRule = ([{ type }]) => {
  const width = distinctMarkWidth(type);
  return {
    ...{ kind: 'kernel', mayFail: false, makesNull: false, columns: [0] },
    prepare:
      () =>
      ({ kernels, args: [a], out, validity, selection, count }) => {
        kernels.distinctMark(width, a.values, a.stride, out, validity, selection, count);
        return -1;
      },
  };
};
