/**
 * A scalar's text as YAML means it, with the file offset of every character: through quotes and escapes, folded lines,
 * indentation and chomping of blocks. The rules are YAML 1.2's as the `yaml` package applies them (a test holds the two
 * together); they are written again here because the package keeps no map from text back to file.
 */
import type { CST } from 'yaml';
import type { Span } from '../errors.js';
import type { SourceFile, SourceText } from './pipeline-spec.js';

/** A character that an escape in double quotes made. */
export interface EscapedCharacter {
  readonly code: number;
  /** The escape in the file, backslash included. */
  readonly span: Span;
}

export class ScalarText implements SourceText {
  readonly file: SourceFile;
  readonly span: Span;
  readonly style: SourceText['style'];
  readonly text: string;
  /** Escapes in double quotes, in order. */
  readonly escapes: readonly EscapedCharacter[];
  private readonly offsets: readonly number[];

  constructor(file: SourceFile, span: Span, style: SourceText['style'], mapped: MappedText) {
    this.file = file;
    this.span = span;
    this.style = style;
    this.text = mapped.text;
    this.offsets = mapped.offsets;
    this.escapes = mapped.escapes;
  }

  offsetAt(index: number): number {
    const { offsets, span } = this;
    if (index < offsets.length) return offsets[Math.max(0, index)];
    return offsets.length === 0 ? span.start : offsets[offsets.length - 1] + 1;
  }
}

export function scalarText(file: SourceFile, token: CST.FlowScalar | CST.BlockScalar): ScalarText {
  const mapped = new MappedText();
  let { offset: start, source } = token;
  let style: SourceText['style'] = 'plain';
  if (token.type === 'block-scalar') {
    style = 'block';
    start += token.props.reduce((length, prop) => length + ('source' in prop ? prop.source.length : 0), 0);
    readBlock(mapped, token, source, start);
  } else if (token.type === 'double-quoted-scalar') {
    style = 'double';
    readDoubleQuoted(mapped, source, start);
  } else if (token.type === 'single-quoted-scalar') {
    style = 'single';
    const folded = new MappedText();
    readFolded(folded, source.slice(1, -1), start + 1);
    joinQuotePairs(mapped, folded);
  } else readFolded(mapped, source, start);
  return new ScalarText(file, { start: token.offset, end: start + source.length }, style, mapped);
}

class MappedText {
  text = '';
  readonly offsets: number[] = [];
  readonly escapes: EscapedCharacter[] = [];

  /** All of `text` stands at one place. */
  at(text: string, offset: number): void {
    this.text += text;
    for (let i = 0; i < text.length; i++) this.offsets.push(offset);
  }

  /** A stretch that stands in the file as it is. */
  run(text: string, offset: number): void {
    this.text += text;
    for (let i = 0; i < text.length; i++) this.offsets.push(offset + i);
  }
}

/** Plain and single-quoted: lines are trimmed and joined by a blank; n empty lines between are n line feeds. */
function readFolded(out: MappedText, source: string, base: number): void {
  let separator = '';
  let separatorAt = 0;
  for (let at = 0; at <= source.length; ) {
    const isFirst = at === 0;
    const feed = source.indexOf('\n', at);
    const isLast = feed === -1;
    const lineEnd = isLast ? source.length : source[feed - 1] === '\r' && feed > at ? feed - 1 : feed;
    let [from, to] = [at, lineEnd];
    if (!isFirst) while (from < to && isBlank(source[from])) from++;
    if (!isLast) while (to > from && isBlank(source[to - 1])) to--;
    if (isFirst || isLast || to > from) {
      out.at(separator, base + separatorAt);
      out.run(source.slice(from, to), base + from);
      separator = ' ';
    } else {
      if (separator === '\n') out.at(separator, base + separatorAt);
      separator = '\n';
    }
    if (isLast) return;
    separatorAt = lineEnd;
    at = feed + 1;
  }
}

