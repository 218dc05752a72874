/**
 * The one place where generated source becomes code. The source is made of generated names and printed literals only;
 * what the user wrote reaches it as hoisted arguments.
 */
import type { Heap } from '../../memory/heap.js';

/**
 * One pass over `count` rows, those at the u32 indices at `selection` (a variant without selection ignores it).
 * `slots` holds the addresses it reads and writes; lengths of the selection lists it made come back in the same array.
 * Answers the first failing row, or -1.
 */
export type LoopFunction = (slots: Uint32Array, selection: number, count: number) => number;

/** `body` is that of a function (slots, selection, count); it sees the views of `heap` and `hoisted` as h0, h1 ... */
export function generateLoop(name: string, body: string, heap: Heap, hoisted: readonly unknown[]): LoopFunction {
  const names = hoisted.map((_, i) => `h${i}`);
  const source = `'use strict';
return function ${name}(slots, selection, count) {
const f64 = heap.f64, i32 = heap.i32, u32 = heap.u32, u8 = heap.u8;
${body}
};
//# sourceURL=leat-generated/${name}.js`;
  return new Function('heap', ...names, source)(heap, ...hoisted) as LoopFunction;
}
