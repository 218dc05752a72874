/**
 * The declarative schema of a verb's value and options. A verb's definition states it once; validation (options.ts),
 * the reference and the JSON Schema are made from it. `OptionsOf` gives the type of what `readOptions` returns.
 *
 *     const FILTER = {
 *       value: { kind: 'expression', doc: 'rows for which it is true are taken' },
 *       options: { on_error: { kind: 'enum', values: ['fail', 'skip'], default: 'fail', doc: '...' } },
 *     } as const satisfies VerbSchema;
 *
 * What the user wrote as text (expressions, names, paths) stays SourceText; what has a meaning of its own (enums,
 * numbers, sizes, durations) becomes a plain value.
 */
import type { SourceText } from './pipeline-spec.js';
import type { Amount } from './scalar-values.js';
import type { WrittenValue } from './written-value.js';

interface OptionBase {
  /** What it does, for the reference; starts in lower case, no full stop. */
  readonly doc: string;
  readonly required?: boolean;
}

/** Text whose meaning its verb knows. */
export interface TextOption extends OptionBase {
  readonly kind: 'expression' | 'name' | 'string' | 'path';
  readonly default?: undefined;
}

/** Lists and maps of such text. A list also takes one scalar alone. */
export interface ListOption extends OptionBase {
  readonly kind:
    | 'checks'
    | 'columns'
    | 'outputs'
    | 'partitions'
    | 'expressions'
    | 'keys'
    | 'pairs'
    | 'schema'
    | 'paths'
    | 'steps'
    | 'strings'
    | 'values';
  /** An empty list says something: none. */
  readonly mayBeEmpty?: boolean;
  readonly default?: undefined;
}

export interface EnumOption extends OptionBase {
  readonly kind: 'enum';
  readonly values: readonly string[];
  readonly default?: string;
}

export interface BooleanOption extends OptionBase {
  readonly kind: 'boolean';
  readonly default?: boolean;
}

/** One character (code point), such as a delimiter. With `orNone`, the word `none` gives ''. */
export interface CharacterOption extends OptionBase {
  readonly kind: 'character';
  readonly orNone?: boolean;
  readonly default?: string;
}

/** A whole number, a size in bytes or a duration in milliseconds, both ends inclusive; `$name` reads a parameter. */
export interface NumberOption extends OptionBase {
  readonly kind: 'integer' | 'size' | 'duration';
  readonly min?: number;
  readonly max?: number;
  readonly default?: number;
}

/** A 64-bit whole number. */
export interface BigintOption extends OptionBase {
  readonly kind: 'bigint';
  readonly default?: bigint;
}

/** A share of the rows, or how many; `$name` reads a parameter. */
export interface AmountOption extends OptionBase {
  readonly kind: 'amount';
  readonly default?: undefined;
}

/** A map with keys of its own. */
export interface GroupOption extends OptionBase {
  readonly kind: 'group';
  readonly options: OptionSchema;
  readonly default?: undefined;
}

export type OptionDefinition =
  | TextOption
  | ListOption
  | EnumOption
  | BooleanOption
  | CharacterOption
  | NumberOption
  | BigintOption
  | AmountOption
  | GroupOption;

/** Options by key. */
export type OptionSchema = Readonly<Record<string, OptionDefinition>>;

/** The value that stands at the verb itself, and the other keys of the step. */
export interface VerbSchema {
  readonly value: OptionDefinition;
  readonly options: OptionSchema;
}

/** An item of `select` or `by`: a column's name (or `*`) as written, or a new column. */
export type OutputItem =
  | { readonly kind: 'column'; readonly source: SourceText }
  | { readonly kind: 'new'; readonly name: SourceText; readonly expr: SourceText };

/** `name: expression`. */
export interface NamedExpression {
  readonly name: SourceText;
  readonly expr: SourceText;
}

/** `name: text` where the text is a name or a type; of keys the left column and the right, of references likewise. */
export interface NamedText {
  readonly name: SourceText;
  readonly text: SourceText;
}

