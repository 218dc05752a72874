/** The same as pipelines.test.ts, for longer. */
import { test } from 'node:test';
import { checkPipelines } from './support/check-pipelines.js';

test('1000 generated pipelines mean what they mean to DuckDB', () => checkPipelines(1000, 10_000));
