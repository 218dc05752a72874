/**
 * JavaScript of one fused loop. Names are generated: v3/n3 where column 3's values and validity begin, m3 its index
 * mask (0 when one value stands for all rows), t7 a value, o2/p2 where a result goes.
 *
 * A value is an atom (a name or a literal) beside the atom of "it is null", 0 or 1. A variant for batches without nulls
 * has the literal 0 for the latter, and everything about nulls folds away.
 */
import type { BoundExpr } from '../bound.js';
import { type LoopInstruction, loopInputs, type Register } from './chain-plan.js';
import { Interner } from './interner.js';
import { emitExpression, NEVER, truth, type Value } from './loop-expression.js';

export interface LoopVariant {
  readonly hasSelection: boolean;
  readonly hasNulls: boolean;
  /** Some input is one value for all rows. */
  readonly hasConstants: boolean;
}

interface LoopSource {
  /** Body of a function (slots, selection, count); see generated-function.ts. */
  readonly body: string;
  readonly hoisted: readonly unknown[];
  /** Which stores write validity in this variant, by place in `loop.stores`. */
  readonly writesValidity: readonly boolean[];
}

/** Slots of the loop's parameter array: values, validity and mask of each input, then two a store, then one a select. */
export function parameterCount(loop: LoopInstruction): number {
  return 3 * loopInputs(loop).length + 2 * loop.stores.length + loop.selects.length;
}

export function loopSource(loop: LoopInstruction, registers: readonly Register[], variant: LoopVariant): LoopSource {
  const inputs = loopInputs(loop);
  const body = new LoopBody(registers, variant, inputs);
  const writesValidity: boolean[] = [];
  const head: string[] = [];
  loop.stores.forEach(({ expr, out }, i) => {
    const value = emitExpression(body, expr);
    const slot = 3 * inputs.length + 2 * i;
    head.push(`const o${i} = ${baseOf(slot, out)};`);
    body.line(storeOf(i, out, value.code));
    writesValidity.push(value.isNull !== NEVER || out.isShared);
    if (writesValidity[i]) {
      head.push(`const p${i} = slots[${slot + 1}] | 0;`);
      body.line(`u8[(p${i} + i) >>> 0] = ${value.isNull} ^ 1;`);
    }
    body.stored(out, value);
  });
  const tail: string[] = [];
  loop.selects.forEach(({ condition }, i) => {
    const slot = 3 * inputs.length + 2 * loop.stores.length + i;
    const taken = truth(body, emitExpression(body, condition));
    head.push(`const s${i} = slots[${slot}] >>> 2;`, `let c${i} = 0;`);
    body.line(`u32[s${i} + c${i}] = i;`, `c${i} = (c${i} + ${taken}) | 0;`);
    tail.push(`slots[${slot}] = c${i};`);
  });
  const rows = variant.hasSelection
    ? ['const rows = selection >>> 2;', 'for (let k = 0; k < count; k++) {', 'const i = i32[rows + k];']
    : ['for (let i = 0; i < count; i++) {'];
  return {
    body: [...body.head, ...head, ...rows, ...body.lines, '}', ...tail, 'return -1;'].join('\n'),
    hoisted: body.hoisted,
    writesValidity,
  };
}

function baseOf(slot: number, { physical }: Register): string {
  return physical === 'f64'
    ? `slots[${slot}] >>> 3`
    : physical === 'i32'
      ? `slots[${slot}] >>> 2`
      : `slots[${slot}] | 0`;
}

function storeOf(i: number, { physical }: Register, code: string): string {
  if (physical === 'f64') return `f64[o${i} + i] = ${code};`;
  if (physical === 'i32') return `i32[o${i} + i] = ${code};`;
  return `u8[(o${i} + i) >>> 0] = ${code};`;
}

