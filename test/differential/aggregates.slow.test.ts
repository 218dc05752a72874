/** Many generated aggregations, leat against DuckDB. */
import './aggregates.test.js';
