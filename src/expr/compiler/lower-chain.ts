/**
 * Cuts a calc program into instructions (see chain-plan.ts).
 *
 * 1. A filter closes the loop at work and opens a scope with the rows it took; later steps run there.
 * 2. An expression over boolean, int, date and double is fused: it becomes part of the loop at work in its scope.
 * 3. Any other operation is a kernel or a boxed call; its operands are stored by the loop at work, which ends there.
 * 4. AND, OR, CASE and COALESCE over operations that are not fused and may fail are spread over scopes (lower-lazy.ts),
 *    so that rows that do not need an operand do not fail on it. What cannot fail is computed for all rows.
 * 5. Loops stay below a size (V8 gives up on optimizing huge ones): a full loop is closed, a huge expression is cut.
 * 6. Definitions that cannot fail wait until they are needed; those needed once are computed where they are needed.
 */
import type { BoundExpr } from '../bound.js';
import type { CalcProgram } from '../calc.js';
import { operandsOf, withOperands } from '../traverse.js';
import { isSameInMemory } from './cast-emit.js';
import {
  type ChainPlan,
  type LoopInstruction,
  loopInputs,
  PlanBuilder,
  type Register,
  type Scope,
} from './chain-plan.js';
import type { KernelEmit } from './emit.js';
import { columnOf, overSlots, slotUses } from './expression-slots.js';
import { Fusion, isLazy, LOOP_NODES } from './fusion.js';
import { Interner } from './interner.js';
import { spread } from './lower-lazy.js';
import { isFusable, operations } from './operation.js';
import { distinctOfKernel, memberOfKernel } from './structure-of-kernel.js';

/**
 * The size up to which further stores join a loop: with many columns open at once every value costs more than twice as
 * much. Measured: docs/adr/0003-generated-chains.md.
 */
const JOINED_NODES = 40;

/** A definition larger than this is stored, not repeated as part of the one expression that reads it. */
const INLINED_NODES = 60;

interface Definition {
  readonly expr: BoundExpr;
  readonly uses: number;
  register: Register | null;
}

/** The loop at work in a scope, and what it stores. */
interface OpenLoop {
  readonly loop: LoopInstruction;
  readonly stored: Set<Register>;
  nodes: number;
}

export class Lowering {
  readonly plan = new PlanBuilder();
  readonly #interner = new Interner();
  readonly #fusion = new Fusion();
  readonly #known = new Map<Scope, Map<number, Register>>();
  readonly #open = new Map<Scope, OpenLoop>();
  readonly #definitions = new Map<number, Definition>();
  readonly #inputs: Register[];
  /** > 0: inside AND, OR, CASE, COALESCE, where operands must not be computed for all rows. */
  #conditional = 0;
  /** The rows that the steps so far let through. */
  #rows: Scope;

  readonly #program: CalcProgram;

  constructor(program: CalcProgram) {
    this.#program = program;
    this.#inputs = program.input.map((field) => this.plan.register(field.type, 'input'));
    this.#rows = this.plan.scope(null);
  }