/** The statements of a loop as they are made, and what is known at this point of them. */
export class LoopBody {
  readonly head: string[] = [];
  readonly lines: string[] = [];
  readonly hoisted: unknown[] = [];
  readonly #interner = new Interner();
  readonly #stored = new Map<number, Value>();
  // what is visible, a map for each open block: values by expression, loads and null tests by register
  readonly #values: Map<number, Value>[] = [new Map()];
  readonly #loads: Map<number, string>[] = [new Map()];
  readonly #nulls: Map<number, string>[] = [new Map()];
  readonly #place = new Map<number, number>();
  #names = 0;

  readonly #registers: readonly Register[];
  readonly #variant: LoopVariant;

  constructor(registers: readonly Register[], variant: LoopVariant, inputs: readonly number[]) {
    this.#registers = registers;
    this.#variant = variant;
    inputs.forEach((slot, place) => {
      this.#place.set(slot, place);
      const register = registers[slot];
      if (register.physical === 'f64' || register.physical === 'i32' || register.physical === 'u8') {
        this.head.push(`const v${place} = ${baseOf(3 * place, register)};`);
      }
      if (variant.hasNulls && register.canBeNull) this.head.push(`const n${place} = slots[${3 * place + 1}] | 0;`);
      if (variant.hasConstants) this.head.push(`const m${place} = slots[${3 * place + 2}] | 0;`);
    });
  }

  line(...lines: string[]): void {
    this.lines.push(...lines);
  }

  name(): string {
    return `t${this.#names++}`;
  }

  /** A fresh const. */
  let(expression: string): string {
    const name = this.name();
    this.line(`const ${name} = ${expression};`);
    return name;
  }

  hoist(value: unknown): string {
    const known = this.hoisted.indexOf(value);
    if (known >= 0) return `h${known}`;
    this.hoisted.push(value);
    return `h${this.hoisted.length - 1}`;
  }

  /** From here on the register reads as what was stored. */
  stored(register: Register, value: Value): void {
    this.#stored.set(register.index, value);
  }

  /** What is computed between `open` and `close` is forgotten: it stands in a block of its own. */
  open(header: string): void {
    this.line(`${header} {`);
    for (const blocks of [this.#values, this.#loads, this.#nulls]) blocks.push(new Map());
  }

  close(): void {
    this.line('}');
    for (const blocks of [this.#values, this.#loads, this.#nulls]) blocks.pop();
  }

  /** The value of an expression, emitted once where it is visible. */
  once(expr: BoundExpr, emit: () => Value): Value {
    return visible(this.#values, this.#interner.idOf(expr), emit);
  }

  column(expr: Extract<BoundExpr, { op: 'column' }>): Value {
    const stored = this.#stored.get(expr.slot);
    if (stored !== undefined) return stored;
    const isNull = this.columnNull(expr.slot);
    const code = visible(this.#loads, expr.slot, () => this.let(this.#load(expr.slot)));
    return { code, isNull };
  }

  #load(slot: number): string {
    const { physical } = this.#registers[slot];
    const place = this.#place.get(slot) as number;
    const index = this.#index(place);
    if (physical === 'f64') return `f64[v${place} + ${index}]`;
    if (physical === 'i32') return `i32[v${place} + ${index}]`;
    return `u8[(v${place} + ${index}) >>> 0]`;
  }

  /** Whether a register is null in this row. */
  columnNull(slot: number): string {
    const stored = this.#stored.get(slot);
    if (stored !== undefined) return stored.isNull;
    if (!this.#variant.hasNulls || !this.#registers[slot].canBeNull) return NEVER;
    const place = this.#place.get(slot) as number;
    return visible(this.#nulls, slot, () => this.let(`u8[(n${place} + ${this.#index(place)}) >>> 0] ^ 1`));
  }

  #index(place: number): string {
    return this.#variant.hasConstants ? `(i & m${place})` : 'i';
  }
}

/** What is known under a key in an open block; else it is made, and known in the innermost one. */
function visible<T>(blocks: readonly Map<number, T>[], key: number, make: () => T): T {
  for (const block of blocks) {
    const known = block.get(key);
    if (known !== undefined) return known;
  }
  const made = make();
  blocks[blocks.length - 1].set(key, made);
  return made;
}
