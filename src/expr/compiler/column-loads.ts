/**
 * Where the pending columns of a batch are loaded: before the first instruction that reads them, and for the rows of the
 * narrowest scope that holds all rows that anybody reads. Behind a filter that does not read them, that is few.
 */
import { type ChainPlan, type Instruction, loopInputs, type Register, type Scope } from './chain-plan.js';

export interface ColumnLoad {
  /** The input's column, which is its register too. */
  readonly column: number;
  readonly scope: Scope;
}

/** By instruction what is loaded before it runs; one entry more for what only the output reads. */
export function columnLoads({ registers, instructions, outputs, resultScope }: ChainPlan): readonly ColumnLoad[][] {
  const loads: ColumnLoad[][] = Array.from({ length: instructions.length + 1 }, () => []);
  const readers = instructions.map((instruction) => ({ read: registersOf(instruction), scope: instruction.scope }));
  readers.push({ read: outputs.map(({ register }) => register.index), scope: resultScope });
  for (const { kind, index } of registers) {
    if (kind !== 'input') continue;
    const scopes = readers.flatMap(({ read, scope }) => (read.includes(index) ? [scope] : []));
    if (scopes.length === 0) continue;
    const first = readers.findIndex(({ read }) => read.includes(index));
    loads[first].push({ column: index, scope: scopes.reduce(around) });
  }
  return loads;
}

function registersOf(instruction: Instruction): number[] {
  const indices = (registers: readonly Register[]): number[] => registers.map(({ index }) => index);
  switch (instruction.kind) {
    case 'loop':
      return loopInputs(instruction);
    case 'kernel':
      return indices([...instruction.args, ...instruction.boxedArgs]);
    case 'boxed':
      return indices(instruction.args);
    case 'move':
      return [instruction.from.index];
  }
}

/** The narrowest scope around both. */
function around(a: Scope, b: Scope): Scope {
  const outer = new Set<Scope>();
  for (let scope: Scope | null = a; scope !== null; scope = scope.parent) outer.add(scope);
  let scope = b;
  while (!outer.has(scope)) scope = scope.parent as Scope;
  return scope;
}