  lower(): ChainPlan {
    const uses = slotUses(this.#program);
    for (const step of this.#program.steps) {
      if (step.kind === 'filter') this.#filter(step.condition);
      else {
        const definition = { expr: step.expr, uses: uses.get(step.slot) ?? 0, register: null as Register | null };
        this.#definitions.set(step.slot, definition);
        if (operations.mayFail(step.expr)) definition.register = this.materialise(step.expr, this.#rows);
      }
    }
    const outputs = this.#program.output.map(({ slot, type }) => ({ register: this.#slotRegister(slot), type }));
    this.flush(this.#rows);
    const { registers, scopes, instructions } = this.plan;
    return { registers, scopes, instructions, outputs, resultScope: this.#rows };
  }

  /** A scope for each fused condition, with the rows of `scope` where it is true. */
  split(scope: Scope, conditions: readonly BoundExpr[]): Scope[] {
    const scopes = conditions.map((condition) => {
      const narrower = this.plan.scope(scope);
      this.#loopFor(scope, condition).loop.selects.push({ condition, scope: narrower });
      return narrower;
    });
    this.flush(scope);
    return scopes;
  }

  /** The register that holds the expression for the rows of the scope. */
  materialise(expr: BoundExpr, scope: Scope): Register {
    if (expr.op === 'column') return this.#slotRegister(expr.slot);
    if (expr.op === 'cast' && isSameInMemory(expr)) return this.materialise(expr.arg, scope);
    if (expr.op === 'literal') return this.#remember(expr, null, () => this.#constant(expr));
    return this.#remember(expr, scope, () => {
      const direct = isFusable(expr) ? null : this.#compute(expr, scope);
      if (direct !== null) return direct;
      const fused = this.fuse(expr, scope);
      if (fused.op === 'column') return this.plan.registers[fused.slot];
      const out = this.plan.register(expr.type, 'scratch');
      this.store(fused, out, scope);
      return out;
    });
  }

  /** Adds a store of a fused expression to the loop at work. */
  store(fused: BoundExpr, out: Register, scope: Scope): void {
    const open = this.#loopFor(scope, fused);
    open.loop.stores.push({ expr: fused, out });
    open.stored.add(out);
  }

  /** The expression over registers, ready to stand in the loop at work of the scope. */
  fuse(expr: BoundExpr, scope: Scope): BoundExpr {
    if (expr.op === 'literal') return expr;
    if (expr.op === 'column') return this.#fuseSlot(expr, scope);
    const known = this.#lookup(expr, scope);
    if (known !== undefined) return this.#readRegister(known, scope);
    if (expr.op === 'is_null' && !isFusable(expr.arg)) return { ...expr, arg: this.#kernelColumn(expr.arg, scope) };
    if (expr.op === 'is_distinct' && !isFusable(expr.left)) return this.#fuseDistinct(expr, scope);
    if (expr.op === 'in' && !isFusable(expr.arg)) {
      const member = { ...expr, negated: false, hasNull: false };
      const found = this.#remember(member, scope, () => this.#compute(member, scope) as Register);
      return memberOfKernel(expr, this.#readRegister(found, scope));
    }
    if (!this.#fusion.isFusedHere(expr)) {
      const register = this.#remember(expr, scope, () => this.#compute(expr, scope) as Register);
      return this.#readRegister(register, scope);
    }
    const lazy = isLazy(expr);
    if (lazy) this.#conditional++;
    const fused = withOperands(expr, (operand) => this.fuse(operand, scope));
    if (lazy) this.#conditional--;
    return this.#conditional === 0 && !lazy ? this.#cut(fused, scope) : fused;
  }

  /** Ends the loop at work of the scope. */
  flush(scope: Scope): void {
    const open = this.#open.get(scope);
    if (open === undefined) return;
    this.#open.delete(scope);
    for (const slot of loopInputs(open.loop)) this.ready(this.plan.registers[slot]);
    this.plan.instructions.push(open.loop);
  }

  /** Makes sure that the register is stored before the next instruction. */
  ready(register: Register): void {
    for (const [scope, open] of this.#open) if (open.stored.has(register)) this.flush(scope);
  }

  /** What needs kernels runs on the rows that the rest took, where nothing can fail and so the order cannot be told. */
  #filter(condition: BoundExpr): void {
    const terms = condition.op === 'and' && !operations.mayFail(condition) ? condition.args : [condition];
    const fused = terms.filter((term) => !this.#needsInstructions(term));
    const others = terms.filter((term) => this.#needsInstructions(term));
    const first = fused.length > 1 ? [{ ...condition, args: fused } as BoundExpr] : fused;
    for (const term of [...first, ...others]) {
      [this.#rows] = this.split(this.#rows, [this.fuse(term, this.#rows)]);
    }
  }

  #needsInstructions(expr: BoundExpr): boolean {
    if (expr.op === 'literal') return false;
    if (expr.op === 'column') {
      const definition = this.#definitions.get(expr.slot);
      return definition !== undefined && definition.register === null && this.#needsInstructions(definition.expr);
    }
    return !this.#fusion.isFusedHere(expr) || operandsOf(expr).some((operand) => this.#needsInstructions(operand));
  }

  /** Computes a node that is not fused into a register; null: it is fused after all. */
  #compute(expr: BoundExpr, scope: Scope): Register | null {
    if (isLazy(expr)) return spread(this, expr, scope);
    const operation = operations.of(expr);
    if (operation === 'structure') return null;
    const args = operandsOf(expr);
    if (operation !== null && operation.kind === 'kernel') {
      const columns = operation.columns.map((i) => args[i]);
      return this.#kernel(operation, columns, expr, scope);
    }
    const registers = args.map((arg) => this.materialise(arg, scope));
    const out = this.plan.register(expr.type, 'scratch');
    for (const register of registers) this.ready(register);
    this.plan.instructions.push({ kind: 'boxed', scope, args: registers, out, expr: overSlots(expr) });
    return out;
  }

  #kernel(emit: KernelEmit, columns: readonly BoundExpr[], expr: BoundExpr, scope: Scope): Register {
    const boxedArgs = operandsOf(expr).map((arg) => this.materialise(arg, scope));
    const args = columns.map((column) => this.materialise(column, scope));
    const out = this.plan.register(expr.type, 'scratch');
    for (const register of [...args, ...boxedArgs]) this.ready(register);
    this.plan.instructions.push({ kind: 'kernel', scope, emit, args, out, expr: overSlots(expr), boxedArgs });
    return out;
  }

  #fuseDistinct(expr: Extract<BoundExpr, { op: 'is_distinct' }>, scope: Scope): BoundExpr {
    const differ: BoundExpr = {
      op: 'call',
      fn: 'not_equal',
      type: expr.type,
      args: [expr.left, expr.right],
      span: expr.span,
    };
    const register = this.materialise(differ, scope);
    return distinctOfKernel(
      expr,
      this.#readRegister(register, scope),
      this.#kernelColumn(expr.left, scope),
      this.#kernelColumn(expr.right, scope),
    );
  }

  #kernelColumn(expr: BoundExpr, scope: Scope): BoundExpr {
    return this.#readRegister(this.materialise(expr, scope), scope);
  }

  #fuseSlot(expr: Extract<BoundExpr, { op: 'column' }>, scope: Scope): BoundExpr {
    const definition = this.#definitions.get(expr.slot);
    if (definition === undefined) return columnOf(this.#inputs[expr.slot]);
    const isTrivial = definition.expr.op === 'literal' || definition.expr.op === 'column';
    const isInlined = definition.uses === 1 && this.#fusion.sizeOf(definition.expr) < INLINED_NODES;
    if (definition.register === null && (isTrivial || isInlined)) return this.fuse(definition.expr, scope);
    return this.#readRegister(this.#slotRegister(expr.slot), scope);
  }

  #slotRegister(slot: number): Register {
    const definition = this.#definitions.get(slot);
    if (definition === undefined) return this.#inputs[slot];
    definition.register ??= this.materialise(definition.expr, this.#rows);
    return definition.register;
  }

  /** A register as an operand; what the loop at work of the scope stores, it can read. */
  #readRegister(register: Register, scope: Scope): BoundExpr {
    if (this.#open.get(scope)?.stored.has(register) !== true) this.ready(register);
    return columnOf(register);
  }

  #constant(expr: Extract<BoundExpr, { op: 'literal' }>): Register {
    return this.plan.register(expr.type, 'constant', { value: expr.value, canBeNull: expr.value === null });
  }

  #lookup(expr: BoundExpr, scope: Scope | null): Register | undefined {
    const id = this.#interner.idOf(expr);
    for (let at = scope; at !== null; at = at.parent) {
      const register = this.#known.get(at)?.get(id);
      if (register !== undefined) return register;
    }
    return undefined;
  }

