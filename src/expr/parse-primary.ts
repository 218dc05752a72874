/** Operands: literals, names, parameters, parentheses, CASE, CAST, INTERVAL and calls with their special forms. */
import type { Span } from '../errors.js';
import type { JsonStep } from '../kernels/json-text.js';
import type { CallNode, ExprNode, NamePart, OrderNode } from './ast.js';
import { findIntervalUnit } from './interval-units.js';
import type { Token } from './lexer.js';
import { parseTypeNode } from './parse-type.js';
import type { Parser } from './parser.js';
import { LEVEL } from './precedence.js';
import { fail } from './problem.js';
import { describe, RESERVED_WORDS } from './token-stream.js';

export function parsePrimary(parser: Parser): ExprNode {
  const { tokens } = parser;
  const { next } = tokens;
  switch (next.kind) {
    case 'number':
      tokens.take();
      return { kind: 'number', text: next.text, span: next.span };
    case 'text':
      tokens.take();
      if (tokens.next.kind === 'text') {
        tokens.take();
        fail(
          'EXPR_SYNTAX',
          'two texts side by side',
          parser.from(next.span),
          'join texts with ||, write a quote inside a text twice',
        );
      }
      return { kind: 'text', value: next.text, span: next.span };
    case 'param':
      tokens.take();
      return { kind: 'param', name: next.text, span: next.span };
    case 'quoted':
      return parseName(parser);
    case 'name':
      return parseWord(parser, next);
    case 'operator':
      if (next.text === '(') return parseParentheses(parser);
      return tokens.unexpected('a value', next.text === '*' ? '* stands only in count(*)' : undefined);
    case 'end':
      return tokens.unexpected('a value');
  }
}

function parseParentheses(parser: Parser): ExprNode {
  const { tokens } = parser;
  const opened = tokens.take().span;
  if (tokens.isWord('select', 'with')) refuseSubquery(tokens.next.span);
  const inner = parser.expression();
  if (tokens.isOperator(',')) {
    fail(
      'EXPR_SYNTAX',
      'a list can stand only after IN',
      tokens.next.span,
      'a comparison of several values is written with AND',
    );
  }
  tokens.expectClose(opened);
  return { ...inner, span: parser.from(opened) };
}

function refuseSubquery(span: Span): never {
  fail('EXPR_SYNTAX', 'a SELECT cannot stand inside an expression', span, 'join the other step first');
}

function parseWord(parser: Parser, next: Token): ExprNode {
  const { tokens } = parser;
  const word = next.text.toLowerCase();
  const opensCall = tokens.afterNext.kind === 'operator' && tokens.afterNext.text === '(';
  switch (word) {
    case 'null':
    case 'true':
    case 'false':
      tokens.take();
      return { kind: 'constant', value: word === 'null' ? null : word === 'true', span: next.span };
    case 'case':
      return parseCase(parser);
    case 'cast':
    case 'try_cast':
      if (opensCall) return parseCast(parser, word === 'try_cast');
      break;
    case 'date':
    case 'timestamp':
      if (tokens.afterNext.kind === 'text') {
        tokens.take();
        const { text } = tokens.take();
        return { kind: 'typed_text', type: word, text, span: parser.from(next.span) };
      }
      break;
    case 'interval':
      if (startsInterval(tokens.afterNext)) return parseInterval(parser);
      break;
    case 'select':
    case 'exists':
      if (word === 'select' || opensCall) refuseSubquery(next.span);
  }
  if (RESERVED_WORDS.has(word)) {
    tokens.unexpected('a value', `a column with the name ${next.text} is written "${next.text}"`);
  }
  if (opensCall) return parseCall(parser);
  return parseName(parser);
}

function parseName(parser: Parser): ExprNode {
  const { tokens } = parser;
  const start = tokens.next.span;
  const parts: NamePart[] = [];
  do parts.push(takeNamePart(parser));
  while (tokens.takeOperator('.'));
  const path: JsonStep[] = [];
  while (tokens.isOperator('[') || (path.length > 0 && tokens.isOperator('.'))) {
    path.push(tokens.takeOperator('.') ? takeNamePart(parser).text : takeIndex(parser));
  }
  return { kind: 'name', parts, path, span: parser.from(start) };
}

