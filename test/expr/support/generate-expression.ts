/**
 * Seeded random expressions, well typed by construction but for a few that the binder refuses (a product with too many
 * digits), over one table that has a column of every type, edge values and nulls. As text, so that leat and DuckDB can
 * both read them.
 */
import {
  BIGINT,
  BOOLEAN,
  DATE,
  DOUBLE,
  decimal,
  INT,
  STRING,
  TIMESTAMP,
  type TypeKind,
} from '../../../src/columnar/data-type.js';
import type { Schema } from '../../../src/columnar/schema.js';
import { parseValue } from '../../../src/columnar/text.js';
import type { Value } from '../../../src/columnar/value.js';
import type { Random } from '../../support/random.js';

/** The columns, and the texts of the values that each one takes. */
const COLUMNS = {
  b: [BOOLEAN, 'true false'],
  i: [INT, '0 1 -1 2 7 -13 100 46341 2147483647 -2147483648'],
  j: [INT, '3 -3 0 10 11 12345'],
  n: [BIGINT, '0 1 -1 42 3000000000 -9007199254740993 9223372036854775807 -9223372036854775808'],
  m: [BIGINT, '5 -5 2 100000'],
  x: [DOUBLE, '0 -0.0 1 -1.5 0.1 2.5 -2.5 1e300 -1e-300 123456.789 nan inf -inf 4.35 0.49999999999999994'],
  y: [DOUBLE, '3 -3 0.5 0 2 1e15 1e-5'],
  d: [decimal(12, 2), '0.00 1.50 -1.50 0.05 -0.01 9999999999.99 -9999999999.99 2.45 2.55'],
  e: [decimal(18, 6), '0.000000 0.333333 -0.000001 999999999999.999999 5.500000 -12.345678'],
  w: [decimal(38, 4), '0.0000 12345678901234567890.1234 -9999999999999999999999999999999999.9999 1.0001 -7.0000'],
  s: [STRING, '|a|abc|ABC|Ａ|a%c|  pad  |äöü|😀é|x,y,,z|2026-11-01|aaa|ſß'],
  t: [STRING, 'a|b||😀|%|_|,|é|abc|B|a%'],
  day: [DATE, '1970-01-01 2026-11-01 2024-02-29 1969-12-31 1582-10-15 9999-12-31 2000-02-28 0001-01-01'],
  ts: [
    TIMESTAMP,
    '1970-01-01 00:00:00|2026-11-01 10:20:30.456789|1969-12-31 23:59:59.999999|2024-02-29 12:00:00|2026-01-31 23:30:00|1899-03-01 01:02:03',
  ],
} as const;

export const SCHEMA: Schema = Object.entries(COLUMNS).map(([name, [type]]) => ({ name, type }));

/** Rows in which every value of every column occurs among nulls. */
export function generateRows(random: Random, count: number): Value[][] {
  return Array.from({ length: count }, (_, row) =>
    Object.values(COLUMNS).map(([type, texts], column) => {
      const values = texts.split(texts.includes('|') ? '|' : ' ');
      if (random.chance(0.15)) return null;
      // The first rows go through the values in order, so that none is left out by chance.
      const text = row < values.length ? values[(row + column) % values.length] : random.pick(values);
      return parseValue(text, type) as Value;
    }),
  );
}

/** json and bytes are compared in test/expr/json.test.ts. */
export type Kind = Exclude<TypeKind, 'bytes' | 'json'>;

const COLUMN_NAMES: Readonly<Record<Kind, readonly string[]>> = {
  boolean: ['b'],
  int: ['i', 'j'],
  bigint: ['n', 'm'],
  double: ['x', 'y'],
  decimal: ['d', 'e', 'w'],
  string: ['s', 't'],
  date: ['day'],
  timestamp: ['ts'],
};

