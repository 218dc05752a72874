/**
 * Folds consecutive filters and projections into one calc program. A builder stands behind an operator of a chain; it
 * is immutable, so that two consumers of one step can go on from the same place.
 */
import type { DataType } from '../columnar/data-type.js';
import type { Schema } from '../columnar/schema.js';
import type { LogicalOperator } from '../dataflow/logical-graph.js';
import type { BoundExpr } from '../expr/bound.js';
import type { CalcProgram, CalcStep } from '../expr/calc.js';
import { replaceColumns } from '../expr/traverse.js';

interface Column {
  readonly name: string;
  readonly type: DataType;
  readonly slot: number;
}

export class CalcBuilder {
  private readonly input: Schema;
  private readonly steps: readonly CalcStep[];
  private readonly columns: readonly Column[];
  private readonly nextSlot: number;
  /** Steps of the pipeline folded in, for the chain's name. */
  readonly names: readonly string[];

  private constructor(
    input: Schema,
    steps: readonly CalcStep[],
    columns: readonly Column[],
    nextSlot: number,
    names: readonly string[],
  ) {
    this.input = input;
    this.steps = steps;
    this.columns = columns;
    this.nextSlot = nextSlot;
    this.names = names;
  }

  static over(input: Schema): CalcBuilder {
    return new CalcBuilder(
      input,
      [],
      input.map(({ name, type }, slot) => ({ name, type, slot })),
      input.length,
      [],
    );
  }

  filter(operator: Extract<LogicalOperator, { op: 'filter' }>, name: string): CalcBuilder {
    const condition = this.overSlots(operator.condition);
    const steps: CalcStep[] = [...this.steps, { kind: 'filter', condition, origin: operator.origin }];
    return new CalcBuilder(this.input, steps, this.columns, this.nextSlot, [...this.names, name]);
  }

  project(operator: Extract<LogicalOperator, { op: 'project' }>, name: string): CalcBuilder {
    const steps = [...this.steps];
    let { nextSlot } = this;
    const columns = operator.columns.map(({ name: column, expr, origin }): Column => {
      if (expr.op === 'column') return { name: column, type: expr.type, slot: this.columns[expr.slot].slot };
      const slot = nextSlot++;
      steps.push({ kind: 'define', slot, expr: this.overSlots(expr), origin });
      return { name: column, type: expr.type, slot };
    });
    return new CalcBuilder(this.input, steps, columns, nextSlot, [...this.names, name]);
  }

  /** True when the program would hand its input on as it is. */
  get isIdentity(): boolean {
    return (
      this.steps.length === 0 &&
      this.columns.length === this.input.length &&
      this.columns.every(({ slot, name }, index) => slot === index && name === this.input[index].name)
    );
  }

  /** The columns that come out. */
  get schema(): Schema {
    return this.columns.map(({ name, type }) => ({ name, type }));
  }

  build(): CalcProgram {
    return { input: this.input, steps: this.steps, output: this.columns };
  }

  private overSlots(expr: BoundExpr): BoundExpr {
    return replaceColumns(expr, (column) => ({ ...column, slot: this.columns[column.slot].slot }));
  }
}
