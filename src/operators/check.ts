/**
 * `check`: conditions that the rows must fulfil; the rows pass on. What is to hold for each row becomes a column that an
 * operator looks at on the way. What is to hold for all of them together is a branch of its own, with an aggregation:
 *
 *     input ── conditions of rows ── check ──> the rows, for the next step
 *       └──── aggregate ── condition ── check
 */
import { BOOLEAN } from '../columnar/data-type.js';
import type { Check, LogicalNode, ProjectColumn } from '../dataflow/logical-graph.js';
import { defineVerb, type LoweringContext } from '../dataflow/verb.js';
import { bindAggregates } from '../expr/aggregates/bind-aggregates.js';
import { bindExpression } from '../expr/binder.js';
import type { BoundExpr } from '../expr/bound.js';
import { literal } from '../expr/literals.js';
import { scopeOf } from '../expr/scope.js';
import { collectSlots } from '../expr/traverse.js';
import type { CheckEntry } from '../spec/option-schema.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { diagnosticAt } from '../spec/source.js';
import { addAggregation } from './aggregation.js';
import { addFound, addReference } from './check-references.js';
import { columnExpr, handedOn, requireColumns } from './columns.js';
import { schemaOf } from './select.js';

export const CHECK = defineVerb({
  verb: 'check',
  summary:
    'Demands that conditions hold; false and null both fail. When one fails nothing but `NAME.failed` is written, and the exit status is 3.',
  example:
    '- check:\n    positive: amount >= 0\n    some_rows:\n      rows: { min: 1 }\n    ids:\n      unique: id\n      not_null: id',
  hasInput: true,
  hasOutput: true,
  mayEnd: true,
  keepsSchema: true,
  sides: ['failed'],
  schema: {
    value: {
      kind: 'checks',
      required: true,
      doc: 'a condition, `name: condition`, or options: `that`, `unique`, `not_null`, `references`, `rows: { min, max }`, `severity: warn`, `max_failures`',
    },
    options: {},
  },
  async lower(context, { value }) {
    const input = context.input!;
    const ofRows: RowCheck[] = [];
    const ofValues: ValueCheck[] = [];
    let isWrong = false;
    let rows = input;
    for (const entry of value) {
      if (!addChecks(context, input, entry, ofRows, ofValues)) isWrong = true;
      for (const reference of entry.references ?? []) {
        const added = addReference(context, input, rows, reference);
        if (added === undefined) isWrong = true;
        else {
          rows = added.rows;
          const message = `${reference.name.text} references ${reference.text.text}`;
          ofRows.push({ entry, at: reference.name, expr: added.expr, message });
        }
      }
    }
    const hasFailed = ofRows.length + ofValues.length > 0;
    if (!hasFailed && !isWrong && context.wantsSide('failed')) {
      const hint = 'give it a condition of single rows';
      const message = 'no row fails this check by itself, so it has no side output `failed`';
      context.report(diagnosticAt('PLAN_UNKNOWN_STEP', message, context.step.verbSource, undefined, { hint }));
      return undefined;
    }
    if (isWrong) return undefined;
    if (context.wantsSide('failed')) addFailed(context, input, rows, ofRows, ofValues);
    if (ofRows.length === 0) return input;
    const origin = context.origin(context.step.verbSource);
    const width = input.schema.length;
    const columns = [
      ...handedOn(input.schema, origin),
      ...ofRows.map(({ expr, entry, at }): ProjectColumn => {
        return { name: labelOf(entry, at), expr, origin: context.origin(at) };
      }),
    ];
    const tested = context.add({ op: 'project', columns }, [rows], schemaOf(columns));
    const checks = ofRows.map(({ entry, at, message }, i) => checkOf(context, entry, at, width + i, 'rows', message));
    const read = ofRows.reduce((slots, { expr }) => collectSlots(expr, slots), new Set<number>());
    // What `references` found is no column of the input.
    const shows = [...read].filter((slot) => slot < width);
    return context.add({ op: 'check', checks, passes: width, shows }, [tested], input.schema);
  },
});

