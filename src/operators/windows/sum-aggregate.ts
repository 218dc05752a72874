/** Counts and exact sums over frames, with what is made of them: the same as those of groups, to the last bit. */
import type { AccumulatorSpec } from '../../columnar/accumulator.js';
import { type DataType, physicalOf, typeName } from '../../columnar/data-type.js';
import { fitsExact } from '../../columnar/range.js';
import type { Vector } from '../../columnar/vector.js';
import { leatError } from '../../errors.js';
import { isNull, writeValue } from '../../expr/compiler/row-values.js';
import { nearestDouble } from '../../kernels/exact-ratio.js';
import type { Chunk } from './chunk.js';
import { ExactDoubles } from './exact-doubles.js';
import { ExactIntegers } from './exact-integers.js';
import type { FrameAggregate } from './frame-state.js';
import { RowReader } from './row-reader.js';
import type { RowStore } from './row-store.js';

/** Integers up to here are doubles without loss. */
const EXACT = 2 ** 53;

abstract class ValuesAggregate implements FrameAggregate {
  readonly chosen = -1;
  readonly looksUp = false;
  protected readonly store: RowStore;
  protected count = 0;
  readonly #input: number | undefined;
  readonly #added: RowReader;
  readonly #removed: RowReader;

  /** `input` undefined: count(*). */
  constructor(store: RowStore, input: number | undefined) {
    this.store = store;
    this.#input = input;
    this.#added = new RowReader(store);
    this.#removed = new RowReader(store);
  }

  add(row: number): void {
    this.#change(this.#added, row, 1);
  }

  remove(row: number): void {
    this.#change(this.#removed, row, -1);
  }

  clear(): void {
    this.count = 0;
  }

  #change(reader: RowReader, row: number, sign: 1 | -1): void {
    if (this.#input !== undefined) {
      const vector = reader.seek(row).vectors[this.#input];
      if (isNull(this.store.memory.heap, vector, reader.index)) return;
      this.take(vector, reader.index, sign);
    }
    this.count += sign;
  }

  /** A value that is not null comes or goes. */
  protected abstract take(vector: Vector, row: number, sign: 1 | -1): void;
  abstract write(chunk: Chunk, result: Vector, row: number): void;

  close(): void {}
}

class CountAggregate extends ValuesAggregate {
  protected take(): void {}

  write(_chunk: Chunk, { values, validity }: Vector, row: number): void {
    const { u32, u8 } = this.store.memory.heap;
    u8[(validity >>> 0) + row] = 1;
    u32[(values >>> 2) + 2 * row] = this.count;
    u32[(values >>> 2) + 2 * row + 1] = Math.floor(this.count / 4294967296);
  }
}

class DoublesAggregate extends ValuesAggregate {
  readonly #kind: AccumulatorSpec['kind'];
  readonly #doubles = new ExactDoubles();

  constructor(store: RowStore, input: number | undefined, kind: AccumulatorSpec['kind']) {
    super(store, input);
    this.#kind = kind;
  }

  protected take({ values }: Vector, row: number, sign: 1 | -1): void {
    this.#doubles.add(this.store.memory.heap.f64[(values >>> 3) + row], sign);
  }

  override clear(): void {
    super.clear();
    this.#doubles.clear();
  }

  write(_chunk: Chunk, { validity, values }: Vector, row: number): void {
    const { f64, u8 } = this.store.memory.heap;
    u8[(validity >>> 0) + row] = this.count > 0 ? 1 : 0;
    if (this.count > 0) f64[(values >>> 3) + row] = this.#value();
  }

  #value(): number {
    if (this.#kind === 'avg') return this.#doubles.average(this.count);
    return this.#kind === 'sum' ? this.#doubles.sum() : this.#doubles.rest();
  }
}

class IntegersAggregate extends ValuesAggregate {
  readonly #integers = new ExactIntegers();
  readonly #isAverage: boolean;
  readonly #type: DataType;
  readonly #scale: number;

  constructor(store: RowStore, input: number | undefined, { kind, input: type, result }: AccumulatorSpec) {
    super(store, input);
    this.#isAverage = kind === 'avg';
    this.#type = result;
    this.#scale = type?.kind === 'decimal' ? type.scale : 0;
  }

  protected take(vector: Vector, row: number, sign: 1 | -1): void {
    this.#integers.add(this.store.memory.heap, vector, row, sign);
  }

  override clear(): void {
    super.clear();
    this.#integers.clear();
  }

  write(_chunk: Chunk, result: Vector, row: number): void {
    const { heap } = this.store.memory;
    heap.u8[(result.validity >>> 0) + row] = this.count > 0 ? 1 : 0;
    if (this.count === 0) return;
    if (this.#isAverage) {
      heap.f64[(result.values >>> 3) + row] = this.#average();
      return;
    }
    const small = this.#integers.double();
    if (small === undefined) {
      writeValue(heap, result, result.values, row, this.#sum(), () => 0);
      return;
    }
    // Without a big integer for each row.
    const at = (result.values >>> 2) + 4 * row;
    heap.i32[at] = small % 4294967296;
    heap.i32[at + 1] = Math.floor(small / 4294967296);
    heap.i32[at + 2] = small < 0 ? -1 : 0;
    heap.i32[at + 3] = small < 0 ? -1 : 0;
  }

  #sum(): bigint {
    const sum = this.#integers.sum();
    if (fitsExact(sum, this.#type)) return sum;
    throw leatError('EXPR_OVERFLOW', `a sum over a window is outside the range of ${typeName(this.#type)}`, {
      hint: 'cast the argument of sum to double, or to a decimal with fewer decimal places',
    });
  }

  #average(): number {
    const sum = this.#integers.double();
    const divisor = this.count * 10 ** this.#scale;
    if (sum !== undefined && divisor <= EXACT) return sum / divisor;
    return nearestDouble(this.#integers.sum(), BigInt(this.count) * 10n ** BigInt(this.#scale));
  }
}

/** Of all kinds but min and max, which pick a value. */
export function createSum(store: RowStore, accumulator: AccumulatorSpec, input: number | undefined): FrameAggregate {
  if (accumulator.kind === 'count') return new CountAggregate(store, input);
  const isDouble = accumulator.input !== null && physicalOf(accumulator.input) === 'f64';
  if (isDouble) return new DoublesAggregate(store, input, accumulator.kind);
  return new IntegersAggregate(store, input, accumulator);
}
