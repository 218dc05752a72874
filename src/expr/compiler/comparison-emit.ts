/** Code of = <> < <= > >=. */
import { physicalOf } from '../../columnar/data-type.js';
import { doubleEquals, doubleLess, doubleLessOrEqual } from './double-order.js';
import type { EmitRule } from './emit.js';
import { type Comparison, compareKernel } from './member-kernel.js';

const JAVASCRIPT: Readonly<Record<Comparison, string>> = {
  '=': '===',
  '<>': '!==',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

function compareDoubles(comparison: Comparison, a: string, b: string): string {
  switch (comparison) {
    case '=':
      return doubleEquals(a, b);
    case '<>':
      return `!(${doubleEquals(a, b)})`;
    case '<':
      return doubleLess(a, b);
    case '<=':
      return doubleLessOrEqual(a, b);
    case '>':
      return doubleLess(b, a);
    case '>=':
      return doubleLessOrEqual(b, a);
  }
}

export function comparisonEmit(comparison: Comparison): EmitRule {
  return ([left]) => {
    const physical = physicalOf(left.type);
    if (physical === 'i64' || physical === 'i128' || physical === 'text') return compareKernel(comparison, left.type);
    return {
      kind: 'js',
      mayFail: false,
      makesNull: false,
      expr: ([a, b]) => (physical === 'f64' ? compareDoubles(comparison, a, b) : `${a} ${JAVASCRIPT[comparison]} ${b}`),
    };
  };
}