function joinQuotePairs(out: MappedText, folded: MappedText): void {
  const { text, offsets } = folded;
  for (let i = 0; i < text.length; i++) {
    out.at(text[i], offsets[i]);
    if (text[i] === "'" && text[i + 1] === "'") i++;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  '\t': '\t',
};
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function readDoubleQuoted(out: MappedText, source: string, base: number): void {
  const end = source.length - 1;
  let at = 1;
  while (at < end) {
    const char = source[at];
    if (char === '\\') at = readEscape(out, source, at, base);
    else if (char === '\n') at = foldBreaks(out, source, at, base);
    else if (char === '\r' && source[at + 1] === '\n') at++;
    else if (isBlank(char)) {
      let next = at + 1;
      while (isBlank(source[next])) next++;
      // Blanks before a line break are not part of the text.
      if (!isBreak(source, next)) out.run(source.slice(at, next), base + at);
      at = next;
    } else {
      out.at(char, base + at);
      at++;
    }
  }
}

/** Answers where the text goes on. */
function readEscape(out: MappedText, source: string, at: number, base: number): number {
  const letter = source[at + 1];
  const digits = HEX_DIGITS[letter];
  let next = at + 2;
  if (letter === '\n' || isBreak(source, at + 1)) {
    if (letter === '\r') next++;
    while (isBlank(source[next])) next++;
    return next;
  }
  let made = ESCAPES[letter] ?? source.slice(at, next);
  if (digits !== undefined) {
    next += digits;
    const code = Number.parseInt(source.slice(at + 2, next), 16);
    made = code <= 0x10ffff ? String.fromCodePoint(code) : source.slice(at, next);
  }
  out.at(made, base + at);
  out.escapes.push({ code: made.codePointAt(0) ?? 0, span: { start: base + at, end: base + next } });
  return next;
}

/** One line break is a blank, n breaks are n - 1 line feeds; the indentation behind them is dropped. */
function foldBreaks(out: MappedText, source: string, at: number, base: number): number {
  let breaks = 0;
  let next = at + 1;
  while (isBlank(source[next]) || source[next] === '\n' || isBreak(source, next)) {
    if (source[next] === '\n') {
      breaks++;
      out.at('\n', base + next);
    }
    next++;
  }
  if (breaks === 0) out.at(' ', base + at);
  return next;
}

interface BlockLine {
  /** Offset of the line in the file. */
  readonly at: number;
  readonly indent: number;
  readonly content: string;
  /** Offset of its line feed. */
  readonly feed: number;
}

/** Literal (`|`) and folded (`>`) blocks. */
function readBlock(out: MappedText, token: CST.BlockScalar, source: string, base: number): void {
  const header = token.props[0]?.type === 'block-scalar-header' ? token.props[0].source : '|';
  const isFolded = header.startsWith('>');
  const keep = header.includes('+');
  const explicit = Number(/[1-9]/.exec(header)?.[0] ?? 0);
  const lines = blockLines(source, base);
  let last = lines.length;
  while (last > 0 && lines[last - 1].content === '') last--;
  if (last === 0) {
    // Only empty lines: nothing, or one line feed each where they are kept.
    if (keep && lines.length > 0) {
      for (let i = 0; i < Math.max(1, lines.length - 1); i++) out.at('\n', lines[i].feed);
    }
    return;
  }
  const first = lines.findIndex((line) => line.content !== '');
  const trim = explicit === 0 ? lines[first].indent : token.indent + explicit;
  for (let i = lines.length - 1; i >= last; i--) if (lines[i].indent > trim) last = i + 1;

  const rest = (line: BlockLine): string => ' '.repeat(Math.max(0, line.indent - trim)) + line.content;
  const put = (line: BlockLine): void => out.run(rest(line), line.at + Math.min(trim, line.indent));
  for (let i = 0; i < first; i++) {
    put(lines[i]);
    out.at('\n', lines[i].feed);
  }
  let separator = '';
  let wasIndented = false;
  for (let i = first; i < last; i++) {
    const line = lines[i];
    const feedBefore = i > 0 ? lines[i - 1].feed : line.at;
    const isIndented = line.indent > trim || line.content.startsWith('\t');
    if (!isFolded) {
      out.at(separator, feedBefore);
      put(line);
      separator = '\n';
    } else if (isIndented) {
      if (separator === ' ') separator = '\n';
      else if (!wasIndented && separator === '\n') separator = '\n\n';
      out.at(separator, feedBefore);
      put(line);
      separator = '\n';
      wasIndented = true;
    } else if (line.content === '') {
      if (separator === '\n') out.at('\n', feedBefore);
      else separator = '\n';
    } else {
      out.at(separator, feedBefore);
      put(line);
      separator = ' ';
      wasIndented = false;
    }
  }
  if (header.includes('-')) return;
  const end = lines[last - 1].feed;
  if (keep) {
    for (let i = last; i < lines.length; i++) {
      out.at('\n', lines[i - 1].feed);
      put(lines[i]);
    }
    if (!out.text.endsWith('\n')) out.at('\n', end);
  } else out.at('\n', end);
}

function blockLines(source: string, base: number): BlockLine[] {
  const lines: BlockLine[] = [];
  for (let at = 0; source !== '' && at <= source.length; ) {
    const found = source.indexOf('\n', at);
    const feed = found === -1 ? source.length : found;
    const end = source[feed - 1] === '\r' && feed > at ? feed - 1 : feed;
    let text = at;
    while (text < end && source[text] === ' ') text++;
    lines.push({ at: base + at, indent: text - at, content: source.slice(text, end), feed: base + feed });
    at = feed + 1;
  }
  return lines;
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t';
}

function isBreak(source: string, at: number): boolean {
  return source[at] === '\n' || (source[at] === '\r' && source[at + 1] === '\n');
}
