/** Mistakes of windows, found before anything runs. */
import { findMistakes, type Mistake, READ, WRITE } from './support/find-mistakes.js';

/** A step of one call, whose expression stands at 4:10. */
function call(expression: string, rest = '    order_by: [id]\n'): string {
  return `${READ}  - over:\n      x: ${expression}\n${rest}${WRITE}`;
}

/** A step with a frame, which stands at 6:12, in the order of `orderBy`. */
function framed(frame: string, orderBy = '[id]'): string {
  return `${READ}  - over:\n      x: count(*)\n    order_by: ${orderBy}\n    frame: ${frame}\n${WRITE}`;
}

/** Over a derived column `day`; the frame stands at 7:12. */
function byDay(frame: string): string {
  return `${READ}  - derive: { day: current_date }\n  - over:\n      x: count(*)\n    order_by: day\n    frame: ${frame}\n${WRITE}`;
}

const MISTAKES: readonly Mistake[] = [
  {
    name: 'unknown columns everywhere, all at once',
    steps: `${READ}  - over:\n      x: sum(amont)\n      y: lag(idd)\n    by: contry\n    order_by: [amuont desc]\n${WRITE}`,
    expected: [
      ['4:14', 'EXPR_UNKNOWN_COLUMN', /amont.*did you mean `amount`/],
      ['5:14', 'EXPR_UNKNOWN_COLUMN', /idd.*did you mean `id`/],
      ['6:9', 'EXPR_UNKNOWN_COLUMN', /contry.*did you mean `country`/],
      ['7:16', 'EXPR_UNKNOWN_COLUMN', /amuont.*did you mean `amount`/],
    ],
  },
  {
    name: 'a name nearly that of a window function',
    steps: call('row_numbr()'),
    expected: [['4:10', 'EXPR_UNKNOWN_FUNCTION', /did you mean `row_number`/]],
  },
  {
    name: 'a rank without an order',
    steps: call('1 - percent_rank()', '    by: country\n'),
    expected: [['4:14', 'EXPR_ARGUMENTS', /percent_rank needs an order.*order_by/]],
  },
  {
    name: 'OVER as in SQL',
    steps: call('sum(amount) OVER (PARTITION BY country)'),
    expected: [['4:22', 'EXPR_SYNTAX', /`by`, `order_by` and `frame`/]],
  },
  {
    name: 'a window function in a filter',
    steps: `${READ}  - filter: row_number() = 1\n${WRITE}`,
    expected: [['3:13', 'EXPR_AGGREGATE_PLACE', /row_number is a window function.*`over` step/]],
  },
  {
    name: 'a window function in another, and what the step makes in one',
    steps: `${READ}  - over:\n      x: sum(row_number())\n      y: row_number()\n      z: |\n        lag(y + count(*), 2)\n      w: sum(y)\n${WRITE}`,
    expected: [
      ['4:14', 'EXPR_AGGREGATE_PLACE', /row_number cannot stand inside sum.*`over` step of its own/],
      ['7:13', 'EXPR_AGGREGATE_PLACE', /y is made in this step/],
      ['7:17', 'EXPR_AGGREGATE_PLACE', /count cannot stand inside lag/],
      ['8:14', 'EXPR_AGGREGATE_PLACE', /y is made in this step/],
    ],
  },
  {
    name: 'ntile(0)',
    steps: call('ntile(0)'),
    expected: [['4:16', 'EXPR_ARGUMENTS', /cannot be cut into 0 parts/]],
  },
  {
    name: 'ntile of a column',
    steps: call('ntile(id)'),
    expected: [['4:16', 'EXPR_ARGUMENTS', /same for all rows/]],
  },
  {
    name: 'a lag backwards, of halves, by a column',
    steps: `${READ}  - over:\n      x: |\n        lag(id, -2)\n      y: |\n        lead(id, 1.5)\n      z: |\n        lead(id, id)\n${WRITE}`,
    expected: [
      ['5:17', 'EXPR_ARGUMENTS', /counts rows forwards only.*lead\(x, 2\)/],
      ['7:18', 'EXPR_ARGUMENTS', /whole number/],
      ['9:18', 'EXPR_ARGUMENTS', /same for all rows/],
    ],
  },
  {
    name: 'a default of another type',
    steps: call("|\n        lag(id, 1, date '2026-01-01')"),
    expected: [['5:9', 'EXPR_TYPE_MISMATCH', /different types: int, date/]],
  },
  {
    name: 'nth_value of row 0',
    steps: call('|\n        nth_value(id, 0)'),
    expected: [['5:23', 'EXPR_ARGUMENTS', /no row number 0.*number 1/]],
  },
  {
    name: 'what window functions do not take: FILTER, DISTINCT, arguments',
    steps: `${READ}  - over:\n      a: row_number() FILTER (WHERE id > 1)\n      d: row_number(id)\n      e: lag(DISTINCT id)\n${WRITE}`,
    expected: [
      ['4:37', 'EXPR_ARGUMENTS', /FILTER means nothing in row_number/],
      ['5:10', 'EXPR_ARGUMENTS', /row_number takes no arguments/],
      ['6:14', 'EXPR_ARGUMENTS', /DISTINCT means nothing in lag/],
    ],
  },
  {
    name: 'IGNORE NULLS at either place',
    steps: `${READ}  - over:\n      a: lag(id IGNORE NULLS)\n      b: last_value(id) ignore nulls\n${WRITE}`,
    expected: [
      ['4:17', 'EXPR_SYNTAX', /IGNORE NULLS cannot stand here.*FILTER \(WHERE x IS NOT NULL\)/],
      ['5:25', 'EXPR_SYNTAX', /IGNORE NULLS cannot stand here/],
    ],
  },
  {
    name: 'a direction in by',
    steps: call('count(*)', '    by: [id, country desc]\n'),
    expected: [['5:14', 'SPEC_BAD_VALUE', /`by` has no direction.*order_by/]],
  },
  {
    name: 'a frame that is none',
    steps: framed('3 preceding'),
    expected: [['6:12', 'EXPR_SYNTAX', /ROWS, RANGE or GROUPS.*rows between 2 preceding/]],
  },
  {
    name: 'a bound without a side',
    steps: framed('rows between 3 and current row'),
    expected: [['6:27', 'EXPR_SYNTAX', /PRECEDING or FOLLOWING/]],
  },
  {
    name: 'a frame that ends before it begins',
    steps: framed('rows between 1 following and 2 preceding'),
    expected: [['6:41', 'EXPR_SYNTAX', /ends before it begins/]],
  },
  {
    name: 'the same on one side',
    steps: framed('range between 2.5 preceding and 7 preceding'),
    expected: [['6:44', 'EXPR_SYNTAX', /ends before it begins/]],
  },
  {
    name: 'a frame from the end',
    steps: framed('rows unbounded following'),
    expected: [['6:17', 'EXPR_SYNTAX', /cannot begin at the end/]],
  },
  {
    name: 'EXCLUDE',
    steps: framed('rows between 1 preceding and 1 following exclude current row'),
    expected: [['6:53', 'EXPR_SYNTAX', /EXCLUDE/]],
  },
  {
    name: 'a negative distance',
    steps: framed('rows between -1 preceding and current row'),
    expected: [['6:25', 'EXPR_ARGUMENTS', /cannot be negative.*PRECEDING or FOLLOWING/]],
  },
  {
    name: 'a distance out of a column',
    steps: framed('groups between id preceding and current row'),
    expected: [['6:27', 'EXPR_ARGUMENTS', /same for all rows/]],
  },
  {
    name: 'rows counted in time',
    steps: framed('rows between interval 1 day preceding and current row'),
    expected: [['6:25', 'EXPR_TYPE_MISMATCH', /ROWS are counted, and this is an interval.*range between/]],
  },
  {
    name: 'an interval between numbers',
    steps: framed('range between interval 1 day preceding and current row'),
    expected: [['6:26', 'EXPR_TYPE_MISMATCH', /no distance between values of int.*write a number/]],
  },
  {
    name: 'RANGE of texts',
    steps: framed('range between 1 preceding and current row', 'country'),
    expected: [['6:26', 'EXPR_TYPE_MISMATCH', /a RANGE of values of string has no distance/]],
  },
  {
    name: 'RANGE with several keys',
    steps: framed('range between 1 preceding and current row', '[id, amount]'),
    expected: [['6:26', 'EXPR_ARGUMENTS', /single order key, and there are 2.*ROWS or GROUPS/]],
  },
  {
    name: 'GROUPS without an order',
    steps: `${READ}  - over:\n      x: count(*)\n    frame: groups 1 preceding\n${WRITE}`,
    expected: [['5:12', 'EXPR_ARGUMENTS', /a frame of GROUPS needs `order_by`/]],
  },
  {
    name: 'a number between dates',
    steps: byDay('range between 1.5 preceding and current row'),
    expected: [['7:26', 'EXPR_TYPE_MISMATCH', /no distance between values of date.*interval '7 days'/]],
  },
  {
    name: 'a negative interval',
    steps: byDay("range between interval '-1 day' preceding and current row"),
    expected: [['7:26', 'EXPR_ARGUMENTS', /cannot be negative/]],
  },
];

findMistakes(MISTAKES);
