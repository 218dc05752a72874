/**
 * What went wrong when the YAML parser complains, said for people who wrote a pipeline: most complaints come from an
 * expression or a glob that begins with a character to which YAML gives a meaning of its own.
 */
import type { YAMLError } from 'yaml';
import type { Diagnostic, Span } from '../errors.js';
import { flowSplit } from './flow-split.js';
import type { SourceFile } from './pipeline-spec.js';
import { diagnosticInFile } from './source.js';

/** One diagnostic a line; of complaints without an explanation only the first, since it causes the others. */
export function explainYamlErrors(
  file: SourceFile,
  errors: readonly YAMLError[],
  flowSpans: readonly Span[],
): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const lines = new Set<number>();
  for (const error of errors.toSorted((a, b) => a.pos[0] - b.pos[0])) {
    const at = Math.min(error.pos[0], file.text.length);
    const lineStart = file.text.lastIndexOf('\n', at - 1) + 1;
    if (lines.has(lineStart)) continue;
    const slip = explainLine(file, at, lineStart) ?? explainFlow(file, at, flowSpans);
    if (slip === undefined && diagnostics.length > 0) continue;
    lines.add(lineStart);
    diagnostics.push(slip ?? plainComplaint(file, error, at));
  }
  return diagnostics;
}

/** The value that begins on the line: after `- ` and `key: `. */
const VALUE = /^\uFEFF?[ \t]*(?:-[ \t]+)*(?:[^\s"'#,[\]{}:][^"'#,[\]{}:]*:[ \t]+)?(.*?)[ \t\r]*$/;

function explainLine(file: SourceFile, at: number, lineStart: number): Diagnostic | undefined {
  const { text } = file;
  const feed = text.indexOf('\n', lineStart);
  const line = text.slice(lineStart, feed === -1 ? text.length : feed);
  const value = VALUE.exec(line)?.[1] ?? '';
  const start = lineStart + line.lastIndexOf(value);
  const unsafe = (message: string, hint: string, length = value.length): Diagnostic =>
    diagnosticInFile('SPEC_YAML_UNSAFE', message, file, { start, end: start + Math.max(1, length) }, { hint });

  const quoted = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')[ \t]*[^\s#,:\]}]/.exec(value);
  if (quoted !== null && at >= start) {
    return unsafe(
      `YAML ends this value behind ${quoted[1]}, where its closing quote stands`,
      value.includes("'")
        ? 'write the whole expression on the next line, indented, after `|`'
        : `put the whole expression in single quotes: '${value}'`,
    );
  }
  if (/^[>|]/.test(value) && !/^[>|][-+1-9]{0,2}([ \t]+#.*)?$/.test(value)) {
    const rows = /^\s*(?:-\s+)?rows:/.test(line) ? ', or write `rows: { min: 1 }`' : '';
    return unsafe(
      `YAML reads \`${value[0]}\` at the start of a value as the start of a block of text`,
      `put the value in single quotes${rows}`,
    );
  }
  if (/^[@`%]/.test(value)) {
    return unsafe('a YAML value cannot begin with @, % or a backtick', 'put the value in single quotes');
  }
  const bare = /(?:^|[[,{:-][ \t]*)(\*)[ \t\r]*(?:$|[,\]}#])/.exec(line);
  if (bare !== null && text[at] === '*') {
    return diagnosticInFile('SPEC_YAML_UNSAFE', 'YAML reads `*` as an alias', file, span(at), {
      hint: 'write "*" in quotes',
    });
  }
  if (/^[^"'[{][^#]*:(?:\s|$)/.test(value) && at >= start && at < start + value.length) {
    return unsafe(
      'YAML takes `: ` inside a value for the start of another key',
      'put the value in single quotes, or on the next line, indented, after `|`',
    );
  }
  return undefined;
}

function explainFlow(file: SourceFile, at: number, flowSpans: readonly Span[]): Diagnostic | undefined {
  const inside = flowSpans.find(({ start, end }) => {
    if (at < start) return false;
    if (at < end) return true;
    // What is left of the value stands behind the bracket that ended it, on the same line.
    return !/[\n\]}]/.test(file.text.slice(end, at + 1));
  });
  return inside && flowSplit(file, span(at), file.text[inside.start] === '{');
}

const INDENTATION = 'let the keys of one map, and the dashes of one list, begin at the same column';

const MENDS: readonly (readonly [RegExp, string, string])[] = [
  [/tabs are not allowed/i, 'a tab in the indentation', 'indent with blanks'],
  [
    /same column|sufficiently indented|without - indicator|nested mapping|implicit map key|implicit keys need|same line with/i,
    'indentation that does not fit',
    INDENTATION,
  ],
  [
    /invalid escape sequence/i,
    'an escape that YAML does not know',
    'use single quotes, in which a backslash is a backslash',
  ],
  [/followed by map values/i, 'a key without `:`', 'write `key: value`'],
  [/flow-(?:map|seq)-end/i, 'a closing bracket without an opening one', 'remove it'],
];

function plainComplaint(file: SourceFile, error: YAMLError, at: number): Diagnostic {
  const known = MENDS.find(([pattern]) => pattern.test(error.message));
  if (known === undefined) {
    const message = error.message.split('\n')[0];
    const range = { start: at, end: Math.max(at + 1, error.pos[1]) };
    return diagnosticInFile('SPEC_YAML_SYNTAX', `${message[0].toLowerCase()}${message.slice(1)}`, file, range);
  }
  const start = known[2] === INDENTATION ? misfit(file.text, error, at) : at;
  return diagnosticInFile('SPEC_YAML_SYNTAX', known[1], file, span(start), { hint: known[2] });
}

/** The first character of the line that does not fit. A value that swallowed a key is named by its own first line. */
function misfit(text: string, error: YAMLError, at: number): number {
  const next = text.indexOf('\n', at) + 1;
  const start = error.code === 'BLOCK_AS_IMPLICIT_KEY' && next > 0 && next < text.length ? next : at;
  const blanks = /^[ \t]*/.exec(text.slice(start))![0].length;
  return start + blanks;
}

function span(at: number): Span {
  return { start: at, end: at + 1 };
}