function takeNamePart({ tokens }: Parser): NamePart {
  const { next } = tokens;
  if (next.kind !== 'name' && next.kind !== 'quoted') tokens.unexpected('a name after the dot');
  tokens.take();
  return { text: next.text, quoted: next.kind === 'quoted', span: next.span };
}

/** [0], or [-1] from the end. */
function takeIndex({ tokens }: Parser): number {
  const opened = tokens.take().span;
  const sign = tokens.takeOperator('-') ? -1 : 1;
  const { next } = tokens;
  if (next.kind !== 'number' || !/^[0-9]{1,9}$/.test(next.text)) {
    const hint = next.kind === 'text' ? `a key stands behind a dot: payload."${next.text}"` : 'as in payload.items[0]';
    return tokens.unexpected('the place of an item, counted from 0', hint);
  }
  tokens.take();
  if (!tokens.takeOperator(']')) tokens.unexpected(']', `the [ stands at ${opened.start + 1}`);
  return sign * Number(next.text);
}

function parseCase(parser: Parser): ExprNode {
  const { tokens } = parser;
  const start = tokens.take().span;
  const operand = tokens.isWord('when') ? null : parser.expression();
  const whens: { when: ExprNode; then: ExprNode }[] = [];
  while (tokens.takeWord('when')) {
    const when = parser.expression();
    tokens.expectWord('then', 'after the condition of WHEN');
    whens.push({ when, then: parser.expression() });
  }
  if (whens.length === 0) tokens.unexpected('WHEN');
  const otherwise = tokens.takeWord('else') ? parser.expression() : null;
  if (!tokens.takeWord('end')) {
    if (tokens.next.kind === 'end') fail('EXPR_SYNTAX', 'this CASE is never closed', start, 'add END');
    tokens.unexpected(otherwise === null ? 'WHEN, ELSE or END' : 'END');
  }
  return { kind: 'case', operand, whens, otherwise, span: parser.from(start) };
}

function parseCast(parser: Parser, isTry: boolean): ExprNode {
  const { tokens } = parser;
  const start = tokens.take().span;
  const opened = tokens.take().span;
  const operand = parser.expression();
  tokens.expectWord('as', 'and a type', 'CAST(x AS int)');
  const type = parseTypeNode(tokens);
  tokens.expectClose(opened);
  return { kind: 'cast', try: isTry, operand, type, span: parser.from(start) };
}

function startsInterval(token: Token): boolean {
  return token.kind === 'text' || token.kind === 'number' || (token.kind === 'operator' && token.text === '(');
}

/** INTERVAL '1 day', INTERVAL '1' DAY, INTERVAL 1 DAY, INTERVAL (a + b) DAY. */
function parseInterval(parser: Parser): ExprNode {
  const { tokens } = parser;
  const start = tokens.take().span;
  const amount = parsePrimary(parser);
  if (amount.kind === 'text' && (tokens.next.kind !== 'name' || !findIntervalUnit(tokens.next.text))) {
    return { kind: 'interval', amount, unit: null, span: parser.from(start) };
  }
  if (tokens.next.kind !== 'name') tokens.unexpected('a unit such as DAY', "INTERVAL '1 day', or INTERVAL 1 DAY");
  const unit = tokens.take().text.toLowerCase();
  return { kind: 'interval', amount, unit, span: parser.from(start) };
}

