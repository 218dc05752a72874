/**
 * The parser's nodes -> SpecNode. An alias becomes the very node of its anchor, so an error in it points at the anchor.
 * Entries that `<<` brings in stand where `<<` stands; keys of the map itself win over them.
 */
import {
  type Alias,
  type CST,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Diagnostic, ErrorCode, Span } from '../errors.js';
import { flowSplit, isBalanced } from './flow-split.js';
import type { SourceFile, SourceText, SpecEntry, SpecList, SpecMap, SpecNode } from './pipeline-spec.js';
import { type ScalarText, scalarText } from './scalar-text.js';
import { type DiagnosticExtra, diagnosticInFile, locate } from './source.js';
import { suggest } from './suggest.js';

export class TreeBuilder {
  readonly diagnostics: Diagnostic[] = [];
  /** Anchors so far; undefined while the anchor's own node is being built. */
  private readonly anchors = new Map<string, SpecNode | undefined>();

  private readonly file: SourceFile;

  constructor(file: SourceFile) {
    this.file = file;
  }

  /** undefined where there is nothing, or nothing that could be used. */
  build(node: unknown): SpecNode | undefined {
    if (isAlias(node)) return this.resolveAlias(node);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.anchors.set(anchor, undefined);
    const built = isScalar(node)
      ? this.buildScalar(node)
      : isMap(node)
        ? this.buildMap(node)
        : isSeq(node)
          ? this.buildList(node)
          : undefined;
    if (anchor !== undefined) {
      if (built === undefined) this.anchors.delete(anchor);
      else this.anchors.set(anchor, built);
    }
    return built;
  }

  private buildScalar(node: Scalar): SpecNode | undefined {
    const source = this.scalarOf(node);
    return source && { kind: 'scalar', source, span: source.span };
  }

  private buildList(node: YAMLSeq): SpecList {
    const items: SpecNode[] = [];
    const span = spanOf(node);
    for (const item of node.items) {
      const before = this.diagnostics.length;
      // `a: b` as an item of a flow list is a map with one entry.
      const built = isPair(item) ? this.buildEntries([item], span) : this.build(item);
      if (built !== undefined) items.push(built);
      else if (this.diagnostics.length === before) {
        this.report('SPEC_WRONG_KIND', 'a list entry without a value', spanOf(item as Scalar), {
          hint: 'write the value behind `- `, or remove the entry',
        });
      }
    }
    this.checkFlow(node);
    return { kind: 'list', items, span };
  }

  private buildMap(node: YAMLMap): SpecMap {
    const map = this.buildEntries(node.items, spanOf(node));
    this.checkFlow(node);
    return map;
  }

  private buildEntries(pairs: YAMLMap['items'], span: Span): SpecMap {
    const own = new Map<string, SourceText>();
    const parts: (SpecEntry | { readonly merged: SpecMap })[] = [];
    for (const pair of pairs) {
      const key = isScalar(pair.key) ? this.scalarOf(pair.key) : undefined;
      if (key === undefined) {
        const at = pair.key === null ? span : spanOf(pair.key as Scalar);
        this.report('SPEC_WRONG_KIND', 'a key that is not text', at, { hint: 'write `key: value`' });
        this.build(pair.value);
        continue;
      }
      const earlier = own.get(key.text);
      if (earlier !== undefined) this.reportDuplicate(key, earlier);
      else own.set(key.text, key);
      if (key.text === '<<' && key.style === 'plain')
        parts.push(...this.mergedMaps(pair.value, key).map((merged) => ({ merged })));
      else {
        const value = this.build(pair.value) ?? null;
        if (earlier === undefined) parts.push({ key, value });
      }
    }
    const seen = new Set(own.keys());
    const entries = parts.flatMap((part) => {
      if (!('merged' in part)) return [part];
      const fresh = part.merged.entries.filter((entry) => !seen.has(entry.key.text));
      for (const entry of fresh) seen.add(entry.key.text);
      return fresh;
    });
    return { kind: 'map', entries, span };
  }

  /** What `<<` names: an alias of a map, or a list of them. */
  private mergedMaps(value: unknown, key: SourceText): readonly SpecMap[] {
    const before = this.diagnostics.length;
    const node = this.build(value);
    const maps = node?.kind === 'list' ? node.items : node === undefined ? [] : [node];
    const isWrong = maps.length === 0 || maps.some((map) => map.kind !== 'map');
    if (isWrong && this.diagnostics.length === before) {
      this.report('SPEC_WRONG_KIND', '`<<` takes an alias of a map, or a list of them', node?.span ?? key.span, {
        hint: 'write `<<: *name`, where `&name` stands before a map',
      });
    }
    return maps.filter((map) => map.kind === 'map');
  }