interface RowCheck {
  readonly entry: CheckEntry;
  readonly at: SourceText;
  readonly expr: BoundExpr;
  readonly message?: string;
}

/** Values of columns that no other row may have. */
interface ValueCheck {
  readonly at: SourceText;
  readonly slots: readonly number[];
  /** A row for each set of values without nulls. */
  readonly groups: LogicalNode;
  /** Whether one row has them, over the groups. */
  readonly isUnique: BoundExpr;
}

function labelOf({ name }: CheckEntry, { text }: SourceText): string {
  return name === '' ? text : name;
}

function checkOf(
  context: LoweringContext,
  entry: CheckEntry,
  at: SourceText,
  slot: number,
  failing: Check['failing'],
  message?: string,
): Check {
  const label = message ?? at.text;
  const text = entry.name === '' ? label : `${entry.name} (${label})`;
  return {
    slot,
    diagnostic: diagnosticAt('CHECK_FAILED', text, at),
    severity: entry.severity as 'error' | 'warn',
    maxFailures: entry.max_failures,
    failing,
    gate: context.gate,
  };
}

/** All that one entry demands; false when something was wrong and was reported. */
function addChecks(
  context: LoweringContext,
  input: LogicalNode,
  entry: CheckEntry,
  ofRows: RowCheck[],
  ofValues: ValueCheck[],
): boolean {
  const { that, not_null: notNull, unique, rows } = entry;
  let isRight = true;
  if (that !== undefined && !addCondition(context, input, entry, that, ofRows)) isRight = false;
  if (notNull !== undefined) {
    const slots = requireColumns(context, notNull, input.schema);
    if (slots === undefined) isRight = false;
    slots?.forEach((slot, i) => {
      const arg = columnExpr(input.schema, slot);
      const expr = { op: 'is_null', negated: true, arg, type: BOOLEAN, span: arg.span } as const;
      ofRows.push({ entry, at: notNull[i], expr, message: `${notNull[i].text} is not null` });
    });
  }
  if (unique !== undefined) {
    const values = addUnique(context, input, entry, unique);
    if (values === undefined) isRight = false;
    else ofValues.push(values);
  }
  if (rows !== undefined) {
    const tests = [
      ...(rows.min === undefined ? [] : [`count(*) >= ${rows.min}`]),
      ...(rows.max === undefined ? [] : [`count(*) <= ${rows.max}`]),
    ];
    for (const test of tests)
      addWhole(context, input, entry, { ...entry.at, text: test, offsetAt: () => entry.at.span.start });
  }
  return isRight;
}

function addCondition(
  context: LoweringContext,
  input: LogicalNode,
  entry: CheckEntry,
  that: SourceText,
  ofRows: RowCheck[],
): boolean {
  const plain = bindExpression(that.text, scopeOf(input.schema, context.params));
  const isWhole = 'problems' in plain && plain.problems.some(({ code }) => code === 'EXPR_AGGREGATE_PLACE');
  if (isWhole) return addWhole(context, input, entry, that);
  const expr = context.bindCondition(that, input.schema);
  if (expr !== undefined) ofRows.push({ entry, at: that, expr });
  return expr !== undefined;
}

/** A condition over aggregates of all rows. */
function addWhole(context: LoweringContext, input: LogicalNode, entry: CheckEntry, that: SourceText): boolean {
  const bound = bindAggregates([that.text], scopeOf(input.schema, context.params), []);
  if ('problems' in bound) {
    for (const { code, message, span, hint } of bound.problems[0]) {
      context.report(diagnosticAt(code, message, that, span, { hint }));
    }
    return false;
  }
  const [expr] = bound.post;
  const origin = context.origin(that);
  if (expr.type.kind !== 'boolean') {
    context.report(diagnosticAt('EXPR_NOT_BOOLEAN', `a condition is boolean, and this is ${expr.type.kind}`, that));
    return false;
  }
  const grouped = addAggregation(context, input, [], bound, origin);
  const found = handedOn(grouped.schema, origin);
  const columns = [...found, { name: labelOf(entry, that), expr, origin }];
  addTerminal(context, grouped, columns, checkOf(context, entry, that, found.length, 'all'));
  return true;
}