const LITERALS: Readonly<Record<Kind, readonly string[]>> = {
  boolean: ['TRUE', 'FALSE'],
  int: ['0', '1', '-1', '2', '7', '100', '2147483647'],
  bigint: ['3000000000', 'CAST(5 AS bigint)', '-4000000000'],
  double: ['1e0', '2.5e0', '-1e3', '1e-3'],
  decimal: ['1.5', '0.05', '-2.25', '100.00', 'CAST(7 AS decimal(20,3))'],
  string: ["'a'", "''", "'%a%'", "'Abc'", "'é😀'", "'it''s'", "','"],
  date: ["date '2026-11-01'", "date '1969-07-20'", "date '2024-02-29'"],
  timestamp: ["timestamp '2026-11-01 10:00:00'", "timestamp '1969-12-31 23:59:59.5'"],
};

const KINDS = Object.keys(COLUMN_NAMES) as Kind[];
const NUMERIC: readonly Kind[] = ['int', 'bigint', 'decimal', 'double'];
const UNITS = ['day', 'month', 'quarter', 'year', 'hour', 'minute', 'second', 'decade', 'century'];
const TRUNC_UNITS = [...UNITS, 'week'];
const PATTERNS = ["'a%'", "'%b%'", "'_b_'", "'%'", "''", "'%a%c'", "'a\\%c'", "'ä%'"];
const FORMATS = ["'%Y-%m-%d'", "'%d.%m.%y %H:%M:%S.%f'", "'%-d/%-m %a %B %j %I%p'"];

const REGEXPS = [
  "'a'",
  "'[a-c]+'",
  "'^a.*$'",
  "'.'",
  "'x*'",
  "'(?i)b'",
  "'\\w+'",
  "'é|ü'",
  "'\\pL'",
  "'a{2,}'",
  "'\\bb'",
];
const FORMATS_READ = [
  "'%Y-%m-%d %H:%M:%S.%f'",
  "'%d %B %Y'",
  "'%b %d %Y %I:%M %p'",
  "'%j/%Y'",
  "'%A %-d.%-m.%Y'",
  "'%y%m%d'",
];

type Make = (gen: Generator) => string;