  private resolveAlias(alias: Alias): SpecNode {
    const { source } = alias;
    const span = spanOf(alias);
    if (this.anchors.has(source)) {
      const node = this.anchors.get(source);
      if (node === undefined) this.report('SPEC_YAML_UNSAFE', `\`*${source}\` contains itself`, span);
      return node ?? this.asText(span);
    }
    const meant = suggest(source, this.anchors.keys());
    this.report(
      'SPEC_YAML_UNSAFE',
      `YAML reads \`*${source}\` as an alias, and there is no anchor \`&${source}\` above`,
      span,
      {
        hint:
          meant === undefined
            ? `if it is a pattern or text, put it in quotes: "*${source}"`
            : `did you mean \`*${meant}\`?`,
      },
    );
    return this.asText(span);
  }

  /** Something to go on with, so that one mistake is not reported again as a missing value. */
  private asText(span: Span): SpecNode {
    const source = this.slice(span);
    const token: CST.FlowScalar = { type: 'scalar', offset: span.start, indent: 0, source };
    return { kind: 'scalar', source: scalarText(this.file, token), span };
  }

  /** undefined: there is nothing. */
  private scalarOf(node: Scalar): ScalarText | undefined {
    const token = node.srcToken as CST.FlowScalar | CST.BlockScalar | undefined;
    if (token === undefined || (token.type === 'scalar' && token.source === '')) return undefined;
    const scalar = scalarText(this.file, token);
    this.checkEscapes(scalar);
    return scalar;
  }

  /**
   * `"\bword\b"` was meant for a regular expression and holds backspaces. A scalar that is nothing but a tab or one
   * character by its number says what it means: a delimiter.
   */
  private checkEscapes(scalar: ScalarText): void {
    const isAlone = scalar.escapes.length === 1 && /^"\\(?:t|x..|u....)"$/.test(this.slice(scalar.span));
    if (isAlone) return;
    for (const { code, span } of scalar.escapes) {
      const isControl = code < 0x20 || (code >= 0x7f && code <= 0xa0) || code === 0x2028 || code === 0x2029;
      if (!isControl) continue;
      this.report('SPEC_YAML_UNSAFE', `\`${this.slice(span)}\` in double quotes is a control character`, span, {
        hint: 'use single quotes, in which a backslash is a backslash, or a `|` block for text of several lines',
      });
      return;
    }
  }

  /** One message a collection, at the first part that was cut off. */
  private checkFlow(node: YAMLMap | YAMLSeq): void {
    const bracket = this.file.text[spanOf(node).start];
    // `[a, b: c]` holds a map without brackets of its own; it is looked at with its list.
    if (node.flow !== true || (bracket !== '{' && bracket !== '[')) return;
    const parts = node.items.flatMap((item) => {
      if (isPair(item)) return [item];
      return isMap(item) && this.file.text[spanOf(item).start] !== '{' ? item.items : [item];
    });
    for (const part of parts) {
      const scalars = (isPair(part) ? [part.key, part.value] : [part]).filter((scalar) => isScalar(scalar));
      const isAlone = isPair(part) && isEmpty(part.value);
      const cut = scalars.find((scalar) => scalar.type === 'PLAIN' && !isBalanced(this.slice(spanOf(scalar))));
      if (cut === undefined && !isAlone) continue;
      this.diagnostics.push(flowSplit(this.file, spanOf(cut ?? scalars[0] ?? node), bracket === '{'));
      return;
    }
  }

  private reportDuplicate(key: SourceText, earlier: SourceText): void {
    const { line } = locate(this.file, earlier.span).place;
    this.report('SPEC_DUPLICATE_KEY', `\`${key.text}\` is given twice`, key.span, {
      hint: 'remove one of them',
      notes: [`the first is on line ${line}`],
    });
  }

  private slice(span: Span): string {
    return this.file.text.slice(span.start, span.end);
  }

  private report(code: ErrorCode, message: string, span: Span, extra?: DiagnosticExtra): void {
    this.diagnostics.push(diagnosticInFile(code, message, this.file, span, extra));
  }
}

function isEmpty(node: unknown): boolean {
  return (
    node === null ||
    node === undefined ||
    (isScalar(node) && node.type === 'PLAIN' && node.range?.[0] === node.range?.[1])
  );
}

function spanOf(node: { readonly range?: readonly number[] | null }): Span {
  const [start, end] = node.range ?? [0, 0];
  return { start, end: Math.max(end, start + 1) };
}
