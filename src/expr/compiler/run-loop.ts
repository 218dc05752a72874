/**
 * Runs a fused loop. Four facts about a batch choose among its variants (has it a selection, nulls, constant columns);
 * each is compiled when it is first needed.
 */
import { leatError } from '../../errors.js';
import type { Heap } from '../../memory/heap.js';
import { type LoopInstruction, loopInputs, type Register } from './chain-plan.js';
import type { Frame, Runner } from './frame.js';
import { generateLoop, type LoopFunction } from './generated-function.js';
import { type LoopVariant, loopSource, parameterCount } from './loop-source.js';

/**
 * Calls over no rows, so that V8 has seen what stands before and behind the loop when it optimizes the loop during its
 * first batch: otherwise that code deoptimizes at the end of every batch for a long time. 30 were enough, 20 were not.
 */
const WARMING_CALLS = 40;

interface CompiledVariant {
  readonly run: LoopFunction;
  readonly writesValidity: readonly boolean[];
}

export class LoopRunner implements Runner {
  readonly #loop: LoopInstruction;
  readonly #registers: readonly Register[];
  readonly #name: string;
  readonly #heap: Heap;
  readonly #inputs: readonly number[];
  readonly #slots: Uint32Array;
  readonly #variants: (CompiledVariant | undefined)[] = new Array(8).fill(undefined);

  constructor(loop: LoopInstruction, registers: readonly Register[], name: string, heap: Heap) {
    this.#loop = loop;
    this.#registers = registers;
    this.#name = name;
    this.#heap = heap;
    this.#inputs = loopInputs(loop);
    this.#slots = new Uint32Array(parameterCount(loop));
  }

  run(frame: Frame): boolean {
    const { scope, stores, selects } = this.#loop;
    const count = frame.counts[scope.index];
    if (count === 0) {
      for (const { scope: narrower } of selects) frame.setScope(narrower.index, 0, 0);
      return true;
    }
    const facts = this.#bindInputs(frame);
    const selection = frame.selections[scope.index];
    const variant = this.#variant(facts + (selection === 0 ? 0 : 1));
    let slot = 3 * this.#inputs.length;
    for (const { out } of stores) {
      this.#slots[slot++] = frame.vectors[out.index].values;
      this.#slots[slot++] = frame.validity[out.index];
    }
    const firstSelect = slot;
    for (const { scope: narrower } of selects) this.#slots[slot++] = frame.selectionBuffers[narrower.index];

    if (variant.run(this.#slots, selection, count) >= 0) return false;

    for (let i = 0; i < stores.length; i++) {
      const { index } = stores[i].out;
      frame.vectors[index].validity = variant.writesValidity[i] ? frame.validity[index] : 0;
    }
    for (let i = 0; i < selects.length; i++) {
      const { index } = selects[i].scope;
      frame.setScope(index, frame.selectionBuffers[index], this.#slots[firstSelect + i]);
    }
    return true;
  }

  /** Source of the variant for dense batches with nulls, for `explain`. */
  source(): string {
    return loopSource(this.#loop, this.#registers, variantOf(2)).body;
  }

  /** Addresses of the inputs; answers 2 when there are nulls, plus 4 when there are constants. */
  #bindInputs(frame: Frame): number {
    let hasNulls = 0;
    let hasConstants = 0;
    let slot = 0;
    for (const input of this.#inputs) {
      const { values, validity, isConstant } = frame.vectors[input];
      if (validity !== 0) hasNulls = 2;
      if (isConstant) hasConstants = 4;
      this.#slots[slot++] = values;
      this.#slots[slot++] = validity === 0 ? frame.allValid : validity;
      this.#slots[slot++] = isConstant ? 0 : 0xffffffff;
    }
    return hasNulls + hasConstants;
  }

  #variant(facts: number): CompiledVariant {
    const known = this.#variants[facts];
    if (known !== undefined) return known;
    const { body, hoisted, writesValidity } = loopSource(this.#loop, this.#registers, variantOf(facts));
    for (const [i, { out }] of this.#loop.stores.entries()) {
      if (writesValidity[i] && !out.canBeNull)
        throw leatError('INTERNAL', `register ${out.index} was never to be null`);
    }
    const run = generateLoop(`${this.#name}_${facts}`, body, this.#heap, hoisted);
    for (let i = 0; i < WARMING_CALLS; i++) run(this.#slots, 0, 0);
    const variant = { run, writesValidity };
    this.#variants[facts] = variant;
    return variant;
  }
}

function variantOf(facts: number): LoopVariant {
  return { hasSelection: (facts & 1) !== 0, hasNulls: (facts & 2) !== 0, hasConstants: (facts & 4) !== 0 };
}