/** What makes an expression of each kind; choices that stand several times come more often. */
const FORMS: Readonly<Record<Kind, readonly Make[]>> = {
  boolean: [
    (g) =>
      `${g.pick(['regexp_matches', 'regexp_full_match'])}(${g.of('string')}, ${g.pick([...REGEXPS, 't'])}${g.pick(['', ", 'i'", ", 's'"])})`,
    (g) => `${g.pick(['isnan', 'isinf', 'isfinite'])}(${g.of('double')})`,
    (g) => `${g.pick(['isfinite(ts)', 'isfinite(day)', 'signbit(y)', 'signbit(-y)'])}`,
    (g) => g.comparison(),
    (g) => g.comparison(),
    (g) => `(${g.of('boolean')} AND ${g.of('boolean')})`,
    (g) => `(${g.of('boolean')} OR ${g.of('boolean')} OR ${g.of('boolean')})`,
    (g) => `(NOT ${g.of('boolean')})`,
    (g) => `(${g.of(g.kind())} IS ${g.not()}NULL)`,
    (g) => `(${g.of('boolean')} IS ${g.not()}${g.pick(['TRUE', 'FALSE'])})`,
    (g) => {
      const kind = g.kind();
      return `(${g.of(kind)} IS ${g.not()}DISTINCT FROM ${g.of(kind)})`;
    },
    (g) => {
      const kind = g.kind();
      return `(${g.of(kind)} ${g.not()}IN (${g.literal(kind)}, ${g.literal(kind)}, ${g.pick(['NULL', g.literal(kind)])}))`;
    },
    (g) => `(${g.of('int')} IN (${g.of('int')}, 1, ${g.of('bigint')}))`,
    (g) => {
      const kind = g.pick(['int', 'bigint', 'double', 'string', 'date'] as const);
      return `(${g.of(kind)} ${g.not()}BETWEEN ${g.of(kind)} AND ${g.of(kind)})`;
    },
    (g) => `(d ${g.not()}BETWEEN ${g.of('int')} AND e)`,
    (g) => `(${g.of('string')} ${g.not()}${g.pick(['LIKE', 'ILIKE'])} ${g.pick([...PATTERNS, 't'])})`,
    (g) => `(${g.of('string')} LIKE 'a!%%' ESCAPE '!')`,
    (g) => `${g.pick(['starts_with', 'ends_with', 'contains'])}(${g.of('string')}, ${g.of('string')})`,
    (g) => `CAST(${g.of(g.pick(['int', 'bigint', 'decimal'] as const))} AS boolean)`,
  ],
  int: [
    (g) => `${g.pick(['ascii', 'unicode'])}(${g.of('string')})`,
    (g) => `xor(${g.of('int')}, ${g.of('int')})`,
    (g) => `CAST(bit_count(${g.of(g.pick(['int', 'bigint'] as const))}) AS int)`,
    (g) => `trunc(${g.of('int')}${g.pick(['', ', -1', ', 2', ', -12'])})`,
    (g) => `(${g.of('int')} ${g.pick(['+', '-', '*', '//', '%'])} ${g.of('int')})`,
    (g) => `(${g.of('int')} ${g.pick(['+', '-', '*'])} ${g.of('int')})`,
    (g) => `(- ${g.of('int')})`,
    (g) => `abs(${g.of('int')})`,
    (g) => `CAST(${g.of(g.pick(['bigint', 'double', 'decimal', 'boolean'] as const))} AS int)`,
    (g) => `TRY_CAST(${g.column(g.pick(['bigint', 'double', 'decimal'] as const))} AS int)`,
    (g) => `round(${g.of('int')})`,
  ],
  bigint: [
    (g) => `${g.pick(['gcd', 'lcm', 'xor'])}(${g.of('bigint')}, ${g.of('bigint')})`,
    (g) => `strlen(${g.of('string')})`,
    (g) =>
      `${g.pick(['levenshtein', 'damerau_levenshtein', 'hamming'])}(hex(${g.of('string')}), hex(${g.of('string')}))`,
    (g) =>
      `${g.pick(['era', 'decade', 'century', 'millennium', 'yearweek', 'days_in_month', 'epoch_ms'])}(${g.moment()})`,
    (g) => {
      const kind = g.pick(['date', 'timestamp'] as const);
      return `date_sub('${g.pick([...UNITS, 'week'])}', ${g.of(kind)}, ${g.of(kind)})`;
    },
    (g) => `(${g.of('bigint')} ${g.pick(['+', '-', '*', '//', '%'])} ${g.of(g.pick(['int', 'bigint'] as const))})`,
    (g) => `(- ${g.of('bigint')})`,
    (g) => `length(${g.of('string')})`,
    (g) => `strpos(${g.of('string')}, ${g.of('string')})`,
    (g) => `CAST(${g.of(g.pick(['int', 'double', 'decimal'] as const))} AS bigint)`,
    (g) => `(${g.of('date')} - ${g.of('date')})`,
    (g) => `${g.pick(['year', 'month', 'day', 'quarter', 'week', 'dayofweek', 'isodow', 'dayofyear'])}(${g.moment()})`,
    (g) => `EXTRACT(${g.pick(['hour', 'minute', 'second', 'milliseconds', 'isoyear'])} FROM ${g.of('timestamp')})`,
    (g) => {
      const kind = g.pick(['date', 'timestamp'] as const);
      return `date_diff('${g.pick(UNITS)}', ${g.of(kind)}, ${g.of(kind)})`;
    },
    (g) => `date_diff('microsecond', ts, ${g.literal('timestamp')})`,
  ],
  double: [
    (g) =>
      `${g.pick(['sin', 'cos', 'tan', 'cot', 'asin', 'acos', 'atan', 'tanh', 'asinh', 'acosh', 'cbrt'])}(${g.of('double')})`,
    (g) => `${g.pick(['degrees', 'radians', 'even', 'sinh', 'cosh'])}(${g.leaf('double')})`,
    (g) => `${g.pick(['atan2', 'nextafter'])}(${g.of('double')}, ${g.of('double')})`,
    (g) => `atanh(${g.column('double')})`,
    (g) => `log(${g.pick(['2', '0.5', 'y'])}, ${g.of('double')})`,
    (g) => `trunc(${g.leaf('double')}${g.pick(['', ', 2', ', -1', ', 400'])})`,
    (g) => `CAST(factorial(${g.of('int')}) AS double)`,
    (g) =>
      `${g.pick(['jaccard', 'jaro_similarity', 'jaro_winkler_similarity'])}(hex(${g.of('string')}), hex(${g.of('string')}))`,
    (g) => `julian(${g.moment()})`,
    (g) => `(${g.of('double')} ${g.pick(['+', '-', '*', '%'])} ${g.of(g.pick(NUMERIC))})`,
    (g) => `(${g.of(g.pick(NUMERIC))} / ${g.of(g.pick(NUMERIC))})`,
    (g) => `(- ${g.of('double')})`,
    (g) => `CAST(${g.of(g.pick(['int', 'bigint', 'decimal', 'boolean'] as const))} AS double)`,
    (g) => `round(${g.of('double')}${g.pick(['', ', 2', ', -1', ', 0'])})`,
    (g) => `${g.pick(['floor', 'ceil'])}(${g.of('double')})`,
    (g) => `${g.pick(['sqrt', 'ln', 'log10', 'log2'])}(${g.of(g.pick(NUMERIC))})`,
    (g) => `exp(${g.leaf('double')})`,
    (g) => `power(${g.leaf('double')}, ${g.pick(['2', '0.5', '0', '3'])})`,
    (g) => `abs(${g.of('double')})`,
    (g) => `epoch(${g.moment()})`,
  ],
  decimal: [
    (g) => `trunc(${g.of('decimal')}${g.pick(['', ', 1', ', 3', ', -1'])})`,
    (g) =>
      `(${g.of('decimal')} ${g.pick(['+', '-', '*', '%'])} ${g.of(g.pick(['int', 'bigint', 'decimal'] as const))})`,
    (g) => `(${g.leaf('decimal')} ${g.pick(['+', '-', '*', '%'])} ${g.leaf(g.pick(['int', 'decimal'] as const))})`,
    (g) => `(- ${g.of('decimal')})`,
    (g) => `abs(${g.of('decimal')})`,
    (g) => `round(${g.of('decimal')}${g.pick(['', ', 1', ', 3', ', -1', ', 0'])})`,
    (g) => `${g.pick(['floor', 'ceil'])}(${g.of('decimal')})`,
    (g) => `CAST(${g.of(g.pick(NUMERIC))} AS ${g.pick(['decimal(12,2)', 'decimal(18,6)', 'decimal(5,0)'])})`,
    (g) => `CAST(${g.column(g.pick(NUMERIC))} AS decimal(38,2))`,
    (g) => `TRY_CAST(${g.column(g.pick(NUMERIC))} AS decimal(9,3))`,
  ],
  string: [
    (g) =>
      `regexp_replace(${g.of('string')}, ${g.pick([...REGEXPS, 't'])}, ${g.pick(["''", "'-'", "'<\\0>'", 's'])}${g.pick(['', ", 'g'", ", 'gi'"])})`,
    (g) =>
      `regexp_extract(${g.of('string')}, ${g.pick(["'(a|b)(c)?'", "'(.)(.)'"])}${g.pick(['', ', 1', ', 2', ", 2, 'i'"])})`,
    (g) => `regexp_extract(${g.of('string')}, ${g.pick([...REGEXPS, 't'])})`,
    (g) =>
      `${g.pick(['md5', 'sha1', 'sha256', 'hex', 'bin', 'url_encode', 'strip_accents', 'regexp_escape'])}(${g.of('string')})`,
    (g) =>
      `${g.pick(['nfc_normalize', 'parse_filename', 'parse_dirname', 'parse_dirpath', 'url_decode'])}(${g.of('string')})`,
    (g) => `${g.pick(['hex', 'bin'])}(${g.of(g.pick(['int', 'bigint'] as const))})`,
    (g) => `to_base(${g.of(g.pick(['int', 'bigint'] as const))}, ${g.pick(['2', '16', '36', 'j'])})`,
    (g) => `translate(${g.of('string')}, ${g.of('string')}, ${g.of('string')})`,
    (g) => `format_bytes(${g.of('bigint')})`,
    (g) => `chr(${g.pick(['65', '233', '128512', 'j', 'i'])})`,
    (g) => `(${g.of('string')} || ${g.of(g.kind())})`,
    (g) => `concat(${g.of(g.kind())}, ${g.of('string')}, ${g.of(g.kind())})`,
    (g) => `${g.pick(['lower', 'upper', 'trim', 'ltrim', 'rtrim', 'reverse'])}(${g.of('string')})`,
    (g) => `${g.pick(['trim', 'ltrim', 'rtrim'])}(${g.of('string')}, ${g.of('string')})`,
    (g) =>
      `substring(${g.of('string')}, ${g.pick(['0', '1', '2', '5', 'CAST(3 AS bigint)'])}${g.pick(['', ', 0', ', 1', ', 3', ', 40'])})`,
    (g) => `substring(s, ${g.position()})`,
    (g) => `${g.pick(['left', 'right'])}(${g.of('string')}, ${g.position()})`,
    (g) => `replace(${g.of('string')}, ${g.of('string')}, ${g.of('string')})`,
    (g) => `split_part(${g.of('string')}, ${g.pick(["','", "'a'", "''"])}, ${g.position()})`,
    (g) => `${g.pick(['lpad', 'rpad'])}(${g.of('string')}, ${g.position()}, ${g.pick(["'*'", "'é-'", 't'])})`,
    (g) => `repeat(${g.leaf('string')}, ${g.position()})`,
    (g) => `CAST(${g.of(g.kind())} AS varchar)`,
    (g) => `strftime(${g.leaf(g.pick(['date', 'timestamp'] as const))}, ${g.pick(FORMATS)})`,
  ],
  date: [
    (g) => `time_bucket(INTERVAL ${g.pick(['3 days', '1 week', '1 quarter', '36 hours'])}, ${g.of('date')})`,
    (g) => `(${g.of('date')} ${g.pick(['+', '-'])} ${g.pick(['1', '30', '-400', 'j'])})`,
    (g) => `CAST(${g.of('timestamp')} AS date)`,
    (g) => `last_day(${g.moment()})`,
    (g) => `make_date(${g.pick(['2024', '1900', '2026'])}, ${g.position()}, ${g.position()})`,
    (g) => `CAST(${g.pick(["'2026-11-01'", "'1999-1-9'", 's'])} AS date)`,
  ],
  timestamp: [
    (g) =>
      `make_timestamp(${g.pick(['2026', '1969'])}, ${g.pick(['1', '12', 'j'])}, ${g.position()}, ${g.position()}, 59, ${g.pick(['30.25', '59.9999999', 'y'])})`,
    (g) => `epoch_ms(${g.pick(['1794910830500', '-1', 'm', 'n'])})`,
    (g) =>
      `time_bucket(INTERVAL ${g.pick(['15 minutes', '7 hours', '1 day', '2 weeks', '3 months', '1 year'])}, ${g.of('timestamp')})`,
    (g) =>
      `time_bucket(INTERVAL ${g.pick(['10 minutes', '10 days', '5 months'])}, ${g.of('timestamp')}, timestamp '2024-02-03 04:05:06')`,
    (g) =>
      `${g.pick(['strptime', 'try_strptime'])}(${g.pick(['s', 't', "'2026-11-01'", "' 1999-1-9 '"])}, ${g.pick(["'%Y-%m-%d'", "'%Y-%m'"])})`,
    (g) => {
      const format = g.pick(FORMATS_READ);
      return `strptime(strftime(${g.leaf(g.pick(['date', 'timestamp'] as const))}, ${format}), ${format})`;
    },
    (g) =>
      `(${g.moment()} + (${g.pick(['INTERVAL 1 MONTH', "INTERVAL '2 days 3 hours'"])} ${g.pick(['+', '-'])} INTERVAL 90 SECONDS) * ${g.pick(['2', '-3', 'j'])})`,
    (g) => `(${g.moment()} ${g.pick(['+', '-'])} ${g.pick(['to_days', 'to_months', 'to_hours', 'to_weeks'])}(j))`,
    (g) => `date_add(${g.moment()}, INTERVAL ${g.pick(['3 DAY', "'1 month'", '(j) HOUR'])})`,
    (g) => `date_trunc('${g.pick(TRUNC_UNITS)}', ${g.moment()})`,
    (g) => `CAST(${g.of('date')} AS timestamp)`,
    (g) =>
      `(${g.moment()} ${g.pick(['+', '-'])} INTERVAL ${g.pick(['1 day', '13 months', '90 minutes', '1 year', '2 weeks'])})`,
    (g) => `(${g.of('timestamp')} + INTERVAL '1 month -3 days 01:30:00')`,
    (g) => `(${g.of('timestamp')} - INTERVAL (j) ${g.pick(['DAY', 'HOUR', 'MONTH'])})`,
  ],
};

