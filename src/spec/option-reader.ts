/**
 * From the node at a key to the value that its definition asks for, and maps of such keys. Problems go to the
 * diagnostics, and the answer is then undefined.
 */
import { assertNever, type Diagnostic, type ErrorCode, type Span } from '../errors.js';
import { expressionSlip } from './expression-source.js';
import { isOneCheck } from './named-steps.js';
import { BLOCK_HINT, kindHint, parameterHint, valueHint } from './option-hints.js';
import {
  CHECK_OPTIONS,
  type CheckEntry,
  type KeysValue,
  type NamedExpression,
  type NamedText,
  type NamedValue,
  type OptionDefinition,
  type OptionSchema,
  type OptionValues,
  type OutputItem,
  type SchemaEntry,
} from './option-schema.js';
import type { SourceFile, SourceText, SpecEntry, SpecMap, SpecNode } from './pipeline-spec.js';
import { plannedKey, plannedValue } from './planned.js';
import {
  type Reading,
  readAmount,
  readBigint,
  readBoolean,
  readCharacter,
  readDuration,
  readInteger,
  readSize,
} from './scalar-values.js';
import { type DiagnosticExtra, diagnosticAt, diagnosticInFile } from './source.js';
import { didYouMean, listed } from './suggest.js';
import { readWrittenValue } from './written-value.js';

/** What may stand beside `type` in an entry of `schema:`. */
export const SCHEMA_ENTRY = {
  type: { kind: 'name', required: true, doc: 'the type of the column' },
  from: { kind: 'name', doc: 'the column of the file, if it has another name there' },
  format: { kind: 'strings', doc: 'how dates and timestamps are written' },
  timezone: { kind: 'string', doc: 'the zone of timestamps that name none' },
  decimal: { kind: 'character', doc: 'the decimal point' },
  thousands: { kind: 'character', doc: 'what stands between thousands' },
  trim: { kind: 'boolean', doc: 'drop blanks around values' },
  nulls: { kind: 'strings', doc: 'texts that mean null' },
} as const;

const NO_CHECK = {
  unique: undefined,
  not_null: undefined,
  references: undefined,
  rows: undefined,
  severity: 'error',
  max_failures: 0,
} as const;

const WORD = /^[\p{L}_][\p{L}\p{N}_]*$/u;

export interface OptionContext {
  /** Parameter `name`, for numbers and durations written as `$name`. */
  parameter?(name: string): NumberParameter;
}

/** Its text, or why there is none: `undefined` when that was reported already. */
export type NumberParameter =
  | { readonly text: string }
  | { readonly problem: { readonly code: ErrorCode; readonly message: string; readonly hint?: string } | undefined };

/** Whose keys they are, and where to say that one is missing. */
export interface KeyOwner {
  readonly owner: string;
  readonly at: SourceText;
  /** The verb or section, for words that are planned; default: none has any. */
  readonly planned?: string;
  /** Keys that are known elsewhere, for "did you mean". */
  readonly alsoKnown?: readonly string[];
}

/** Reads a map of keys by their schema: a step's options, `run:`, an entry of `schema:`. */
export function readEntries<const M extends OptionSchema>(
  schema: M,
  entries: ReadonlyMap<string, SpecEntry>,
  { owner, at, planned = '', alsoKnown = [] }: KeyOwner,
  diagnostics: Diagnostic[],
  context: OptionContext = {},
): OptionValues<M> {
  const reader = new OptionReader(at.file, diagnostics, context);
  const values: Record<string, unknown> = {};
  for (const [key, entry] of entries) {
    if (Object.hasOwn(schema, key)) continue;
    const hint = didYouMean(key, [...Object.keys(schema), ...alsoKnown], `keys of ${owner}`);
    diagnostics.push(
      plannedKey(planned, entry.key) ??
        diagnosticAt('SPEC_UNKNOWN_KEY', `${owner} has no key \`${key}\``, entry.key, undefined, { hint }),
    );
  }
  for (const [key, definition] of Object.entries(schema)) {
    const entry = entries.get(key);
    if (entry !== undefined) values[key] = reader.read(definition, entry);
    else {
      values[key] = definition.default;
      if (definition.required === true) reportMissing(key, definition, owner, at, diagnostics);
    }
  }
  return values as OptionValues<M>;
}

