/**
 * SQL expressions, with the precedence of DuckDB (PostgreSQL's), loosest first:
 *
 *     OR · AND · NOT · IS · = <> < <= > >= · BETWEEN IN LIKE · || · + - · * / // % · ^ · AT TIME ZONE · sign · ::
 *
 * Comparisons, and BETWEEN IN LIKE among themselves, do not chain. A Pratt parser: `expression(level)` takes what binds
 * at least as tightly as `level`. The first mistake ends it.
 */
import type { Span } from '../errors.js';
import type { BinaryOperator, ExprNode } from './ast.js';
import { parsePrimary } from './parse-primary.js';
import { parseTypeNode } from './parse-type.js';
import { BINARY_LEVELS, LEVEL } from './precedence.js';
import { type ExprProblem, fail, ProblemFound } from './problem.js';
import { TokenStream } from './token-stream.js';

export type ParseResult = { readonly expr: ExprNode } | { readonly problems: readonly ExprProblem[] };

export function parseExpression(text: string): ParseResult {
  try {
    const tokens = new TokenStream(text);
    if (tokens.isEnd) fail('EXPR_SYNTAX', 'the expression is empty', tokens.next.span);
    const parser = new Parser(tokens);
    const expr = parser.expression(LEVEL.or);
    if (!tokens.isEnd) refuseRest(tokens);
    return { expr };
  } catch (error) {
    if (error instanceof ProblemFound) return { problems: error.problems };
    throw error;
  }
}

const OTHER_SPELLINGS: Readonly<Record<string, BinaryOperator>> = { '!=': '<>', '**': '^' };

/** Deeper nesting is refused: it would exhaust the stack of whatever walks the tree. */
const MAX_DEPTH = 400;

export class Parser {
  readonly tokens: TokenStream;
  private depth = 0;

  constructor(tokens: TokenStream) {
    this.tokens = tokens;
  }

  expression(level: number = LEVEL.or): ExprNode {
    const outer = this.depth;
    let left = this.prefix();
    /** The level of the comparison or membership test just taken, which may not be followed by another. */
    let unchainable = 0;
    for (;;) {
      const operatorLevel = this.infixLevel();
      if (operatorLevel === 0 || operatorLevel < level) break;
      if (operatorLevel === unchainable) this.refuseChain(operatorLevel);
      this.enter();
      left = this.infix(left, operatorLevel);
      unchainable = operatorLevel === LEVEL.comparison || operatorLevel === LEVEL.membership ? operatorLevel : 0;
    }
    this.depth = outer;
    return left;
  }

  /** Counts one level of nesting of the tree. */
  private enter(): void {
    if (++this.depth > MAX_DEPTH) {
      fail('EXPR_SYNTAX', 'the expression is nested too deeply', this.tokens.next.span, 'derive parts of it first');
    }
  }

  private prefix(): ExprNode {
    const { next } = this.tokens;
    const sign = next.kind === 'operator' && (next.text === '-' || next.text === '+');
    if (!sign && !this.tokens.isWord('not')) {
      this.enter();
      const primary = parsePrimary(this);
      this.depth--;
      return primary;
    }
    this.enter();
    this.tokens.take();
    const operator = sign ? (next.text as '-' | '+') : 'not';
    const operand = this.expression(sign ? LEVEL.sign : LEVEL.not);
    this.depth--;
    return { kind: 'unary', operator, operand, span: { start: next.span.start, end: operand.span.end } };
  }

  /** How tightly the operator that follows binds; 0 when none follows. */
  private infixLevel(): number {
    const { tokens } = this;
    const { next } = tokens;
    if (next.kind === 'operator') return next.text === '::' ? LEVEL.cast : (BINARY_LEVELS[next.text] ?? 0);
    if (tokens.isWord('at') && tokens.isWordAfterNext('time')) return LEVEL.zone;
    if (tokens.isWord('or')) return LEVEL.or;
    if (tokens.isWord('and')) return LEVEL.and;
    if (tokens.isWord('is')) return LEVEL.is;
    if (tokens.isWord('between', 'in', 'like', 'ilike')) return LEVEL.membership;
    if (tokens.isWord('not') && tokens.isWordAfterNext('between', 'in', 'like', 'ilike')) return LEVEL.membership;
    return 0;
  }

  private infix(left: ExprNode, level: number): ExprNode {
    if (level === LEVEL.or) return this.logic(left, 'or', LEVEL.and);
    if (level === LEVEL.and) return this.logic(left, 'and', LEVEL.not);
    if (level === LEVEL.is) return this.is(left);
    if (level === LEVEL.membership) return this.membership(left);
    if (level === LEVEL.zone) return this.atTimeZone(left);
    const operator = this.tokens.take();
    if (level === LEVEL.cast) {
      const type = parseTypeNode(this.tokens);
      return { kind: 'cast', try: false, operand: left, type, span: this.from(left.span) };
    }
    const right = this.expression(level + 1);
    return {
      kind: 'binary',
      operator: OTHER_SPELLINGS[operator.text] ?? (operator.text as BinaryOperator),
      operatorSpan: operator.span,
      left,
      right,
      span: this.from(left.span),
    };
  }

  private logic(first: ExprNode, operator: 'and' | 'or', operandLevel: number): ExprNode {
    const operands = [first];
    while (this.tokens.takeWord(operator)) operands.push(this.expression(operandLevel));
    return { kind: 'logic', operator, operands, span: this.from(first.span) };
  }

