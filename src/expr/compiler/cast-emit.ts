/** Code of CAST, TRY_CAST and implicit coercions; null: the interpreter's. */
import { type DataType, physicalOf } from '../../columnar/data-type.js';
import { powerOfTen } from '../../columnar/range.js';
import type { BoundExpr } from '../bound.js';
import type { FunctionEmit, JsBody, JsEmit, KernelCall, KernelEmit } from './emit.js';
import { fromText, jsonToText } from './json-emit.js';
import { partialKernel, textKernel } from './stopping-kernel.js';

type Cast = Extract<BoundExpr, { op: 'cast' }>;

/** True when the value in memory is the same: a decimal with more digits allowed. */
export function isSameInMemory({ arg: { type: from }, type: to }: Cast): boolean {
  if (from.kind !== 'decimal' || to.kind !== 'decimal' || from.scale !== to.scale) return false;
  return physicalOf(from) === physicalOf(to) && to.precision >= from.precision;
}

export function castEmit(expr: Cast): FunctionEmit | null {
  if (expr.arg.type.kind === 'string') return fromText(expr.type, expr.try);
  const emit = plainCast(expr.arg.type, expr.type);
  if (emit === null || !expr.try || !emit.mayFail) return emit;
  return emit.kind === 'js' ? nullInsteadOfError(emit) : null;
}

function nullInsteadOfError(emit: JsEmit): JsEmit {
  return {
    kind: 'js',
    mayFail: false,
    makesNull: true,
    expr: (args, js) => emit.expr(args, { ...js, failIf: (condition) => js.nullIf(condition) }),
  };
}

function plainCast(from: DataType, to: DataType): FunctionEmit | null {
  switch (from.kind) {
    case 'boolean':
      return to.kind === 'int' || to.kind === 'double' ? js(([a]) => a) : null;
    case 'int':
      if (to.kind === 'boolean') return js(([a]) => `${a} !== 0`);
      if (to.kind === 'double') return js(([a]) => a);
      if (to.kind === 'bigint') return kernel(false, 'widenI32');
      break;
    case 'bigint':
      if (to.kind === 'int') return kernel(true, 'narrowI64');
      if (to.kind === 'double') return kernel(false, 'i64ToF64');
      break;
    case 'double':
      return fromDouble(to);
    case 'date':
      return to.kind === 'timestamp' ? kernel(true, 'dateToTimestamp') : null;
    case 'json':
      return to.kind === 'string' ? jsonToText : null;
    case 'timestamp':
      return to.kind === 'date' ? kernel(false, 'timestampToDate') : null;
    case 'decimal':
      if (to.kind === 'double') return decimalToDouble(from);
      break;
    default:
      return null;
  }
  if (to.kind === 'string') return integerText(from);
  if (to.kind === 'decimal' || to.kind === 'int' || to.kind === 'bigint') return rescaleEmit(from, to);
  return null;
}

function js(expr: JsEmit['expr']): JsEmit {
  return { kind: 'js', mayFail: false, makesNull: false, expr };
}

type ConversionName = 'widenI32' | 'narrowI64' | 'i64ToF64' | 'f64ToI64' | 'dateToTimestamp' | 'timestampToDate';

function kernel(mayFail: boolean, name: ConversionName): KernelEmit {
  return columnKernel(mayFail, ({ kernels, args: [a], out, validity, selection, count }) => {
    const row = kernels[name](a.values, a.stride, out, validity, selection, count);
    return row === undefined ? -1 : row;
  });
}

function columnKernel(mayFail: boolean, run: (call: KernelCall) => number): KernelEmit {
  return { kind: 'kernel', mayFail, makesNull: false, columns: [0], prepare: () => run };
}

/** Adding it rounds a double below 2^51 to an integer, halves to even. */
const ROUNDING = 2 ** 52 + 2 ** 51;

function fromDouble(to: DataType): FunctionEmit | null {
  switch (to.kind) {
    case 'boolean':
      return js(([a]) => `${a} !== 0`);
    case 'int':
      return { ...js(roundToInt), mayFail: true };
    case 'bigint':
      return kernel(true, 'f64ToI64');
    case 'decimal': {
      const shape = 4 * Number(physicalOf(to) === 'i128');
      const unit = Number(powerOfTen(to.scale));
      const limit = Math.min(Number(powerOfTen(to.precision)), 2 ** 52);
      return partialKernel(true, ({ kernels, args: [a], out, validity, selection, count }, start) =>
        kernels.f64ToDecimal(shape, unit, limit, a.values, a.stride, out, validity, selection, start, count),
      );
    }
    default:
      return null;
  }
}

function roundToInt([a]: readonly string[], js: JsBody): string {
  const rounded = js.let(`(${a} + ${ROUNDING}) - ${ROUNDING}`);
  js.failIf(`${rounded} !== (${rounded} | 0)`);
  return `${rounded} | 0`;
}

/** The largest power of ten that is exact as a double. */
const EXACT_POWER = 22;

function decimalToDouble(from: DataType & { kind: 'decimal' }): FunctionEmit | null {
  if (from.scale > EXACT_POWER) return null;
  const shape = Number(physicalOf(from) === 'i128');
  const unit = 10 ** from.scale;
  return partialKernel(false, ({ kernels, args: [a], out, validity, selection, count }, start) =>
    kernels.decimalToF64(shape, unit, a.values, a.stride, out, validity, selection, start, count),
  );
}

const scaleOf = (type: DataType): number => (type.kind === 'decimal' ? type.scale : 0);

/** Digits of the widest value. */
function digitsOf(type: DataType): number {
  return type.kind === 'decimal' ? type.precision : type.kind === 'int' ? 10 : 19;
}

/** Between int, bigint and decimals; at least one is a decimal. Reads only the first argument. */
export function rescaleEmit(from: DataType, to: DataType): KernelEmit {
  const by = scaleOf(to) - scaleOf(from);
  // shorter fractions round, which can add a digit
  const digits = digitsOf(from) + by + (by < 0 ? 1 : 0);
  const mayFail = to.kind === 'decimal' ? digits > to.precision : digits >= digitsOf(to);
  const shape =
    Number(physicalOf(from) === 'i128') +
    4 * Number(physicalOf(to) === 'i128') +
    8 * Number(from.kind === 'int') +
    16 * Number(to.kind === 'int');
  const precision = to.kind === 'decimal' ? to.precision : 0;
  return columnKernel(mayFail, ({ kernels, args: [a], out, validity, selection, count }) =>
    kernels.rescaleDecimal(shape, a.values, a.stride, by, out, precision, validity, selection, count),
  );
}

function integerText(from: DataType): KernelEmit {
  if (from.kind === 'decimal') {
    const shape = Number(physicalOf(from) === 'i128');
    return textKernel([0], ({ kernels, args: [a], out, text, validity, selection, count }, start) =>
      kernels.decimalToText(shape, from.scale, a.values, a.stride, out, text.state, validity, selection, start, count),
    );
  }
  const width = from.kind === 'int' ? 4 : 8;
  return textKernel([0], ({ kernels, args: [a], out, text, validity, selection, count }, start) =>
    kernels.integerToText(width, a.values, a.stride, out, text.state, validity, selection, start, count),
  );
}