/** The entries of a map by key. */
export function entriesByKey(entries: readonly SpecEntry[]): ReadonlyMap<string, SpecEntry> {
  return new Map(entries.map((entry) => [entry.key.text, entry]));
}

function reportMissing(
  key: string,
  definition: OptionDefinition,
  owner: string,
  at: SourceText,
  diagnostics: Diagnostic[],
): void {
  diagnostics.push(
    diagnosticAt('SPEC_MISSING_KEY', `${owner} needs the key \`${key}\``, at, undefined, {
      hint: `${key}: ${definition.doc}`,
    }),
  );
}

export class OptionReader {
  private readonly file: SourceFile;
  private readonly diagnostics: Diagnostic[];
  private readonly context: OptionContext;

  constructor(file: SourceFile, diagnostics: Diagnostic[], context: OptionContext) {
    this.file = file;
    this.diagnostics = diagnostics;
    this.context = context;
  }

  read(definition: OptionDefinition, entry: SpecEntry): unknown {
    const { key, value: node } = entry;
    if (node === null) {
      this.report('SPEC_MISSING_KEY', `\`${key.text}\` has no value`, key.span, {
        hint: `${key.text}: ${definition.doc}`,
      });
      return undefined;
    }
    switch (definition.kind) {
      case 'expression':
        return this.expression(key, node);
      case 'name':
      case 'path':
        return this.oneLine(key, node, definition.kind === 'path' ? 'a path' : 'a name');
      case 'string':
        return this.text(key, node, 'text');
      case 'checks':
        return this.checks(key, node);
      case 'columns':
        if (definition.mayBeEmpty && node.kind === 'list' && node.items.length === 0) return [];
        return this.list(node, (item) => this.oneLine(key, item, 'a list of columns'));
      case 'steps':
        return this.list(node, (item) => this.oneLine(key, item, 'a step or a list of steps'));
      case 'paths':
        return this.list(node, (item) => this.oneLine(key, item, 'a path or a list of paths'));
      case 'strings':
        return this.list(node, (item) => this.text(key, item, 'text or a list of texts'));
      case 'outputs':
        return this.list(node, (item) => this.outputs(key, item))?.flat();
      case 'expressions':
        return this.expressions(key, node);
      case 'keys':
        return this.keys(key, node);
      case 'pairs':
        return this.pairs(key, node);
      case 'schema':
        return this.schema(key, node);
      case 'values':
        return this.values(key, node);
      case 'enum':
        return this.choice(key, node, definition.values);
      case 'boolean':
        return this.value(key, node, 'true or false', readBoolean);
      case 'character':
        return this.value(key, node, 'one character', (text) => readCharacter(text, definition.orNone === true));
      case 'integer':
        return this.number(
          key,
          node,
          'a whole number',
          (text) => readInteger(text, definition),
          definition.default ?? definition.min ?? 1,
        );
      case 'size':
        return this.number(
          key,
          node,
          'a size',
          (text) => readSize(text, definition),
          definition.default ?? definition.min ?? 1,
        );
      case 'duration':
        return this.number(
          key,
          node,
          'a duration',
          (text) => readDuration(text, definition),
          definition.default ?? definition.min ?? 1,
        );
      case 'bigint':
        return this.number(key, node, 'a whole number', readBigint, definition.default ?? 1n);
      case 'amount':
        return this.number(key, node, 'a share or a number of rows', readAmount, { kind: 'count', count: 1 });
      case 'group': {
        const map = this.map(key, node, `a map with ${listed(Object.keys(definition.options))}`);
        const owner = { owner: `\`${key.text}\``, at: key };
        return map && readEntries(definition.options, entriesByKey(map.entries), owner, this.diagnostics, this.context);
      }
      default:
        return assertNever(definition, 'option');
    }
  }

