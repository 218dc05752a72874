/** Code of + - * / // % and the sign: doubles and ints in loops, 64 bits and wider in kernels. */
import { type DataType, physicalOf } from '../../columnar/data-type.js';
import type { BoundExpr } from '../bound.js';
import type { EmitRule, FunctionEmit, JsEmit, KernelEmit, KernelRun } from './emit.js';

/** The day numbers on both ends are infinity for DuckDB, and so no dates; see isDateInRange. */
const LAST_DAY = 2147483646;

/** A total function of JavaScript. */
function js(expr: JsEmit['expr'], { mayFail = false, makesNull = false } = {}): JsEmit {
  return { kind: 'js', mayFail, makesNull, expr };
}

function kernel(columns: readonly number[], run: KernelRun, { mayFail = true, makesNull = false } = {}): KernelEmit {
  return { kind: 'kernel', mayFail, makesNull, columns, prepare: () => run };
}

/** Digits that a result may have; 0 for a bigint, which has 64 bits. */
function precisionOf(type: DataType): number {
  return type.kind === 'decimal' ? type.precision : 0;
}

/** Which of a, b and the result are 128 bits wide. */
function shapeOf(a: DataType, b: DataType, result: DataType): number {
  const isWide = (type: DataType): number => Number(physicalOf(type) === 'i128');
  return isWide(a) + 2 * isWide(b) + 4 * isWide(result);
}

/** An int result out of an exact double. */
function checkedInt(operator: string): JsEmit {
  return js(
    ([a, b], body) => {
      const exact = body.let(`${a} ${operator} ${b}`);
      body.failIf(`${exact} !== (${exact} | 0)`);
      return `${exact} | 0`;
    },
    { mayFail: true },
  );
}

/** Products of ints reach 2^62: beyond 2^53 they are not exact, but then they are out of range all the same. */
const multiplyInts = checkedInt('*');

function checkedDate(operator: string): JsEmit {
  return js(
    ([a, b], body) => {
      const exact = body.let(`${a} ${operator} ${b}`);
      body.failIf(`Math.abs(${exact}) > ${LAST_DAY}`);
      return `${exact} | 0`;
    },
    { mayFail: true },
  );
}

/** The exact integers beyond int: 0 +, 1 -, 2 *. */
function exactKernel(op: 0 | 1 | 2, args: readonly BoundExpr[], result: DataType): KernelEmit {
  const precision = precisionOf(result);
  const shape = shapeOf(args[0].type, args[1].type, result);
  if (shape === 0) {
    return kernel([0, 1], ({ kernels, args: [a, b], out, validity, selection, count }) =>
      kernels.arithmeticI64(op, a.values, a.stride, b.values, b.stride, out, precision, validity, selection, count),
    );
  }
  if (op === 2) {
    return kernel([0, 1], ({ kernels, args: [a, b], out, validity, selection, count }) =>
      kernels.multiplyDecimal(
        shape,
        a.values,
        a.stride,
        b.values,
        b.stride,
        out,
        precision,
        validity,
        selection,
        count,
      ),
    );
  }
  return kernel([0, 1], ({ kernels, args: [a, b], out, validity, selection, count }) =>
    kernels.addDecimal(op, shape, a.values, a.stride, b.values, b.stride, out, precision, validity, selection, count),
  );
}

function additive(op: 0 | 1): EmitRule {
  const operator = op === 0 ? '+' : '-';
  return (args, result): FunctionEmit | null => {
    switch (result.kind) {
      case 'double':
        return js(([a, b]) => `${a} ${operator} ${b}`);
      case 'int':
        return checkedInt(operator);
      case 'date':
        return checkedDate(operator);
      case 'decimal':
        return exactKernel(op, args, result);
      case 'bigint':
        return args[0].type.kind === 'date' ? daysBetween : exactKernel(op, args, result);
      default:
        return null;
    }
  };
}

const daysBetween = kernel(
  [0, 1],
  ({ kernels, args: [a, b], out, validity, selection, count }) => {
    kernels.subtractI32(a.values, a.stride, b.values, b.stride, out, validity, selection, count);
    return -1;
  },
  { mayFail: false },
);

export const addEmit = additive(0);
export const subtractEmit = additive(1);

export const multiplyEmit: EmitRule = (args, result) => {
  if (result.kind === 'double') return js(([a, b]) => `${a} * ${b}`);
  return result.kind === 'int' ? multiplyInts : exactKernel(2, args, result);
};

export const divideEmit: EmitRule = () => js(([a, b]) => `${a} / ${b}`);

/** `//` (0) and `%` (1) by zero are null. */
function quotient(op: 0 | 1): EmitRule {
  return (_args, result) => {
    if (result.kind === 'double') return op === 1 ? js(([a, b]) => `${a} % ${b}`) : null;
    if (result.kind === 'int') return op === 0 ? divideInts : moduloInts;
    if (physicalOf(result) !== 'i64') return null;
    return kernel(
      [0, 1],
      ({ kernels, args: [a, b], out, validity, selection, count }) =>
        kernels.divideI64(op, a.values, a.stride, b.values, b.stride, out, validity, selection, count),
      { mayFail: result.kind === 'bigint', makesNull: true },
    );
  };
}

/** Only -2^31 by -1 leaves the range. */
function overflows(a: string, b: string): string {
  return `${a} === -2147483648 && ${b} === -1`;
}

const divideInts = js(
  ([a, b], body) => {
    body.nullIf(`${b} === 0`);
    body.failIf(overflows(a, b));
    return `(${a} / ${b}) | 0`;
  },
  { mayFail: true, makesNull: true },
);

const moduloInts = js(
  ([a, b], body) => {
    body.nullIf(`${b} === 0`);
    body.failIf(overflows(a, b));
    return `(${a} % ${b}) | 0`;
  },
  { mayFail: true, makesNull: true },
);

export const intDivideEmit = quotient(0);
export const moduloEmit = quotient(1);

export const negateEmit: EmitRule = (_args, result) => {
  if (result.kind === 'double') return js(([a]) => `-${a}`);
  if (result.kind === 'int') return negateInt;
  return negateKernel(0, result);
};

const negateInt = js(
  ([a], body) => {
    body.failIf(`${a} === -2147483648`);
    return `-${a} | 0`;
  },
  { mayFail: true },
);

/** 0: -a, 1: |a|. The range of decimals is symmetric. */
export function negateKernel(op: 0 | 1, type: DataType): KernelEmit {
  const isWide = physicalOf(type) === 'i128';
  return kernel(
    [0],
    ({ kernels, args: [a], out, validity, selection, count }) => {
      if (!isWide) return kernels.negateI64(op, a.values, a.stride, out, validity, selection, count);
      kernels.negateI128(op, a.values, a.stride, out, validity, selection, count);
      return -1;
    },
    { mayFail: type.kind === 'bigint' },
  );
}
