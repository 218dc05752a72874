/** The same as fuzz.test.ts, for longer. */
import { test } from 'node:test';
import { fuzzPipelines } from './support/fuzz-pipelines.js';

test('5000 mutated pipelines are checked', () => fuzzPipelines(5000, 1_000_000));
