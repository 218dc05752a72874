/** Mistakes of joins, found before anything runs. */
import { findMistakes, type Mistake, READ, WRITE } from './support/find-mistakes.js';

const READS = `  - name: r\n    read: in.csv\n${READ}`;

const MISTAKES: readonly Mistake[] = [
  {
    name: 'join without on, with columns on both sides, with keys that do not fit',
    steps: `  - name: r\n    read: in.csv\n${READ}  - join: r\n${WRITE}${READ}  - join: r\n    on: id\n  - write: b.csv\n${READ}  - join: r\n    on: { id: country, contry: id }\n  - write: c.csv\n`,
    expected: [
      ['5:5', 'SPEC_MISSING_KEY', /type: cross/],
      ['8:11', 'PLAN_DUPLICATE_COLUMN', /both sides have .*country.*suffix/s],
      [
        '13:15',
        'EXPR_TYPE_MISMATCH',
        /id is int and country of r is string.*cast country behind the step r: `- cast: \{ country: int \}`/,
      ],
      ['13:24', 'EXPR_UNKNOWN_COLUMN', /country/],
    ],
  },
  {
    name: 'a step that is not there, and beside it keys and values that are none',
    steps: `${READ}  - join: ordrs\n    typ: left\n    type: outer\n    on: id\n${WRITE}`,
    expected: [
      ['3:11', 'PLAN_UNKNOWN_STEP', /no step named "ordrs"/],
      ['4:5', 'SPEC_UNKNOWN_KEY', /did you mean `type`/],
      ['5:11', 'SPEC_BAD_VALUE', /cannot be `outer`/],
    ],
  },
  {
    name: 'a text on the left as the key of a number, and a number as that of a date',
    steps: `  - name: r\n    read: in.csv\n${READ}  - join: r\n    on: { country: id }\n    suffix: _r\n${WRITE}${READ}  - derive: { day: current_date }\n  - join: r\n    on: { day: id }\n    suffix: _r\n  - write: b.csv\n`,
    expected: [
      ['6:20', 'EXPR_TYPE_MISMATCH', /cast country before this step: `- cast: \{ country: int \}`/],
      ['12:16', 'EXPR_TYPE_MISMATCH', /make columns of one type first/],
    ],
  },
  {
    name: 'join of two steps, a cross join with keys, columns taken by a semi join',
    steps: `  - name: r\n    read: in.csv\n  - name: s\n    select: [{ x: id }]\n${READ}  - join: [s, r]\n    on: id\n${WRITE}${READ}  - join: s\n    type: cross\n    on: id\n  - write: b.csv\n${READ}  - join: r\n    type: semi\n    on: id\n    take: amount\n  - write: c.csv\n`,
    expected: [
      ['7:15', 'SPEC_BAD_VALUE', /step of its own/],
      ['13:9', 'SPEC_BAD_VALUE', /no `on`/],
      ['19:11', 'SPEC_BAD_VALUE', /leave out `take`/],
    ],
  },
  {
    name: 'a column that a side lacks',
    steps: `${READS}  - join: r\n    on: left.z = right.id AND left.id < right.amont\n    suffix: _r\n${WRITE}`,
    expected: [
      ['6:9', 'EXPR_UNKNOWN_COLUMN', /no column left.z/],
      ['6:41', 'EXPR_UNKNOWN_COLUMN', /did you mean `right.amount`/],
    ],
  },
  {
    name: 'no columns taken by a semi join',
    steps: `${READS}  - join: r\n    type: semi\n    on: id\n    take: []\n${WRITE}`,
    expected: [['8:5', 'SPEC_BAD_VALUE', /leave out `take`/]],
  },
  {
    name: 'a key that would lose digits where only one side has a row',
    steps: `  - name: r\n    read: in.csv\n${READ}  - cast: { id: bigint }\n  - join: r\n    type: full\n    on: { id: amount }\n    take: []\n${WRITE}${READ}  - cast: { id: 'decimal(20,2)' }\n  - join: r\n    type: right\n    on: left.id = right.amount\n    take: []\n  - write: b.csv\n${READ}  - join: r\n    type: right\n    on: { id: amount }\n    take: []\n  - write: c.csv\n${READ}  - cast: { id: bigint }\n  - join: r\n    type: left\n    on: { id: amount }\n    take: []\n  - write: d.csv\n`,
    expected: [
      [
        '8:11',
        'EXPR_TYPE_MISMATCH',
        /id is bigint and amount of r is double.*full join.*\{ amount: bigint \}` behind the step r/,
      ],
      ['15:9', 'EXPR_TYPE_MISMATCH', /id is decimal\(20,2\) and amount of r is double/],
    ],
  },
  {
    name: 'a side that is called otherwise',
    steps: `${READS}  - join: r\n    on: r.id = left.id\n    suffix: _r\n${WRITE}`,
    expected: [['6:9', 'EXPR_UNKNOWN_COLUMN', /left and right: left.id or right.id/]],
  },
  {
    name: 'a name that both sides have',
    steps: `${READS}  - join: r\n    on: left.id = right.id AND amount > 1\n    suffix: _r\n${WRITE}`,
    expected: [['6:32', 'EXPR_AMBIGUOUS_COLUMN', /left.amount or right.amount/]],
  },
  {
    name: 'a condition of one side only',
    steps: `${READS}  - join: r\n    on: left.amount > 1\n    suffix: _r\n${WRITE}`,
    expected: [['6:9', 'EXPR_ARGUMENTS', /nothing about the right side.*filter before the join/]],
  },
  {
    name: 'a condition of no side',
    steps: `${READS}  - join: r\n    on: 1 = 1\n    suffix: _r\n${WRITE}`,
    expected: [['6:9', 'EXPR_ARGUMENTS', /nothing about the left side.*type: cross/]],
  },
  {
    name: 'a condition that is a number',
    steps: `${READS}  - join: r\n    on: left.id + right.id\n    suffix: _r\n${WRITE}`,
    expected: [['6:9', 'EXPR_NOT_BOOLEAN', /compare/]],
  },
  {
    name: 'an operand of AND that is a number',
    steps: `${READS}  - join: r\n    on: left.id = right.id AND left.id + right.id\n    suffix: _r\n${WRITE}`,
    expected: [['6:32', 'EXPR_NOT_BOOLEAN', /compare/]],
  },
  {
    name: 'an aggregate in a condition',
    steps: `${READS}  - join: r\n    on: left.id = max(right.id)\n    suffix: _r\n${WRITE}`,
    expected: [['6:19', 'EXPR_AGGREGATE_PLACE', /aggregate step/]],
  },
  {
    name: 'random() in a condition',
    steps: `${READS}  - join: r\n    on: left.id = right.id AND random() < 0.5\n    suffix: _r\n${WRITE}`,
    expected: [['6:32', 'EXPR_ARGUMENTS', /no row to be drawn for/]],
  },
  {
    name: 'text and number in a condition',
    steps: `${READS}  - join: r\n    on: left.id = right.country\n    suffix: _r\n${WRITE}`,
    expected: [['6:9', 'EXPR_TYPE_MISMATCH', /CAST/]],
  },
  {
    name: 'a condition that ends too early',
    steps: `${READS}  - join: r\n    on: left.id =\n    suffix: _r\n${WRITE}`,
    expected: [['6:18', 'EXPR_SYNTAX', /./]],
  },
  {
    name: 'a condition among columns',
    steps: `${READS}  - join: r\n    on: [country, left.id < right.id]\n    suffix: _r\n${WRITE}`,
    expected: [['6:19', 'SPEC_BAD_VALUE', /all of `on`/]],
  },
  {
    name: 'a column that is not there, and none alike',
    steps: `${READS}  - join: r\n    on: idd\n    suffix: _r\n${WRITE}`,
    expected: [['6:9', 'EXPR_UNKNOWN_COLUMN', /did you mean `id`/]],
  },
  {
    name: 'names that both sides have, beside a condition',
    steps: `${READS}  - join: r\n    on: left.id < right.id\n${WRITE}`,
    expected: [['5:11', 'PLAN_DUPLICATE_COLUMN', /both sides have id, amount, country/]],
  },
  {
    name: 'an asof join without on, by columns, and by a map',
    steps: `${READS}  - join: r\n    type: asof\n${WRITE}${READ}  - join: r\n    type: asof\n    on: id\n  - write: b.csv\n${READ}  - join: r\n    type: asof\n    on: { id: id, country: country }\n  - write: c.csv\n`,
    expected: [
      ['5:5', 'SPEC_MISSING_KEY', /which of them is the nearest/],
      ['11:9', 'SPEC_BAD_VALUE', /is a condition.*`on: left\.id = right\.id AND left\.at >= right\.at`/],
      ['16:11', 'SPEC_BAD_VALUE', /left\.id = right\.id AND left\.country = right\.country AND left\.at >=/],
    ],
  },
  {
    name: 'an asof join without an inequality',
    steps: `${READS}  - join: r\n    type: asof\n    on: left.id = right.id\n    suffix: _r\n${WRITE}`,
    expected: [['7:9', 'EXPR_ARGUMENTS', /needs an inequality.*`AND left\.at >= right\.at`.*`type: left`/]],
  },
  {
    name: 'an asof join with two inequalities, and with one of a single side',
    steps: `${READS}  - join: r\n    type: asof\n    on: left.id >= right.id AND left.amount >= right.amount AND right.country <> 'NO'\n    suffix: _r\n${WRITE}`,
    expected: [
      ['7:33', 'EXPR_ARGUMENTS', /takes one inequality, and this is another.*`filter` behind the join/],
      ['7:65', 'EXPR_ARGUMENTS', /filter: of the right before the join/],
    ],
  },
  {
    name: 'an asof join with a condition of both sides that is neither',
    steps: `${READS}  - join: r\n    type: asof\n    on: left.id >= right.id AND (left.amount = right.amount OR left.country = right.country)\n    suffix: _r\n${WRITE}`,
    expected: [['7:33', 'EXPR_ARGUMENTS', /equalities and one inequality.*`filter` behind the join/]],
  },
  {
    name: 'an asof join between a number and a text, of a column that is not there',
    steps: `${READS}  - join: r\n    type: asof\n    on: left.id >= right.country AND left.amont = right.amount\n    suffix: _r\n${WRITE}`,
    expected: [
      ['7:9', 'EXPR_TYPE_MISMATCH', /CAST/],
      ['7:38', 'EXPR_UNKNOWN_COLUMN', /left\.amount/],
    ],
  },
  {
    name: 'an asof join whose sides have the same names',
    steps: `${READS}  - join: r\n    type: asof\n    on: left.country = right.country AND left.id > right.id\n${WRITE}`,
    expected: [['5:11', 'PLAN_DUPLICATE_COLUMN', /both sides have id, amount.*suffix/s]],
  },
];

findMistakes(MISTAKES);
