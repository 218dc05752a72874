/**
 * Mistakes that are found before anything runs, each with its code, its place and what its message must say. Would
 * catch a mistake that is reported elsewhere, twice, or not at all.
 */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { checkPipeline } from '../../src/engine.js';
import { findMistakes, type Mistake, mistakesFolder, READ, WRITE } from './support/find-mistakes.js';

const MISTAKES: readonly Mistake[] = [
  {
    name: 'a list without brackets',
    steps: `${READ}  - drop: id, amount\n${WRITE}`,
    expected: [['3:11', 'EXPR_UNKNOWN_COLUMN', /write a list: \[id, amount\]/]],
  },
  {
    name: 'names that differ in case only stand for one column',
    steps: `${READ}  - drop: [id, ID]\n${WRITE}${READ}  - cast: { id: string, Id: double }\n  - write: b.csv\n${READ}  - limit: 1\n    by: [id, ID]\n  - write: c.csv\n  - name: r\n    read: in.csv\n${READ}  - join: r\n    on: [id, ID]\n  - write: d.csv\n`,
    expected: [
      ['3:16', 'PLAN_DUPLICATE_COLUMN', /name it once/],
      ['6:25', 'PLAN_DUPLICATE_COLUMN', /name it once/],
      ['10:14', 'PLAN_DUPLICATE_COLUMN', /name it once/],
      ['16:14', 'PLAN_DUPLICATE_COLUMN', /name it once/],
    ],
  },
  {
    name: 'a union whose input has two columns that the other has once, in another case',
    steps: `${READ}  - name: a\n    select: [id]\n${READ}  - select:\n      - id\n      - ID: id + 1\n  - union: a\n${WRITE}`,
    expected: [['9:12', 'PLAN_UNION_COLUMNS', /lacks ID/]],
  },
  {
    name: 'sort by a constant, a key that stands twice, a suffix where nothing is taken',
    steps: `  - name: r\n    read: in.csv\n${READ}  - sort: [1, "'id' desc"]\n${WRITE}${READ}  - join: r\n    on: [id, id]\n    suffix: _r\n  - write: b.csv\n${READ}  - join: r\n    type: anti\n    on: id\n    suffix: _r\n  - write: c.csv\n`,
    expected: [
      ['5:12', 'SPEC_BAD_VALUE', /constant/],
      ['5:15', 'SPEC_BAD_VALUE', /constant/],
      ['9:14', 'PLAN_DUPLICATE_COLUMN', /name it once/],
      ['16:13', 'SPEC_BAD_VALUE', /leave out `suffix`/],
    ],
  },
  {
    name: 'dedupe by columns that are not there or stand twice, by a constant, with an end that is none',
    steps: `${READ}  - dedupe: [contry, id, id]\n    order_by: ["1"]\n    keep: newest\n${WRITE}${READ}  - dedupe: [contry, id, id]\n    order_by: ["1"]\n  - write: b.csv\n`,
    expected: [
      ['5:11', 'SPEC_BAD_VALUE', /first, last/],
      ['8:14', 'EXPR_UNKNOWN_COLUMN', /did you mean `country`/],
      ['8:26', 'PLAN_DUPLICATE_COLUMN', /name it once/],
      ['9:16', 'SPEC_BAD_VALUE', /a constant puts nothing in order/],
    ],
  },
  {
    name: 'intersect and except with two steps, with their own input, with a step of other columns',
    steps: `${READ}  - name: a\n    select: [id, country]\n  - name: b\n    from: a\n    select: [id, { x: amount }]\n  - from: a\n    except: [b, a]\n${WRITE}  - from: a\n    intersect: a\n  - write: b.csv\n  - from: a\n    except: a\n  - write: c.csv\n  - name: d\n    from: a\n    select: [id]\n  - from: a\n    intersect: d\n  - write: d.csv\n`,
    expected: [
      ['7:23', 'EXPR_UNKNOWN_COLUMN', /amount/],
      ['12:16', 'SPEC_BAD_VALUE', /is the input, so all of its rows are left.*another step/],
      ['15:13', 'SPEC_BAD_VALUE', /is the input, so nothing is left/],
      ['21:16', 'PLAN_UNION_COLUMNS', /d lacks country; drop or rename/],
    ],
  },
  {
    name: 'except of two steps',
    steps: `${READ}  - name: a\n    filter: id > 1\n  - name: b\n    filter: id > 2\n${READ}  - except: [a, b]\n${WRITE}`,
    expected: [['8:17', 'SPEC_BAD_VALUE', /takes one step; write a step of its own for each/]],
  },
  {
    name: 'unpivot of columns of different types, into one name, into names that are there or stand twice',
    steps: `${READ}  - unpivot: [id, country]\n${WRITE}${READ}  - unpivot: [id, amount]\n    into: value\n  - write: b.csv\n${READ}  - unpivot: [id]\n    into: [amount, x]\n  - write: c.csv\n${READ}  - unpivot: [id]\n    into: [x, x]\n  - write: d.csv\n${READ}  - rename: { value: id }\n  - unpivot: [amount]\n  - write: e.csv\n`,
    expected: [
      ['3:19', 'EXPR_TYPE_MISMATCH', /country is string and id is int: .*cast one of them first/],
      ['7:11', 'SPEC_BAD_VALUE', /takes two names, found 1/],
      ['11:12', 'PLAN_DUPLICATE_COLUMN', /"amount" already.*into: \[month, amount\]/],
      ['15:15', 'PLAN_DUPLICATE_COLUMN', /"x" stands twice/],
      ['19:15', 'PLAN_DUPLICATE_COLUMN', /"value" already/],
    ],
  },
  {
    name: 'samples of no share and of no number of rows',
    steps: ['0.25', '120%', '10 percent', '-5', '0.075', 'half']
      .map((text, i) => `${READ}  - sample: ${text}\n  - write: ${i}.csv\n`)
      .join(''),
    expected: [
      ['3:13', 'SPEC_BAD_VALUE', /expects a share of the rows, such as 10%, or how many, found `0.25`; .*percent: 25%/],
      ['6:13', 'SPEC_BAD_VALUE', /at most 100%/],
      ['9:13', 'SPEC_BAD_VALUE', /such as 10%/],
      ['12:13', 'SPEC_BAD_VALUE', /at least 0/],
      ['15:13', 'SPEC_BAD_VALUE', /percent: 7.5%/],
      ['18:13', 'SPEC_BAD_VALUE', /or how many/],
    ],
  },
  {
    name: 'pivot without values, of a column that is not there, with what is no aggregate',
    steps: `${READ}  - pivot: { column: country, aggregate: sum(amount) }\n${WRITE}${READ}  - pivot: { column: contry, values: [NO], aggregate: sum(amount) }\n  - write: b.csv\n${READ}  - pivot: { column: country, values: [NO], aggregate: amount }\n  - write: c.csv\n${READ}  - pivot: { column: country, values: [NO], aggregate: 1 }\n  - write: d.csv\n${READ}  - pivot: country\n  - write: e.csv\n`,
    expected: [
      ['3:5', 'SPEC_MISSING_KEY', /needs the key `values`; .*known before anything runs/],
      ['6:22', 'EXPR_UNKNOWN_COLUMN', /did you mean `country`/],
      ['9:56', 'EXPR_NOT_AGGREGATED', /max\(amount\)/],
      ['12:56', 'SPEC_BAD_VALUE', /no aggregate function; .*sum\(amount\)/],
      ['15:12', 'SPEC_WRONG_KIND', /a map with column, values, aggregate/],
    ],
  },
  {
    name: 'pivot whose values are written differently and are one',
    steps: `${READ}  - cast: { amount: double }\n  - pivot: { column: amount, values: [0, nan, -0, NaN, 1, 1.0, 2], aggregate: count(*) }\n    by: [id]\n${WRITE}${READ}  - pivot: { column: id, values: [1, 01], aggregate: count(*) }\n  - write: b.csv\n`,
    expected: [
      ['4:47', 'SPEC_BAD_VALUE', /-0 is the same value as 0/],
      ['4:51', 'SPEC_BAD_VALUE', /NaN is the same value as nan/],
      ['4:59', 'SPEC_BAD_VALUE', /1.0 is the same value as 1/],
      ['8:38', 'SPEC_BAD_VALUE', /01 is the same value as 1/],
    ],
  },
  {
    name: 'pivot whose values do not fit the column, stand twice, or are called as a key; by the column itself',
    steps: `${READ}  - pivot: { column: id, values: [1, NO, 2.5], aggregate: sum(amount) }\n${WRITE}${READ}  - pivot: { column: country, values: [NO, NO], aggregate: sum(amount) }\n  - write: b.csv\n${READ}  - pivot: { column: country, values: [id], aggregate: sum(amount) }\n  - write: c.csv\n${READ}  - pivot: { column: country, values: [NO], aggregate: sum(amount) }\n    by: [country]\n  - write: d.csv\n`,
    expected: [
      ['3:38', 'EXPR_TYPE_MISMATCH', /id is int, and "NO" is not/],
      ['3:42', 'EXPR_TYPE_MISMATCH', /"2.5" is not/],
      ['6:44', 'PLAN_DUPLICATE_COLUMN', /"NO" stands twice/],
      ['9:40', 'PLAN_DUPLICATE_COLUMN', /"id" already; rename that one/],
      ['13:10', 'PLAN_DUPLICATE_COLUMN', /become columns; leave it out of `by`/],
    ],
  },
  {
    name: 'a side output that a step does not have',
    steps: `${READ}  - name: big\n    filter: amount > 1\n${WRITE}  - from: big.rst\n    write: b.csv\n  - from: big\n    name: d\n    limit: 1\n  - write: c.csv\n  - from: d.rest\n    write: e.csv\n`,
    expected: [
      ['6:11', 'PLAN_UNKNOWN_STEP', /did you mean `big.rest`/],
      ['12:11', 'PLAN_UNKNOWN_STEP', /its rows are "d"/],
    ],
  },
  {
    name: 'sort by a column that is not there, by a direction alone, by a slip in an expression',
    steps: `${READ}  - sort:\n      - amont desc\n      - " desc"\n      - amount + desc\n${WRITE}`,
    expected: [
      ['4:9', 'EXPR_UNKNOWN_COLUMN', /did you mean `amount`/],
      ['5:9', 'SPEC_BAD_VALUE', /key is missing/],
      ['6:17', 'EXPR_SYNTAX', /./],
    ],
  },
  {
    name: 'limit that is no number, less than nothing, by a column that is not there',
    steps: `${READ}  - limit: ten\n${WRITE}${READ}  - limit: -1\n  - write: b.csv\n${READ}  - limit: 1\n    by: contry\n  - write: c.csv\n`,
    expected: [
      ['3:12', 'SPEC_BAD_VALUE', /ten/],
      ['6:12', 'SPEC_BAD_VALUE', /-1/],
      ['10:9', 'EXPR_UNKNOWN_COLUMN', /country/],
    ],
  },
  {
    name: 'union with a step that is not there',
    steps: `  - name: other\n    read: in.csv\n${READ}  - union: othr\n${WRITE}`,
    expected: [['5:12', 'PLAN_UNKNOWN_STEP', /did you mean "other"/]],
  },
  {
    name: 'union of steps with other columns',
    steps: `  - name: less\n    read: in.csv\n  - name: x\n    select: [id, amount, { x: country }]\n${READ}  - union: [x]\n${WRITE}`,
    expected: [['7:13', 'PLAN_UNION_COLUMNS', /lacks country and has x besides/]],
  },
  {
    name: 'union of a number and a text',
    steps: `  - name: a\n    read: in.csv\n  - name: b\n    select: [id, { amount: country }, country]\n${READ}  - union: b\n${WRITE}`,
    expected: [['7:12', 'EXPR_TYPE_MISMATCH', /amount is string in b and .* in the input/]],
  },
  {
    name: 'drop of columns that are not there, or twice, or of all',
    steps: `${READ}  - drop: [amont, id, id]\n${WRITE}${READ}  - drop: [id, amount, country]\n  - write: b.csv\n`,
    expected: [
      ['3:12', 'EXPR_UNKNOWN_COLUMN', /did you mean `amount`/],
      ['3:23', 'PLAN_DUPLICATE_COLUMN', /id/],
      ['6:5', 'SPEC_BAD_VALUE', /keep at least one/],
    ],
  },
  {
    name: 'rename the wrong way round, onto another column, of one that is not there',
    steps: `${READ}  - rename:\n      amount: price\n${WRITE}${READ}  - rename: { id: amount }\n  - write: b.csv\n${READ}  - rename: { x: nope }\n  - write: c.csv\n`,
    expected: [
      ['4:15', 'EXPR_UNKNOWN_COLUMN', /`price: amount`/],
      ['7:15', 'PLAN_DUPLICATE_COLUMN', /new: old/],
      ['10:18', 'EXPR_UNKNOWN_COLUMN', /columns/],
    ],
  },
  {
    name: 'cast to a type that is none, of a column that is not there, to one that cannot be',
    steps: `${READ}  - cast:\n      id: bigit\n      nope: int\n${WRITE}${READ}  - cast: { id: date }\n  - write: b.csv\n`,
    expected: [
      ['4:11', 'EXPR_UNKNOWN_TYPE', /bigit/],
      ['5:7', 'EXPR_UNKNOWN_COLUMN', /columns/],
      ['8:17', 'EXPR_TYPE_MISMATCH', /cannot be cast/],
    ],
  },
  {
    name: 'distinct: false, and by a column that is not there',
    steps: `${READ}  - distinct: false\n${WRITE}${READ}  - distinct: [contry]\n  - write: b.csv\n`,
    expected: [
      ['3:15', 'SPEC_BAD_VALUE', /leave the step out/],
      ['6:16', 'EXPR_UNKNOWN_COLUMN', /country/],
    ],
  },
  {
    name: 'a column that is not there',
    steps: `${READ}  - filter: amont > 1\n${WRITE}`,
    expected: [['3:13', 'EXPR_UNKNOWN_COLUMN', /did you mean `amount`/]],
  },
  {
    name: 'random() without a seed',
    steps: `${READ}  - filter: random() < 0.5\n${WRITE}`,
    expected: [['3:13', 'EXPR_ARGUMENTS', /random\(\) needs a seed.*run: \{ seed: 1 \}.*--seed 1/s]],
  },
  {
    name: 'all mistakes of all steps at once, sorted by place',
    steps: `${READ}  - derive:\n      a: nope + 1\n      b: upper(amount)\n  - filter: amount\n${WRITE}`,
    expected: [
      ['4:10', 'EXPR_UNKNOWN_COLUMN', /nope/],
      ['5:10', 'EXPR_ARGUMENTS', /upper/],
    ],
  },
  {
    name: 'a condition that is a number',
    steps: `${READ}  - filter: amount + 1\n${WRITE}`,
    expected: [['3:13', 'EXPR_NOT_BOOLEAN', /compare/]],
  },
  {
    name: 'a condition of having that is a number',
    steps: `${READ}  - aggregate:\n      n: count(*)\n    by: [country]\n    having: n + 1\n${WRITE}`,
    expected: [['6:13', 'EXPR_NOT_BOOLEAN', /boolean/]],
  },
  {
    name: 'text compared with a number',
    steps: `${READ}  - filter: country > 5\n${WRITE}`,
    expected: [['3:13', 'EXPR_TYPE_MISMATCH', /CAST/]],
  },
  {
    name: 'a number compared with a date',
    steps: `${READ}  - filter: id = date '2026-01-01'\n${WRITE}`,
    expected: [
      [
        '3:13',
        'EXPR_TYPE_MISMATCH',
        /bigint and date cannot.*date '2026-11-01'|int and date cannot.*date '2026-11-01'/,
      ],
    ],
  },
  {
    name: 'columns in one text, a direction as a map, entries as a list, an assignment',
    steps: `${READ}  - select: id, amount\n  - write: a.csv\n${READ}  - sort: country, id\n  - write: b.csv\n${READ}  - sort: [{ id: desc }]\n  - write: c.csv\n${READ}  - derive:\n      - x: id\n  - write: d.csv\n${READ}  - derive: x = id + 1\n${WRITE}`,
    expected: [
      ['3:13', 'EXPR_UNKNOWN_COLUMN', /write a list: \[id, amount\]/],
      ['6:11', 'EXPR_UNKNOWN_COLUMN', /write a list: \[country, id\]/],
      ['9:12', 'SPEC_WRONG_KIND', /"id desc"/],
      ['13:7', 'SPEC_WRONG_KIND', /leave the dashes/],
      ['16:13', 'SPEC_WRONG_KIND', /write `x: id \+ 1`/],
    ],
  },
  {
    name: 'a parameter as other tools write it',
    steps: `${READ}  - filter: "id > :n"\n${WRITE}`,
    expected: [['3:19', 'EXPR_SYNTAX', /\$name/]],
  },
  {
    name: 'words of other tools',
    steps: `${READ}  - where: id > 1\n  - group_by: [country]\n  - order_by: id\n${WRITE}`,
    expected: [
      ['3:5', 'SPEC_UNKNOWN_VERB', /`filter: condition`/],
      ['4:5', 'SPEC_UNKNOWN_VERB', /`by:`/],
      ['5:5', 'SPEC_UNKNOWN_VERB', /`sort:`/],
    ],
  },
  {
    name: 'a step without a verb that there is hides nothing but what would come of it',
    steps: `${READ}  - derive: { x: nn + 1, y: uppr(country) }\n  - limit: 1.5\n  - name: best\n    srt: [id]\n  - filter: later > 1\n  - limit: none\n  - write: a.csv\n${READ}  - join: best\n    on: id\n  - filter: id > 'a'\n  - write: b.csv\n  - name: alone\n    from: best.rest\n    drop: [id]\n`,
    expected: [
      ['3:18', 'EXPR_UNKNOWN_COLUMN', /columns: /],
      ['3:29', 'EXPR_UNKNOWN_FUNCTION', /`upper`/],
      ['4:12', 'SPEC_BAD_VALUE', /whole number/],
      ['6:5', 'SPEC_UNKNOWN_VERB', /`sort`/],
      ['8:12', 'SPEC_BAD_VALUE', /whole number/],
    ],
  },
  {
    name: 'columns without a name',
    steps: `${READ}  - derive: { "": id + 1 }\n  - write: a.csv\n${READ}  - select: [{ " ": id }]\n  - write: b.csv\n${READ}  - rename: { "": id }\n  - write: c.csv\n${READ}  - aggregate: { "": count(*) }\n    by: [{ "": id }]\n  - write: d.csv\n${READ}    schema: { "": int }\n  - check: { "": id > 0 }\n${WRITE}`,
    expected: [
      ['3:15', 'SPEC_BAD_VALUE', /without a name/],
      ['6:16', 'SPEC_BAD_VALUE', /without a name/],
      ['9:15', 'SPEC_BAD_VALUE', /without a name/],
      ['12:18', 'SPEC_BAD_VALUE', /without a name/],
      ['13:12', 'SPEC_BAD_VALUE', /without a name/],
      ['16:15', 'SPEC_BAD_VALUE', /without a name/],
      ['17:14', 'SPEC_BAD_VALUE', /without a name/],
    ],
  },
  {
    name: 'a name with a dot or a blank makes no mistake of whoever reads the step',
    steps: `  - name: k.rest\n    read: in.csv\n${WRITE}  - name: my orders\n    from: k.rest\n    limit: 1\n  - write: b.csv\n  - from: my orders\n    write: c.csv\n`,
    expected: [
      ['2:11', 'SPEC_BAD_VALUE', /letters/],
      ['5:11', 'SPEC_BAD_VALUE', /letters/],
    ],
  },
  {
    name: 'a read that reads a step',
    steps: `  - name: a\n    read: in.csv\n  - from: a\n    read: in.csv\n${WRITE}`,
    expected: [['4:11', 'SPEC_BAD_VALUE', /leave `from:` out/]],
  },
  {
    name: 'a step that reads two',
    steps: `  - name: a\n    read: in.csv\n${WRITE}  - from: [a, a]\n    write: b.csv\n`,
    expected: [['5:11', 'SPEC_WRONG_KIND', /`union`/]],
  },
  {
    name: 'a number where the rows of a check are bounded, bounds that cross',
    steps: `${READ}  - check:\n      a: { rows: 1 }\n${WRITE}${READ}  - check:\n      b: { rows: ">= 2" }\n      c: { rows: { min: 5, max: 2 } }\n  - write: b.csv\n`,
    expected: [
      ['4:18', 'SPEC_WRONG_KIND', /write `rows: \{ min: 1 \}`/],
      ['8:18', 'SPEC_WRONG_KIND', /write `rows: \{ min: 2 \}`/],
      ['9:7', 'SPEC_BAD_VALUE', /at least 5 and at most 2/],
    ],
  },
  {
    name: 'rows that fail a check of all rows together',
    steps: `${READ}  - name: gate\n    check: count(*) > 1\n${WRITE}  - from: gate.failed\n    write: b.csv\n`,
    expected: [['4:5', 'PLAN_UNKNOWN_STEP', /no row fails this check by itself/]],
  },
  {
    name: 'a column that reads one whose expression is wrong',
    steps: `${READ}  - derive:\n      a: amont + 1\n      b: a * 2\n      c: nope\n${WRITE}`,
    expected: [
      ['4:10', 'EXPR_UNKNOWN_COLUMN', /amount/],
      ['6:10', 'EXPR_UNKNOWN_COLUMN', /nope/],
    ],
  },
  {
    name: 'an expression that ends too early',
    steps: `${READ}  - filter: amount >\n${WRITE}`,
    expected: [['3:21', 'EXPR_SYNTAX', /./]],
  },
  {
    name: 'a function that nobody knows',
    steps: `${READ}  - derive:\n      a: uper(country)\n${WRITE}`,
    expected: [['4:10', 'EXPR_UNKNOWN_FUNCTION', /upper/]],
  },
  {
    name: 'a type that nobody knows',
    steps: `${READ}    schema:\n      id: bigint\n      amount: decimall(12,2)\n${WRITE}`,
    expected: [['5:15', 'EXPR_UNKNOWN_TYPE', /decimal/]],
  },
  {
    name: 'a parameter that is not declared',
    steps: `${READ}  - filter: amount > $flor\n${WRITE}`,
    expected: [['3:22', 'EXPR_UNKNOWN_PARAM', /flor/]],
  },
  {
    name: 'a name that fits two columns',
    steps: `${READ}  - derive:\n      Amount: 1\n  - filter: AMOUNT > 1\n${WRITE}`,
    expected: [['5:13', 'EXPR_AMBIGUOUS_COLUMN', /amount, Amount/]],
  },
  {
    name: 'an aggregate function in a filter',
    steps: `${READ}  - filter: sum(amount) > 1\n${WRITE}`,
    expected: [['3:13', 'EXPR_AGGREGATE_PLACE', /aggregate step/]],
  },
  {
    name: 'a column that is no key',
    steps: `${READ}  - aggregate:\n      a: amount + count(*)\n    by: [country]\n${WRITE}`,
    expected: [['4:10', 'EXPR_NOT_AGGREGATED', /country/]],
  },
  {
    name: 'two steps with one name',
    steps: `  - name: a\n    read: in.csv\n  - name: a\n    filter: amount > 1\n${WRITE}`,
    expected: [['4:11', 'PLAN_DUPLICATE_NAME', /"a"/]],
  },
  {
    name: 'a step that is not there',
    steps: `  - name: orders\n    read: in.csv\n  - from: order\n    write: out.csv\n`,
    expected: [['4:11', 'PLAN_UNKNOWN_STEP', /did you mean "orders"/]],
  },
  {
    name: 'a first step that reads nothing',
    steps: `  - filter: 1 = 1\n${WRITE}`,
    expected: [['2:5', 'PLAN_NO_INPUT', /first step/]],
  },
  {
    name: 'a step under a write',
    steps: `${READ}${WRITE}  - filter: amount > 1\n  - write: more.csv\n`,
    expected: [['4:5', 'PLAN_NO_INPUT', /hands no rows on/]],
  },
  {
    name: 'steps in a circle',
    steps: `  - name: a\n    from: b\n    filter: 1 = 1\n  - name: b\n    from: a\n    filter: 1 = 1\n${READ}${WRITE}`,
    expected: [['3:11', 'PLAN_CYCLE', /feeds itself/]],
  },
  {
    name: 'rows that go nowhere',
    steps: `${READ}  - filter: amount > 1\n`,
    expected: [['3:5', 'PLAN_DEAD_END', /write/]],
  },
  {
    name: 'one column twice',
    steps: `${READ}  - select: [id, amount, id]\n${WRITE}`,
    expected: [['3:14', 'PLAN_DUPLICATE_COLUMN', /"id"/]],
  },
  {
    name: 'one output twice',
    steps: `${READ}  - name: x\n    filter: amount > 1\n${WRITE}  - from: x\n    write: ./out.csv\n`,
    expected: [['7:5', 'PLAN_SAME_OUTPUT', /line 5/]],
  },
  {
    name: 'an output whose format nobody knows',
    steps: `${READ}  - write: out.xyz\n`,
    expected: [['3:12', 'FORMAT_UNKNOWN', /format: csv/]],
  },
  {
    name: 'an input that is not there',
    steps: `  - read: nowhere.csv\n${WRITE}`,
    expected: [['2:11', 'FORMAT_FILE_MISSING', /nowhere\.csv/]],
  },
  {
    name: 'a glob that fits no file',
    steps: `  - read: nowhere/*.csv\n${WRITE}`,
    expected: [['2:11', 'FORMAT_NO_FILES', /nowhere/]],
  },
  {
    name: 'a delimiter that is the quote',
    steps: `  - read: in.csv\n    delimiter: '"'\n${WRITE}`,
    expected: [['2:11', 'FORMAT_CSV_DIALECT', /differ/]],
  },
];

findMistakes(MISTAKES);

const folder = mistakesFolder();
after(() => rmSync(folder, { recursive: true }));

it('a parameter that does not fit its type', async () => {
  const path = join(folder, 'param.yaml');
  writeFileSync(path, `params:\n  day: date\nsteps:\n${READ}  - filter: $day > date '2026-01-01'\n${WRITE}`);
  const { diagnostics } = await checkPipeline(path, { env: {}, params: { day: 'soon' } });
  assert.deepEqual(
    diagnostics.map(({ code, place }) => [code, place?.line, place?.column]),
    [['SPEC_PARAM_TYPE', 2, 3]],
  );
});

it('a pipeline without mistakes has none', async () => {
  const path = join(folder, 'good.yaml');
  writeFileSync(path, `steps:\n${READ}  - filter: amount > 1\n${WRITE}`);
  const report = { pipeline: 'good', ok: true, isLibrary: false, diagnostics: [], steps: 3 };
  assert.deepEqual(await checkPipeline(path, { env: {} }), report);
});
