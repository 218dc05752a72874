/**
 * What a calc program is cut into: instructions over registers, run in order for each batch. A register is a column of
 * the batch at hand; a scope is a selection of its rows. Built without touching memory, so its needs are known before.
 *
 *     scope 0      the rows of the batch; a filter or a branch of CASE opens a scope with fewer rows
 *     loop         fused JavaScript: stores registers, lists the rows of new scopes
 *     kernel       one column kernel
 *     boxed        the interpreter, row by row
 *     move         rows of one register into another (the branches of CASE meet)
 */
import { type DataType, type Physical, physicalOf } from '../../columnar/data-type.js';
import type { Value } from '../../columnar/value.js';
import type { BoundExpr } from '../bound.js';
import { operandsOf } from '../traverse.js';
import type { KernelEmit } from './emit.js';

export interface Register {
  readonly index: number;
  readonly type: DataType;
  readonly physical: Physical;
  readonly kind: 'input' | 'constant' | 'scratch';
  /** The value of a constant. */
  readonly value: Value;
  /** False: never holds a null. */
  readonly canBeNull: boolean;
  /** Written in several scopes, so every writer writes the validity too. */
  readonly isShared: boolean;
}

export interface Scope {
  readonly index: number;
  readonly parent: Scope | null;
}

interface LoopStore {
  readonly expr: BoundExpr;
  readonly out: Register;
}

/** Rows where `condition` is true form `scope`. */
interface LoopSelect {
  readonly condition: BoundExpr;
  readonly scope: Scope;
}

/** In the expressions of a loop, a column's slot is a register. */
export interface LoopInstruction {
  readonly kind: 'loop';
  readonly scope: Scope;
  readonly stores: LoopStore[];
  readonly selects: LoopSelect[];
}

export interface KernelInstruction {
  readonly kind: 'kernel';
  readonly scope: Scope;
  readonly emit: KernelEmit;
  readonly args: readonly Register[];
  readonly out: Register;
  /** The operation over `boxedArgs` as slots 0, 1 ...: for rows that the kernel leaves to the interpreter. */
  readonly expr: BoundExpr;
  readonly boxedArgs: readonly Register[];
}

export interface BoxedInstruction {
  readonly kind: 'boxed';
  readonly scope: Scope;
  readonly args: readonly Register[];
  readonly out: Register;
  /** The operation over `args` as slots 0, 1 ... */
  readonly expr: BoundExpr;
}

export interface MoveInstruction {
  readonly kind: 'move';
  readonly scope: Scope;
  readonly from: Register;
  readonly out: Register;
}

export type Instruction = LoopInstruction | KernelInstruction | BoxedInstruction | MoveInstruction;

export interface ChainPlan {
  readonly registers: readonly Register[];
  readonly scopes: readonly Scope[];
  readonly instructions: readonly Instruction[];
  /** Types may be wider than the registers' own, where the value in memory is the same. */
  readonly outputs: readonly { readonly register: Register; readonly type: DataType }[];
  /** The rows that come out. */
  readonly resultScope: Scope;
}

/** Grows the lists of a plan. */
export class PlanBuilder {
  readonly registers: Register[] = [];
  readonly scopes: Scope[] = [];
  readonly instructions: Instruction[] = [];

  register(
    type: DataType,
    kind: Register['kind'],
    {
      value = null,
      canBeNull = true,
      isShared = false,
    }: { value?: Value; canBeNull?: boolean; isShared?: boolean } = {},
  ): Register {
    const index = this.registers.length;
    const register = { index, type, physical: physicalOf(type), kind, value, canBeNull, isShared };
    this.registers.push(register);
    return register;
  }

  scope(parent: Scope | null): Scope {
    const scope = { index: this.scopes.length, parent };
    this.scopes.push(scope);
    return scope;
  }
}

/** The registers that a loop reads; what it stores itself before it reads it, it need not load. */
export function loopInputs(loop: LoopInstruction): number[] {
  const slots = new Set<number>();
  const seen = new Set<BoundExpr>();
  const stored = new Set<number>();
  const visit = (expr: BoundExpr): void => {
    if (seen.has(expr)) return;
    seen.add(expr);
    if (expr.op === 'column' && !stored.has(expr.slot)) slots.add(expr.slot);
    for (const operand of operandsOf(expr)) visit(operand);
  };
  for (const { expr, out } of loop.stores) {
    visit(expr);
    stored.add(out.index);
  }
  for (const { condition } of loop.selects) visit(condition);
  return [...slots].sort((a, b) => a - b);
}
