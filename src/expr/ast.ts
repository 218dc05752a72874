/** An expression as written: syntax only, nothing resolved or typed. Spans are UTF-16 offsets in its text. */
import type { Span } from '../errors.js';
import type { JsonStep } from '../kernels/json-text.js';

interface Node {
  readonly span: Span;
}

/** The digits as written. */
export interface NumberNode extends Node {
  readonly kind: 'number';
  readonly text: string;
}
export interface TextNode extends Node {
  readonly kind: 'text';
  readonly value: string;
}
export interface ConstantNode extends Node {
  readonly kind: 'constant';
  readonly value: boolean | null;
}
/** date '...' and timestamp '...'. */
export interface TypedTextNode extends Node {
  readonly kind: 'typed_text';
  readonly type: 'date' | 'timestamp';
  readonly text: string;
}
/** INTERVAL amount [unit]; without a unit the amount is a text such as '1 day 2 hours'. */
export interface IntervalNode extends Node {
  readonly kind: 'interval';
  readonly amount: ExprNode;
  readonly unit: string | null;
}
export interface NamePart extends Node {
  readonly text: string;
  readonly quoted: boolean;
}
/** A column, and perhaps a path into it: in `payload.items[0].name` the second part may be either. */
export interface NameNode extends Node {
  readonly kind: 'name';
  readonly parts: readonly NamePart[];
  /** From the first index on. */
  readonly path: readonly JsonStep[];
}
export interface ParamNode extends Node {
  readonly kind: 'param';
  readonly name: string;
}
export interface UnaryNode extends Node {
  readonly kind: 'unary';
  readonly operator: '-' | '+' | 'not';
  readonly operand: ExprNode;
}
export interface BinaryNode extends Node {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly operatorSpan: Span;
  readonly left: ExprNode;
  readonly right: ExprNode;
}
export type BinaryOperator = '=' | '<>' | '<' | '<=' | '>' | '>=' | '||' | '+' | '-' | '*' | '/' | '//' | '%' | '^';
export interface LogicNode extends Node {
  readonly kind: 'logic';
  readonly operator: 'and' | 'or';
  readonly operands: readonly ExprNode[];
}
export interface IsNode extends Node {
  readonly kind: 'is';
  readonly what: 'null' | 'true' | 'false';
  readonly negated: boolean;
  readonly operand: ExprNode;
}
export interface IsDistinctNode extends Node {
  readonly kind: 'is_distinct';
  readonly negated: boolean;
  readonly left: ExprNode;
  readonly right: ExprNode;
}
export interface BetweenNode extends Node {
  readonly kind: 'between';
  readonly negated: boolean;
  readonly operand: ExprNode;
  readonly low: ExprNode;
  readonly high: ExprNode;
}
export interface InNode extends Node {
  readonly kind: 'in';
  /** A list in parentheses, not the one name of a list parameter. */
  readonly bracketed: boolean;
  readonly negated: boolean;
  readonly operand: ExprNode;
  readonly items: readonly ExprNode[];
}
export interface LikeNode extends Node {
  readonly kind: 'like';
  readonly function: 'like' | 'ilike';
  readonly negated: boolean;
  readonly operand: ExprNode;
  readonly pattern: ExprNode;
  readonly escape: ExprNode | null;
}
export interface CaseNode extends Node {
  readonly kind: 'case';
  readonly operand: ExprNode | null;
  readonly whens: readonly { readonly when: ExprNode; readonly then: ExprNode }[];
  readonly otherwise: ExprNode | null;
}
export interface TypeNode extends Node {
  readonly name: string;
  readonly args: readonly string[];
}
export interface CastNode extends Node {
  readonly kind: 'cast';
  readonly try: boolean;
  readonly operand: ExprNode;
  readonly type: TypeNode;
}
export interface OrderNode extends Node {
  readonly expr: ExprNode;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}
export interface CallNode extends Node {
  readonly kind: 'call';
  readonly name: string;
  readonly nameSpan: Span;
  readonly args: readonly ExprNode[];
  /** f(*) */
  readonly star: boolean;
  /** f(DISTINCT x); where the word stands. */
  readonly distinct: Span | null;
  /** f(x ORDER BY y desc) */
  readonly orderBy: readonly OrderNode[];
  readonly filter: ExprNode | null;
}

export type ExprNode =
  | NumberNode
  | TextNode
  | ConstantNode
  | TypedTextNode
  | IntervalNode
  | NameNode
  | ParamNode
  | UnaryNode
  | BinaryNode
  | LogicNode
  | IsNode
  | IsDistinctNode
  | BetweenNode
  | InNode
  | LikeNode
  | CaseNode
  | CastNode
  | CallNode;
