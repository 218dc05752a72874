/** Generated pipelines of up to seven steps, leat against DuckDB, order included. */
import { test } from 'node:test';
import { byTier } from '../support/tier.js';
import { checkPipelines } from './support/check-pipelines.js';

const COUNT = byTier(40, 1000);

test(`${COUNT} generated pipelines mean what they mean to DuckDB`, () => checkPipelines(COUNT, byTier(1, 10_000)));
