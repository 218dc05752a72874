/** One statement in DuckDB as a process of its own; prints the seconds that the statement alone took. With a
 * limit it need not keep the order of its input, as it advises itself: it gets by with less. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const [sql, threads, memory] = process.argv.slice(2);
const limits: Record<string, string> =
  memory === undefined
    ? {}
    : { memory_limit: memory, temp_directory: join(tmpdir(), 'leat-bench-duckdb'), preserve_insertion_order: 'false' };
const instance = await DuckDBInstance.create(':memory:', { threads, ...limits });
const connection = await instance.connect();
const start = performance.now();
await connection.run(sql);
console.log(((performance.now() - start) / 1000).toFixed(3));
process.exit(0);
