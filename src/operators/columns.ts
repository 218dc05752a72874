/** Column names as steps write them: exact, else the only one that differs in case. */
import type { Schema } from '../columnar/schema.js';
import type { ProjectColumn } from '../dataflow/logical-graph.js';
import type { LoweringContext } from '../dataflow/verb.js';
import type { Diagnostic } from '../errors.js';
import type { BoundExpr } from '../expr/bound.js';
import type { ExprOrigin } from '../expr/calc.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { diagnosticAt } from '../spec/source.js';
import { didYouMean } from '../spec/suggest.js';

/** The column's index; undefined when there is none or several that differ in case. */
export function findColumn(name: string, schema: Schema): number | undefined {
  const exact = schema.findIndex((field) => field.name === name);
  if (exact !== -1) return exact;
  const lower = name.toLowerCase();
  const matches = schema.flatMap((field, index) => (field.name.toLowerCase() === lower ? [index] : []));
  return matches.length === 1 ? matches[0] : undefined;
}

/** The column's index; undefined when there is none, which is then reported. */
export function requireColumn(context: LoweringContext, source: SourceText, schema: Schema): number | undefined {
  const slot = findColumn(source.text, schema);
  if (slot !== undefined) return slot;
  const hint =
    listHint(source.text, schema) ??
    didYouMean(
      source.text,
      schema.map(({ name }) => name),
      'columns',
    );
  context.report(diagnosticAt('EXPR_UNKNOWN_COLUMN', `there is no column ${source.text}`, source, undefined, { hint }));
  return undefined;
}

/** `id, name` is one text in YAML, where a list was meant. */
export function isListText(text: string, schema: Schema): boolean {
  return listHint(text, schema) !== undefined;
}

function listHint(text: string, schema: Schema): string | undefined {
  const names = text.split(',').map((name) => name.trim());
  const isList = names.length > 1 && names.every((name) => findColumn(name, schema) !== undefined);
  return isList ? `write a list: [${names.join(', ')}]` : undefined;
}

/** The same for several, each of them once; undefined when one was wrong. */
export function requireColumns(
  context: LoweringContext,
  sources: readonly SourceText[],
  schema: Schema,
): readonly number[] | undefined {
  const slots = sources.map((source) => requireColumn(context, source, schema));
  const isTwice = reportTwice(context, sources, slots);
  return isTwice || slots.some((slot) => slot === undefined) ? undefined : (slots as readonly number[]);
}

/** Reports names that stand for a column that another one stands for already, in whatever case. */
export function reportTwice(
  context: LoweringContext,
  sources: readonly SourceText[],
  slots: readonly (number | undefined)[],
): boolean {
  const twice = sources.filter((_, i) => slots[i] !== undefined && slots.indexOf(slots[i]) < i);
  for (const source of twice) {
    context.report(
      diagnosticAt('PLAN_DUPLICATE_COLUMN', `the column "${source.text}" stands twice`, source, undefined, {
        hint: 'name it once',
      }),
    );
  }
  return twice.length > 0;
}

/** The columns of a schema, handed on. */
export function handedOn(schema: Schema, origin: ExprOrigin): readonly ProjectColumn[] {
  return schema.map(({ name }, slot) => ({ name, expr: columnExpr(schema, slot), origin }));
}

/** A column handed on. Its type may yet have to be found, so it is asked for only by who needs it. */
export function columnExpr(schema: Schema, slot: number): BoundExpr {
  const { name } = schema[slot];
  return {
    op: 'column',
    slot,
    name,
    get type() {
      return schema[slot].type;
    },
    span: { start: 0, end: name.length },
  };
}

/** Reports every name that stands twice; a step's columns must be distinct. */
export function reportDuplicates(names: readonly SourceText[], report: (diagnostic: Diagnostic) => void): boolean {
  const seen = new Set<string>();
  let isFound = false;
  for (const name of names) {
    if (seen.has(name.text)) {
      isFound = true;
      report(
        diagnosticAt('PLAN_DUPLICATE_COLUMN', `the column "${name.text}" stands twice`, name, undefined, {
          hint: 'give one of them another name',
        }),
      );
    }
    seen.add(name.text);
  }
  return isFound;
}