/** Forms of every kind. */
const CHOICES: readonly ((gen: Generator, kind: Kind) => string)[] = [
  (g, kind) => `CASE WHEN ${g.of('boolean')} THEN ${g.of(kind)} ELSE ${g.of(kind)} END`,
  (g, kind) => `CASE WHEN ${g.of('boolean')} THEN ${g.of(kind)} WHEN ${g.of('boolean')} THEN ${g.of(kind)} END`,
  (g, kind) => `CASE ${g.of('int')} WHEN 1 THEN ${g.of(kind)} WHEN j THEN ${g.of(kind)} ELSE NULL END`,
  (g, kind) => `coalesce(${g.of(kind)}, ${g.of(kind)})`,
  (g, kind) => `nullif(${g.of(kind)}, ${g.of(kind)})`,
  (g, kind) => `${g.pick(['greatest', 'least'])}(${g.of(kind)}, ${g.of(kind)})`,
];

class Generator {
  private readonly random: Random;
  private depth: number;

  constructor(random: Random, depth: number) {
    this.random = random;
    this.depth = depth;
  }

  of(kind: Kind): string {
    if (this.depth <= 0 || this.random.chance(0.25)) return this.leaf(kind);
    this.depth--;
    const text = this.random.chance(0.2) ? this.pick(CHOICES)(this, kind) : this.pick(FORMS[kind])(this);
    this.depth++;
    return text;
  }

