/** One statement in DuckDB as a process of its own; prints the seconds that the statement alone took. */
import { DuckDBInstance } from '@duckdb/node-api';

const [sql, threads] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:', { threads });
const connection = await instance.connect();
const start = performance.now();
await connection.run(sql);
console.log(((performance.now() - start) / 1000).toFixed(3));
process.exit(0);
