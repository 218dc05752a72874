/**
 * Random pipelines of several steps with the SQL that means the same. Every step is a common table expression with a
 * column `pos`, the row's place: so the order that leat promises is part of what is compared.
 */
import type { Random } from '../../support/random.js';

type Kind = 'int' | 'text' | 'double' | 'boolean';

interface Column {
  readonly name: string;
  readonly kind: Kind;
}

interface Table {
  readonly cte: string;
  /** The step's name. */
  readonly step: string;
  readonly columns: readonly Column[];
}

export interface GeneratedPipeline {
  /** Steps behind reads named `left` and `right`, each with the columns a, b, s, d, f. */
  readonly steps: string;
  /** `$left` and `$right` stand for the inputs with their `pos`. */
  readonly sql: string;
}

const INPUT_COLUMNS: readonly Column[] = [
  { name: 'a', kind: 'int' },
  { name: 'b', kind: 'int' },
  { name: 's', kind: 'text' },
  { name: 'd', kind: 'double' },
  { name: 'f', kind: 'boolean' },
];

/** `steps`: how many; a pipeline of fewer steps with the same seed begins alike, so a failure shrinks from its end. */
export function generatePipeline(rng: Random, steps: number): GeneratedPipeline {
  const generator = new Generator(rng);
  for (let i = 0; i < steps; i++) generator.step();
  return generator.result();
}

class Generator {
  readonly #rng: Random;
  readonly #yaml: string[] = [];
  readonly #ctes: string[] = ['t_left AS (SELECT * FROM $left)', 't_right AS (SELECT * FROM $right)'];
  readonly #tables: Table[] = ['left', 'right'].map((step) => ({ cte: `t_${step}`, step, columns: INPUT_COLUMNS }));
  #current: Table = this.#tables[0];
  #names = 0;

  constructor(rng: Random) {
    this.#rng = rng;
  }

  result(): GeneratedPipeline {
    const columns = this.#current.columns.map(({ name }) => name).join(', ');
    const sql = `WITH ${this.#ctes.join(',\n')}\nSELECT ${columns} FROM ${this.#current.cte} ORDER BY pos`;
    // The last step's rows may have been read by others only.
    return { steps: `${this.#yaml.join('')}  - from: ${this.#current.step}\n    filter: true\n`, sql };
  }

  step(): void {
    const rng = this.#rng;
    if (rng.chance(0.15)) this.#current = rng.pick(this.#tables);
    const all = [
      () => this.#filter(),
      () => this.#derive(),
      () => this.#select(),
      () => this.#rename(),
      () => this.#sort(),
      () => this.#limit(),
      () => this.#limitBy(),
      () => this.#sample(),
      () => this.#distinct(),
      () => this.#dedupe(),
      () => this.#aggregate(),
      () => this.#pivot(),
      () => this.#unpivot(),
      () => this.#union(),
      () => this.#setOperation(),
      () => this.#join(),
    ];
    rng.pick(all)();
  }