  private scalar(key: SourceText, node: SpecNode, expected: string): SourceText | undefined {
    if (node.kind === 'scalar') return node.source;
    this.wrongKind(key, node, expected);
    return undefined;
  }

  /** Text that may be empty and may have several lines; not the empty block that `delimiter: |` begins. */
  private text(key: SourceText, node: SpecNode, expected: string): SourceText | undefined {
    const source = this.scalar(key, node, expected);
    if (source === undefined || source.style !== 'block' || source.text !== '') return source;
    this.report('SPEC_BAD_VALUE', `\`${key.text}\` expects ${expected}, found an empty block of text`, source.span, {
      hint: BLOCK_HINT,
    });
    return undefined;
  }

  private oneLine(key: SourceText, node: SpecNode, expected: string): SourceText | undefined {
    const source = this.scalar(key, node, expected);
    if (source === undefined || (source.text !== '' && !source.text.includes('\n'))) return source;
    const isEmpty = source.text.trim() === '';
    this.report(
      'SPEC_BAD_VALUE',
      `\`${key.text}\` expects ${expected}, found ${isEmpty ? 'empty text' : 'a line break'}`,
      source.span,
      {
        hint:
          source.style === 'block' && !isEmpty
            ? 'begin the block with `>-`, which ends without a line break'
            : undefined,
      },
    );
    return undefined;
  }

  private expression(key: SourceText, node: SpecNode): SourceText | undefined {
    const source = this.scalar(key, node, 'an expression');
    if (source === undefined) return undefined;
    const slip = source.text.trim() === '' ? undefined : expressionSlip(source);
    if (source.text.trim() === '') {
      this.report('SPEC_BAD_VALUE', `\`${key.text}\` expects an expression, found empty text`, source.span);
      return undefined;
    }
    if (slip === undefined) return source;
    this.diagnostics.push(slip);
    return undefined;
  }

  private list<T>(node: SpecNode, read: (item: SpecNode) => T | undefined): readonly T[] | undefined {
    const items = node.kind === 'list' ? node.items : [node];
    if (items.length === 0) {
      this.report('SPEC_BAD_VALUE', 'an empty list', node.span);
      return undefined;
    }
    const values = items.map(read);
    return values.every((value) => value !== undefined) ? values : undefined;
  }

  private outputs(key: SourceText, node: SpecNode): readonly OutputItem[] | undefined {
    if (node.kind === 'map') {
      return this.expressions(key, node)?.map(({ name, expr }) => ({ kind: 'new', name, expr }));
    }
    const source = this.oneLine(key, node, 'columns or `new: expression`');
    return source && [{ kind: 'column', source }];
  }

  private expressions(key: SourceText, node: SpecNode): readonly NamedExpression[] | undefined {
    const map = this.map(key, node, '`name: expression`, one a line');
    if (map === undefined) return undefined;
    const values = map.entries.map((entry): NamedExpression | undefined => {
      const expr = this.read({ kind: 'expression', doc: 'an expression' }, entry) as SourceText | undefined;
      return expr && { name: entry.key, expr };
    });
    return values.every((value) => value !== undefined) ? values : undefined;
  }

