/** Code of text functions; what is missing here is the interpreter's. */
import type { BoundExpr } from '../bound.js';
import type { EmitRule, KernelEmit, KernelRun } from './emit.js';
import { likePattern } from './like-pattern.js';
import { partialKernel, textKernel } from './stopping-kernel.js';

function kernel(columns: readonly number[], run: KernelRun): KernelEmit {
  return { kind: 'kernel', mayFail: false, makesNull: false, columns, prepare: () => run };
}

/** The value of an argument that is written as such; undefined for others and NULL. */
function constantOf(expr: BoundExpr | undefined): string | number | undefined {
  if (expr?.op !== 'literal' || expr.value === null || typeof expr.value === 'boolean') return undefined;
  return typeof expr.value === 'bigint' ? Number(expr.value) : expr.value;
}

export const concatEmit: EmitRule = () => concat;

const concat = textKernel([0, 1], ({ kernels, args: [a, b], out, text, validity, selection, count }, start) =>
  kernels.concatText(a.values, a.stride, b.values, b.stride, out, text.state, validity, selection, start, count),
);

/** 0 lower, 1 upper. */
function letterCase(op: 0 | 1): EmitRule {
  const emit = textKernel([0], ({ kernels, args: [a], out, text, validity, selection, count }, start) =>
    kernels.caseText(op, a.values, a.stride, out, text.state, validity, selection, start, count),
  );
  return () => emit;
}

export const lowerEmit = letterCase(0);
export const upperEmit = letterCase(1);

export const lengthEmit: EmitRule = () =>
  kernel([0], ({ kernels, args: [a], out, validity, selection, count }) => {
    kernels.lengthText(a.values, a.stride, out, validity, selection, count);
    return -1;
  });

/** 1 the start, 2 the end, 3 both; a set of characters of one's own is the interpreter's. */
export function trimEmit(side: 1 | 2 | 3): EmitRule {
  const emit = partialKernel(false, ({ kernels, args: [a], out, validity, selection, count }, start) =>
    kernels.trimText(side, a.values, a.stride, out, validity, selection, start, count),
  );
  return (args) => (args.length === 1 ? emit : null);
}

const TO_THE_END = 2147483647;

function clamp(position: number): number {
  return Math.min(Math.max(position, -TO_THE_END), TO_THE_END);
}

/** Code points [begin, end) as Array.prototype.slice counts them. */
function slice(begin: number, end: number): KernelEmit {
  return kernel([0], ({ kernels, args: [a], out, validity, selection, count }) => {
    kernels.sliceText(clamp(begin), clamp(end), a.values, a.stride, out, validity, selection, count);
    return -1;
  });
}

export const substringEmit: EmitRule = (args) => {
  const start = constantOf(args[1]);
  if (typeof start !== 'number') return null;
  // position 0 is before the first character
  const begin = start > 0 ? start - 1 : start;
  if (args.length === 2) return slice(begin, TO_THE_END);
  const length = constantOf(args[2]);
  if (typeof length !== 'number') return null;
  if (start < 0) {
    if (length < 0) return slice(begin + length, begin);
    return slice(begin, begin + length < 0 ? begin + length : TO_THE_END);
  }
  const end = (start > 0 ? begin : -1) + length;
  return length < 0 ? slice(Math.max(end, 0), begin) : slice(begin, Math.max(end, 0));
};

export const leftEmit: EmitRule = (args) => {
  const taken = constantOf(args[1]);
  return typeof taken === 'number' ? slice(0, taken) : null;
};

export const rightEmit: EmitRule = (args) => {
  const taken = constantOf(args[1]);
  if (typeof taken !== 'number') return null;
  return taken === 0 ? slice(0, 0) : slice(-taken, TO_THE_END);
};

/** 0 anywhere, 1 at the start, 2 at the end. */
export function searchEmit(where: 0 | 1 | 2): EmitRule {
  return () =>
    kernel([0, 1], ({ kernels, args: [a, b], out, validity, selection, count }) => {
      kernels.searchText(where, a.values, a.stride, b.values, b.stride, out, validity, selection, count);
      return -1;
    });
}

export const positionEmit: EmitRule = () =>
  kernel([0, 1], ({ kernels, args: [a, b], out, validity, selection, count }) => {
    kernels.positionText(a.values, a.stride, b.values, b.stride, out, validity, selection, count);
    return -1;
  });

/** LIKE with a pattern that is written as such. */
export const likeEmit: EmitRule = (args) => {
  const pattern = constantOf(args[1]);
  const escapeCharacter = args.length === 3 ? constantOf(args[2]) : '';
  if (typeof pattern !== 'string' || typeof escapeCharacter !== 'string') return null;
  const units = likePattern(pattern, escapeCharacter);
  if (units === undefined) return null;
  return {
    kind: 'kernel',
    mayFail: false,
    makesNull: false,
    columns: [0],
    prepare: (pool) => {
      const table = pool.bytes(units);
      return ({ kernels, args: [a], out, validity, selection, count }) => {
        kernels.likeText(a.values, a.stride, table, out, validity, selection, count);
        return -1;
      };
    },
  };
};