  private is(operand: ExprNode): ExprNode {
    const { tokens } = this;
    tokens.take();
    const negated = tokens.takeWord('not');
    if (tokens.takeWord('distinct')) {
      tokens.expectWord('from', 'after IS DISTINCT');
      const right = this.expression(LEVEL.comparison);
      return { kind: 'is_distinct', negated, left: operand, right, span: this.from(operand.span) };
    }
    for (const [word, what] of [
      ['null', 'null'],
      ['unknown', 'null'],
      ['true', 'true'],
      ['false', 'false'],
    ] as const) {
      if (tokens.takeWord(word)) return { kind: 'is', what, negated, operand, span: this.from(operand.span) };
    }
    return tokens.unexpected('NULL, TRUE, FALSE or DISTINCT FROM', 'IS tests for these only; compare values with =');
  }

  private membership(operand: ExprNode): ExprNode {
    const { tokens } = this;
    const negated = tokens.takeWord('not');
    if (tokens.takeWord('between')) {
      const low = this.expression(LEVEL.concat);
      tokens.expectWord('and', 'between the bounds of BETWEEN');
      const high = this.expression(LEVEL.concat);
      return { kind: 'between', negated, operand, low, high, span: this.from(operand.span) };
    }
    if (tokens.takeWord('in')) return this.in(operand, negated);
    const name = tokens.take().text.toLowerCase() as 'like' | 'ilike';
    const pattern = this.expression(LEVEL.concat);
    const escapeText = tokens.takeWord('escape') ? this.expression(LEVEL.concat) : null;
    return {
      kind: 'like',
      function: name,
      negated,
      operand,
      pattern,
      escape: escapeText,
      span: this.from(operand.span),
    };
  }

  private atTimeZone(operand: ExprNode): ExprNode {
    const { tokens } = this;
    const nameSpan = tokens.take().span;
    tokens.take();
    tokens.expectWord('zone', 'after AT TIME', "x AT TIME ZONE 'Europe/Oslo'");
    const args = [operand, this.expression(LEVEL.sign)];
    const span = this.from(operand.span);
    const plain = { star: false, distinct: null, orderBy: [], filter: null };
    return { kind: 'call', name: 'from_utc_timestamp', nameSpan, args, ...plain, span };
  }

  private in(operand: ExprNode, negated: boolean): ExprNode {
    const { tokens } = this;
    const opened = tokens.next.span;
    if (tokens.next.kind === 'param') {
      const { text: name, span } = tokens.take();
      const items: ExprNode[] = [{ kind: 'param', name, span }];
      return { kind: 'in', negated, bracketed: false, operand, items, span: this.from(operand.span) };
    }
    if (!tokens.takeOperator('(')) tokens.unexpected('( after IN', "a list looks like this: x IN ('a', 'b')");
    if (tokens.takeOperator(')')) fail('EXPR_SYNTAX', 'the list of IN is empty', this.from(opened), 'write FALSE');
    const items = this.list();
    tokens.expectClose(opened);
    return { kind: 'in', negated, bracketed: true, operand, items, span: this.from(operand.span) };
  }

  /** One or more expressions with commas between. */
  list(): ExprNode[] {
    const items = [this.expression()];
    while (this.tokens.takeOperator(',')) items.push(this.expression());
    return items;
  }

  /** From where `start` begins to the end of what was taken last. */
  from(start: Span): Span {
    return { start: start.start, end: this.tokens.lastEnd };
  }

  private refuseChain(level: number): never {
    const { text, span } = this.tokens.next;
    const hint = level === LEVEL.comparison ? 'write a < b AND b < c' : 'put one of them in parentheses';
    fail('EXPR_SYNTAX', `${text.toUpperCase()} cannot follow another of its kind`, span, hint);
  }
}

/** Something stands behind a whole expression. */
function refuseRest(tokens: TokenStream): never {
  const { next } = tokens;
  if (next.kind === 'operator' && next.text === ')') {
    fail('EXPR_SYNTAX', 'this parenthesis was never opened', next.span, 'remove it, or add a ( before');
  }
  if (tokens.isWord('as')) {
    fail(
      'EXPR_SYNTAX',
      'AS cannot stand here',
      next.span,
      'a new column is named before its expression: name: expression',
    );
  }
  if (tokens.isWord('within')) {
    const hint = 'write quantile_cont(x, 0.5) for percentile_cont(0.5) WITHIN GROUP (ORDER BY x)';
    fail('EXPR_SYNTAX', 'WITHIN GROUP cannot stand here', next.span, hint);
  }
  if (tokens.isWord('filter')) {
    fail('EXPR_SYNTAX', 'a condition of FILTER stands in parentheses', next.span, 'FILTER (WHERE condition)');
  }
  if (tokens.isWord('over')) {
    const hint = 'leave it out: the `by`, `order_by` and `frame` of an `over` step say what the window is';
    fail('EXPR_SYNTAX', 'OVER cannot stand in an expression', next.span, hint);
  }
  if (tokens.isWord('similar', 'rlike', 'regexp')) {
    const hint = "regexp_full_match(x, 'pattern') fits the whole text, regexp_matches looks for a pattern in it";
    fail('EXPR_SYNTAX', `${next.text.toUpperCase()} is not an operator`, next.span, hint);
  }
  if (tokens.isWord('asc', 'desc', 'ascending', 'descending', 'nulls')) {
    const hint = 'a sort key ends with asc or desc, then nulls first or nulls last: "amount desc nulls first"';
    fail('EXPR_SYNTAX', 'a direction cannot stand here', next.span, hint);
  }
  tokens.unexpected(
    'an operator or the end',
    next.kind === 'name' || next.kind === 'quoted'
      ? 'a name with blanks stands in double quotes: "Order ID"'
      : undefined,
  );
}
