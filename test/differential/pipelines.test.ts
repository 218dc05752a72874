/** Generated pipelines of up to seven steps, leat against DuckDB, order included. */
import { test } from 'node:test';
import { checkPipelines } from './support/check-pipelines.js';

test('60 generated pipelines mean what they mean to DuckDB', () => checkPipelines(60, 1));
