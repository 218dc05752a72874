/** More generated expressions against DuckDB. */
import './duckdb.test.js';