  /** A condition; a map of options; or names, each with a condition or a map of options. */
  private checks(key: SourceText, node: SpecNode): readonly CheckEntry[] | undefined {
    if (node.kind === 'scalar') return this.conditions([this.condition('', key, node)]);
    const map = this.map(key, node, 'a condition, `name: condition`, or options such as `unique: id`');
    if (map === undefined) return undefined;
    if (isOneCheck(map)) return this.conditions([this.checkOptions('', key, map)]);
    return this.conditions(
      map.entries.map((entry) =>
        entry.value?.kind === 'map'
          ? this.checkOptions(entry.key.text, entry.key, entry.value)
          : entry.value === null
            ? (this.read({ kind: 'expression', doc: 'a condition' }, entry) as undefined)
            : this.condition(entry.key.text, entry.key, entry.value),
      ),
    );
  }

  private conditions(checks: readonly (CheckEntry | undefined)[]): readonly CheckEntry[] | undefined {
    return checks.some((check) => check === undefined) ? undefined : (checks as readonly CheckEntry[]);
  }

  private condition(name: string, key: SourceText, node: SpecNode): CheckEntry | undefined {
    const that = this.expression(key, node);
    return that && { ...NO_CHECK, name, at: that, that };
  }

  private checkOptions(name: string, at: SourceText, map: SpecMap): CheckEntry | undefined {
    const before = this.diagnostics.length;
    const owner = name === '' ? '`check`' : `the check \`${name}\``;
    const values = readEntries(CHECK_OPTIONS, entriesByKey(map.entries), { owner, at }, this.diagnostics, this.context);
    const { that, unique, not_null, references, rows } = values;
    const parts = [that, unique, not_null, references, rows];
    if (this.diagnostics.length === before && parts.every((part) => part === undefined)) {
      this.report('SPEC_MISSING_KEY', `${owner} says nothing that must hold`, at.span, {
        hint: 'give it `that`, `unique`, `not_null`, `references` or `rows`',
      });
    }
    if (rows?.min !== undefined && rows.max !== undefined && rows.min > rows.max) {
      this.report('SPEC_BAD_VALUE', `${owner} wants at least ${rows.min} and at most ${rows.max} rows`, at.span);
    }
    return this.diagnostics.length > before ? undefined : { ...values, name, at };
  }

  private keys(key: SourceText, node: SpecNode): KeysValue | undefined {
    if (node.kind === 'scalar') {
      // Of a lone word in quotes it is plain that it is a column.
      const text = WORD.test(node.source.text) ? node.source : this.expression(key, node);
      return text && { kind: 'text', text };
    }
    const pairs = node.kind === 'map' ? this.pairs(key, node) : this.sameNames(key, node);
    return pairs && { kind: 'pairs', pairs };
  }

  /** Columns that have one name on both sides. */
  private sameNames(key: SourceText, node: SpecNode): readonly NamedText[] | undefined {
    const names = this.list(node, (item) => this.oneLine(key, item, 'a column, a list of them, or `left: right`'));
    return names?.map((name) => ({ name, text: name }));
  }

  private pairs(key: SourceText, node: SpecNode): readonly NamedText[] | undefined {
    const map = this.map(key, node, '`name: name`, one a line');
    if (map === undefined) return undefined;
    const values = map.entries.map((entry): NamedText | undefined => {
      const text = this.read({ kind: 'name', doc: 'a name' }, entry) as SourceText | undefined;
      return text && { name: entry.key, text };
    });
    return values.every((value) => value !== undefined) ? values : undefined;
  }

  private values(key: SourceText, node: SpecNode): readonly NamedValue[] | undefined {
    const map = this.map(key, node, '`name: value`, one a line');
    const values = map?.entries.map((entry): NamedValue | undefined => {
      const value = readWrittenValue(entry, this.diagnostics);
      return value && { name: entry.key, value };
    });
    return values?.every((value) => value !== undefined) ? values : undefined;
  }