  #add(verb: string, columns: readonly Column[], select: string): void {
    const step = `n${this.#names++}`;
    this.#yaml.push(`  - name: ${step}\n    from: ${this.#current.step}\n${verb}`);
    this.#ctes.push(`t_${step} AS (${select})`);
    this.#current = { cte: `t_${step}`, step, columns };
    this.#tables.push(this.#current);
  }

  #columns(kind?: Kind): readonly Column[] {
    return this.#current.columns.filter((column) => kind === undefined || column.kind === kind);
  }

  #someColumns(most: number): readonly Column[] {
    const keyed = this.#current.columns.map((column) => ({ column, key: this.#rng.next() }));
    const all = keyed.sort((a, b) => a.key - b.key).map(({ column }) => column);
    return all.slice(0, this.#rng.between(1, Math.min(most, all.length)));
  }

  #condition(): string {
    const rng = this.#rng;
    const { name, kind } = rng.pick(this.#current.columns);
    if (kind === 'int') return rng.pick([`${name} > 0`, `${name} IN (1, 2, 3)`, `${name} % 2 = 0 OR ${name} IS NULL`]);
    if (kind === 'text')
      return rng.pick([`${name} = 'x'`, `${name} LIKE '%y%'`, `length(${name}) > 1`, `${name} < 'y'`]);
    if (kind === 'double') return rng.pick([`${name} < 2.5`, `${name} IS NOT NULL`, `${name} BETWEEN -1 AND 1`]);
    return rng.pick([name, `NOT ${name}`, `${name} IS NULL`]);
  }

  #expression(): readonly [text: string, kind: Kind] {
    const rng = this.#rng;
    const { name, kind } = rng.pick(this.#current.columns);
    if (kind === 'int')
      return rng.pick([
        [`${name} % 7`, 'int'],
        [`${name} / 4`, 'double'],
        [`coalesce(${name}, 9) + 1`, 'int'],
      ] as const);
    if (kind === 'text')
      return rng.pick([
        [`upper(${name})`, 'text'],
        [`${name} || '-'`, 'text'],
        [`${name} IS NULL`, 'boolean'],
      ] as const);
    if (kind === 'double')
      return rng.pick([
        [`${name} * 2`, 'double'],
        [`floor(${name})`, 'double'],
        [`${name} > 1`, 'boolean'],
      ] as const);
    return [`CASE WHEN ${name} THEN 'yes' ELSE 'no' END`, 'text'];
  }

  #newName(): string {
    return `c${this.#names++}`;
  }

  #filter(): void {
    const condition = this.#condition();
    this.#add(
      `    filter: |\n      ${condition}\n`,
      this.#columns(),
      `SELECT * FROM ${this.#current.cte} WHERE ${condition}`,
    );
  }

  #derive(): void {
    const [text, kind] = this.#expression();
    const name = this.#newName();
    this.#add(
      `    derive:\n      ${name}: |\n        ${text}\n`,
      [...this.#columns(), { name, kind }],
      `SELECT *, ${text} AS ${name} FROM ${this.#current.cte}`,
    );
  }

  #select(): void {
    const columns = this.#someColumns(4);
    const names = columns.map(({ name }) => name).join(', ');
    this.#add(`    select: [${names}]\n`, columns, `SELECT ${names}, pos FROM ${this.#current.cte}`);
  }

  #rename(): void {
    const old = this.#rng.pick(this.#current.columns);
    const name = this.#newName();
    const columns = this.#columns().map((column) => (column === old ? { ...column, name } : column));
    const select = this.#columns().map((column) => (column === old ? `${old.name} AS ${name}` : column.name));
    this.#add(
      `    rename: { ${name}: ${old.name} }\n`,
      columns,
      `SELECT ${select.join(', ')}, pos FROM ${this.#current.cte}`,
    );
  }

  #sort(): void {
    const rng = this.#rng;
    const keys = this.#someColumns(3).map(({ name }) => ({
      name,
      way: rng.chance(0.4) ? 'desc' : 'asc',
      nulls: rng.chance(0.3) ? 'first' : 'last',
    }));
    const yaml = keys.map(({ name, way, nulls }) => `      - ${name} ${way} nulls ${nulls}\n`).join('');
    const order = keys.map(({ name, way, nulls }) => `${name} ${way} NULLS ${nulls}`).join(', ');
    this.#add(`    sort:\n${yaml}`, this.#columns(), this.#ordered(this.#current.cte, `${order}, pos`));
  }

  /** The columns with their places in an order. */
  #ordered(from: string, order: string, columns = this.#columns()): string {
    const names = columns.map(({ name }) => name).join(', ');
    return `SELECT ${names}, row_number() OVER (ORDER BY ${order}) AS pos FROM ${from}`;
  }

  #limit(): void {
    const [count, offset] = [this.#rng.int(60), this.#rng.pick([0, 0, 5])];
    this.#add(
      `    limit: ${count}\n    offset: ${offset}\n`,
      this.#columns(),
      `SELECT * FROM ${this.#current.cte} ORDER BY pos LIMIT ${count} OFFSET ${offset}`,
    );
  }

  #limitBy(): void {
    const names = this.#someColumns(2)
      .map(({ name }) => name)
      .join(', ');
    const count = this.#rng.between(1, 3);
    const numbered = `SELECT *, row_number() OVER (PARTITION BY ${names} ORDER BY pos) AS n FROM ${this.#current.cte}`;
    this.#add(
      `    limit: ${count}\n    by: [${names}]\n`,
      this.#columns(),
      `SELECT * EXCLUDE (n) FROM (${numbered}) WHERE n <= ${count}`,
    );
  }

  /** Which rows are drawn is nothing to compare with; that all of them stay where they stand is. */
  #sample(): void {
    const all = this.#rng.pick(['100%', '1_000_000', '150_000']);
    this.#add(`    sample: ${all}\n`, this.#columns(), `SELECT * FROM ${this.#current.cte}`);
  }

  #distinct(): void {
    const columns = this.#someColumns(3);
    const names = columns.map(({ name }) => name);
    const order = names.map((name) => `${name} NULLS LAST`).join(', ');
    const rows = `(SELECT DISTINCT ${names.join(', ')} FROM ${this.#current.cte})`;
    this.#add(`    distinct: [${names.join(', ')}]\n`, columns, this.#ordered(rows, order, columns));
  }

  #dedupe(): void {
    const rng = this.#rng;
    const names = this.#someColumns(2)
      .map(({ name }) => name)
      .join(', ');
    const isLast = rng.chance(0.4);
    const keep = isLast ? '    keep: last\n' : '';
    const order = rng.chance(0.5) ? [] : this.#someColumns(2).map(({ name }) => name);
    const yaml = order.length === 0 ? '' : `    order_by: [${order.join(', ')}]\n`;
    // The last of an order is the first of its reverse.
    const [way, nulls] = isLast ? ['DESC', 'FIRST'] : ['ASC', 'LAST'];
    const reversed = [...order.map((name) => `${name} ${way} NULLS ${nulls}`), `pos ${way}`].join(', ');
    const numbered = `SELECT *, row_number() OVER (PARTITION BY ${names} ORDER BY ${reversed}) AS n FROM ${this.#current.cte}`;
    this.#add(
      `    dedupe: [${names}]\n${keep}${yaml}`,
      this.#columns(),
      `SELECT * EXCLUDE (n) FROM (${numbered}) WHERE n = 1`,
    );
  }

  #aggregate(): void {
    const rng = this.#rng;
    const keys = rng.chance(0.15) ? [] : this.#someColumns(2);
    const { name: over, kind } = rng.pick(this.#current.columns);
    const name = this.#newName();
    const [text, result]: readonly [string, Kind] = rng.pick([
      ['count(*)', 'int'],
      [`count(${over})`, 'int'],
      [`min(${over})`, kind],
      [`max(${over})`, kind],
    ] as const);
    const columns = [...keys, { name, kind: result }];
    const names = keys.map((key) => key.name).join(', ');
    const grouped = keys.length === 0 ? '' : ` GROUP BY ${names}`;
    const rows = `(SELECT ${[...keys.map((key) => key.name), `${text} AS ${name}`].join(', ')} FROM ${this.#current.cte}${grouped})`;
    const order = keys.length === 0 ? '1' : keys.map((key) => `${key.name} NULLS LAST`).join(', ');
    const by = keys.length === 0 ? '' : `    by: [${names}]\n`;
    this.#add(`    aggregate:\n      ${name}: ${text}\n${by}`, columns, this.#ordered(rows, order, columns));
  }

  #pivot(): void {
    const rng = this.#rng;
    const candidates = this.#columns().filter(({ kind }) => kind !== 'double');
    if (candidates.length === 0) return;
    const column = rng.pick(candidates);
    const keys = this.#someColumns(2).filter((key) => key !== column);
    if (keys.length === 0) return;
    const { name: over, kind } = rng.pick(this.#current.columns);
    const [aggregate, result]: readonly [string, Kind] = rng.pick([
      ['count(*)', 'int'],
      [`count(${over})`, 'int'],
      [`min(${over})`, kind],
    ] as const);
    const values = { int: ['1', '2', '77'], text: ['x', 'xy', 'no'], boolean: ['true', 'false'], double: [] }[
      column.kind
    ];
    const taken = values.slice(0, rng.between(1, values.length));
    const names = keys.map((key) => key.name).join(', ');
    const made = taken.map((value) => ({ value, name: this.#newName() }));
    const parts = made.map(({ value, name }) => {
      const filter = `${column.name} = ${column.kind === 'text' ? `'${value}'` : value}`;
      return `${aggregate} FILTER (WHERE ${filter}) AS ${name}`;
    });
    const columns = [...keys, ...made.map(({ name }) => ({ name, kind: result }))];
    const rows = `(SELECT ${names}, ${parts.join(', ')} FROM ${this.#current.cte} GROUP BY ${names})`;
    const order = keys.map((key) => `${key.name} NULLS LAST`).join(', ');
    const pivot = `    pivot:\n      column: ${column.name}\n      values: [${taken.join(', ')}]\n      aggregate: ${aggregate}\n    by: [${names}]\n`;
    // Columns called as the values are renamed, so that other steps can name them.
    const pairs = made.map(({ value, name }) => `      ${name}: ${value}\n`).join('');
    this.#add(pivot, columns, this.#ordered(rows, order, columns));
    const { cte } = this.#current;
    this.#add(`    rename:\n${pairs}`, columns, `SELECT * FROM ${cte}`);
    // Nobody else reads the pivot, whose columns have other names.
    this.#tables.splice(-2, 1);
  }

  #unpivot(): void {
    const rng = this.#rng;
    const { kind } = rng.pick(this.#current.columns);
    const turned = this.#someColumns(3).filter((column) => column.kind === kind);
    if (turned.length === 0) return;
    const kept = this.#columns().filter((column) => !turned.includes(column));
    const [name, value] = [this.#newName(), this.#newName()];
    const nulls = rng.chance(0.4);
    const columns = [...kept, { name, kind: 'text' as const }, { name: value, kind }];
    const others = kept.map((column) => `${column.name}, `).join('');
    const parts = turned.map(
      (column, j) =>
        `SELECT ${others}'${column.name}' AS ${name}, ${column.name} AS ${value}, pos AS p, ${j} AS j FROM ${this.#current.cte}`,
    );
    const rows = `(SELECT * FROM (${parts.join(' UNION ALL ')})${nulls ? '' : ` WHERE ${value} IS NOT NULL`})`;
    const list = turned.map((column) => column.name).join(', ');
    const option = nulls ? '    include_nulls: true\n' : '';
    const ordered = this.#ordered(rows, 'p, j', columns);
    this.#add(`    unpivot: [${list}]\n    into: [${name}, ${value}]\n${option}`, columns, ordered);
  }

  /** Tables with the same columns as this one, which is one of them. */
  #alike(): readonly Table[] {
    const mine = this.#columns().map(({ name, kind }) => `${name} ${kind}`);
    return this.#tables.filter(
      ({ columns }) =>
        columns.length === mine.length && columns.every(({ name, kind }) => mine.includes(`${name} ${kind}`)),
    );
  }

  #setOperation(): void {
    const others = this.#alike().filter((table) => table !== this.#current);
    if (others.length === 0) return;
    const [other, verb] = [this.#rng.pick(others), this.#rng.pick(['intersect', 'except'])];
    const names = this.#columns().map(({ name }) => name);
    const part = (cte: string): string => `SELECT ${names.join(', ')} FROM ${cte}`;
    const rows = `(${part(this.#current.cte)} ${verb.toUpperCase()} ${part(other.cte)})`;
    const order = names.map((name) => `${name} NULLS LAST`).join(', ');
    this.#add(`    ${verb}: ${other.step}\n`, this.#columns(), this.#ordered(rows, order));
  }

  #union(): void {
    const other = this.#rng.pick(this.#alike());
    const names = this.#columns().map(({ name }) => name);
    const part = (cte: string, side: number): string =>
      `SELECT ${names.join(', ')}, ${side} AS side, pos AS p FROM ${cte}`;
    const rows = `(${part(this.#current.cte, 0)} UNION ALL ${part(other.cte, 1)})`;
    this.#add(`    union: ${other.step}\n`, this.#columns(), this.#ordered(rows, 'side, p'));
  }

  #join(): void {
    const rng = this.#rng;
    const right = rng.pick(this.#tables);
    const mine = this.#columns();
    const pairs = mine.flatMap((left) =>
      right.columns.filter(({ kind }) => kind === left.kind).map((column) => [left, column] as const),
    );
    const keys = pairs.filter(([{ kind }]) => kind !== 'double');
    if (keys.length === 0) return;
    const type = rng.pick(['inner', 'left', 'semi', 'anti', 'right', 'full'] as const);
    const [left, key] = rng.pick(keys);
    const on = rng.chance(0.4)
      ? { yaml: `{ ${left.name}: ${key.name} }`, sql: `l.${left.name} = r.${key.name}`, isMerged: true }
      : this.#joinCondition(pairs, left, key);
    const head = `    join: ${right.step}\n    type: ${type}\n    on: ${on.yaml}\n`;
    if (type === 'semi' || type === 'anti') {
      const exists = `${type === 'anti' ? 'NOT ' : ''}EXISTS (SELECT 1 FROM ${right.cte} r WHERE ${on.sql})`;
      this.#add(head, mine, `SELECT * FROM ${this.#current.cte} l WHERE ${exists}`);
      return;
    }
    const taken = rng.pick(right.columns);
    const name = mine.some((column) => column.name === taken.name) ? `${taken.name}_r${this.#names++}` : taken.name;
    const suffix = name.slice(taken.name.length);
    const select = mine.map((column) =>
      column === left && on.isMerged && (type === 'right' || type === 'full')
        ? `coalesce(l.${left.name}, r.${key.name}) AS ${left.name}`
        : `l.${column.name}`,
    );
    const order = 'l.pos NULLS LAST, r.pos';
    this.#add(
      `${head}    take: [${taken.name}]\n${suffix === '' ? '' : `    suffix: ${suffix}\n`}`,
      [...mine, { name, kind: taken.kind }],
      // Joins multiply; what is enough to compare is taken.
      `SELECT * FROM (SELECT ${select.join(', ')}, r.${taken.name} AS ${name}, row_number() OVER (ORDER BY ${order}) AS pos FROM ${this.#current.cte} l ${type.toUpperCase()} JOIN ${right.cte} r ON ${on.sql}) WHERE pos <= 500`,
    );
    const { cte, columns } = this.#current;
    this.#add('    limit: 500\n', columns, `SELECT * FROM ${cte}`);
    // Nobody else reads the join, whose rows are not limited yet.
    this.#tables.splice(-2, 1);
  }

  /** With or without an equality to look up; both sides are named in it. */
  #joinCondition(
    pairs: readonly (readonly [Column, Column])[],
    left: Column,
    key: Column,
  ): { readonly yaml: string; readonly sql: string; readonly isMerged: boolean } {
    const rng = this.#rng;
    const [a, b] = rng.pick(pairs);
    const plain = `left.${left.name} = right.${key.name}`;
    const computed = left.kind === 'int' ? `left.${left.name} + 1 = right.${key.name} * 2` : plain;
    const compared = rng.pick([
      `left.${a.name} < right.${b.name}`,
      `left.${a.name} >= right.${b.name}`,
      `left.${a.name} IS NOT DISTINCT FROM right.${b.name}`,
      `(left.${a.name} <> right.${b.name} OR right.${b.name} IS NULL)`,
      `coalesce(left.${a.name} = right.${b.name}, true)`,
    ]);
    const texts = rng.pick([[compared], [plain], [plain, compared], [compared, plain], [compared, computed]]);
    const text = [...texts, ...(rng.chance(0.2) ? [`right.${b.name} IS NOT NULL`] : [])].join(' AND ');
    const sql = text.replaceAll(/\b(left|right)\./g, (_, side: string) => `${side[0]}.`);
    return { yaml: `|\n      ${text}`, sql, isMerged: texts.includes(plain) };
  }
}