  leaf(kind: Kind): string {
    return this.random.chance(0.75) ? this.column(kind) : this.literal(kind);
  }

  column(kind: Kind): string {
    return this.pick(COLUMN_NAMES[kind]);
  }

  literal(kind: Kind): string {
    return this.pick(LITERALS[kind]);
  }

  kind(): Kind {
    return this.pick(KINDS);
  }

  moment(): string {
    return this.of(this.pick(['date', 'timestamp'] as const));
  }

  /** A small integer, sometimes out of a column. */
  position(): string {
    return this.pick(['0', '1', '2', '3', '-1', '-2', '5', 'j', '40']);
  }

  not(): string {
    return this.pick(['', 'NOT ']);
  }

  comparison(): string {
    const kind = this.kind();
    const other = NUMERIC.includes(kind) ? this.pick(NUMERIC) : kind;
    return `(${this.of(kind)} ${this.pick(['=', '<>', '<', '<=', '>', '>='])} ${this.of(other)})`;
  }

  pick<T>(items: readonly T[]): T {
    return this.random.pick(items);
  }
}

/** An expression of the kind, or of any kind. */
export function generateExpression(random: Random, kind?: Kind, depth = 3): string {
  return new Generator(random, random.between(1, depth)).of(kind ?? random.pick(KINDS));
}
