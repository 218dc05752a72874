/** Leaves of expressions: columns that stand for registers or for arguments, and how often slots are read. */
import type { BoundExpr } from '../bound.js';
import type { CalcProgram } from '../calc.js';
import { operandsOf, withOperands } from '../traverse.js';
import type { Register } from './chain-plan.js';

/** A register as a leaf of a fused expression. */
export function columnOf(register: Register): BoundExpr {
  return { op: 'column', type: register.type, slot: register.index, name: '', span: { start: 0, end: 0 } };
}

/** The same operation over slots 0, 1 ... */
export function overSlots(expr: BoundExpr): BoundExpr {
  let slot = 0;
  return withOperands(expr, (operand) => ({
    op: 'column',
    type: operand.type,
    slot: slot++,
    name: '',
    span: operand.span,
  }));
}

/** How often each slot is read, by steps and outputs. */
export function slotUses(program: CalcProgram): Map<number, number> {
  const uses = new Map<number, number>();
  const use = (slot: number): void => void uses.set(slot, (uses.get(slot) ?? 0) + 1);
  const count = (expr: BoundExpr): void => {
    if (expr.op === 'column') use(expr.slot);
    operandsOf(expr).forEach(count);
  };
  for (const step of program.steps) count(step.kind === 'filter' ? step.condition : step.expr);
  for (const { slot } of program.output) use(slot);
  return uses;
}
