/** Seeded benchmark data, written once to bench/data and kept: the same bytes on every machine. */
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Random, random } from '../test/support/random.js';

const FOLDER = join(process.cwd(), 'bench/data');
const BUFFER_BYTES = 8 << 20;

/** A file of `rows` rows that `line(i)` gives, under a header; made if it is not there yet. Returns its path. */
function dataFile(name: string, rows: number, header: string | null, line: (row: number) => string): string {
  const path = join(FOLDER, name);
  if (existsSync(path)) return path;
  mkdirSync(FOLDER, { recursive: true });
  const fd = openSync(`${path}.part`, 'w');
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES + 65536);
  let length = header === null ? 0 : buffer.write(`${header}\n`);
  for (let row = 0; row < rows; row++) {
    length += buffer.write(line(row), length, 'latin1');
    buffer[length++] = 10;
    if (length >= BUFFER_BYTES) {
      writeSync(fd, buffer, 0, length);
      length = 0;
    }
  }
  writeSync(fd, buffer, 0, length);
  closeSync(fd);
  renameSync(`${path}.part`, path);
  console.error(`made ${name}: ${rows} rows, ${(statSync(path).size / 1e6).toFixed(0)} MB`);
  return path;
}

/** The rows of a CSV file as DuckDB writes them to Parquet when it is told nothing more. */
export function parquetOf(csv: string): string {
  const path = csv.replace(/\.csv$/, '.parquet');
  if (existsSync(path)) return path;
  const sql = `copy (from read_csv('${csv}')) to '${path}.part' (format parquet)`;
  execFileSync(process.execPath, ['build/bench/duckdb.js', sql, '2']);
  renameSync(`${path}.part`, path);
  return path;
}

const LINEITEM_HEADER =
  'l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_extendedprice,l_discount,l_tax,l_returnflag,l_linestatus,' +
  'l_shipdate,l_commitdate,l_receiptdate,l_shipinstruct,l_shipmode,l_comment';

const INSTRUCTIONS = ['DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN'];
const MODES = ['REG AIR', 'AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL', 'FOB'];
const WORDS =
  'furiously quick packages sleep carefully among the final deposits ironic accounts haggle blithely above even pinto beans'.split(
    ' ',
  );

/** The shape of TPC-H's lineitem: 16 columns, about 131 bytes a row. 6 M rows are 789 MB. */
export function lineitem(rows: number): string {
  return dataFile(`lineitem-${rows}.csv`, rows, LINEITEM_HEADER, lineitemRows());
}

/** The same rows as JSON lines of about 366 bytes: numbers as numbers. 1.5 M rows are 550 MB. */
export function lineitemJson(rows: number): string {
  const names = LINEITEM_HEADER.split(',');
  const next = lineitemRows();
  return dataFile(`lineitem-${rows}.jsonl`, rows, null, () => {
    const values = next().split(',');
    const members = values.map((value, i) => `"${names[i]}":${/^[0-9.]+$/.test(value) ? value : `"${value}"`}`);
    return `{${members.join(',')}}`;
  });
}

/** The rows of lineitem one by one, as CSV. */
function lineitemRows(): () => string {
  const rng = random(20261121);
  const days = Array.from({ length: 2700 }, (_, day) =>
    new Date(Date.UTC(1992, 0, 2 + day)).toISOString().slice(0, 10),
  );
  let order = 1;
  let lineNumber = 0;
  return () => {
    if (lineNumber >= 1 + (order % 7)) {
      order++;
      lineNumber = 0;
    }
    lineNumber++;
    const quantity = rng.between(1, 50);
    const price = quantity * rng.between(90000, 200000);
    const shipped = rng.int(2500);
    const received = shipped + rng.between(1, 30);
    const isOld = days[received] <= '1995-06-17';
    const flag = isOld ? (rng.chance(0.5) ? 'R' : 'A') : 'N';
    const status = days[shipped] > '1995-06-17' ? 'O' : 'F';
    const comment = Array.from({ length: rng.between(3, 6) }, () => rng.pick(WORDS)).join(' ');
    return `${order},${rng.between(1, 200000)},${rng.between(1, 10000)},${lineNumber},${quantity},${cents(price)},0.${padded(rng.int(11), 2)},0.${padded(rng.int(9), 2)},${flag},${status},${days[shipped]},${days[rng.int(2600)]},${days[received]},${rng.pick(INSTRUCTIONS)},${rng.pick(MODES)},${comment}`;
  };
}

/** `station;temperature`, 413 stations, one decimal; about 14 bytes a row. */
export function stations(rows: number): string {
  const rng = random(19840101);
  const names = Array.from({ length: 413 }, (_, i) => {
    const length = 3 + ((i * 7) % 14);
    return Array.from({ length }, (_, j) => String.fromCharCode((j === 0 ? 65 : 97) + rng.int(26))).join('') + (i % 10);
  });
  const means = names.map(() => rng.between(-100, 300));
  return dataFile(`stations-${rows}.csv`, rows, 'station;temperature', () => {
    const station = rng.int(names.length);
    const tenths = means[station] + rng.between(-150, 150);
    const sign = tenths < 0 ? '-' : '';
    const size = Math.abs(tenths);
    return `${names[station]};${sign}${Math.floor(size / 10)}.${size % 10}`;
  });
}

