/** Many generated pipelines, leat against DuckDB. */
import './pipelines.test.js';