  /** The register of an expression in a scope or one around it, computed when there is none. Constants: scope null. */
  #remember(expr: BoundExpr, scope: Scope | null, compute: () => Register): Register {
    const home = scope ?? this.plan.scopes[0];
    const known = this.#lookup(expr, home);
    if (known !== undefined) return known;
    const register = compute();
    const registers = this.#known.get(home) ?? new Map<number, Register>();
    registers.set(this.#interner.idOf(expr), register);
    this.#known.set(home, registers);
    return register;
  }

  /** The loop at work with room for the expression. */
  #loopFor(scope: Scope, fused: BoundExpr): OpenLoop {
    const nodes = this.#fusion.sizeOf(fused);
    let open = this.#open.get(scope);
    if (open !== undefined && open.nodes > 0 && open.nodes + nodes > JOINED_NODES) {
      this.flush(scope);
      open = undefined;
    }
    if (open === undefined) {
      open = { loop: { kind: 'loop', scope, stores: [], selects: [] }, stored: new Set(), nodes: 0 };
      this.#open.set(scope, open);
    }
    open.nodes += nodes;
    return open;
  }

  /** Stores the largest operands of a fused expression that is too large, until it is not. */
  #cut(fused: BoundExpr, scope: Scope): BoundExpr {
    if (this.#fusion.sizeOf(fused) <= LOOP_NODES) return fused;
    const largest = Math.max(...operandsOf(fused).map((operand) => this.#fusion.sizeOf(operand)));
    return withOperands(fused, (operand) => {
      if (this.#fusion.sizeOf(operand) < largest || operand.op === 'column') return operand;
      const out = this.plan.register(operand.type, 'scratch');
      this.store(operand, out, scope);
      this.flush(scope);
      return columnOf(out);
    });
  }
}
