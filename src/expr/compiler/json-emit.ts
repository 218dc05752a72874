/** Code of paths into json, and of what json and texts become. */
import { type DataType, physicalOf } from '../../columnar/data-type.js';
import type { Value } from '../../columnar/value.js';
import type { JsonStep } from '../../kernels/json-text.js';
import { parsePath } from '../json-path.js';
import type { ConstantPool, EmitRule, KernelEmit } from './emit.js';
import { partialKernel, textKernel } from './stopping-kernel.js';

const STEP_WORDS = 3;

/** Three words a step: 0, address and bytes of the key; or 1 and the place of the item. */
function placeSteps(steps: readonly JsonStep[], pool: ConstantPool): number {
  const words = new Uint32Array(STEP_WORDS * steps.length);
  steps.forEach((step, index) => {
    if (typeof step === 'number') words.set([1, step], STEP_WORDS * index);
    else {
      const key = Buffer.from(step);
      words.set([0, pool.bytes(key), key.length], STEP_WORDS * index);
    }
  });
  return pool.bytes(new Uint8Array(words.buffer));
}

function stepsOf(path: Value): readonly JsonStep[] | undefined {
  if (typeof path === 'string') return parsePath(path);
  return typeof path === 'number' ? [path] : undefined;
}

/** A path that is written as such; keys with backslashes are the interpreter's, which reads escapes. */
export function jsonPathEmit(skipsNull: boolean): EmitRule {
  return ([, path]) => {
    const steps = path.op === 'literal' ? stepsOf(path.value) : undefined;
    if (steps === undefined || steps.some((step) => typeof step === 'string' && step.includes('\\'))) return null;
    return partialKernel(
      false,
      ({ kernels, args: [a], out, validity, selection, count }, start, placed) =>
        kernels.jsonPath(
          ...([a.values, a.stride, placed, steps.length, Number(skipsNull)] as const),
          ...([out, validity, selection, start, count] as const),
        ),
      { makesNull: true, place: (pool) => placeSteps(steps, pool) },
    );
  };
}

const toArray = partialKernel(
  true,
  ({ kernels, args: [a], out, validity, selection, count }, start) =>
    kernels.jsonArray(a.values, a.stride, out, validity, selection, start, count),
  { makesNull: true },
);

export const jsonArrayEmit: EmitRule = () => toArray;

/** A string without its quotes, anything else as it is. */
export const jsonToText: KernelEmit = textKernel(
  [0],
  ({ kernels, args: [a], out, text, validity, selection, count }, start) =>
    kernels.jsonText(a.values, a.stride, out, text.state, validity, selection, start, count),
  { makesNull: true },
);

const KINDS = { int: 0, bigint: 1, double: 2, date: 3, timestamp: 4, boolean: 5 } as const;

/** Of text into another type; with `isTry` what does not fit is null. null: no kernel for it. */
export function fromText(to: DataType, isTry: boolean): KernelEmit | null {
  const options = { makesNull: isTry };
  if (to.kind === 'json') {
    return partialKernel(
      !isTry,
      ({ kernels, args: [a], out, validity, selection, count }, start) =>
        kernels.parseJson(a.values, a.stride, out, validity, selection, start, count),
      options,
    );
  }
  const isDecimal = to.kind === 'decimal';
  if (!isDecimal && !(to.kind in KINDS)) return null;
  const kind = isDecimal ? (physicalOf(to) === 'i64' ? 6 : 7) : KINDS[to.kind as keyof typeof KINDS];
  const [precision, scale] = isDecimal ? [to.precision, to.scale] : [0, 0];
  return partialKernel(
    !isTry,
    ({ kernels, args: [a], out, validity, selection, count }, start) =>
      kernels.parseText(kind, a.values, a.stride, precision, scale, out, validity, selection, start, count),
    options,
  );
}
