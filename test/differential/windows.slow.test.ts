/** Many generated windows, leat against DuckDB. */
import './windows.test.js';
