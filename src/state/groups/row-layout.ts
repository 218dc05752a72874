/**
 * Where keys and accumulators lie in a group row, and the control block that tells the kernels so. The shapes are
 * described in kernels/assembly/state-layout.ts.
 */
import type { AccumulatorCall, AccumulatorSpec } from '../../columnar/accumulator.js';
import { BOOLEAN, type DataType, PHYSICAL_BYTES, type Physical, physicalOf } from '../../columnar/data-type.js';
import {
  COUNT,
  F64,
  I32,
  I64,
  I128,
  LAYOUT_ACCUMULATOR_BASE,
  LAYOUT_ACCUMULATORS,
  LAYOUT_ENTRY,
  LAYOUT_HEAD,
  LAYOUT_KEYS,
  LAYOUT_ORDINAL,
  LAYOUT_ROW_BYTES,
  MAX,
  MIN,
  SUM_COUNT,
  SUM_DOUBLE,
  SUM_INT,
  SUPER_BYTES,
  TEXT,
  U8,
} from '../../kernels/assembly/state-layout.js';
import type { Heap } from '../../memory/heap.js';
import { rowValues } from '../sort/payload-layout.js';

/** What the kernels call the physical types. */
export const PHYSICAL_CODES: Readonly<Record<Physical, number>> = {
  u8: U8,
  i32: I32,
  i64: I64,
  i128: I128,
  f64: F64,
  text: TEXT,
};

export interface Slot {
  readonly physical: number;
  /** Bytes from the row's start. */
  readonly offset: number;
}

/** Where the result of a call is made from; several may lie in one accumulator. */
export interface ResultSlot extends Slot {
  readonly operation: number;
}

export interface AccumulatorSlot extends ResultSlot {
  /** Number of the column that is folded into it; null: rows are counted. */
  readonly input: number | null;
}

/** A column that accumulators fold, as a record of one row has it. */
export interface RowInput {
  readonly column: number;
  readonly type: DataType;
}

export interface RowLayout {
  readonly keys: readonly Slot[];
  readonly accumulators: readonly AccumulatorSlot[];
  /** One a call. */
  readonly results: readonly ResultSlot[];
  readonly ordinalOffset: number;
  readonly accumulatorBase: number;
  readonly rowBytes: number;
  /** Different columns that are folded; one that is only counted is a boolean, as only its nulls matter. */
  readonly inputs: readonly RowInput[];
}

export function rowLayout(keyTypes: readonly DataType[], calls: readonly AccumulatorCall[]): RowLayout {
  const ordinalOffset = (keyTypes.length + 3) & ~3;
  let offset = pad8(ordinalOffset + 4);
  const place = (bytes: number): number => {
    offset += bytes;
    return offset - bytes;
  };
  const keys = keyTypes.map((type) => {
    const physical = PHYSICAL_CODES[physicalOf(type)];
    return { physical, offset: place(physical === TEXT ? 24 : physical === I128 ? 16 : 8) };
  });
  const accumulatorBase = offset;
  const accumulators: AccumulatorSlot[] = [];
  const accumulatorOf = (operation: number, physical: number, input: number | null): AccumulatorSlot => {
    const same = accumulators.find((other) => other.operation === operation && other.input === input);
    if (same !== undefined) return same;
    const slot = { operation, physical, input, offset: place(slotBytes(operation, physical)) };
    accumulators.push(slot);
    return slot;
  };
  const operations = calls.map(({ accumulator, input }) => {
    const physical = accumulator.input === null ? I64 : PHYSICAL_CODES[physicalOf(accumulator.input)];
    return { operation: operationOf(accumulator, physical), physical, input };
  });
  const results = operations.map(({ operation, physical, input }): ResultSlot => {
    const sum = operations.find((other) => other.input === input && isSum(other.operation));
    if (operation !== COUNT || input === null || sum === undefined) return accumulatorOf(operation, physical, input);
    return { operation, physical, offset: accumulatorOf(sum.operation, sum.physical, input).offset + SUM_COUNT };
  });
  const inputs = rowInputs(accumulators, calls);
  return { keys, accumulators, results, ordinalOffset, accumulatorBase, rowBytes: offset, inputs };
}

function rowInputs(accumulators: readonly AccumulatorSlot[], calls: readonly AccumulatorCall[]): readonly RowInput[] {
  const columns = [...new Set(accumulators.map(({ input }) => input).filter((input) => input !== null))];
  return columns.map((column) => {
    const folding = calls.find(({ input, accumulator }) => input === column && accumulator.kind !== 'count');
    return { column, type: folding?.accumulator.input ?? BOOLEAN };
  });
}

/** A sum counts its values itself. */
function isSum(operation: number): boolean {
  return operation === SUM_INT || operation === SUM_DOUBLE;
}

function operationOf(spec: AccumulatorSpec, physical: number): number {
  switch (spec.kind) {
    case 'count':
      return COUNT;
    case 'min':
      return MIN;
    case 'max':
      return MAX;
    default:
      return physical === F64 ? SUM_DOUBLE : SUM_INT;
  }
}

function slotBytes(operation: number, physical: number): number {
  if (operation === COUNT) return 8;
  if (operation === SUM_INT) return 32;
  if (operation === SUM_DOUBLE) return 40;
  return physical === I128 ? 24 : 16;
}

export function layoutBytes(layout: RowLayout): number {
  return LAYOUT_HEAD + (layout.keys.length + layout.accumulators.length) * LAYOUT_ENTRY;
}

/** Writes the control block, `layoutBytes` at `address`. */
export function writeLayout(heap: Heap, address: number, layout: RowLayout): void {
  const { u32 } = heap;
  u32[(address + LAYOUT_KEYS) >>> 2] = layout.keys.length;
  u32[(address + LAYOUT_ACCUMULATORS) >>> 2] = layout.accumulators.length;
  u32[(address + LAYOUT_ROW_BYTES) >>> 2] = layout.rowBytes;
  u32[(address + LAYOUT_ACCUMULATOR_BASE) >>> 2] = layout.accumulatorBase;
  u32[(address + LAYOUT_ORDINAL) >>> 2] = layout.ordinalOffset;
  let word = (address + LAYOUT_HEAD) >>> 2;
  for (const key of layout.keys) {
    u32.set([key.physical, key.offset, 0, 0], word);
    word += LAYOUT_ENTRY / 4;
  }
  const { offsets } = rowValues(layout.inputs.map(({ type }) => type));
  for (const { operation, offset, physical, input } of layout.accumulators) {
    const number = layout.inputs.findIndex(({ column }) => column === input);
    u32.set([operation, offset, physical, number < 0 ? 0 : ((number + 1) << 16) | offsets[number]], word);
    word += LAYOUT_ENTRY / 4;
  }
}

/** Bytes a record of a group may take when none of its texts is longer than `textBytes`. */
export function recordBound(layout: RowLayout, textBytes: number): number {
  let bytes = 16 + layout.rowBytes - layout.accumulatorBase;
  for (const key of layout.keys) bytes += key.physical === TEXT ? 2 * textBytes + 10 : 17;
  for (const { operation, physical } of layout.accumulators) {
    if (operation === SUM_DOUBLE) bytes += SUPER_BYTES;
    else if (operation >= MIN && physical === TEXT) bytes += pad8(textBytes);
  }
  return pad8(bytes);
}

/** Bytes a row of these types takes in vectors, validity included. */
export function vectorRowBytes(types: readonly DataType[]): number {
  return types.reduce((sum, type) => sum + PHYSICAL_BYTES[physicalOf(type)] + 1, 0);
}

export function pad8(bytes: number): number {
  return (bytes + 7) & ~7;
}
