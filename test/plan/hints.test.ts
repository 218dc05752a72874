/** What people write who come from SQL or another tool, and what they are told to write instead. */
import { findMistakes, type Mistake, READ, WRITE } from './support/find-mistakes.js';

const MISTAKES: readonly Mistake[] = [
  {
    name: 'quantiles and conditions of aggregates as SQL has them',
    steps: `${READ}  - aggregate:\n      a: percentile_cont(0.5) within group (order by amount)\n      b: count(*) filter where amount > 1\n${WRITE}`,
    expected: [
      ['4:31', 'EXPR_SYNTAX', /quantile_cont\(x, 0\.5\)/],
      ['5:19', 'EXPR_SYNTAX', /FILTER \(WHERE condition\)/],
    ],
  },
  {
    name: 'a condition of having that names nothing, and one that is a step',
    steps: `${READ}  - aggregate: { total: sum(amount) }\n    by: [country]\n    having: sums > 1\n${WRITE}`,
    expected: [['5:13', 'EXPR_UNKNOWN_COLUMN', /columns: total, country, id, amount/]],
  },
  {
    name: 'having as a step',
    steps: `${READ}  - having: id > 1\n${WRITE}`,
    expected: [['3:5', 'SPEC_UNKNOWN_VERB', /key of `aggregate:`.*`filter: condition`/]],
  },
  {
    name: 'sort keys in one text',
    steps: `${READ}  - sort: id DESC, amount\n${WRITE}`,
    expected: [['3:11', 'SPEC_BAD_VALUE', /write a list: \[id DESC, amount\]/]],
  },
  {
    name: 'directions of another kind, in another order, twice',
    steps: `${READ}  - sort: [id desc desc, amount descending, country nulls first desc]\n${WRITE}`,
    expected: ['3:15', '3:33', '3:53'].map((place) => [place, 'EXPR_SYNTAX', /"amount desc nulls first"/]),
  },
  {
    name: 'numbers in words, with an exponent, separators or a unit',
    steps: ['limit: ten', 'limit: 1e3', 'limit: "1,500"', 'limit: 2k', 'sample: 1e3', 'sample: 1.5M']
      .map((step, i) => `${READ}  - ${step}\n  - write: ${i}.csv\n`)
      .join(''),
    expected: [
      ['3:12', 'SPEC_BAD_VALUE', /digits, such as 10/],
      ['6:12', 'SPEC_BAD_VALUE', /digits: 1000$/],
      ['9:12', 'SPEC_BAD_VALUE', /digits: 1500$/],
      ['12:12', 'SPEC_BAD_VALUE', /digits: 2000$/],
      ['15:13', 'SPEC_BAD_VALUE', /digits: 1000$/],
      ['18:13', 'SPEC_BAD_VALUE', /digits: 1500000$/],
    ],
  },
  {
    name: 'dedupe of whole rows, a list without entries',
    steps: `${READ}  - dedupe: true\n${WRITE}${READ}  - sort: []\n  - write: b.csv\n`,
    expected: [
      ['3:13', 'SPEC_BAD_VALUE', /`distinct: true`/],
      ['6:11', 'SPEC_BAD_VALUE', /`sort` is an empty list.*at least one entry/],
    ],
  },
  {
    name: 'a file where a step is named',
    steps: `${READ}  - join: data/customers.csv\n    on: id\n${WRITE}${READ}  - union: [customers.csv.gz]\n  - write: b.csv\n`,
    expected: [
      ['3:11', 'PLAN_UNKNOWN_STEP', /`- name: customers` and `read: data\/customers\.csv`/],
      ['7:13', 'PLAN_UNKNOWN_STEP', /`- name: customers` and `read: customers\.csv\.gz`/],
    ],
  },
  {
    name: 'a default that is an expression',
    steps: `${READ}${WRITE}params:\n  day: { type: date, default: current_date }\n  at: { type: timestamp, default: now() }\n`,
    expected: [
      ['5:31', 'SPEC_PARAM_TYPE', /`expr: current_date`/],
      ['6:35', 'SPEC_PARAM_TYPE', /`expr: now\(\)`/],
    ],
  },
  {
    name: 'a parameter in quotes',
    steps: `${READ}  - filter: country = '$land' OR country = 'no$land' OR country = '$other'\n  - check:\n      a: country <> '\${land}'\n${WRITE}params:\n  land: { type: string, default: NO }\n`,
    expected: [
      ['3:23', 'EXPR_PARAM_IN_TEXT', /`\$land` in quotes is text.*without quotes/],
      ['3:44', 'EXPR_PARAM_IN_TEXT', /'text' \|\| \$land/],
      ['5:21', 'EXPR_PARAM_IN_TEXT', /`\$\{land\}`/],
    ],
  },
  {
    name: 'differences of dates and times',
    steps: `${READ}  - derive: { d: current_date, t: now() }\n  - derive:\n      a: t - d\n      b: d - t\n      c: id - d\n      e: t - 1\n${WRITE}`,
    expected: [
      ['5:10', 'EXPR_TYPE_MISMATCH', /date_diff\('second', a, b\)/],
      ['6:10', 'EXPR_TYPE_MISMATCH', /date_diff\('second', a, b\)/],
      ['7:10', 'EXPR_TYPE_MISMATCH', /date - 1; date_diff\('day', a, b\)/],
      ['8:10', 'EXPR_TYPE_MISMATCH', /INTERVAL '1 day'/],
    ],
  },
  {
    name: 'a union proposes the type that holds both values',
    steps: `  - name: a\n${READ.replace('- ', '  ')}  - name: b\n    select: [{ id: current_date }, { amount: country }, { country: id }]\n${READ}  - union: b\n${WRITE}`,
    expected: [
      ['7:12', 'EXPR_TYPE_MISMATCH', /id is date.*both.*such as string/],
      ['7:12', 'EXPR_TYPE_MISMATCH', /amount is string.*before this step: `- cast: \{ amount: string \}`/],
      ['7:12', 'EXPR_TYPE_MISMATCH', /country is int.*behind the step b: `- cast: \{ country: string \}`/],
    ],
  },
  {
    name: 'a function of other tools, and a verb that stands in a step of its own',
    steps: `${READ}  - aggregate: { p: "percentile(amount, 0.9)" }\n${WRITE}  - name: other\n    from: x\n`,
    expected: [
      ['3:22', 'EXPR_UNKNOWN_FUNCTION', /quantile_cont\(x, 0\.95\)/],
      ['5:5', 'SPEC_VERB_COUNT', /in the same step, without a dash/],
    ],
  },
];

findMistakes(MISTAKES);