/** Every set of values, nulls left out, must have one row. */
function addUnique(
  context: LoweringContext,
  input: LogicalNode,
  entry: CheckEntry,
  unique: readonly SourceText[],
): ValueCheck | undefined {
  const slots = requireColumns(context, unique, input.schema);
  if (slots === undefined) return undefined;
  const [at] = unique;
  const origin = context.origin(at);
  const all = handedOn(input.schema, origin);
  const keys = slots.map((slot) => all[slot]);
  const bound = bindAggregates(['count(*) = 1'], scopeOf(input.schema), keys);
  if ('problems' in bound) return undefined;
  const grouped = addAggregation(context, input, keys, bound, origin);
  const isThere = keys.map((_, slot): BoundExpr => {
    const arg = columnExpr(grouped.schema, slot);
    return { op: 'is_null', negated: true, arg, type: BOOLEAN, span: arg.span };
  });
  const [first] = isThere;
  const condition: BoundExpr =
    isThere.length === 1 ? first : { op: 'and', args: isThere, type: BOOLEAN, span: first.span };
  const whole = context.add({ op: 'filter', condition, origin }, [grouped], grouped.schema);
  const [expr] = bound.post;
  const names = unique.map(({ text }) => text).join(', ');
  const found = handedOn(whole.schema, origin);
  const count = { ...found[keys.length], name: 'rows' };
  const columns = [...found.slice(0, keys.length), count, { name: 'is unique', expr, origin }];
  addTerminal(context, whole, columns, checkOf(context, entry, at, keys.length + 1, 'values', `${names} is unique`));
  return { at, slots, groups: whole, isUnique: expr };
}

function addTerminal(
  context: LoweringContext,
  input: LogicalNode,
  columns: readonly ProjectColumn[],
  check: Check,
): void {
  const tested = context.add({ op: 'project', columns }, [input], schemaOf(columns));
  context.add({ op: 'check', checks: [check], passes: 0, shows: [...Array(check.slot).keys()] }, [tested], []);
}

/** The rows that fail one of the conditions of rows, or whose values stand in other rows too. */
function addFailed(
  context: LoweringContext,
  input: LogicalNode,
  rows: LogicalNode,
  ofRows: readonly RowCheck[],
  ofValues: readonly ValueCheck[],
): void {
  const failing = ofRows.map(({ expr }): BoundExpr => {
    const { span } = expr;
    return { op: 'is_distinct', negated: false, left: expr, right: literal(true, BOOLEAN, span), type: BOOLEAN, span };
  });
  let marked = rows;
  for (const { at, slots, groups, isUnique } of ofValues) {
    const origin = context.origin(at);
    const { span } = isUnique;
    const condition: BoundExpr = { op: 'not', arg: isUnique, type: BOOLEAN, span };
    const several = context.add({ op: 'filter', condition, origin }, [groups], groups.schema);
    const keys = slots.map((slot, i) => {
      return { left: columnExpr(input.schema, slot), right: columnExpr(several.schema, i) };
    });
    marked = addFound(context, marked, several, keys, origin);
    const found = columnExpr(marked.schema, marked.schema.length - 1);
    failing.push({ op: 'is_null', negated: true, arg: found, type: BOOLEAN, span });
  }
  const [first] = failing;
  const condition: BoundExpr =
    failing.length === 1 ? first : { op: 'or', args: failing, type: BOOLEAN, span: first.span };
  const origin = context.origin(context.step.verbSource);
  const failed = context.add({ op: 'filter', condition, origin }, [marked], marked.schema);
  const columns = handedOn(input.schema, origin);
  const shown = marked === input ? failed : context.add({ op: 'project', columns }, [failed], input.schema);
  context.addSide('failed', shown);
}