/** `key,value,note`: 200 k keys in random order. */
export function manyGroups(rows: number): string {
  const rng = random(77);
  return dataFile(`groups-${rows}.csv`, rows, 'key,amount,note', () => {
    const key = rng.int(200000);
    return `${key},${rng.int(100000)}.${rng.int(10)},n${rng.int(1000)}`;
  });
}

const PRIORITIES = ['1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW'];

/** The shape of TPC-H's orders, for the order keys of `lineitem`: 1.5 M rows for its 6 M. */
export function orders(rows: number): string {
  const rng = random(19920101);
  const header = 'o_orderkey,o_custkey,o_orderstatus,o_totalprice,o_orderpriority,o_clerk';
  return dataFile(`orders-${rows}.csv`, rows, header, (row) => {
    const price = `${rng.int(500000)}.${padded(rng.int(100), 2)}`;
    return `${row + 1},${rng.between(1, 150000)},${rng.pick(['F', 'O', 'P'])},${price},${rng.pick(PRIORITIES)},Clerk#${rng.int(1000)}`;
  });
}

/** `key,amount`: as many keys as rows, in random order; numbers of up to nine digits. */
export function distinctKeys(rows: number): string {
  const rng = random(1009);
  const keys = shuffled(rows, rng);
  return dataFile(
    `distinct-${rows}.csv`,
    rows,
    'key,amount',
    (row) => `${keys[row] * 97},${cents(rng.int(10_000_000))}`,
  );
}

/** h2oai's db-benchmark, the table of its group-by questions (G1_1e7_1e2_0_0): three texts, three ints, three values. */
export function h2oaiGroups(rows: number): string {
  const rng = random(108);
  const few = 100;
  const many = rows / few;
  return dataFile(`h2oai-groups-${rows}.csv`, rows, 'id1,id2,id3,id4,id5,id6,v1,v2,v3', () => {
    const texts = `id${padded(rng.between(1, few), 3)},id${padded(rng.between(1, few), 3)},id${padded(rng.between(1, many), 10)}`;
    const ints = `${rng.between(1, few)},${rng.between(1, few)},${rng.between(1, many)}`;
    return `${texts},${ints},${rng.between(1, 5)},${rng.between(1, 15)},${rng.int(100)}.${padded(rng.int(1e6), 6)}`;
  });
}

/**
 * h2oai's db-benchmark, the tables of its join questions (J1_1e7): `x` has `rows` rows with keys of three sizes, each as an
 * int and as a text; a tenth of the keys of either side are not on the other.
 */
export function h2oaiJoin(table: 'x' | 'small' | 'medium' | 'big', rows: number): string {
  const rng = random({ x: 109, small: 110, medium: 111, big: 112 }[table]);
  const sizes = { small: rows / 1e6, medium: rows / 1e3, big: rows };
  const value = (): string => `${rng.int(100)}.${padded(rng.int(1e6), 6)}`;
  const name = `h2oai-join-${table}-${rows}.csv`;
  /** Keys of the table `size` rows large: nine tenths are those of `x`. */
  const keysOf = (size: number): ((index: number) => number) => {
    const offset = Math.ceil(size / 10);
    return (index) => index + offset;
  };
  if (table === 'x') {
    const [small, medium, big] = [sizes.small, sizes.medium, sizes.big];
    const order = shuffled(big, rng);
    return dataFile(name, rows, 'id1,id2,id3,id4,id5,id6,v1', (row) => {
      const [id1, id2, id3] = [rng.between(1, small), rng.between(1, medium), order[row] + 1];
      return `${id1},${id2},${id3},id${id1},id${id2},id${id3},${value()}`;
    });
  }
  const size = sizes[table];
  const order = shuffled(size, rng);
  const key = keysOf(size);
  if (table === 'small') {
    return dataFile(name, size, 'id1,id4,v2', (row) => {
      const id1 = key(order[row]);
      return `${id1},id${id1},${value()}`;
    });
  }
  if (table === 'medium') {
    return dataFile(name, size, 'id1,id2,id4,id5,v2', (row) => {
      const [id1, id2] = [rng.between(1, sizes.small), key(order[row])];
      return `${id1},${id2},id${id1},id${id2},${value()}`;
    });
  }
  return dataFile(name, size, 'id1,id2,id3,id4,id5,id6,v2', (row) => {
    const [id1, id2, id3] = [rng.between(1, sizes.small), rng.between(1, sizes.medium), key(order[row])];
    return `${id1},${id2},${id3},id${id1},id${id2},id${id3},${value()}`;
  });
}

/** 0 .. count-1 in random order. */
function shuffled(count: number, rng: Random): Uint32Array {
  const numbers = Uint32Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    const other = rng.int(last + 1);
    [numbers[last], numbers[other]] = [numbers[other], numbers[last]];
  }
  return numbers;
}

function padded(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}

function cents(amount: number): string {
  return `${Math.floor(amount / 100)}.${padded(amount % 100, 2)}`;
}
/** `id,k,t,v,x,at`: events of 20 k keys in no order; no two have the same `t`. 3 M rows are 150 MB. */
export function events(rows: number): string {
  const rng = random(20260711);
  const first = Date.UTC(2026, 0, 1);
  return dataFile(`events-${rows}.csv`, rows, 'id,k,t,v,x,at', (row) => {
    const t = (row * 2654435) % 2 ** 22;
    const at = new Date(first + rng.int(90 * 86400) * 1000).toISOString().slice(0, 19).replace('T', ' ');
    const x = cents(rng.int(100000));
    return `${row},${rng.int(20000)},${t},${rng.between(-1000, 100000)},${x},${at}`;
  });
}