/** How rows meet: by pairs of columns, or as one text says, the name of a column of both sides or a condition. */
export type KeysValue =
  | { readonly kind: 'pairs'; readonly pairs: readonly NamedText[] }
  | { readonly kind: 'text'; readonly text: SourceText };

/** `name: value` for a parameter. */
export interface NamedValue {
  readonly name: SourceText;
  readonly value: WrittenValue;
}

/** What stands behind a name in `check`, or alone. */
export const CHECK_OPTIONS = {
  that: { kind: 'expression', doc: 'a condition that every row must fulfil, or with an aggregate all rows together' },
  unique: { kind: 'columns', doc: 'columns whose values together stand in one row only' },
  not_null: { kind: 'columns', doc: 'columns that are never null' },
  references: { kind: 'pairs', doc: '`column: step.column`: every value of the column is one of that of the step' },
  rows: {
    kind: 'group',
    doc: 'how many rows there must be',
    options: {
      min: { kind: 'integer', min: 0, doc: 'at least so many' },
      max: { kind: 'integer', min: 0, doc: 'at most so many' },
    },
  },
  severity: { kind: 'enum', values: ['error', 'warn'], default: 'error', doc: 'warn: only a warning' },
  max_failures: { kind: 'integer', min: 0, default: 0, doc: 'so many rows may fail' },
} as const satisfies OptionSchema;

/** One check, as written; `name` is empty when it has none. */
export interface CheckEntry extends OptionValues<typeof CHECK_OPTIONS> {
  readonly name: string;
  /** Where it stands. */
  readonly at: SourceText;
}

/** An entry of `schema:`. */
export interface SchemaEntry {
  readonly name: SourceText;
  readonly type: SourceText;
  /** The column of the file, if it has another name there. */
  readonly from?: SourceText;
  readonly format?: readonly SourceText[];
  readonly timezone?: SourceText;
  readonly decimal?: string;
  readonly thousands?: string;
  readonly trim?: boolean;
  readonly nulls?: readonly SourceText[];
}

/** A column that folders name, as in `year=2026`. */
export interface PartitionColumn {
  readonly name: SourceText;
  /** Default: what its values look like. */
  readonly type?: SourceText;
}

interface ValueByKind {
  readonly expression: SourceText;
  readonly name: SourceText;
  readonly string: SourceText;
  readonly path: SourceText;
  readonly columns: readonly SourceText[];
  readonly steps: readonly SourceText[];
  readonly strings: readonly SourceText[];
  readonly paths: readonly SourceText[];
  readonly checks: readonly CheckEntry[];
  readonly outputs: readonly OutputItem[];
  readonly expressions: readonly NamedExpression[];
  readonly keys: KeysValue;
  readonly pairs: readonly NamedText[];
  /** undefined: none. */
  readonly partitions: 'all' | readonly PartitionColumn[] | undefined;
  readonly schema: readonly SchemaEntry[];
  readonly values: readonly NamedValue[];
  readonly boolean: boolean;
  readonly character: string;
  readonly integer: number;
  readonly size: number;
  readonly duration: number;
  readonly bigint: bigint;
  readonly amount: Amount;
}

/** What an option of this kind is read as. */
export type ValueOf<O extends OptionDefinition> = O extends EnumOption
  ? O['values'][number]
  : O extends GroupOption
    ? OptionValues<O['options']>
    : O['kind'] extends keyof ValueByKind
      ? ValueByKind[O['kind']]
      : never;

/** undefined only where the option is neither required nor has a default. */
export type OptionValues<M extends OptionSchema> = {
  readonly [K in keyof M]: M[K] extends
    | { readonly required: true }
    | { readonly default: string | number | boolean | bigint }
    ? ValueOf<M[K]>
    : ValueOf<M[K]> | undefined;
};

/** A step's value and options. Where an option stands, for an error about it, is in `step.value` and `step.options`. */
export interface OptionsOf<S extends VerbSchema> {
  readonly value: ValueOf<S['value']>;
  readonly options: OptionValues<S['options']>;
}
