/**
 * `on_error: skip` and `reject`: a step that can fail hands rows that fail on, with what is wrong with them in columns of their own
 * (columnar/fault.ts), and they part behind it:
 *
 *     step, guarded ── check (max_errors) ──┬── filter: nothing is wrong ── project ──> the rows of the step
 *                                           └── filter: something is ── project ──> NAME.rejects
 */
import { BOOLEAN, type DataType, STRING } from '../columnar/data-type.js';
import { FAULT_KINDS, FAULT_TYPES, type FaultKind } from '../columnar/fault.js';
import type { Field, Schema } from '../columnar/schema.js';
import type { LogicalNode, LogicalOperator, ProjectColumn, ScanColumn } from '../dataflow/logical-graph.js';
import type { LoweringContext } from '../dataflow/verb.js';
import type { Diagnostic } from '../errors.js';
import type { BoundExpr } from '../expr/bound.js';
import type { ExprOrigin } from '../expr/calc.js';
import { canFail } from '../expr/can-fail.js';
import { literal } from '../expr/literals.js';
import type { Amount } from '../spec/scalar-values.js';

/** What a step does with rows that fail in it. */
export interface OnError {
  readonly maxErrors: Amount | undefined;
  /** Of `max_errors`, for who exceeds it. */
  readonly diagnostic: Diagnostic;
  readonly gate: number;
  readonly origin: ExprOrigin;
}

export type AddNode = (operator: LogicalOperator, inputs: readonly LogicalNode[], schema: Schema) => LogicalNode;

/** The columns of rejected rows; the same for every step, so that all of them go into one file. */
const REJECT_COLUMNS = ['file', 'line', 'byte_offset', 'step', 'column', 'code', 'message', 'raw'] as const;

const FAULT_FIELDS: Schema = FAULT_KINDS.map((kind): Field => ({ name: kind, type: FAULT_TYPES[kind] }));
const NO_SPAN = { start: 0, end: 0 };

/** The operator with columns for what is wrong behind its own; undefined: none of its rows can fail. */
export function guarded(operator: LogicalOperator): LogicalOperator | undefined {
  switch (operator.op) {
    case 'scan': {
      if (operator.rowsNeverFail) return undefined;
      const faults = FAULT_KINDS.map((fault): ScanColumn => {
        return { name: fault, type: FAULT_TYPES[fault], from: '', isDeclared: true, fault };
      });
      return { ...operator, columns: [...operator.columns, ...faults] };
    }
    case 'filter':
      return canFail(operator.condition) ? { op: 'guard', step: operator, faults: FAULT_KINDS } : undefined;
    case 'project':
      return operator.columns.some(({ expr }) => canFail(expr))
        ? { op: 'guard', step: operator, faults: FAULT_KINDS }
        : undefined;
    default:
      return undefined;
  }
}

export interface Parted {
  readonly good: LogicalNode;
  /** With the columns of REJECT_COLUMNS. */
  readonly rejected: () => LogicalNode;
}

/** Adds a guarded operator, and what parts its rows. `schema`: of the operator without its guard. */
export function part(
  add: AddNode,
  operator: LogicalOperator,
  inputs: readonly LogicalNode[],
  schema: Schema,
  onError: OnError,
): Parted {
  const all: Schema = [...schema, ...FAULT_FIELDS];
  const { origin } = onError;
  const column = (slot: number): BoundExpr => {
    return { op: 'column', slot, name: all[slot].name, type: all[slot].type, span: NO_SPAN };
  };
  const slotOf = (kind: FaultKind): number => schema.length + FAULT_KINDS.indexOf(kind);
  const isGood = (negated: boolean): BoundExpr => {
    return { op: 'is_null', negated, arg: column(slotOf('code')), type: BOOLEAN, span: NO_SPAN };
  };
  const project = (columns: readonly Omit<ProjectColumn, 'origin'>[], input: LogicalNode): LogicalNode =>
    add(
      { op: 'project', columns: columns.map((each) => ({ ...each, origin })) },
      [input],
      columns.map(({ name, expr }) => ({ name, type: expr.type })),
    );
  const rows = limited(add, add(operator, inputs, all), { all, column, isGood, project }, onError);
  const good = add({ op: 'filter', condition: isGood(false), origin }, [rows], all);
  return {
    good: project(
      schema.map(({ name }, slot) => ({ name, expr: column(slot) })),
      good,
    ),
    rejected: () => {
      const rejected = add({ op: 'filter', condition: isGood(true), origin }, [rows], all);
      const columns = REJECT_COLUMNS.map((name) => {
        return { name, expr: name === 'step' ? literal(origin.step, STRING, NO_SPAN) : column(slotOf(name)) };
      });
      return project(columns, rejected);
    },
  };
}

/** Rejects of a step in which no row can fail. */
export function noRejects({ add, origin, step }: LoweringContext, rows: LogicalNode): LogicalNode {
  const at = origin(step.verbSource);
  const none = add({ op: 'filter', condition: literal(false, BOOLEAN, NO_SPAN), origin: at }, [rows], rows.schema);
  const typeOf = (name: string): DataType => (name === 'step' ? STRING : FAULT_TYPES[name as FaultKind]);
  const columns = REJECT_COLUMNS.map((name) => ({ name, expr: literal(null, typeOf(name), NO_SPAN), origin: at }));
  return add(
    { op: 'project', columns },
    [none],
    REJECT_COLUMNS.map((name) => ({ name, type: typeOf(name) })),
  );
}

/** Rejects of several steps, one behind the other. */
export function united({ add }: { readonly add: AddNode }, all: readonly LogicalNode[]): LogicalNode {
  if (all.length === 1) return all[0];
  const slots = [...all[0].schema.keys()];
  return add({ op: 'union', columns: all.map(() => slots) }, all, all[0].schema);
}

interface Making {
  readonly all: Schema;
  readonly column: (slot: number) => BoundExpr;
  readonly isGood: (negated: boolean) => BoundExpr;
  readonly project: (columns: readonly Omit<ProjectColumn, 'origin'>[], input: LogicalNode) => LogicalNode;
}

/** Behind `max_errors`, counted like a check that rows fail. */
function limited(
  add: AddNode,
  rows: LogicalNode,
  { all, column, isGood, project }: Making,
  onError: OnError,
): LogicalNode {
  const { maxErrors, diagnostic, gate } = onError;
  if (maxErrors === undefined) return rows;
  const columns = [
    ...all.map(({ name }, slot) => ({ name, expr: column(slot) })),
    { name: 'is good', expr: isGood(false) },
  ];
  const tested = project(columns, rows);
  const [slot, passes] = [all.length, all.length];
  const maxFailures = maxErrors.kind === 'count' ? maxErrors.count : { part: maxErrors.part, of: maxErrors.of };
  const check = { slot, diagnostic, severity: 'error', maxFailures, failing: 'faults', gate } as const;
  return add({ op: 'check', checks: [check], passes, shows: [] }, [tested], all);
}
