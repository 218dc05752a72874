/** A frame as written: `rows between 2 preceding and current row`. */
import type { Span } from '../../errors.js';
import type { ExprNode } from '../ast.js';
import { Parser } from '../parser.js';
import { LEVEL } from '../precedence.js';
import { type ExprProblem, fail, ProblemFound } from '../problem.js';
import { TokenStream } from '../token-stream.js';

export type FrameUnit = 'rows' | 'range' | 'groups';

export interface FrameBoundNode {
  readonly kind: 'unbounded' | 'offset' | 'current';
  /** Of the row itself either. */
  readonly side: 'preceding' | 'following';
  /** How far, of an offset. */
  readonly distance?: ExprNode;
  readonly span: Span;
}

export interface FrameNode {
  readonly unit: FrameUnit;
  readonly unitSpan: Span;
  readonly start: FrameBoundNode;
  readonly end: FrameBoundNode;
}

const EXAMPLE = 'rows between 2 preceding and current row';

export function parseFrame(text: string): FrameNode | { readonly problems: readonly ExprProblem[] } {
  try {
    const tokens = new TokenStream(text);
    const { next } = tokens;
    const unit = (['rows', 'range', 'groups'] as const).find((word) => tokens.takeWord(word));
    if (unit === undefined) return tokens.unexpected('ROWS, RANGE or GROUPS', `a frame looks like this: ${EXAMPLE}`);
    const parser = new Parser(tokens);
    const frame = { unit, unitSpan: next.span, ...parseBounds(parser) };
    if (tokens.isWord('exclude')) {
      fail(
        'EXPR_SYNTAX',
        'a frame cannot leave rows out with EXCLUDE',
        tokens.next.span,
        'subtract the value of the row',
      );
    }
    if (!tokens.isEnd) tokens.unexpected('the end of the frame', `a frame looks like this: ${EXAMPLE}`);
    refuseNothing(frame.start, frame.end);
    return frame;
  } catch (error) {
    if (error instanceof ProblemFound) return { problems: error.problems };
    throw error;
  }
}

function parseBounds(parser: Parser): { start: FrameBoundNode; end: FrameBoundNode } {
  const { tokens } = parser;
  if (!tokens.takeWord('between')) {
    const start = parseBound(parser);
    return { start, end: { kind: 'current', side: 'preceding', span: start.span } };
  }
  const start = parseBound(parser);
  tokens.expectWord('and', 'and the other end', `a frame looks like this: ${EXAMPLE}`);
  return { start, end: parseBound(parser) };
}

function parseBound(parser: Parser): FrameBoundNode {
  const { tokens } = parser;
  const { next } = tokens;
  if (tokens.takeWord('current')) {
    tokens.expectWord('row', 'after CURRENT');
    return { kind: 'current', side: 'preceding', span: parser.from(next.span) };
  }
  const isUnbounded = tokens.takeWord('unbounded');
  const distance = isUnbounded ? undefined : parser.expression(LEVEL.concat);
  const side = tokens.takeWord('preceding') ? 'preceding' : tokens.takeWord('following') ? 'following' : undefined;
  if (side === undefined) {
    return tokens.unexpected(`PRECEDING or FOLLOWING`, `a frame looks like this: ${EXAMPLE}`);
  }
  return { kind: isUnbounded ? 'unbounded' : 'offset', side, distance, span: parser.from(next.span) };
}

function refuseNothing(start: FrameBoundNode, end: FrameBoundNode): void {
  if (start.kind === 'unbounded' && start.side === 'following') {
    fail('EXPR_SYNTAX', 'a frame cannot begin at the end of the partition', start.span, 'UNBOUNDED PRECEDING');
  }
  if (end.kind === 'unbounded' && end.side === 'preceding') {
    fail('EXPR_SYNTAX', 'a frame cannot end at the beginning of the partition', end.span, 'UNBOUNDED FOLLOWING');
  }
}