  private schema(key: SourceText, node: SpecNode): readonly SchemaEntry[] | undefined {
    const map = this.map(key, node, '`column: type`, one a line');
    if (map === undefined) return undefined;
    const before = this.diagnostics.length;
    const entries = map.entries.map((entry): SchemaEntry => {
      const name = entry.key;
      if (entry.value?.kind === 'map') {
        const owner = { owner: `the column \`${name.text}\``, at: name };
        return { name, ...readEntries(SCHEMA_ENTRY, entriesByKey(entry.value.entries), owner, this.diagnostics) };
      }
      return {
        name,
        type: this.read({ kind: 'name', doc: 'a type, such as bigint or decimal(12,2)' }, entry) as SourceText,
      };
    });
    return this.diagnostics.length > before ? undefined : entries;
  }

  private map(key: SourceText, node: SpecNode, expected: string): SpecMap | undefined {
    if (node.kind !== 'map') {
      this.wrongKind(key, node, expected);
      return undefined;
    }
    const nameless = node.entries.find((entry) => entry.key.text.trim() === '');
    if (nameless === undefined && node.entries.length > 0) return node;
    const found = nameless === undefined ? 'an empty map' : 'an entry without a name';
    const span = nameless?.key.span ?? node.span;
    this.report('SPEC_BAD_VALUE', `\`${key.text}\` expects ${expected}, found ${found}`, span);
    return undefined;
  }

  private choice(key: SourceText, node: SpecNode, values: readonly string[]): string | undefined {
    const source = this.scalar(key, node, `one of ${listed(values)}`);
    if (source === undefined || values.includes(source.text)) return source?.text;
    const message = `\`${key.text}\` cannot be \`${source.text.trim()}\``;
    const hint = parameterHint(source) ?? didYouMean(source.text, values, 'it can be');
    this.diagnostics.push(
      plannedValue(key.text, source) ?? diagnosticAt('SPEC_BAD_VALUE', message, source, undefined, { hint }),
    );
    return undefined;
  }

  private number<T>(
    key: SourceText,
    node: SpecNode,
    expected: string,
    read: (text: string) => Reading<T>,
    standIn: T,
  ): T | undefined {
    const name = node.kind === 'scalar' ? /^\$([A-Za-z_]\w*)$/.exec(node.source.text)?.[1] : undefined;
    const lookup = this.context.parameter;
    if (name === undefined || lookup === undefined || node.kind !== 'scalar')
      return this.value(key, node, expected, read);
    const parameter = lookup(name);
    if ('text' in parameter) {
      return this.value(key, node, expected, () => read(parameter.text), `$${name}, which is ${parameter.text}`);
    }
    const { problem } = parameter;
    // The parameter's own mistake was reported; a number in range lets the others of the step be found.
    if (problem === undefined) return standIn;
    const { code, message, hint } = problem;
    this.diagnostics.push(diagnosticAt(code, message, node.source, undefined, { hint }));
    return undefined;
  }

  private value<T>(
    key: SourceText,
    node: SpecNode,
    expected: string,
    read: (text: string) => Reading<T>,
    shown?: string,
  ): T | undefined {
    const source = this.scalar(key, node, expected);
    if (source === undefined) return undefined;
    const reading = read(source.text);
    if ('value' in reading) return reading.value;
    const found = source.text.trim() === '' ? 'empty text' : `\`${shown ?? source.text.trim()}\``;
    this.report('SPEC_BAD_VALUE', `\`${key.text}\` expects ${reading.expected}, found ${found}`, source.span, {
      hint: reading.hint ?? valueHint(source, 'value' in read('1') && this.context.parameter === undefined),
    });
    return undefined;
  }

  private wrongKind(key: SourceText, node: SpecNode, expected: string): void {
    const found = { scalar: 'text', list: 'a list', map: 'a map' }[node.kind];
    const hint = kindHint(key.text, expected, node);
    this.report('SPEC_WRONG_KIND', `\`${key.text}\` expects ${expected}, found ${found}`, node.span, { hint });
  }

  private report(code: ErrorCode, message: string, span: Span, extra?: DiagnosticExtra): void {
    this.diagnostics.push(diagnosticInFile(code, message, this.file, span, extra));
  }
}
