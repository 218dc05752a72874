/** What the syntax of a call says that its function does not take. */
import type { CallNode } from '../ast.js';
import { fail } from '../problem.js';

/** What a function says of the calls that it takes. */
export interface CallShape {
  readonly usage: string;
  readonly arguments: readonly [least: number, most: number];
  readonly takesStar?: true;
  readonly takesDistinct?: true;
  readonly takesOrder?: true;
}

export function checkShape(fn: CallShape, { name, args, star, distinct, orderBy, span }: CallNode): void {
  const [least, most] = fn.arguments;
  if (star ? fn.takesStar === undefined : args.length < least || args.length > most) {
    const message = star
      ? `${name}(*) means nothing`
      : `${name} takes ${least === most ? countOf(least) : `${least} to ${countOf(most)}`}`;
    fail('EXPR_ARGUMENTS', message, span, star ? 'only count takes *' : `it is called so: ${fn.usage}`);
  }
  if (distinct !== null && (star || !fn.takesDistinct)) {
    const hint = star ? 'count(DISTINCT x) counts the different values of x' : 'leave DISTINCT out';
    fail('EXPR_ARGUMENTS', `DISTINCT means nothing in ${name}${star ? '(*)' : ''}`, distinct, hint);
  }
  if (orderBy.length > 0 && !fn.takesOrder) {
    fail('EXPR_ARGUMENTS', `the order of the rows means nothing to ${name}`, orderBy[0].span, 'leave ORDER BY out');
  }
}

function countOf(count: number): string {
  if (count === 0) return 'no arguments';
  return count === 1 ? '1 argument' : `${count} arguments`;
}
