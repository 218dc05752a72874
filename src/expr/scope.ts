/**
 * What names mean where an expression stands: columns in slots, and typed parameters. A name is a column exactly, else
 * the only column that differs from it in case, else a mistake.
 */
import type { DataType } from '../columnar/data-type.js';
import type { Field, Schema } from '../columnar/schema.js';
import type { Value } from '../columnar/value.js';
import { didYouMean, listed } from '../spec/suggest.js';
import type { NameNode } from './ast.js';
import { fail } from './problem.js';

export interface ScopeColumn {
  readonly name: string;
  readonly type: DataType;
  readonly slot: number;
}

/** A value, or a list of values of one type. */
export type TypedParam =
  | { readonly type: DataType; readonly value: Value }
  | { readonly type: DataType; readonly values: readonly Value[] };

/** Without a type it was declared wrongly, and fits everywhere. */
export type ScopeParam = TypedParam | { readonly type: null };

export interface Scope {
  /** Of two columns with the same name the first is meant. */
  readonly columns: readonly ScopeColumn[];
  readonly params: ReadonlyMap<string, ScopeParam>;
  readonly random: RandomCalls;
}

/** Numbers the calls of random() and uuid() in a pipeline, or says why there can be none. */
export type RandomCalls = { next(): bigint } | { readonly refused: string; readonly hint: string };

const NO_ROWS: RandomCalls = {
  refused: 'has no row to be drawn for here',
  hint: 'it stands in the expressions of derive, select and filter',
};

/** The scope over the columns of a schema, each in the slot of its place; a type is asked for only where it is used. */
export function scopeOf(
  fields: Schema,
  params: ReadonlyMap<string, ScopeParam> = new Map(),
  random: RandomCalls = NO_ROWS,
): Scope {
  return { columns: fields.map((field, slot) => new FieldInScope(field, slot)), params, random };
}

/** A class, since a wide pipeline makes one for each column and expression: an object with a getter costs much more. */
class FieldInScope implements ScopeColumn {
  readonly name: string;
  readonly slot: number;
  private readonly field: Field;

  constructor(field: Field, slot: number) {
    this.name = field.name;
    this.slot = slot;
    this.field = field;
  }

  get type(): DataType {
    return this.field.type;
  }
}

/** The column that a name stands for, or undefined when none does; ambiguity is a problem. */
export function findColumn(node: NameNode, columns: readonly ScopeColumn[]): ScopeColumn | undefined {
  const name = nameText(node);
  const exact = columns.find((column) => column.name === name);
  if (exact !== undefined) return exact;
  const lower = name.toLowerCase();
  const alike = columns.filter((column) => column.name.toLowerCase() === lower);
  if (alike.length > 1) {
    const names = listed(alike.map((column) => column.name));
    fail('EXPR_AMBIGUOUS_COLUMN', `${name} could be ${names}`, node.span, 'write it exactly as one of them');
  }
  return alike[0];
}

/** As it is written, but for quotes. */
export function nameText({ parts, path }: NameNode): string {
  const steps = path.map((step) => (typeof step === 'string' ? `.${step}` : `[${step}]`));
  return parts.map(({ text }) => text).join('.') + steps.join('');
}

export function refuseColumn(node: NameNode, names: readonly string[]): never {
  const name = nameText(node);
  const [part] = node.parts;
  const isText = node.parts.length === 1 && part.quoted;
  const hint = isText
    ? `double quotes are for names; text is written '${name.replaceAll("'", "''")}'`
    : didYouMean(name, names, 'columns');
  fail('EXPR_UNKNOWN_COLUMN', `there is no column ${name}`, node.span, hint);
}

export function findParam(name: string, span: NameNode['span'], scope: Scope): ScopeParam {
  const param = scope.params.get(name);
  if (param !== undefined) return param;
  const hint = didYouMean(name, scope.params.keys(), 'parameters');
  return fail('EXPR_UNKNOWN_PARAM', `there is no parameter $${name}`, span, hint);
}
