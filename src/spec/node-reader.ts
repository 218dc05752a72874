/** Reads one node of the tree as what its key expects. Problems go to the diagnostics, and the answer is then undefined. */
import type { Diagnostic, ErrorCode, Span } from '../errors.js';
import { expressionSlip } from './expression-source.js';
import { BLOCK_HINT, kindHint, parameterHint, valueHint } from './option-hints.js';
import type { SourceFile, SourceText, SpecEntry, SpecMap, SpecNode } from './pipeline-spec.js';
import type { Reading } from './scalar-values.js';
import { type DiagnosticExtra, diagnosticAt, diagnosticInFile } from './source.js';
import { didYouMean, listed } from './suggest.js';

export interface OptionContext {
  /** Parameter `name`, for numbers and durations written as `$name`. */
  parameter?(name: string): NumberParameter;
}

/** Its text, or why there is none: `undefined` when that was reported already. */
export type NumberParameter =
  | { readonly text: string }
  | { readonly problem: { readonly code: ErrorCode; readonly message: string; readonly hint?: string } | undefined };

export class NodeReader {
  readonly diagnostics: Diagnostic[];
  readonly context: OptionContext;
  private readonly file: SourceFile;

  constructor(file: SourceFile, diagnostics: Diagnostic[], context: OptionContext) {
    this.file = file;
    this.diagnostics = diagnostics;
    this.context = context;
  }

  /** The value of an entry; a key without one is reported. `doc`: what it takes. */
  nodeOf({ key, value }: SpecEntry, doc: string): SpecNode | undefined {
    if (value !== null) return value;
    this.report('SPEC_MISSING_KEY', `\`${key.text}\` has no value`, key.span, { hint: `${key.text}: ${doc}` });
    return undefined;
  }

  private scalar(key: SourceText, node: SpecNode, expected: string): SourceText | undefined {
    if (node.kind === 'scalar') return node.source;
    this.wrongKind(key, node, expected);
    return undefined;
  }

  /** Text that may be empty and may have several lines; not the empty block that `delimiter: |` begins. */
  text(key: SourceText, node: SpecNode, expected: string): SourceText | undefined {
    const source = this.scalar(key, node, expected);
    if (source === undefined || source.style !== 'block' || source.text !== '') return source;
    this.report('SPEC_BAD_VALUE', `\`${key.text}\` expects ${expected}, found an empty block of text`, source.span, {
      hint: BLOCK_HINT,
    });
    return undefined;
  }

  oneLine(key: SourceText, node: SpecNode, expected: string): SourceText | undefined {
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

  expression(key: SourceText, node: SpecNode): SourceText | undefined {
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

  list<T>(key: SourceText, node: SpecNode, read: (item: SpecNode) => T | undefined): readonly T[] | undefined {
    const items = node.kind === 'list' ? node.items : [node];
    if (items.length === 0) {
      this.report('SPEC_BAD_VALUE', `\`${key.text}\` is an empty list`, node.span, {
        hint: `put at least one entry into it, or leave \`${key.text}\` out`,
      });
      return undefined;
    }
    const values = items.map(read);
    return values.every((value) => value !== undefined) ? values : undefined;
  }

  map(key: SourceText, node: SpecNode, expected: string): SpecMap | undefined {
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

  choice(key: SourceText, node: SpecNode, values: readonly string[]): string | undefined {
    const source = this.scalar(key, node, `one of ${listed(values)}`);
    if (source === undefined || values.includes(source.text)) return source?.text;
    const message = `\`${key.text}\` cannot be \`${source.text.trim()}\``;
    const hint = parameterHint(source) ?? didYouMean(source.text, values, 'it can be');
    this.diagnostics.push(diagnosticAt('SPEC_BAD_VALUE', message, source, undefined, { hint }));
    return undefined;
  }

  number<T>(
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

  value<T>(
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

  report(code: ErrorCode, message: string, span: Span, extra?: DiagnosticExtra): void {
    this.diagnostics.push(diagnosticInFile(code, message, this.file, span, extra));
  }
}
