/**
 * `${name}`, `${env:NAME}` and `${expression}` in paths. What comes in through a text parameter is one path segment and
 * no pattern: `/`, `..` and glob characters in data must not lead to other files. Environment variables and parameters
 * of type path are configuration and are taken as they are.
 */
import type { Diagnostic, ErrorCode, Span } from '../errors.js';
import type { SourceText } from './pipeline-spec.js';
import { type DiagnosticExtra, diagnosticAt } from './source.js';
import { didYouMean } from './suggest.js';

export interface PathParam {
  readonly text: string;
  /** It has the type path, so it may hold folders and patterns; where it begins a path, it starts from this folder. */
  readonly folder?: string;
}

/** Parameters by name; null: one that has no text to put into a path. */
type PathParams = ReadonlyMap<string, PathParam | null>;

export interface PathLookup {
  readonly params: PathParams;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The value of a constant expression such as `strftime($day, '%Y')`; `span` is its place in the path's text. */
  evaluate?(expression: string, source: SourceText, span: Span): string | Diagnostic;
}

export interface ReplacedPath {
  readonly text: string;
  /** The folder of the parameter of type path that the path begins with. */
  readonly folder?: string;
}

/** undefined when something was wrong and was reported. */
export function replacePathVariables(
  source: SourceText,
  lookup: PathLookup,
  diagnostics: Diagnostic[],
): ReplacedPath | undefined {
  const replacer = new PathReplacer(source, lookup);
  const result = replacer.replace();
  diagnostics.push(...replacer.diagnostics);
  return result;
}

interface Replacement extends PathParam {
  /** It came through a text parameter. */
  readonly isData: boolean;
}

const NAME = /^[A-Za-z_]\w*$/;
/** What a file name cannot hold, or what a pattern gives a meaning. */
const NOT_A_SEGMENT = /[/\\*?[\]{}!\0-\x1f]|^\.\.$/;

class PathReplacer {
  readonly diagnostics: Diagnostic[] = [];
  private readonly source: SourceText;
  private readonly lookup: PathLookup;

  constructor(source: SourceText, lookup: PathLookup) {
    this.source = source;
    this.lookup = lookup;
  }

  replace(): ReplacedPath | undefined {
    const { text } = this.source;
    let path = '';
    let folder: string | undefined;
    let at = 0;
    while (at < text.length) {
      const start = text.indexOf('${', at);
      const literal = text.slice(at, start === -1 ? text.length : start);
      this.checkBareName(literal, at);
      path += literal;
      if (start === -1) break;
      const end = closingBrace(text, start + 2);
      if (end === -1) {
        this.report('`${` without `}`', { start, end: start + 2 });
        break;
      }
      const span = { start, end: end + 1 };
      const value = this.value(text.slice(start + 2, end).trim(), span);
      if (value !== undefined) {
        if (start === 0) folder = value.folder;
        path += value.text;
        if (value.isData) this.checkSegment(path, text[end + 1], span);
      }
      at = end + 1;
    }
    return this.diagnostics.length > 0 ? undefined : { text: path, folder };
  }

  private value(inner: string, span: Span): Replacement | undefined {
    const { params, env, evaluate } = this.lookup;
    const variable = /^env:\s*(.*)$/.exec(inner)?.[1];
    if (variable !== undefined) {
      const text = Object.hasOwn(env, variable) ? env[variable] : undefined;
      if (text !== undefined && text !== '') return { text, isData: false };
      this.report(`the environment variable \`${variable}\` is ${text === '' ? 'empty' : 'not set'}`, span, {
        hint: `set it before leat runs: ${variable}=...`,
      });
      return undefined;
    }
    if (NAME.test(inner)) {
      const param = params.get(inner);
      if (param === undefined) {
        this.report(`there is no parameter \`${inner}\``, span, {
          hint: didYouMean(inner, params.keys(), 'parameters'),
        });
        return undefined;
      }
      if (param !== null) return this.param(inner, param, span);
      this.report(`the parameter \`${inner}\` is a list, and a path takes one value`, span, {
        hint: 'declare it with a type, not with a list of one',
      });
      return undefined;
    }
    if (evaluate === undefined || inner === '') {
      this.report(inner === '' ? '`${}` names nothing' : 'an expression cannot stand in a path yet', span, {
        hint: 'write ${name} for a parameter, ${env:NAME} for an environment variable',
      });
      return undefined;
    }
    const names = [...inner.replace(/'[^']*'/g, '').matchAll(/\$([A-Za-z_]\w*)/g)];
    const areSafe = names.map(([, name]) => this.checkData(name, span));
    if (areSafe.includes(false)) return undefined;
    const open = this.source.text.indexOf(inner, span.start);
    const result = evaluate(inner, this.source, { start: open, end: open + inner.length });
    // Its slashes are the pipeline's own, so they are meant: strftime($day, '%Y/%m/%d').
    if (typeof result === 'string') return { text: result, isData: false };
    this.diagnostics.push(result);
    return undefined;
  }

  private param(name: string, { text, folder }: PathParam, span: Span): Replacement | undefined {
    if (text !== '') return this.checkData(name, span) ? { text, folder, isData: folder === undefined } : undefined;
    this.report(`the parameter \`${name}\` is empty`, span);
    return undefined;
  }

  /** What comes in through a parameter may not lead to other folders, nor be a pattern. */
  private checkData(name: string, span: Span): boolean {
    const param = this.lookup.params.get(name);
    if (!param || param.folder !== undefined || !NOT_A_SEGMENT.test(param.text)) return true;
    this.report(`the parameter \`${name}\` is \`${param.text}\`, which would be more than one part of a path`, span, {
      hint: 'give the parameter the type `path` if it may hold folders or patterns',
    });
    return false;
  }

  /** `.` and `..` must not come about by what was put in. */
  private checkSegment(path: string, next: string | undefined, span: Span): void {
    const isEnd = next === undefined || next === '/' || next === '\\';
    if (isEnd && /(?:^|[/\\])\.\.?$/.test(path)) this.report('the path would lead to another folder', span);
  }

  /** `data/$day.csv` or `data/{day}.csv`, where `${day}` was meant. */
  private checkBareName(literal: string, at: number): void {
    for (const match of literal.matchAll(/\$(?<bare>[A-Za-z_]\w*)|\{+ *(?<braced>[A-Za-z_]\w*) *\}+/g)) {
      const name = match.groups?.['bare'] ?? match.groups?.['braced'] ?? '';
      if (!this.lookup.params.has(name)) continue;
      const start = at + match.index;
      this.report(
        `\`${match[0]}\` in a path is not replaced`,
        { start, end: start + match[0].length },
        {
          hint: `write \${${name}}`,
        },
      );
    }
  }

  private report(message: string, span: Span, extra?: DiagnosticExtra): void {
    const code: ErrorCode = 'SPEC_PATH_VARIABLE';
    this.diagnostics.push(diagnosticAt(code, message, this.source, span, extra));
  }
}

/** The `}` of a `${`, past those in quotes. */
function closingBrace(text: string, from: number): number {
  let quote = '';
  for (let i = from; i < text.length; i++) {
    const char = text[i];
    if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === "'" || char === '"') quote = char;
    else if (char === '}') return i;
  }
  return -1;
}