function parseCall(parser: Parser): ExprNode {
  const { tokens } = parser;
  const name = tokens.take();
  const opened = tokens.take().span;
  const special = SPECIAL_FORMS.get(name.text.toLowerCase());
  const call = (args: readonly ExprNode[], rest: Partial<CallNode> = {}): CallNode => ({
    ...{ kind: 'call', name: name.text, nameSpan: name.span, args },
    ...{ star: false, distinct: null, orderBy: [], filter: null },
    ...rest,
    span: parser.from(name.span),
  });
  if (special !== undefined) {
    const formed = special(parser);
    tokens.expectClose(opened);
    return { ...call(formed.args), name: formed.name };
  }
  let args: ExprNode[] = [];
  let star = false;
  const distinct = tokens.isWord('distinct') && !endsArgument(tokens.afterNext) ? tokens.take().span : null;
  if (tokens.takeOperator('*')) star = true;
  else if (!tokens.isOperator(')')) {
    if (tokens.isWord('select')) refuseSubquery(tokens.next.span);
    args = parser.list();
  }
  const orderBy = tokens.isWord('order') ? parseOrderBy(parser) : [];
  refuseNullsClause(parser);
  tokens.expectClose(opened);
  refuseNullsClause(parser);
  let filter: ExprNode | null = null;
  if (tokens.isWord('filter') && tokens.afterNext.text === '(') filter = parseFilter(parser);
  return call(args, { star, distinct, orderBy, filter });
}

/** IGNORE NULLS, inside the parentheses or behind them. */
function refuseNullsClause({ tokens }: Parser): void {
  if (!tokens.isWord('ignore', 'respect') || !tokens.isWordAfterNext('nulls')) return;
  const message = `${tokens.next.text.toUpperCase()} NULLS cannot stand here`;
  const hint = 'nulls count as other values do; last(x) FILTER (WHERE x IS NOT NULL) is the last value that is none';
  fail('EXPR_SYNTAX', message, tokens.next.span, hint);
}

/** Behind a column that is called distinct. */
function endsArgument({ text }: Token): boolean {
  return text === ')' || text === ',';
}

/** ORDER BY a, b desc nulls first */
function parseOrderBy(parser: Parser): OrderNode[] {
  const { tokens } = parser;
  tokens.take();
  tokens.expectWord('by', 'after ORDER', "string_agg(name, ', ' ORDER BY day)");
  const keys: OrderNode[] = [];
  do {
    const start = tokens.next.span;
    const expr = parser.expression();
    const descending = tokens.takeWord('desc');
    if (!descending) tokens.takeWord('asc');
    let nullsFirst = false;
    if (tokens.takeWord('nulls')) {
      nullsFirst = tokens.takeWord('first');
      if (!nullsFirst) tokens.expectWord('last', 'after NULLS', 'ORDER BY day NULLS LAST');
    }
    keys.push({ expr, descending, nullsFirst, span: parser.from(start) });
  } while (tokens.takeOperator(','));
  return keys;
}

function parseFilter(parser: Parser): ExprNode {
  const { tokens } = parser;
  tokens.take();
  const opened = tokens.take().span;
  tokens.expectWord('where', 'after FILTER (', 'FILTER (WHERE condition)');
  const condition = parser.expression();
  tokens.expectClose(opened);
  return condition;
}

interface SpecialForm {
  readonly name: string;
  readonly args: readonly ExprNode[];
}

/** EXTRACT(year FROM x) */
function extractForm(parser: Parser): SpecialForm {
  const { tokens } = parser;
  const part = tokens.next;
  if (part.kind !== 'name' && part.kind !== 'text') tokens.unexpected('a part such as YEAR', 'EXTRACT(year FROM x)');
  tokens.take();
  tokens.expectWord('from', `after ${describe(part)}`, 'EXTRACT(year FROM x)');
  const text: ExprNode = { kind: 'text', value: part.text.toLowerCase(), span: part.span };
  return { name: 'date_part', args: [text, parser.expression()] };
}

/** POSITION(a IN b) */
function positionForm(parser: Parser): SpecialForm {
  const sought = parser.expression(LEVEL.concat);
  parser.tokens.expectWord('in', 'and the text to look through', "POSITION('a' IN x), or strpos(x, 'a')");
  return { name: 'strpos', args: [parser.expression(), sought] };
}

/** Calls with words instead of commas, as calls of the function that does it. */
const SPECIAL_FORMS: ReadonlyMap<string, (parser: Parser) => SpecialForm> = new Map([
  ['extract', extractForm],
  ['position', positionForm],
]);
