/** Comparison and IN over the types that only kernels handle. */
import { type DataType, physicalOf } from '../../columnar/data-type.js';
import { textBytes } from '../../columnar/text-bytes.js';
import type { Value } from '../../columnar/value.js';
import type { KernelEmit } from './emit.js';

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

const OPERATION: Readonly<Record<Comparison, number>> = { '=': 0, '<>': 1, '<': 2, '<=': 3, '>': 2, '>=': 3 };

/** a OP b, both of the type. */
export function compareKernel(comparison: Comparison, type: DataType): KernelEmit {
  const physical = physicalOf(type);
  const kernel = physical === 'text' ? 'compareText' : physical === 'i128' ? 'compareI128' : 'compareI64';
  const operation = OPERATION[comparison];
  const isSwapped = comparison === '>' || comparison === '>=';
  return {
    kind: 'kernel',
    mayFail: false,
    makesNull: false,
    columns: isSwapped ? [1, 0] : [0, 1],
    prepare: () => (call) => {
      const [a, b] = call.args;
      const { out, validity, selection, count } = call;
      call.kernels[kernel](operation, a.values, a.stride, b.values, b.stride, out, validity, selection, count);
      return -1;
    },
  };
}

/** Whether a value is among some of its type; null: no kernel for it. */
export function memberKernel(type: DataType, values: readonly Value[]): KernelEmit | null {
  const physical = physicalOf(type);
  if (physical !== 'text' && physical !== 'i64') return null;
  return {
    kind: 'kernel',
    mayFail: false,
    makesNull: false,
    columns: [0],
    prepare: (pool) => {
      const present = values.filter((value) => value !== null);
      const table = pool.bytes(
        physical === 'text'
          ? textTable(present as string[], type, (bytes) => pool.bytes(bytes))
          : integerTable(present as bigint[]),
      );
      const kernel = physical === 'text' ? 'memberText' : 'memberI64';
      return ({ kernels, args: [a], out, validity, selection, count }) => {
        kernels[kernel](a.values, a.stride, table, present.length, out, validity, selection, count);
        return -1;
      };
    },
  };
}

function integerTable(values: readonly bigint[]): Uint8Array {
  return new Uint8Array(BigInt64Array.from(values).sort().buffer);
}

function textTable(values: readonly string[], type: DataType, place: (bytes: Uint8Array) => number): Uint8Array {
  const texts = values.map((value) => textBytes(value, type)).sort(Buffer.compare);
  return new Uint8Array(Uint32Array.from(texts.flatMap((bytes) => [place(bytes), bytes.length])).buffer);
}
