/**
 * Which buffers of scratch memory the registers and scopes of a plan share. A buffer holds `batchRows` items; it is
 * taken over by another register once nothing reads it any more.
 *
 *     instruction      0     1     2     3
 *     register 5       write read
 *     register 6             write       read        not register 5's buffer: 1 reads it
 *     register 7                   write             register 5's buffer
 *
 * A kernel's result may share the validity of its operands, so validity has owners and lives of its own.
 */
import { PHYSICAL_BYTES } from '../../columnar/data-type.js';
import { type ChainPlan, type Instruction, loopInputs, type Register, type Scope } from './chain-plan.js';
import { columnLoads } from './column-loads.js';

export interface ScratchBuffer {
  readonly bytesPerRow: number;
}

export interface ScratchLayout {
  /** Distinct buffers. */
  readonly buffers: readonly ScratchBuffer[];
  /** Buffers by register: of its values, and of its validity where it may need one of its own; else undefined. */
  readonly values: readonly (ScratchBuffer | undefined)[];
  readonly validity: readonly (ScratchBuffer | undefined)[];
  /** Buffers of the row lists by scope; undefined for the batch's own. */
  readonly selections: readonly (ScratchBuffer | undefined)[];
}

/** Something that needs a buffer from its first use to its last. */
interface Tenant {
  readonly bytesPerRow: number;
  first: number;
  last: number;
}

export function scratchLayout(plan: ChainPlan): ScratchLayout {
  const lives = new Lives(plan);
  plan.instructions.forEach((instruction, time) => {
    lives.instruction(instruction, time);
  });
  for (const { register } of plan.outputs) lives.read(register, plan.instructions.length);
  lives.scope(plan.resultScope, plan.instructions.length);
  // Columns are loaded for the rows of scopes whose own instructions may have run.
  columnLoads(plan).forEach((loads, time) => {
    for (const { scope } of loads) lives.scope(scope, time);
  });
  return assignBuffers(lives, plan.instructions.length);
}

/** Registers that an instruction reads. */
function readsOf(instruction: Instruction, registers: readonly Register[]): readonly Register[] {
  switch (instruction.kind) {
    case 'loop':
      return loopInputs(instruction).map((slot) => registers[slot]);
    case 'kernel':
      return [...instruction.args, ...instruction.boxedArgs];
    case 'boxed':
      return instruction.args;
    case 'move':
      return [instruction.from];
  }
}

/** Operands whose nulls a kernel's result takes over. */
function nullableArgs(args: readonly Register[]): readonly Register[] {
  return [...new Set(args.filter((arg) => arg.canBeNull))];
}

class Lives {
  readonly values = new Map<Register, Tenant>();
  readonly validity = new Map<Register, Tenant>();
  readonly scopes = new Map<Scope, Tenant>();
  /** Validity that a register may show: its own or its operands'. */
  readonly #shown = new Map<Register, Set<Tenant>>();
  readonly #registers: readonly Register[];

  constructor(plan: ChainPlan) {
    this.#registers = plan.registers;
  }

  instruction(instruction: Instruction, time: number): void {
    this.scope(instruction.scope, time);
    for (const register of readsOf(instruction, this.#registers)) this.read(register, time);
    switch (instruction.kind) {
      case 'loop':
        for (const { out } of instruction.stores) this.#write(out, time, out.canBeNull);
        for (const { scope } of instruction.selects) this.scope(scope, time);
        return;
      case 'kernel': {
        const { emit, out } = instruction;
        const nullable = nullableArgs(instruction.boxedArgs);
        this.#write(out, time, emit.makesNull || nullable.length > 1);
        for (const arg of nullable) for (const tenant of this.#shownBy(arg)) this.#shownBy(out).add(tenant);
        return;
      }
      default:
        this.#write(instruction.out, time, true);
    }
  }

  scope(scope: Scope, time: number): void {
    if (scope.parent === null) return;
    const tenant = this.scopes.get(scope) ?? { bytesPerRow: 4, first: time, last: time };
    tenant.last = Math.max(tenant.last, time);
    this.scopes.set(scope, tenant);
  }

  read(register: Register, time: number): void {
    const values = this.values.get(register);
    if (values !== undefined) values.last = time;
    for (const tenant of this.#shownBy(register)) tenant.last = time;
  }

  #write(register: Register, time: number, hasValidity: boolean): void {
    const values = this.values.get(register);
    if (values === undefined) {
      this.values.set(register, { bytesPerRow: PHYSICAL_BYTES[register.physical], first: time, last: time });
    } else values.last = time;
    if (!hasValidity) return;
    const validity = this.validity.get(register) ?? { bytesPerRow: 1, first: time, last: time };
    validity.last = time;
    this.validity.set(register, validity);
    this.#shownBy(register).add(validity);
  }

  #shownBy(register: Register): Set<Tenant> {
    let shown = this.#shown.get(register);
    if (shown === undefined) {
      shown = new Set();
      this.#shown.set(register, shown);
    }
    return shown;
  }
}

function assignBuffers(lives: Lives, end: number): ScratchLayout {
  const tenants = [...lives.values.values(), ...lives.validity.values(), ...lives.scopes.values()];
  const starting = Array.from({ length: end + 1 }, (): Tenant[] => []);
  const ending = Array.from({ length: end + 1 }, (): Tenant[] => []);
  for (const tenant of tenants) {
    starting[tenant.first].push(tenant);
    ending[tenant.last].push(tenant);
  }
  const buffers: ScratchBuffer[] = [];
  const home = new Map<Tenant, ScratchBuffer>();
  const free = new Map<number, ScratchBuffer[]>();
  for (let time = 0; time <= end; time++) {
    for (const tenant of starting[time]) {
      let buffer = free.get(tenant.bytesPerRow)?.pop();
      if (buffer === undefined) {
        buffer = { bytesPerRow: tenant.bytesPerRow };
        buffers.push(buffer);
      }
      home.set(tenant, buffer);
    }
    for (const tenant of ending[time]) {
      const buffer = home.get(tenant) as ScratchBuffer;
      free.set(tenant.bytesPerRow, [...(free.get(tenant.bytesPerRow) ?? []), buffer]);
    }
  }
  const list = <K extends { readonly index: number }>(owners: Map<K, Tenant>): (ScratchBuffer | undefined)[] => {
    const result: (ScratchBuffer | undefined)[] = [];
    for (const [owner, tenant] of owners) result[owner.index] = home.get(tenant);
    return result;
  };
  return { buffers, values: list(lives.values), validity: list(lives.validity), selections: list(lives.scopes) };
}
